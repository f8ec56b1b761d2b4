use openssl::sha::sha256;

fn main() {
    let hex: String = sha256(b"restage")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("{hex}");
}
