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
fn what_cannot_be_read_is_an_error_where_it_may_be_about_a_dockerfile() {
    let bad = "services:\n  app:\n    build: [\n";
    let twice = "services: {}\nservices: {}\n";
    let folder = folder(&[
        ("Dockerfile", GO),
        ("compose.yaml", bad),
        ("docker-compose.dev.yml", twice),
        ("x/docker-bake.hcl", "target \"a\" {\n  context = \n}\n"),
    ]);
    put(folder.path(), "docker-bake.json", [0xff, 0xfe]);
    let large = "# ".repeat(2 << 20);
    put(folder.path(), "docker-compose.large.yml", large);
    let ran = run(folder.path(), &["--write"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    for said in [
        "error: compose.yaml:4: ",
        "error: docker-bake.json: cannot be read as text of at most 2 MiB",
        "error: docker-compose.dev.yml:2: the key `services` stands twice",
        "error: docker-compose.large.yml: cannot be read as text of at most 2 MiB",
        "warning: x/docker-bake.hcl:2: ",
        "Dockerfile: rewritten",
    ] {
        assert!(ran.err.contains(said), "{said}\n{}", ran.err);
    }
    assert!(ran.err.ends_with("1 rewritten, 4 errors\n"), "{}", ran.err);
    let text = std::fs::read_to_string(folder.path().join("Dockerfile")).unwrap();
    assert!(text.contains("FROM gcr.io/distroless/static"), "{text}");
}

#[test]
fn what_is_copied_tells_it_and_other_folders_that_fit_are_named() {
    let copies = GO.replace("COPY . .", "COPY go.mod main.go ./");
    let files = [(WHERE, copies.as_str()), (".git/HEAD", "")];
    let err = said(&files);
    let note = "note: the build context is taken to be `.`, which has all that it copies\n";
    assert!(err.contains(note), "{err}");

    let folder = folder(&files);
    sources(folder.path(), "docker");
    let ran = run(folder.path(), &["--explain"]);
    let note = "note: the build context is taken to be `docker`; `.` has all that it copies, too: name another one with `--context DIR`\n";
    assert!(ran.err.contains(note), "{}", ran.err);
    let rule = "the build context is `docker`: the nearest folder that has all that it copies";
    assert!(ran.err.contains(rule), "{}", ran.err);
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
