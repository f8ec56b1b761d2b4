fn main() {
    println!("morning edition, debug build: {}", cfg!(debug_assertions));
}
