use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    println!("in {}", std::env::current_dir()?.display());
    for month in ["march", "april"] {
        let text = fs::read_to_string(format!("months/{month}.txt"))?;
        println!("{month}: {}", text.lines().count());
    }
    println!("{}", fs::read_to_string("settings.toml")?.trim());
    Ok(())
}
