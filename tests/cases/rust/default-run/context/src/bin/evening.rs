fn main() {
    println!("evening edition");
}
