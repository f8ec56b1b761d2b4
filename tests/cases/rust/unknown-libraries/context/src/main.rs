unsafe extern "C" {
    fn filter_version() -> i32;
}

fn main() {
    println!("{}", unsafe { filter_version() });
}
