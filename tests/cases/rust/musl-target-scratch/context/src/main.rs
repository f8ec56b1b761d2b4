fn main() {
    println!("{} arguments", std::env::args().count() - 1);
}
