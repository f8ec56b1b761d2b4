fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let upper = args.first().is_some_and(|arg| arg == "--upper");
    if upper {
        args.remove(0);
    }
    let text = args.join(" ");
    println!("{}", if upper { text.to_uppercase() } else { text });
}
