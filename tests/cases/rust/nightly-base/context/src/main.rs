fn main() {
    println!("edge");
}
