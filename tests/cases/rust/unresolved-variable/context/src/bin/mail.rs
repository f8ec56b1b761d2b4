fn main() {
    println!("mail");
}
