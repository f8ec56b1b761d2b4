fn main() {
    println!("hidden");
}
