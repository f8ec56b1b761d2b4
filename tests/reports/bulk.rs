//! Many files: shards, the summary, and the same output whatever the number of workers.

use std::collections::BTreeSet;
use std::fs;

use super::{run, tree};

/// A tree with 40 services in it.
fn many() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..40 {
        let service = folder.path().join(format!("services/s{number:02}"));
        fs::create_dir_all(&service).unwrap();
        let base = if number % 4 == 0 {
            "node:22"
        } else {
            "internal.example/base"
        };
        fs::write(
            service.join("Dockerfile"),
            format!("FROM {base}\nONBUILD RUN true\n"),
        )
        .unwrap();
    }
    folder
}

fn paths(report: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    let files = report["files"].as_array().unwrap();
    files
        .iter()
        .map(|file| file["path"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_shards_together_are_the_whole() {
    let tree = many();
    let whole = paths(&run(tree.path(), &["--format", "json"]).1);
    assert_eq!(whole.len(), 40);
    for count in [1, 3, 8, 64] {
        let mut seen = Vec::new();
        for index in 1..=count {
            let shard = format!("{index}/{count}");
            let (code, out, _) = run(tree.path(), &["--format", "json", "--shard", &shard]);
            assert_eq!(code, 0, "an empty shard is no error");
            seen.extend(paths(&out));
        }
        seen.sort_unstable();
        assert_eq!(seen, whole, "{count} shards");
    }
}

#[test]
fn a_new_file_moves_no_other_to_another_shard() {
    let tree = many();
    let shard = |index: usize| {
        let arguments = ["--format", "json", "--shard", &format!("{index}/4")];
        paths(&run(tree.path(), &arguments).1)
    };
    let before: Vec<BTreeSet<_>> = (1..=4)
        .map(|index| shard(index).into_iter().collect())
        .collect();
    fs::write(tree.path().join("Dockerfile"), "FROM node:22\n").unwrap();
    for (index, before) in before.iter().enumerate() {
        let mut after: BTreeSet<_> = shard(index + 1).into_iter().collect();
        after.remove("Dockerfile");
        assert_eq!(after, *before);
    }
}

#[test]
fn a_wrong_shard_is_an_error_of_usage() {
    let tree = many();
    for shard in ["0/4", "5/4", "1", "a/b"] {
        let (code, out, err) = run(tree.path(), &["--shard", shard]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains("expected I/N with I from 1 to N"), "{err}");
    }
}

#[test]
fn many_files_are_summed_up_by_what_they_have_in_common() {
    let tree = many();
    let (_, _, err) = run(tree.path(), &["--format", "json"]);
    assert_eq!(
        err,
        "  toolchains  node 10\n  codes       onbuild 40\n40 declined\n"
    );
}

#[test]
fn every_format_is_the_same_whatever_the_number_of_workers() {
    let tree = tree();
    for format in ["diff", "json", "sarif", "github", "markdown", "html"] {
        let one = run(tree.path(), &["--format", format, "--jobs", "1"]);
        for jobs in ["2", "7"] {
            let many = run(tree.path(), &["--format", format, "--jobs", jobs]);
            assert_eq!(many, one, "{format}");
        }
    }
}
