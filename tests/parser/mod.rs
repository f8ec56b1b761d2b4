//! What the parser makes of each Dockerfile in `fixtures`, as plain text beside it.
//!
//! `RESTAGE_BLESS=1` writes the dumps anew. `.ci/parser-check` holds the same dumps against
//! BuildKit's own parser.

mod dump;

use std::fs;
use std::path::{Path, PathBuf};

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parser/fixtures");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "Dockerfile"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn every_fixture_reads_as_its_dump_says() {
    let bless = std::env::var_os("RESTAGE_BLESS").is_some();
    let mut wrong = Vec::new();
    let paths = fixtures();
    assert!(paths.len() >= 25, "fixtures are missing: {}", paths.len());
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let dump = dump::dump(&text);
        let beside = path.with_extension("dump");
        if bless {
            fs::write(&beside, &dump).unwrap();
        } else if fs::read_to_string(&beside).ok().as_ref() != Some(&dump) {
            wrong.push(format!("{}:\n{dump}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dump_has_its_fixture() {
    for path in fixtures() {
        assert!(path.with_extension("dump").exists(), "{}", path.display());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parser/fixtures");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(
            path.with_extension("Dockerfile").exists(),
            "{}",
            path.display()
        );
    }
}
