fn main() {
    println!("print");
}
