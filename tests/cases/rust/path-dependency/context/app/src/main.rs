fn main() {
    println!("{}", words::greeting());
}
