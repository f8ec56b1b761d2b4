use std::fs;

fn main() -> std::io::Result<()> {
    fs::create_dir_all("/pages/march")?;
    fs::write("/pages/march/first.txt", "rain")?;
    fs::create_dir_all("drafts")?;
    fs::write("drafts/second.txt", "sun")?;
    println!("{} {}", fs::read_to_string("/pages/march/first.txt")?, fs::read_to_string("drafts/second.txt")?);
    Ok(())
}
