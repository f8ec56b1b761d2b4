//! Which program runs.

use super::*;
use crate::plan::entry;
use crate::toolchain::compiled::sample::sample;
use crate::toolchain::compiled::tree::Tree;
use crate::toolchain::rust::builds;

const FILES: [(&str, &str); 3] = [
    ("Cargo.toml", "[package]\nname='a'\nedition='2021'"),
    ("src/main.rs", ""),
    ("start.sh", "#!/bin/sh\nexec a --port $PORT\n"),
];

pub(in crate::toolchain::rust) fn found(tail: &str) -> Result<Found, Decline> {
    let text = format!("FROM rust:1-bookworm\nWORKDIR /app\nCOPY . .\n{tail}\n");
    sample(&text, &FILES, |build| {
        let builds = builds::read(build, &Tree::of(build))?;
        find(build, &entry::read(build), &builds)
    })
}

fn paths(tail: &str) -> Vec<String> {
    found(tail)
        .unwrap()
        .own
        .into_iter()
        .map(|own| own.path)
        .collect()
}

pub(in crate::toolchain::rust) fn launch(tail: &str) -> (Option<Vec<String>>, Option<Vec<String>>) {
    match found(tail).unwrap().launch {
        Launch::Replace {
            entrypoint, cmd, ..
        } => (entrypoint, cmd),
        Launch::AsIs => (None, None),
    }
}

pub(in crate::toolchain::rust) fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[test]
fn the_program_is_what_the_command_names() {
    let release = "RUN cargo build --release";
    for (tail, path) in [
        ("CMD [\"./target/release/a\"]", "/app/target/release/a"),
        ("CMD target/release/a --x", "/app/target/release/a"),
        (
            "WORKDIR /app/target/release\nENTRYPOINT [\"tini\", \"--\", \"./a\"]",
            "/app/target/release/a",
        ),
        (
            "RUN cp target/release/a /usr/local/bin/\nCMD a",
            "/usr/local/bin/a",
        ),
        ("RUN cp target/release/a ./echo\nCMD ./echo x", "/app/echo"),
    ] {
        assert_eq!(paths(&format!("{release}\n{tail}")), [path], "{tail}");
    }
}

#[test]
fn programs_for_other_calls_go_along() {
    let tail =
        "RUN cargo build\nHEALTHCHECK CMD target/debug/a --check\nCMD [\"./target/debug/a\"]";
    assert_eq!(paths(tail), ["/app/target/debug/a"]);
    let text = "FROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo install --path .\nCMD [\"a\"]\n";
    let files = [FILES[0], FILES[1], ("src/bin/migrate.rs", "")];
    let found = sample(text, &files, |build| {
        let builds = builds::read(build, &Tree::of(build)).unwrap();
        find(build, &entry::read(build), &builds).unwrap()
    });
    let names: Vec<_> = found.own.iter().map(|own| own.name.as_str()).collect();
    assert_eq!(names, ["a", "migrate"]);
}

#[test]
fn a_bare_name_on_cargos_path_becomes_a_path() {
    let install = "RUN cargo install --path .";
    let path = "/usr/local/cargo/bin/a";
    assert_eq!(
        launch(&format!("{install}\nCMD [\"a\", \"x\"]")),
        (None, Some(words(&format!("{path} x"))))
    );
    assert_eq!(
        launch(&format!(
            "{install}\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"a\"]"
        )),
        (Some(words("tini --")), Some(words(path)))
    );
    for tail in ["CMD a --port $PORT", "ENTRYPOINT [\"/app/start.sh\"]"] {
        let found = found(&format!("{install}\n{tail}")).unwrap();
        assert_eq!(found.launch, Launch::AsIs);
        assert_eq!(found.path.unwrap().0, "/usr/local/cargo/bin");
    }
    let own =
        found("RUN cargo install --path . --root /opt/x\nENV PATH=/opt/x/bin:$PATH\nCMD [\"a\"]");
    assert_eq!(own.unwrap().launch, Launch::AsIs);
}

#[test]
fn what_is_uncertain_is_declined() {
    let build = "RUN cargo build --release";
    for (tail, code) in [
        ("", Code::NoCommand),
        ("CMD [\"bash\"]", Code::NoCommand),
        (
            "CMD [\"cargo\", \"watch\", \"-x\", \"run\"]",
            Code::DevCommand,
        ),
        ("CMD [\"cargo\", \"test\"]", Code::ToolchainAtRuntime),
        (
            "CMD cargo run --release && cargo run",
            Code::ToolchainAtRuntime,
        ),
        ("CMD [\"./target/debug/a\"]", Code::ArtifactNotFound),
        ("CMD [\"lost\"]", Code::ArtifactNotFound),
        ("CMD [\"runsvdir\", \"/etc/service\"]", Code::UnknownCommand),
        ("CMD exec ./target/release/$ROLE", Code::UnknownCommand),
    ] {
        assert_eq!(
            found(&format!("{build}\n{tail}")).unwrap_err().code,
            code,
            "{tail}"
        );
    }
}
