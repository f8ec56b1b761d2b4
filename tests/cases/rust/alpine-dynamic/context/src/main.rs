use openssl::version::version;

fn main() {
    println!("{}", version().split(' ').next().unwrap_or("none"));
}
