mod ldconfig;
mod libraries;
mod start;

use super::*;
use crate::verify::files::sample::Image;

/// What an image lacks that is started so: kind, path, missing thing.
fn lacks_for(image: Image, start: &Start) -> Vec<(FindingKind, String, String)> {
    check(&image.files(), start)
        .into_iter()
        .map(|finding| (finding.kind, finding.path, finding.what))
        .collect()
}

fn lacks(image: Image) -> Vec<(FindingKind, String, String)> {
    lacks_for(image, &Start::default())
}

fn lack(kind: FindingKind, path: &str, what: &str) -> (FindingKind, String, String) {
    (kind, path.to_owned(), what.to_owned())
}

fn finding(kind: FindingKind, path: &str, what: &str) -> Finding {
    let (path, what) = (path.to_owned(), what.to_owned());
    Finding { kind, path, what }
}

#[test]
fn a_script_in_path_needs_its_interpreter() {
    let image = Image::new()
        .program("bin/sh", "")
        .program("usr/bin/env", "")
        .program("usr/bin/good", "#!/bin/sh -e\n")
        .program("usr/bin/bad", "#!/opt/venv/bin/python\n")
        .file("usr/bin/not-executable", "#!/opt/venv/bin/python\n")
        .program("srv/elsewhere", "#!/opt/venv/bin/python\n")
        .program("lib/cli.js", "#!/usr/bin/env node\n")
        .link("usr/local/bin/linked", "../../../lib/cli.js")
        .program("usr/bin/split", "#!/usr/bin/env -S A=b -u C node --flag\n")
        .program("usr/bin/one-argument", "#!/usr/bin/env sh -e\n")
        .program("usr/bin/found", "#!/usr/bin/env sh\n");
    let kind = FindingKind::MissingScriptInterpreter;
    assert_eq!(
        lacks(image),
        [
            lack(kind, "/usr/bin/bad", "/opt/venv/bin/python"),
            lack(kind, "/usr/bin/one-argument", "sh -e"),
            lack(kind, "/usr/bin/split", "node"),
            lack(kind, "/usr/local/bin/linked", "node"),
        ]
    );
}

#[test]
fn a_virtual_environment_needs_its_python() {
    let image = Image::new()
        .link("app/.venv/bin/python", "/usr/local/bin/python3.12")
        .link("app/.venv/bin/python3", "python")
        .program("app/.venv/bin/gunicorn", "#!/app/.venv/bin/python\n");
    let start = Start {
        env: vec![("PATH".to_owned(), "/app/.venv/bin:/bin".to_owned())],
        ..Start::default()
    };
    assert_eq!(
        lacks_for(image, &start),
        [
            lack(
                FindingKind::MissingScriptInterpreter,
                "/app/.venv/bin/gunicorn",
                "/app/.venv/bin/python"
            ),
            lack(
                FindingKind::DanglingLink,
                "/app/.venv/bin/python",
                "/usr/local/bin/python3.12"
            ),
            lack(
                FindingKind::DanglingLink,
                "/app/.venv/bin/python3",
                "python"
            ),
        ]
    );
}

#[test]
fn a_link_into_what_is_mounted_at_run_time_is_none_that_dangles() {
    let image = Image::new()
        .link("var/log/access.log", "/dev/stdout")
        .link("etc/mtab", "../proc/self/mounts")
        .link("etc/chain", "mtab")
        .link("dev/fd", "/none")
        .link("process", "/proces");
    let dangling = lack(FindingKind::DanglingLink, "/process", "/proces");
    assert_eq!(lacks(image), [dangling]);
}

#[test]
fn only_what_the_rewrite_brought_about_is_news() {
    let library = |path| finding(FindingKind::MissingLibrary, path, "libtk8.6.so");
    let program = finding(FindingKind::MissingProgram, "CMD", "/app");
    let original = [library("/usr/lib/python3/_tkinter.so"), program.clone()];
    let base = [finding(
        FindingKind::DanglingLink,
        "/etc/alternatives/awk.1.gz",
        "x",
    )];
    let after = vec![
        library("/opt/python/_tkinter.so"),
        library("/opt/python/other.so"),
        finding(
            FindingKind::MissingLibrary,
            "/opt/python/_tkinter.so",
            "libtcl8.6.so",
        ),
        base[0].clone(),
        program,
        finding(FindingKind::MissingProgram, "CMD", "/opt/app"),
    ];
    let expected = vec![after[1].clone(), after[2].clone(), after[5].clone()];
    assert_eq!(news(news(after, &original), &base), expected);
}

#[test]
fn a_finding_is_told_in_a_sentence_and_in_json() {
    let version = finding(
        FindingKind::MissingVersion,
        "/app/server",
        "`GLIBC_2.38` of `libc.so.6`",
    );
    assert_eq!(
        version.to_string(),
        "`/app/server` needs `GLIBC_2.38` of `libc.so.6`, and the library in the image has it not"
    );
    let json = serde_json::to_value(&version).unwrap();
    assert_eq!(json["kind"], "missing-version");
}
