//! The answer for a build, put together.

use super::*;
use crate::options::Runtime;
use crate::toolchain::compiled::sample::sample;

fn analysis(base: &str, tail: &str, source: &str) -> Result<Analysis, Code> {
    let text = format!("FROM {base}\nWORKDIR /app\nCOPY . .\n{tail}\n");
    let files = [
        ("Cargo.toml", "[package]\nname='a'\nedition='2021'"),
        ("src/main.rs", source),
    ];
    sample(&text, &files, |build| {
        of(build).map_err(|decline| decline.code)
    })
}

const RELEASE: &str = "RUN cargo build --release\nCMD [\"./target/release/a\"]";

#[test]
fn the_linkage_decides_the_ladder() {
    for (base, runtimes) in [
        ("rust:1-bookworm", [Runtime::Distroless, Runtime::Slim]),
        ("rust:1-alpine", [Runtime::Distroless, Runtime::Scratch]),
    ] {
        let found = analysis(base, RELEASE, "fn main() {}").unwrap();
        let rungs = found.rungs.iter().filter(|rung| rung.refusal.is_none());
        let first: Vec<_> = rungs.map(|rung| rung.runtime).take(2).collect();
        assert_eq!(first, runtimes, "{base}");
    }
}

#[test]
fn a_floating_tag_is_kept_on_its_release() {
    let found = analysis("rust:1", RELEASE, "fn main() {}").unwrap();
    let pin = found.rungs.first().and_then(|rung| rung.pin.clone());
    assert_eq!(pin.as_deref(), Some("1-trixie"));
}

#[test]
fn the_program_keeps_its_path() {
    let found = analysis("rust:1-bookworm", RELEASE, "fn main() {}").unwrap();
    let paths: Vec<_> = found
        .payload
        .iter()
        .map(|payload| payload.path.as_str())
        .collect();
    assert_eq!(paths, ["/app/target/release/a"]);
    assert_eq!(found.covered, ["/app"]);
    assert!(found.edits.is_empty());
}

#[test]
fn of_a_whole_directory_only_the_program_is_left_in_target() {
    let tail = format!("RUN cargo run --bin a\n{RELEASE}");
    let found = analysis("rust:1-bookworm", &tail, "fn main() {}").unwrap();
    let edit = found.edits.first().map(|edit| edit.text.as_str());
    assert_eq!(
        edit,
        Some("RUN find /app/target -type f ! -path /app/target/release/a -delete\n")
    );
}

#[test]
fn cargo_run_becomes_a_build() {
    let found = analysis("rust:1-bookworm", "CMD cargo run --release", "fn main() {}").unwrap();
    assert_eq!(
        found.edits.first().map(|edit| edit.text.as_str()),
        Some("RUN cargo build --release\n")
    );
}

#[test]
fn a_project_in_the_root_takes_only_its_own_along() {
    let of_root = |source: &str, more: &str| {
        let text =
            format!("FROM rust:1\nCOPY . .\nRUN cargo build{more}\nCMD [\"./target/debug/a\"]\n");
        let files = [
            ("Cargo.toml", "[package]\nname='a'"),
            ("src/main.rs", source),
            ("static/a.css", ""),
        ];
        sample(&text, &files, |build| {
            of(build).map_err(|decline| decline.code)
        })
    };
    let found = of_root("", "").unwrap();
    let paths: Vec<_> = found.payload.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(paths, ["/target/debug/a", "/static"]);
    assert_eq!(found.covered, ["/Cargo.toml", "/src", "/static", "/target"]);
    let serves = "fn main() { ServeDir::new(\".\"); }";
    let unsupported = Some(Code::UnsupportedProject);
    assert_eq!(of_root(serves, "").err(), unsupported);
    assert_eq!(of_root("", " && cargo run").err(), unsupported);
}
