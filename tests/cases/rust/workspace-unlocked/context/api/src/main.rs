fn main() {
    logger::start();
}
