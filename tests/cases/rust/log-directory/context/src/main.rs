mod audit;

fn main() {
    audit::append(audit::place::LOG, "started");
    print!("{}", std::fs::read_to_string(audit::place::LOG).expect("the log"));
}
