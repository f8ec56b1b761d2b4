fn main() {
    println!("{}", std::env::var("ROCKET_PORT").unwrap_or_default());
}
