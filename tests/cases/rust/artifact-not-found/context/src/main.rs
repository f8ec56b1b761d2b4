fn main() {
    println!("lost");
}
