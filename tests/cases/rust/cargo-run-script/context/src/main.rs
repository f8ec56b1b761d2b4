fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    println!("tide tables {}", words.join(" "));
}
