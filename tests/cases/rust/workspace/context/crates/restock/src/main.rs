fn main() {
    let status = std::process::Command::new("curl").arg("https://example.org").status();
    println!("{status:?} {}", prices::total(2));
}
