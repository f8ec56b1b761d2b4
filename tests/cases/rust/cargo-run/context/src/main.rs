use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let table = std::fs::read_to_string("data/heights.csv")?;
    let highest = table
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .filter_map(|(hour, height)| Some((height.parse::<u32>().ok()?, hour)))
        .max()
        .ok_or("no heights")?;
    println!("{} cm at {} o'clock", highest.0, highest.1);
    Ok(())
}
