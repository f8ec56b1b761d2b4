fn main() {
    println!("myapp {}", env!("CARGO_PKG_VERSION"));
}
