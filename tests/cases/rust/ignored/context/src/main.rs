fn main() {
    println!("lesson one");
}
