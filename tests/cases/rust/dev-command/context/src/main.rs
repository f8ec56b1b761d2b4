fn main() {
    println!("again");
}
