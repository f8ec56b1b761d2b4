fn main() {
    println!(
        "metrics: {}, tracing: {}",
        cfg!(feature = "metrics"),
        cfg!(feature = "tracing")
    );
}
