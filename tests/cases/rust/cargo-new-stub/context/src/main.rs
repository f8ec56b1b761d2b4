fn main() {
    let teas = std::fs::read_to_string("teas.txt").unwrap_or_default();
    println!("{} teas", teas.lines().count());
}
