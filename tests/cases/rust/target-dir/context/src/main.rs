fn main() {
    println!("not the stub: {}", itoa::Buffer::new().format(42_u8));
}
