//! Where reports go: a file in one step, or a stream; and what is said when they cannot.

use std::fs;
use std::path::Path;

use super::{restage, run, tree};

#[test]
fn a_report_goes_to_a_file_and_the_summary_stays() {
    let tree = tree();
    let (_, expected, _) = run(tree.path(), &["api"]);
    let (code, out, err) = run(tree.path(), &["api", "--output", "api.diff"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(err.ends_with("1 would be rewritten\n"), "{err}");
    assert_eq!(
        fs::read_to_string(tree.path().join("api.diff")).unwrap(),
        expected
    );

    let (_, expected, _) = run(tree.path(), &["--format", "json", "api"]);
    fs::write(tree.path().join("report.json"), "old").unwrap();
    run(
        tree.path(),
        &["--format", "json", "api", "-o", "report.json"],
    );
    assert_eq!(
        fs::read_to_string(tree.path().join("report.json")).unwrap(),
        expected
    );
    assert_eq!(leftovers(tree.path()), [""; 0]);
}

fn leftovers(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".restage"))
        .collect()
}

#[test]
fn files_are_written_although_the_report_cannot_be() {
    let tree = tree();
    fs::create_dir(tree.path().join("folder")).unwrap();
    fs::write(tree.path().join("file"), "").unwrap();
    for (output, reason) in [
        (
            "nowhere/report.json",
            "cannot be written: no such file or folder",
        ),
        ("folder", "cannot be written: is a folder"),
        (
            "file/report.json",
            "cannot be written: a part of the path is not a folder",
        ),
    ] {
        let copy = self::tree();
        for name in ["folder", "file"] {
            let (from, to) = (tree.path().join(name), copy.path().join(name));
            if from.is_dir() {
                fs::create_dir(to).unwrap();
            } else {
                fs::write(to, "").unwrap();
            }
        }
        let arguments = ["--write", "api", "--format", "json", "--output", output];
        let (code, out, err) = run(copy.path(), &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{output}");
        assert_eq!(
            err,
            format!("1 rewritten\nerror: `--output {output}`: {reason}\n")
        );
        let written = fs::read_to_string(copy.path().join("api/Dockerfile")).unwrap();
        assert!(written.contains("AS builder"), "{written}");
        assert_eq!(leftovers(copy.path()), [""; 0]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_the_files_are_done() {
    let tree = tree();
    let arguments = ["--write", "api", "--format", "sarif", "-o", "/dev/full"];
    let (code, _, err) = run(tree.path(), &arguments);
    assert_eq!(code, 2);
    assert!(
        err.ends_with(
            "error: `--output /dev/full`: cannot be written: no space is left on the disk\n"
        ),
        "{err}"
    );
    let written = fs::read_to_string(tree.path().join("api/Dockerfile")).unwrap();
    assert!(written.contains("AS builder"), "{written}");
}

/// A limit on the size of files stands for a full disk: a write fails in the middle of a file.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_for_one_file_leaves_it_whole_and_the_others_are_done() {
    let tree = tree();
    let site = tree.path().join("site/Dockerfile");
    let long = format!(
        "{}# {}\n",
        fs::read_to_string(&site).unwrap(),
        "x".repeat(2_000)
    );
    fs::write(&site, &long).unwrap();
    // The signal that would end the program is ignored, so that the write fails instead.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let output = std::process::Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_restage")])
        .args(["--write", "api", "site", "split"])
        .current_dir(tree.path())
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    let reason = "error: site/Dockerfile: cannot be written: the file would be too large\n";
    assert!(err.contains(reason), "{err}");
    assert!(
        err.ends_with("1 rewritten, 1 unchanged, 1 error\n"),
        "{err}"
    );
    assert_eq!(fs::read_to_string(&site).unwrap(), long);
    assert_eq!(leftovers(&tree.path().join("site")), [""; 0]);
    let written = fs::read_to_string(tree.path().join("api/Dockerfile")).unwrap();
    assert!(written.contains("AS builder"), "{written}");
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_on_a_full_disk_is_an_error() {
    let tree = tree();
    for format in ["diff", "json", "html"] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_restage"))
            .current_dir(tree.path())
            .args(["--format", format])
            .stdout(full)
            .output()
            .unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{format}: {err}");
        assert!(
            err.ends_with("error: cannot write the output: no space is left on the disk\n"),
            "{format}: {err}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_report_is_written_through_links_and_keeps_the_mode() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let tree = tree();
    let (real, link) = (tree.path().join("real.json"), tree.path().join("link.json"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.json", &link).unwrap();
    assert_eq!(
        run(tree.path(), &["api", "--format", "json", "-o", "link.json"]).0,
        0
    );
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().starts_with('{'));
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );

    assert_eq!(
        run(tree.path(), &["api", "--format", "json", "-o", "new.json"]).0,
        0
    );
    let mode = fs::metadata(tree.path().join("new.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o600, 0o600);
    assert_ne!(
        mode & 0o044,
        0,
        "others may read a report where the umask lets them"
    );
}

#[test]
fn a_filter_wants_a_file_for_its_report() {
    let tree = tree();
    let dockerfile = fs::read(tree.path().join("api/Dockerfile")).unwrap();
    let mut command = restage(tree.path(), &["-", "--write", "--format", "json"]);
    let output = command.write_stdin(dockerfile.clone()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let mut command = restage(
        tree.path(),
        &[
            "-",
            "--write",
            "--context",
            "api",
            "--format",
            "json",
            "-o",
            "x.json",
        ],
    );
    let output = command.write_stdin(dockerfile).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        out.contains("AS builder") && !out.contains("\"files\""),
        "{out}"
    );
    let report = fs::read_to_string(tree.path().join("x.json")).unwrap();
    assert!(report.contains("\"mode\": \"write\""), "{report}");
}
