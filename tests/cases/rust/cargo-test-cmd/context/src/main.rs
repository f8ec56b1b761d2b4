fn main() {
    println!("{}", double(21));
}

fn double(n: u32) -> u32 {
    n * 2
}

#[test]
fn doubles() {
    assert_eq!(double(2), 4);
}
