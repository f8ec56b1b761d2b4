/// The price of so many pieces, by the list.
pub fn total(count: u32) -> u32 {
    let list = std::fs::read_to_string("lists/today.csv").unwrap_or_default();
    let price = list.lines().next().and_then(|line| line.parse::<u32>().ok());
    count * price.unwrap_or(1)
}
