fn main() {
    let weights = std::env::args().skip(1).filter_map(|word| word.parse::<u8>().ok());
    let total = weights.fold(0u8, |sum, weight| sum.checked_add(weight).unwrap_or(u8::MAX));
    println!("{total}");
}
