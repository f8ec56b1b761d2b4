//! Where the build context comes from.

use super::{GO, folder, put, run, said, sources};

const WHERE: &str = "docker/app.Dockerfile";

/// Holds that the Dockerfile in `docker/` is rewritten with the context that `place` names.
fn assert_context(files: &[(&str, &str)], note: &str) {
    let err = said(&[&[(WHERE, GO)], files].concat());
    let note = format!("{WHERE}: note: the build context is {note}\n");
    assert!(err.contains(&note), "{note}{err}");
    assert!(
        err.contains("would be rewritten: toolchain `go`, runtime `distroless`"),
        "{err}"
    );
}

#[test]
fn without_a_word_it_is_not_known() {
    let err = said(&[(WHERE, GO)]);
    assert!(err.contains("declined[missing-manifest]"), "{err}");
}

#[test]
fn each_kind_of_file_tells_it() {
    for (path, text, line) in [
        (
            "compose.yaml",
            "services:\n  app:\n    build:\n      context: .\n      dockerfile: docker/app.Dockerfile\n",
            3,
        ),
        (
            "deploy/docker-compose.prod.yml",
            "services:\n  app:\n    build:\n      context: ..\n      dockerfile: docker/app.Dockerfile\n",
            3,
        ),
        (
            "docker-bake.hcl",
            "target \"app\" {\n  dockerfile = \"docker/app.Dockerfile\"\n}\n",
            1,
        ),
        (
            "docker-bake.json",
            "{\"target\": {\n  \"app\": {\"dockerfile\": \"docker/app.Dockerfile\"}}}\n",
            2,
        ),
        (
            ".github/workflows/image.yml",
            "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          file: docker/app.Dockerfile\n",
            4,
        ),
        (
            ".github/workflows/image.yml",
            "jobs:\n  a:\n    steps:\n      - run: |\n          true\n          docker build -f docker/app.Dockerfile .\n",
            6,
        ),
        (
            ".gitlab-ci.yml",
            "image:\n  script:\n    - docker build -f docker/app.Dockerfile .\n",
            3,
        ),
        (
            "scripts/image.sh",
            "set -e\ndocker build -t app -f docker/app.Dockerfile .\n",
            2,
        ),
        (
            "Makefile",
            "FILE = docker/app.Dockerfile\nimage:\n\tdocker build -f $(FILE) .\n",
            3,
        ),
        (
            "skaffold.yaml",
            "build:\n  artifacts:\n    - image: app\n      docker: {dockerfile: docker/app.Dockerfile}\n",
            3,
        ),
        (
            "Tiltfile",
            "docker_build('app', '.', dockerfile='docker/app.Dockerfile')\n",
            1,
        ),
    ] {
        assert_context(&[(path, text)], &format!("`.` ({path}:{line})"));
    }
}

#[test]
fn a_given_one_wins() {
    let compose = "services:\n  app:\n    build: {context: ., dockerfile: docker/app.Dockerfile}\n";
    let folder = folder(&[(WHERE, GO), ("compose.yaml", compose)]);
    let ran = run(folder.path(), &["-v", "--context", "docker"]);
    assert!(
        ran.err.contains("declined[missing-manifest]"),
        "{}",
        ran.err
    );
}

#[test]
fn what_hangs_on_a_variable_says_nothing() {
    let compose =
        "services:\n  app:\n    build: {context: $ROOT, dockerfile: docker/app.Dockerfile}\n";
    let err = said(&[(WHERE, GO), ("compose.yaml", compose)]);
    assert!(err.contains("declined[missing-manifest]"), "{err}");
}

#[test]
fn several_with_one_answer_are_noted() {
    let one = "services:\n  a:\n    build: {context: one, dockerfile: ../docker/app.Dockerfile}\n  b:\n    build: {context: two, dockerfile: ../docker/app.Dockerfile}\n";
    let folder = folder(&[(WHERE, GO), ("compose.yaml", one)]);
    sources(folder.path(), "one");
    sources(folder.path(), "two");
    let ran = run(folder.path(), &[]);
    let note = "note: it is built from several contexts, to the same end: `one` (compose.yaml:3), `two` (compose.yaml:5)\n";
    assert!(ran.err.contains(note), "{}", ran.err);
}

#[test]
fn several_with_different_answers_are_a_decline() {
    let two = "services:\n  a:\n    build: {context: ., dockerfile: docker/app.Dockerfile}\n  b:\n    build: {context: docker, dockerfile: app.Dockerfile}\n";
    let files = [(WHERE, GO), ("compose.yaml", two)];
    let err = said(&files);
    let line = "docker/app.Dockerfile: declined[ambiguous-context]: it is built from several contexts, with different answers: `docker` (compose.yaml:5), `.` (compose.yaml:3)\n";
    assert!(err.contains(line), "{err}");
    let folder = folder(&files);
    let ran = run(folder.path(), &["--context", "."]);
    assert!(ran.err.contains("would be rewritten"), "{}", ran.err);
}

#[test]
fn what_cannot_be_read_is_a_warning_and_the_rest_is_done() {
    let bad = "services:\n  app:\n    build: [\n";
    let twice = "target \"a\" {\n  context = \n}\n";
    let err = said(&[
        ("Dockerfile", GO),
        ("compose.yaml", bad),
        ("x/docker-bake.hcl", twice),
    ]);
    assert!(err.contains("warning: compose.yaml:4: "), "{err}");
    assert!(err.contains("warning: x/docker-bake.hcl:"), "{err}");
    assert!(err.contains("Dockerfile: would be rewritten"), "{err}");
}

#[test]
fn what_lies_outside_of_the_repository_says_nothing() {
    let compose =
        "services:\n  app:\n    build: {context: ., dockerfile: repo/docker/app.Dockerfile}\n";
    let folder = folder(&[
        ("repo/docker/app.Dockerfile", GO),
        ("repo/.git/HEAD", ""),
        ("compose.yaml", compose),
    ]);
    let ran = run(folder.path(), &["-v", "repo"]);
    assert!(
        ran.err.contains("declined[missing-manifest]"),
        "{}",
        ran.err
    );
    put(
        folder.path(),
        "repo/compose.yaml",
        "services:\n  app:\n    build: {context: .., dockerfile: repo/docker/app.Dockerfile}\n",
    );
    let ran = run(folder.path(), &["-v", "repo"]);
    assert!(
        ran.err.contains("declined[missing-manifest]"),
        "a path out of the tree is followed by nobody: {}",
        ran.err
    );
}
