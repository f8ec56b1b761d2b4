fn main() {
    println!("debug assertions: {}", cfg!(debug_assertions));
}
