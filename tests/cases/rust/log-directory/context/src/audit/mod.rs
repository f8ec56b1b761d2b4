pub mod place;

use std::fs::OpenOptions;
use std::io::Write;

pub fn append(path: &str, line: &str) {
    let mut options = OpenOptions::new();
    let mut file = options.append(true).create(true).open(path).expect("a log that can be written");
    writeln!(file, "{line}").expect("room for a line");
}
