/// The greeting of the day.
pub fn greeting() -> String {
    std::fs::read_to_string("odd/greeting.bin").unwrap_or_default().trim().to_owned()
}
