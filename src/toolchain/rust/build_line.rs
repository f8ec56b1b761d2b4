//! The `cargo build` that makes what a `cargo run` runs. In: its command line. Out: words for a
//! shell.

use super::builds::CargoBuild;
use crate::dockerfile::shell::quoted;

/// The words of the `cargo build` that makes what a `cargo run` runs.
pub(crate) fn words(own: &CargoBuild) -> Vec<String> {
    let cargo = &own.cargo;
    let mut words = vec!["cargo".to_owned(), "build".to_owned()];
    let mut pair = |name: &str, value: &str| words.extend([name.to_owned(), quoted(value)]);
    match cargo.profile.as_deref() {
        Some("release") | None => {}
        Some(profile) => pair("--profile", profile),
    }
    for (name, values) in [
        ("--target", &cargo.targets),
        ("--bin", &cargo.selection.bins),
        ("--example", &cargo.selection.examples),
        ("--features", &cargo.features.names),
        ("-p", &cargo.packages),
    ] {
        for value in values {
            pair(name, value);
        }
    }
    for (name, value) in [
        ("--manifest-path", &cargo.manifest_path),
        ("--target-dir", &cargo.target_dir),
    ] {
        if let Some(value) = value {
            pair(name, value);
        }
    }
    if cargo.profile.as_deref() == Some("release") {
        words.insert(2, "--release".to_owned());
    }
    for (name, is_on) in [
        ("--no-default-features", cargo.features.no_default),
        ("--all-features", cargo.features.all),
        ("--locked", cargo.locked),
    ] {
        if is_on {
            words.push(name.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::rust::invocation::Invocation;

    fn line(run: &str) -> String {
        let run: Vec<_> = run.split(' ').map(|word| Some(word.to_owned())).collect();
        let own = CargoBuild {
            cargo: Invocation::parse(&run).unwrap(),
            ..CargoBuild::default()
        };
        words(&own).join(" ")
    }

    #[test]
    fn what_decides_the_program_stays() {
        for (run, build) in [
            ("run", "cargo build"),
            ("run -q --release -- serve", "cargo build --release"),
            (
                "run --bin x -F a,b --locked",
                "cargo build --bin x --features a --features b --locked",
            ),
            (
                "run --profile dist --no-default-features",
                "cargo build --profile dist --no-default-features",
            ),
            ("run --bin a;b", "cargo build --bin 'a;b'"),
        ] {
            assert_eq!(line(run), build, "{run}");
        }
    }
}
