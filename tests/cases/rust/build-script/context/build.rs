//! Turns data/countries.txt into a table that is compiled in.

use std::env;
use std::fs;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=data/countries.txt");
    let list = fs::read_to_string("data/countries.txt").expect("the list is in the repository");
    let rows: String = list
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(code, name)| format!("({code:?}, {name:?}),\n"))
        .collect();
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("table.rs"), format!("&[{rows}]")).expect("OUT_DIR is writable");
}
