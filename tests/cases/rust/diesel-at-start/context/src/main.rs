mod schema;

fn main() {
    let address = std::env::var("DATABASE_URL").expect("an address");
    println!("{}", address.len());
}
