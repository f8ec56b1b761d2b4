fn main() {
    println!("kept");
}
