fn main() {
    println!("{}", macros::here!());
}
