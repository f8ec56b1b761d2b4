fn main() {
    println!("supervised");
}
