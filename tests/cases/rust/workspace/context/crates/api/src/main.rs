fn main() {
    println!("{}", model::name());
}
