//! What Rust's commands in a RUN do.

use super::invocation::Invocation;
use crate::plan::action::Action;
use crate::plan::build::RunCommand;

/// Subcommands that compile, check or fetch: what they make lies in the target directory.
const COMPILES: [&str; 12] = [
    "build",
    "test",
    "check",
    "bench",
    "doc",
    "clippy",
    "fmt",
    "fix",
    "clean",
    "install",
    "uninstall",
    "update",
];

/// Subcommands that leave nothing for a program.
const HARMLESS: [&str; 14] = [
    "fetch",
    "generate-lockfile",
    "tree",
    "metadata",
    "audit",
    "deny",
    "outdated",
    "search",
    "version",
    "login",
    "package",
    "pkgid",
    "verify-project",
    "locate-project",
];

/// Subcommands that write the project's files.
const GENERATES: [&str; 6] = ["run", "init", "new", "add", "remove", "vendor"];

/// Those of them that make nothing but sources and manifests, which no program reads.
const SOURCES: [&str; 5] = ["init", "new", "add", "remove", "vendor"];

/// What a command does; `None` when it is not Rust's.
pub(crate) fn action(command: &RunCommand) -> Option<Action> {
    let program = command.program.as_deref()?;
    match program.rsplit('/').next().unwrap_or(program) {
        "cargo" => Some(cargo(command)),
        "rustup" | "rustup-init" | "rustfmt" | "sccache" => Some(Action::Nothing),
        "rustc" | "rustdoc" if command.has_flag("--version") || command.has_flag("-V") => {
            Some(Action::Nothing)
        }
        "wasm-pack" | "wasm-bindgen" | "trunk" | "diesel" | "sqlx" | "sea-orm-cli" | "refinery"
        | "mdbook" => Some(Action::Build),
        _ => None,
    }
}

fn cargo(command: &RunCommand) -> Action {
    let words = command.arguments.iter();
    let verb = words
        .map(Option::as_deref)
        .find(|word| !word.is_some_and(|word| word.starts_with(['+', '-'])));
    let Some(verb) = verb else {
        return Action::Nothing;
    };
    let verb = match verb {
        Some("b") => "build",
        Some("r") => "run",
        Some("t") => "test",
        Some("c") => "check",
        Some("d") => "doc",
        Some(verb) => verb,
        None => return Action::Unknown,
    };
    if HARMLESS.contains(&verb) {
        Action::Nothing
    } else if COMPILES.contains(&verb)
        || GENERATES.contains(&verb)
        || matches!(verb, "sqlx" | "leptos")
    {
        Action::Build
    } else {
        Action::Unknown
    }
}

/// Whether a command makes nothing but what lies in the target directory or in cargo's own.
pub(crate) fn compiles(command: &RunCommand) -> bool {
    let Some(program) = command.program.as_deref() else {
        return false;
    };
    if program.rsplit('/').next() != Some("cargo") {
        return false;
    }
    let verb = command
        .known_arguments()
        .find(|word| !word.starts_with(['+', '-']));
    verb.is_some_and(|verb| {
        COMPILES.contains(&verb)
            || HARMLESS.contains(&verb)
            || SOURCES.contains(&verb)
            || matches!(verb, "b" | "t" | "c" | "d")
    })
}

/// The command line of cargo that a command is; `None` for other programs.
pub(crate) fn invocation(
    command: &RunCommand,
) -> Option<Result<Invocation, super::invocation::Unclear>> {
    let program = command.program.as_deref()?;
    (program.rsplit('/').next() == Some("cargo")).then(|| Invocation::parse(&command.arguments))
}

/// Whether a variable acts while compiling alone. `RUST_LOG` and `RUST_BACKTRACE` act at run time.
pub(crate) fn is_build_variable(name: &str) -> bool {
    let begins = [
        "CARGO_",
        "RUSTUP_",
        "RUSTC_",
        "SCCACHE_",
        "BINDGEN_",
        "PKG_CONFIG",
    ];
    begins.iter().any(|beginning| name.starts_with(beginning))
        || matches!(
            name,
            "RUSTFLAGS"
                | "RUSTDOCFLAGS"
                | "RUSTC"
                | "SQLX_OFFLINE"
                | "RUST_VERSION"
                | "CC"
                | "CXX"
                | "AR"
                | "LD"
                | "CFLAGS"
                | "CXXFLAGS"
                | "LDFLAGS"
                | "DEBIAN_FRONTEND"
                | "LIBCLANG_PATH"
                | "LLVM_CONFIG_PATH"
                | "PROTOC"
                | "OPENSSL_STATIC"
                | "OPENSSL_DIR"
                | "OPENSSL_LIB_DIR"
                | "OPENSSL_INCLUDE_DIR"
                | "OPENSSL_NO_VENDOR"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn actions(run: &str) -> Vec<(Action, bool)> {
        let text = format!("FROM rust:1-bookworm\nWORKDIR /app\nRUN {run}\n");
        sample(&text, &[("Cargo.toml", "")], |build| {
            let commands = build.commands();
            commands
                .map(|(_, command)| (command.action.clone(), compiles(command)))
                .collect()
        })
    }

    #[test]
    fn commands_have_their_meaning() {
        for (run, action, compiles) in [
            ("cargo build --release", Action::Build, true),
            ("cargo +nightly b -r", Action::Build, true),
            ("cargo fetch --locked", Action::Nothing, true),
            ("cargo run --bin generate", Action::Build, false),
            ("cargo new --bin app", Action::Build, true),
            ("cargo xtask dist", Action::Unknown, false),
            ("cargo \"$WHAT\"", Action::Unknown, false),
            (
                "rustup target add x86_64-unknown-linux-musl",
                Action::Nothing,
                false,
            ),
            ("sqlx database create", Action::Build, false),
            ("rustc main.rs", Action::Unknown, false),
        ] {
            assert_eq!(actions(run), [(action, compiles)], "{run}");
        }
    }

    #[test]
    fn variables_of_the_build_stay_there() {
        for name in [
            "CARGO_TARGET_DIR",
            "RUSTFLAGS",
            "SQLX_OFFLINE",
            "RUSTUP_TOOLCHAIN",
        ] {
            assert!(is_build_variable(name), "{name}");
        }
        for name in [
            "RUST_LOG",
            "RUST_BACKTRACE",
            "ROCKET_PORT",
            "PORT",
            "DATABASE_URL",
        ] {
            assert!(!is_build_variable(name), "{name}");
        }
    }
}
