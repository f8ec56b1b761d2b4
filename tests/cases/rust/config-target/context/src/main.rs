fn main() {
    println!("built for {}", env!("BUILT_FOR"));
}
