pub fn start() {
    env_logger::init();
}
