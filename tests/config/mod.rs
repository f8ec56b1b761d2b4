//! `.restage.yaml`: what it decides, which one counts, and what is said about a wrong one.

mod schema;
mod wrong;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::cli::{put, ran, restage, run};

/// A Go program that can stand on every rung.
const GO: &str = "FROM golang:1.25\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /hello .\nCMD [\"/hello\"]\n";

/// Puts a Go project into `at`.
fn project(folder: &Path, at: &str) {
    put(folder, &format!("{at}/Dockerfile"), GO);
    put(
        folder,
        &format!("{at}/go.mod"),
        "module example.org/hello\n\ngo 1.25\n",
    );
    put(
        folder,
        &format!("{at}/main.go"),
        "package main\n\nfunc main() { println(\"hello\") }\n",
    );
}

/// A folder with Go projects at `paths` and a configuration.
fn folder(paths: &[&str], config: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in paths {
        project(folder.path(), path);
    }
    put(folder.path(), ".restage.yaml", config);
    folder
}

/// The image of the final stage of each file's rewrite, in the order of the diff.
fn images(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let ran = run(folder, arguments);
    let lines = ran.out.lines();
    let images: Vec<String> = lines
        .filter_map(|line| line.strip_prefix("+FROM "))
        .filter(|image| !image.contains(" AS "))
        .map(str::to_owned)
        .collect();
    assert!(!images.is_empty(), "{}", ran.err);
    images
}

const STATIC: &str = "gcr.io/distroless/static-debian13";

#[test]
fn what_init_writes_changes_nothing() {
    let folder = folder(&["a"], "");
    fs::remove_file(folder.path().join(".restage.yaml")).unwrap();
    let before = run(folder.path(), &["--explain"]);
    let init = run(folder.path(), &["init"]);
    assert_eq!((init.code, init.out.as_str()), (0, ""), "{}", init.err);
    let text = fs::read_to_string(folder.path().join(".restage.yaml")).unwrap();
    assert!(text.starts_with('#') && text.contains("\nruntime: auto\n"));
    let after = run(folder.path(), &["--explain"]);
    assert_eq!((before.out, before.err), (after.out, after.err));
}

#[test]
fn init_leaves_a_file_alone_that_is_there() {
    let folder = folder(&[], "runtime: slim\n");
    let ran = run(folder.path(), &["init"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: .restage.yaml: exists already; it is left as it is\n"
    );
    let text = fs::read_to_string(folder.path().join(".restage.yaml")).unwrap();
    assert_eq!(text, "runtime: slim\n");
}

#[test]
fn every_example_of_init_can_be_taken() {
    let text = restage::config::DEFAULT;
    // `key: []` and commented entries below it become the key with these entries.
    let lines: Vec<&str> = text.lines().collect();
    let mut taken = String::new();
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1).copied().unwrap_or_default();
        if let Some(example) = line.strip_prefix('#').filter(|rest| rest.starts_with("  ")) {
            taken.push_str(example);
        } else if next.starts_with("#  ") {
            taken.push_str(line.trim_end_matches("[]").trim_end_matches("{}"));
        } else {
            taken.push_str(line);
        }
        taken.push('\n');
    }
    assert!(
        taken.contains("\n  go: scratch\n") && taken.contains("\n  - paths: "),
        "{taken}"
    );
    let folder = folder(&["services/reports", "legacy", "other"], &taken);
    put(folder.path(), "x.dev.Dockerfile", GO);
    let ran = run(folder.path(), &["-v"]);
    assert!(!ran.err.contains("error: "), "{}", ran.err);
    assert!(!ran.err.contains("legacy/Dockerfile"), "{}", ran.err);
    let images = images(folder.path(), &["other"]);
    assert_eq!(images, ["scratch"]);
}

#[test]
fn the_nearest_file_counts_and_it_alone() {
    let folder = folder(&["a", "b/c", "b/d"], "runtime: scratch\n");
    put(folder.path(), "b/.restage.yaml", "user: keep\n");
    put(folder.path(), "b/d/.restage.yaml", "# nothing\n");
    assert_eq!(images(folder.path(), &[]), ["scratch", STATIC, STATIC]);
    let inside = images(&folder.path().join("a"), &["Dockerfile"]);
    assert_eq!(
        inside,
        [STATIC],
        "without a repository the search ends where the run is"
    );
    fs::create_dir(folder.path().join(".git")).unwrap();
    put(folder.path(), ".git/HEAD", "");
    assert_eq!(
        images(&folder.path().join("a"), &["Dockerfile"]),
        ["scratch"]
    );
}

#[test]
fn a_file_outside_of_the_repository_says_nothing() {
    let folder = folder(&["repo/a"], "runtime: scratch\n");
    put(folder.path(), "repo/.git/HEAD", "");
    assert_eq!(images(folder.path(), &["repo"]), [STATIC]);
}

#[test]
fn what_is_closer_wins() {
    let config = "runtime: slim\nruntimes:\n  go: scratch\noverrides:\n  - paths: [b, c]\n    runtime: alpine\n  - paths: [c]\n    runtimes: {go: distroless}\n";
    let folder = folder(&["a", "b", "c", "d"], config);
    let asked = GO.replace("FROM", "# restage: runtime=alpine\nFROM");
    put(folder.path(), "d/Dockerfile", asked);
    let alpine = |image: &String| image.starts_with("alpine:");
    let found = images(folder.path(), &[]);
    assert_eq!(found[0], "scratch");
    assert!(alpine(&found[1]), "{found:?}");
    assert_eq!(found[2], STATIC);
    assert!(alpine(&found[3]), "a comment wins over the file: {found:?}");
    let found = images(folder.path(), &["--runtime", "distroless"]);
    assert_eq!(found, [STATIC; 4], "the command line wins over all");
}

#[test]
fn a_file_can_be_named() {
    let folder = folder(&["a"], "runtime: slim\n");
    put(
        folder.path(),
        "etc/team.yaml",
        "overrides:\n  - paths: [/a]\n    runtime: scratch\n",
    );
    assert_eq!(
        images(folder.path(), &["--config", "etc/team.yaml"]),
        ["scratch"]
    );
    let ran = run(folder.path(), &["--config", "etc/no.yaml"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "error: etc/no.yaml: no such file or folder\n");
}

#[test]
fn images_on_a_mirror_are_known_by_what_they_mirror() {
    let config = "images:\n  - image: docker.io/*\n    mirror: r.example.org/hub\n";
    let folder = folder(&["a"], config);
    let file = folder.path().join("a/Dockerfile");
    let text = std::fs::read_to_string(&file).unwrap();
    let mirrored = text.replace("FROM golang:", "FROM r.example.org/hub/library/golang:");
    assert_ne!(text, mirrored);
    std::fs::write(&file, mirrored).unwrap();
    let ran = run(folder.path(), &["--runtime", "alpine"]);
    let from = "FROM r.example.org/hub/library/golang:1.25 AS builder";
    assert!(ran.out.contains(from), "{}", ran.out);
    assert!(
        ran.out.contains("+FROM r.example.org/hub/library/alpine:"),
        "{}",
        ran.out
    );
    std::fs::remove_file(folder.path().join(".restage.yaml")).unwrap();
    assert!(run(folder.path(), &[]).err.contains("unknown-base"));
}

#[test]
fn images_get_the_names_that_a_team_has_for_them() {
    let digest = "0123456789abcdef".repeat(4);
    let config = format!(
        "images:\n  - image: gcr.io/*\n    mirror: r.example.org/gcr\n  - image: scratch\n    replacement: r.example.org/none\n  - image: alpine:*\n    replacement: r.example.org/own/alpine:1\n  - image: {STATIC}:latest\n    digest: sha256:{digest}\n"
    );
    let folder = folder(&["a"], &config);
    let ran = run(folder.path(), &["--explain"]);
    assert!(ran.out.contains(" AS builder\n"), "{}", ran.out);
    assert!(
        ran.out.contains("FROM golang:1.25 AS builder"),
        "what stands in the file stays: {}",
        ran.out
    );
    assert_eq!(
        images(folder.path(), &[]),
        ["r.example.org/gcr/distroless/static-debian13"]
    );
    let note = "is written as `r.example.org/gcr/distroless/static-debian13` (.restage.yaml:2)";
    assert!(ran.err.contains(note), "{}", ran.err);
    assert!(
        ran.err.contains("rule: the image map's name for"),
        "{}",
        ran.err
    );
    let alpine = images(folder.path(), &["--runtime", "alpine"]);
    assert_eq!(alpine, ["r.example.org/own/alpine:1"]);
    assert_eq!(
        images(folder.path(), &["--runtime", "scratch"]),
        ["scratch"]
    );

    let pinned = format!("images:\n  - image: debian:trixie-slim\n    digest: sha256:{digest}\n");
    put(folder.path(), ".restage.yaml", pinned);
    let slim = images(folder.path(), &["--runtime", "slim"]);
    assert_eq!(slim, [format!("debian:trixie-slim@sha256:{digest}")]);
    // What was written so is settled.
    assert_eq!(
        run(folder.path(), &["--write", "--runtime", "slim"]).code,
        0
    );
    let again = run(folder.path(), &["--check", "-v"]);
    assert_eq!(again.code, 0, "{}", again.err);
}

#[test]
fn paths_can_be_left_out_of_walks() {
    let folder = folder(&["a", "legacy/b"], "exclude: [legacy/]\n");
    let ran = run(folder.path(), &["--check", "-v"]);
    assert!(!ran.err.contains("legacy"), "{}", ran.err);
    let named = run(folder.path(), &["-v", "legacy/b/Dockerfile"]);
    assert!(
        named
            .err
            .contains("legacy/b/Dockerfile: would be rewritten"),
        "{}",
        named.err
    );
}

#[test]
fn declines_that_a_team_expects_are_silent() {
    let config = "exclude-codes: [unknown-base]\n";
    let folder = folder(&[], config);
    put(
        folder.path(),
        "Dockerfile",
        "FROM example.org/base\nCMD [\"a\"]\n",
    );
    let ran = run(folder.path(), &["--strict"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "1 unchanged\n"));
    let told = run(folder.path(), &["--strict", "-v"]);
    assert!(told.err.contains("unchanged[unknown-base]"), "{}", told.err);
}

#[test]
fn templates_and_contexts_count_from_the_file() {
    let config = "template-dir: team\noverrides:\n  - paths: [docker]\n    context: app\n";
    let folder = folder(&["app"], config);
    put(folder.path(), "docker/x.Dockerfile", GO);
    let template = "FROM {{ platform }}{{ image }}{{ name }}\nLABEL team=own\n#% for copy in copies\nCOPY --from={{ builder }} {{ copy.source }} {{ copy.path }}\n#% endfor\nWORKDIR {{ workdir }}\n#% if user\nUSER {{ user }}\n#% endif\n#% for line in contract\n{{ line }}\n#% endfor\n";
    put(folder.path(), "team/go/distroless.Dockerfile", template);
    let ran = run(folder.path(), &["docker"]);
    // The label is not the original's, which the checks see: the template was taken.
    assert!(ran.err.contains("LABEL"), "{}{}", ran.out, ran.err);
    put(
        folder.path(),
        "team/go/distroless.Dockerfile",
        template.replace("LABEL team=own\n", ""),
    );
    let ran = run(
        &folder.path().join("docker"),
        &["--config", "../.restage.yaml", "x.Dockerfile"],
    );
    assert!(
        ran.err.contains("missing-manifest") || ran.err.contains("no-context") || ran.code == 0
    );
    assert_eq!(images(folder.path(), &["docker"]), [STATIC]);
}

#[test]
fn standard_input_is_a_dockerfile_of_the_current_folder() {
    let folder = folder(&["a"], "runtime: scratch\n");
    let mut command = restage(folder.path(), &["-", "--context", "a"]);
    command.write_stdin(GO);
    let ran = ran(command);
    assert!(
        ran.out.contains("+FROM scratch\n"),
        "{}{}",
        ran.out,
        ran.err
    );
}
