fn main() {
    println!("tiny");
}
