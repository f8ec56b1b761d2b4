//! Which files a call is about, and in which order.

use std::fs;

use super::{Ran, folder, put, run};

/// The files that a verbose run spoke of, in its order.
fn spoken_of(ran: &Ran) -> Vec<&str> {
    let lines = ran.err.lines();
    let lines = lines.filter(|line| !line.starts_with(' ') && !line.starts_with("error: "));
    let mut files: Vec<_> = lines
        .filter_map(|line| Some(line.split_once(':')?.0))
        .collect();
    files.dedup();
    files
}

#[test]
fn a_folder_is_walked_for_names_that_dockerfiles_have() {
    let names = [
        "Dockerfile",
        "Containerfile",
        "Containerfile.ci",
        "Dockerfile.prod",
        "api.Dockerfile",
        "b.dockerfile",
        "sub/dockerfile",
        "sub/deep/Dockerfile",
    ];
    let folder = folder(&names);
    for name in [
        "Dockerfile.dockerignore",
        "api.Dockerfile.dockerignore",
        ".dockerignore",
        "DOCKERFILE.txt",
        "MyDockerfile",
        ".hidden/Dockerfile",
        ".git/Dockerfile",
        "README.md",
    ] {
        put(folder.path(), name, "not to be read");
    }
    let mut expected = names.to_vec();
    expected.sort_unstable();
    let ran = run(folder.path(), &["-v"]);
    assert_eq!(spoken_of(&ran), expected, "{}", ran.err);
    assert_ne!(ran.code, 2);
    assert_eq!(run(folder.path(), &["-v", "--jobs", "1"]).err, ran.err);
}

#[test]
fn what_git_ignores_is_skipped_unless_named() {
    let folder = folder(&[
        "Dockerfile",
        "vendor/Dockerfile",
        "node_modules/x/Dockerfile",
    ]);
    fs::create_dir(folder.path().join(".git")).unwrap();
    put(folder.path(), ".gitignore", "node_modules/\n");
    assert_eq!(
        spoken_of(&run(folder.path(), &["-v"])),
        ["Dockerfile", "vendor/Dockerfile"]
    );
    let named = run(folder.path(), &["-v", "node_modules/x/Dockerfile"]);
    assert_eq!(spoken_of(&named), ["node_modules/x/Dockerfile"]);
}

#[test]
fn globs_leave_out_what_a_walk_finds_and_nothing_that_is_named() {
    let folder = folder(&[
        "a/Dockerfile",
        "a/b/Dockerfile",
        "c/Dockerfile",
        "c/x.Dockerfile",
    ]);
    let path = folder.path();
    let without = |globs: &[&str], paths: &[&str]| {
        let globs = globs.iter().flat_map(|glob| ["--exclude", glob]);
        let arguments: Vec<_> = ["-v"]
            .into_iter()
            .chain(globs)
            .chain(paths.iter().copied())
            .collect();
        spoken_of(&run(path, &arguments)).join(" ")
    };
    assert_eq!(without(&["a"], &[]), "c/Dockerfile c/x.Dockerfile");
    assert_eq!(without(&["a/b"], &["a"]), "a/Dockerfile");
    assert_eq!(without(&["/a", "*.Dockerfile"], &[]), "c/Dockerfile");
    assert_eq!(
        without(&["c/**"], &["c/Dockerfile", "a"]),
        "a/Dockerfile a/b/Dockerfile c/Dockerfile"
    );
    let outside = path.join("a");
    let elsewhere = tempfile::tempdir().unwrap();
    let ran = run(
        elsewhere.path(),
        &["-v", "--exclude", "b", outside.to_str().unwrap()],
    );
    assert_eq!(
        spoken_of(&ran),
        [outside.join("Dockerfile").to_str().unwrap()]
    );
}

#[test]
fn a_file_given_twice_is_done_once_under_the_first_of_its_names() {
    let folder = folder(&["a/Dockerfile", "b/any name"]);
    let ran = run(
        folder.path(),
        &[
            "-v",
            "b/any name",
            "a/Dockerfile",
            "./a",
            ".",
            "b/../a/Dockerfile",
        ],
    );
    assert_eq!(spoken_of(&ran), ["a/Dockerfile", "b/any name"]);
}

#[test]
fn a_folder_without_a_dockerfile_is_an_error_when_it_is_named() {
    let folder = folder(&["README"]);
    fs::create_dir(folder.path().join("Dockerfile")).unwrap();
    let named = run(folder.path(), &["Dockerfile"]);
    assert_eq!(named.code, 2);
    assert!(
        named
            .err
            .starts_with("error: Dockerfile: has no Dockerfile outside of "),
        "{}",
        named.err
    );
    let here = run(folder.path(), &[]);
    assert_eq!(here.code, 0, "a bulk run meets projects without containers");
    assert!(
        here.err.starts_with("note: no Dockerfile found in `"),
        "{}",
        here.err
    );
    assert_eq!(run(folder.path(), &["-q"]).err, "");
}

#[cfg(unix)]
#[test]
fn a_file_and_links_to_it_are_one_and_links_to_folders_are_not_followed() {
    let folder = folder(&["z/Dockerfile", "z/real/Dockerfile"]);
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, folder.path().join(at)).unwrap();
    link("z/Dockerfile", "Dockerfile");
    link("z", "again");
    link("z/real", "x.Dockerfile");
    assert_eq!(
        spoken_of(&run(folder.path(), &["-v"])),
        ["z/Dockerfile", "z/real/Dockerfile"]
    );
    assert_eq!(
        spoken_of(&run(folder.path(), &["-v", "Dockerfile"])),
        ["Dockerfile"]
    );
}
