fn main() {
    let on = std::env::args().any(|arg| arg == "--on");
    println!("the lamp is {}", if on { "on" } else { "off" });
}
