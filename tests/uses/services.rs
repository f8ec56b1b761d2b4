//! What is passed to a build, and what services run in the image.

use super::{GO, folder, run, said};

fn compose(service: &str) -> String {
    let lines: Vec<String> = service
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    format!("services:\n  app:\n    build: .\n{}", lines.concat())
}

#[test]
fn a_build_arg_must_not_change_the_rewrite() {
    let text = GO.replace(
        "FROM golang:1.25",
        "ARG VERSION=1.25-bookworm\nFROM golang:${VERSION}",
    );
    let text = text
        .replace("RUN", "ARG COMMIT=none\nRUN")
        .replace("CGO_ENABLED=0 ", "");
    let with = |args: &str| {
        let compose =
            format!("services:\n  app:\n    build:\n      context: .\n      args: {{{args}}}\n");
        said(&[("Dockerfile", &text), ("compose.yaml", &compose)])
    };
    let err = with("COMMIT: abc");
    assert!(err.contains("would be rewritten"), "{err}");
    let err = with("VERSION: 1.25-alpine");
    assert!(
        err.contains(
            "declined[unresolved-variable]: with `VERSION=1.25-alpine`, as compose.yaml:3 passes,"
        ),
        "{err}"
    );
}

#[test]
fn a_stage_that_is_built_by_name_stays_what_it_was() {
    let named = GO.replace("golang:1.25", "golang:1.25 AS builder");
    let target = |text: &str, target: &str| {
        let compose = format!("services:\n  app:\n    build: {{context: ., target: {target}}}\n");
        said(&[("Dockerfile", text), ("compose.yaml", &compose)])
    };
    let err = target(&named, "builder");
    assert!(
        err.contains("would be rewritten") && !err.contains("builds a stage"),
        "{err}"
    );
    let err = target(GO, "dev");
    assert!(
        err.contains("note: compose.yaml:3 builds a stage `dev`, which the file did not have"),
        "{err}"
    );
    let err = target(GO, "\"0\"");
    assert!(
        err.contains(
            "declined[unsupported-instruction]: compose.yaml:3 builds the stage by its number `0`"
        ),
        "{err}"
    );
}

#[test]
fn a_command_that_runs_in_the_same_stage_changes_nothing() {
    let text = GO.replace("CMD", "ENTRYPOINT");
    let compose = compose("command: [--port, \"80\"]");
    let folder = folder(&[("Dockerfile", &text)]);
    let before = run(folder.path(), &[]).out;
    super::put(folder.path(), "compose.yaml", compose);
    let ran = run(folder.path(), &[]);
    assert_eq!(ran.out, before, "{}", ran.err);
    assert!(before.contains("+FROM "));
}

#[test]
fn a_command_that_needs_a_shell_gets_one() {
    let err = said(&[
        ("Dockerfile", GO),
        ("compose.yaml", &compose("command: sh -c 'sleep 1 && /app'")),
    ]);
    assert!(
        err.contains(
            "because the service `app` runs `sh -c sleep 1 && /app` in this image (compose.yaml:4)"
        ),
        "{err}"
    );
    assert!(
        !err.contains("runtime `distroless`") && err.contains("would be rewritten"),
        "{err}"
    );
}

#[test]
fn a_command_that_the_final_stage_cannot_run_is_a_decline() {
    let err = said(&[
        ("Dockerfile", GO),
        ("compose.yaml", &compose("command: make serve")),
    ]);
    assert!(err.contains("declined[other-command]: the service `app` runs `make serve` in this image (compose.yaml:4)"), "{err}");
}

#[test]
fn a_command_of_an_unknown_variable_is_a_decline() {
    let with = |command: &str| {
        said(&[
            ("Dockerfile", GO),
            ("compose.yaml", &compose(&format!("command: {command}"))),
        ])
    };
    for command in ["$START", "[sh, -c, \"${START}\"]"] {
        let err = with(command);
        let message = "declined[other-command]: what the service `app` starts in this image is not known (compose.yaml:4)";
        assert!(err.contains(message), "{err}");
    }
    assert!(with("").contains("would be rewritten"));
}

#[test]
fn a_service_to_develop_in_is_told_how_to_keep_its_tools() {
    let err = said(&[
        ("Dockerfile", GO),
        (
            "compose.yaml",
            &compose("command: go run .\nvolumes:\n  - .:/src"),
        ),
    ]);
    let note = "note: the service `app` develops in this image, with `go run .` (compose.yaml:4): with `target: builder` it keeps its tools";
    assert!(err.contains(note), "{err}");
    assert!(err.contains("would be rewritten"), "{err}");
    let note = "note: the service `app` mounts sources of the host, which the new user may not be let write to: with `user: root` it runs as it did";
    assert!(err.contains(note), "{err}");
}

#[test]
fn root_is_kept_where_a_place_of_the_host_is_written_to() {
    let with = |volume: &str| {
        said(&[
            ("Dockerfile", GO),
            ("compose.yaml", &compose(&format!("volumes:\n  - {volume}"))),
        ])
    };
    let err = with("./data:/data");
    assert!(
        err.contains("still runs as root: `/data` is a place on the host"),
        "{err}"
    );
    assert!(err.contains("compose.yaml:5"), "{err}");
    let err = with("./data:/data:ro");
    assert!(
        err.contains("instead of root") && !err.contains("/data"),
        "{err}"
    );
    let err = with("data:/data");
    assert!(
        err.contains("instead of root")
            && err.contains("a volume at `/data` (compose.yaml:5) that exists already"),
        "{err}"
    );
}

#[test]
fn one_stage_is_not_hardened_where_a_place_of_the_host_is_written_to() {
    let with = |dockerfile: &str, volume: &str| {
        let folder = folder(&[
            ("Dockerfile", dockerfile),
            ("app.py", "print(1)\n"),
            ("requirements.txt", "flask\n"),
            ("compose.yaml", &compose(&format!("volumes:\n  - {volume}"))),
        ]);
        let ran = run(folder.path(), &["-v", "--harden"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.err
    };
    let slim = "FROM python:3.12-slim\nWORKDIR /app\nCOPY app.py .\nCMD [\"python\", \"app.py\"]\n";
    let err = with(slim, "./data:/data");
    let why = "nor can it be hardened: `/data` is a place on the host";
    assert!(
        err.contains("unchanged[no-benefit]") && err.contains(why),
        "{err}"
    );
    let err = with(slim, "data:/data");
    assert!(err.contains("runtime `hardened`"), "{err}");
    let late = slim.replace(
        "COPY app.py .",
        "COPY . .\nRUN pip install -r requirements.txt",
    );
    let err = with(&late, "./data:/data");
    assert!(
        err.contains("runtime `hardened`") && err.contains("still runs as root: `/data`"),
        "{err}"
    );
}

#[test]
fn a_secret_that_is_passed_as_a_build_arg_is_told() {
    let dockerfile = GO.replace("COPY . .", "ARG GIT_TOKEN\nCOPY . .");
    let folder = folder(&[
        ("Dockerfile", &dockerfile),
        (
            "compose.yaml",
            "services:\n  app:\n    build:\n      context: .\n      args:\n        GIT_TOKEN: abc\n",
        ),
    ]);
    let ran = run(folder.path(), &["-v", "--secrets"]);
    assert!(
        ran.out.contains("--mount=type=secret,id=git_token"),
        "{}",
        ran.out
    );
    let note = "compose.yaml:3 passes `GIT_TOKEN` as a build arg: it must pass it as a secret";
    assert!(ran.err.contains(note), "{}", ran.err);
}

#[test]
fn a_probe_of_a_service_is_noted() {
    let err = said(&[
        ("Dockerfile", GO),
        (
            "compose.yaml",
            &compose("healthcheck:\n  test: [CMD, curl, -f, http://localhost]"),
        ),
    ]);
    assert!(
        err.contains(
            "is probed inside of the container with `curl -f http://localhost` (compose.yaml:5)"
        ),
        "{err}"
    );
}

#[test]
fn a_development_container_is_told_how_to_keep_its_tools() {
    let json = "{\n  \"build\": {\"dockerfile\": \"../Dockerfile\", \"context\": \"..\"}\n}\n";
    let err = said(&[
        ("Dockerfile", GO),
        (".devcontainer/devcontainer.json", json),
    ]);
    assert!(err.contains(".devcontainer/devcontainer.json:2 develops in this image: with `\"target\": \"builder\"`"), "{err}");
    let own = "{\"build\": {\"dockerfile\": \"x.Dockerfile\", \"context\": \"..\"}}";
    let folder = folder(&[
        (".devcontainer/x.Dockerfile", GO),
        (".devcontainer/devcontainer.json", own),
    ]);
    let ran = run(folder.path(), &[".devcontainer"]);
    assert!(
        ran.err
            .contains("declined[dev-command]: it is built to develop in"),
        "{}",
        ran.err
    );
}

#[test]
fn a_service_that_says_whom_it_runs_as_finds_what_it_had() {
    for (user, said) in [
        ("'0'", "note: runs as 65532:65532 instead of root"),
        ("root:root", "note: runs as 65532:65532 instead of root"),
        (
            "1000:1000",
            "runs as root: the service `app` says itself whom it runs as (compose.yaml:4)",
        ),
        (
            "${UID}",
            "runs as root: the service `app` says itself whom it runs as (compose.yaml:4)",
        ),
        (
            "worker",
            "declined[other-command]: the service `app` runs as `worker` (compose.yaml:4), which the final stage may not know",
        ),
    ] {
        let err = said_of(GO, &format!("user: {user}\n"));
        assert!(err.contains(said), "{user}\n{err}");
    }
    let own = GO.replace("CMD", "RUN useradd --uid 1234 worker\nUSER worker\nCMD");
    let err = said_of(&own, "user: worker\n");
    assert!(err.contains("would be rewritten"), "{err}");
}

#[test]
fn a_context_under_the_name_of_an_image_or_a_stage_is_a_decline() {
    let build = |name: &str| {
        format!(
            "services:\n  app:\n    build:\n      context: .\n      additional_contexts:\n        {name}: ../other\n"
        )
    };
    for (name, is_meant) in [
        ("golang:1.25", true),
        ("docker.io/library/golang:1.25", true),
        ("builder", true),
        ("gcr.io/distroless/static-debian13", true),
        ("shared", false),
        ("golang:1.24", false),
    ] {
        let text = build(name);
        let err = said(&[("Dockerfile", GO), ("compose.yaml", text.as_str())]);
        let declined =
            "declined[unknown-base]: compose.yaml:3 builds it with something else under the name `";
        assert_eq!(err.contains(declined), is_meant, "{name}\n{err}");
    }
    for (path, text) in [
        (
            "docker-bake.hcl",
            "target \"app\" {\n  contexts = { \"golang:1.25\" = \"docker-image://x\" }\n}\n",
        ),
        (
            "build.sh",
            "docker buildx build --build-context golang:1.25=docker-image://x .\n",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          build-contexts: |\n            golang:1.25=docker-image://x\n",
        ),
    ] {
        let err = said(&[("Dockerfile", GO), (path, text)]);
        assert!(err.contains("declined[unknown-base]"), "{path}\n{err}");
    }
}

/// What is said of a Dockerfile that a service with these further lines builds.
fn said_of(dockerfile: &str, more: &str) -> String {
    let text = compose(more);
    said(&[("Dockerfile", dockerfile), ("compose.yaml", text.as_str())])
}
