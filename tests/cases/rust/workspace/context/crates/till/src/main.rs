fn main() {
    let count = std::env::args().nth(1).and_then(|word| word.parse().ok());
    println!("{}", prices::total(count.unwrap_or(1)));
}
