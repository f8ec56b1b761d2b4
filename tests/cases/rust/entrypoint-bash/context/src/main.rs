fn main() {
    for target in std::env::args().skip(1) {
        println!("going {target}");
    }
}
