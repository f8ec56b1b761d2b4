fn main() {
    println!("slow");
}
