fn main() {
    println!("linked");
}
