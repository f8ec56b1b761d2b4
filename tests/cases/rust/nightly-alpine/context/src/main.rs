fn main() {
    println!("kite");
}
