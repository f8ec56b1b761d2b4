fn main() {
    println!("made here");
}
