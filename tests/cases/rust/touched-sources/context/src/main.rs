fn main() {
    println!("stamps");
}
