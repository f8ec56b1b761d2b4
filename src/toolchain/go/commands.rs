//! What go's commands in a RUN do. In: a command. Out: its effect, as far as the final stage is
//! concerned.

use crate::plan::action::Action;
use crate::plan::build::RunCommand;
use crate::toolchain::compiled::tree::file_name;

/// Tools that make Go sources (or check them) and nothing that a program reads at run time.
const SOURCE_GENERATORS: [&str; 16] = [
    "wire",
    "mockgen",
    "mockery",
    "sqlc",
    "templ",
    "easyjson",
    "stringer",
    "go-bindata",
    "go-bindata-assetfs",
    "statik",
    "packr",
    "packr2",
    "rice",
    "enumer",
    "goyacc",
    "qtc",
];

/// Tools that make sources and files beside them.
const GENERATORS: [&str; 7] = [
    "swag",
    "gqlgen",
    "buf",
    "protoc",
    "oapi-codegen",
    "ent",
    "goa",
];

/// Tools that look and leave nothing, or change a program in place.
const CHECKERS: [&str; 12] = [
    "gofmt",
    "goimports",
    "golint",
    "golangci-lint",
    "staticcheck",
    "govulncheck",
    "gosec",
    "gotestsum",
    "revive",
    "upx",
    "gocyclo",
    "errcheck",
];

/// The effect of one of go's commands; `None` for commands that are not its business.
pub(crate) fn action(command: &RunCommand) -> Option<Action> {
    let name = file_name(command.program.as_deref()?);
    if name == "go" {
        return Some(match command.subcommand() {
            Some("build" | "install" | "generate" | "run") => Action::Build,
            Some("mod") => match command.known_arguments().nth(1) {
                Some("download" | "verify" | "graph" | "why") => Action::Nothing,
                _ => Action::Build,
            },
            Some(
                "get" | "vet" | "test" | "version" | "env" | "clean" | "list" | "fmt" | "tool"
                | "telemetry" | "help" | "doc" | "fix" | "work" | "bug",
            ) => Action::Nothing,
            _ => Action::Unknown,
        });
    }
    if CHECKERS.contains(&name) {
        return Some(Action::Nothing);
    }
    let generates = SOURCE_GENERATORS.contains(&name) || GENERATORS.contains(&name);
    generates.then_some(Action::Build)
}

/// Whether a command is go's.
pub(crate) fn is_go(command: &RunCommand) -> bool {
    command.program.as_deref().map(file_name) == Some("go")
}

/// Whether a command makes programs or Go sources, and no file that a program reads.
pub(crate) fn compiles(command: &RunCommand) -> bool {
    let Some(name) = command.program.as_deref().map(file_name) else {
        return false;
    };
    match name {
        "go" => !matches!(command.subcommand(), Some("generate" | "run")),
        _ => SOURCE_GENERATORS.contains(&name) || CHECKERS.contains(&name),
    }
}

/// Variables that the go command or the package manager reads and no program does. Sources:
/// `go help environment`; golang's image, which sets `GOLANG_VERSION`.
pub(crate) fn is_build_variable(name: &str) -> bool {
    const NAMES: [&str; 31] = [
        "GOPATH",
        "GOROOT",
        "GOBIN",
        "GOCACHE",
        "GOMODCACHE",
        "GOTMPDIR",
        "GOPROXY",
        "GOSUMDB",
        "GONOSUMDB",
        "GONOSUMCHECK",
        "GOPRIVATE",
        "GONOPROXY",
        "GOINSECURE",
        "GOVCS",
        "GOFLAGS",
        "GOENV",
        "GOEXE",
        "GOOS",
        "GOARCH",
        "GOARM",
        "GOAMD64",
        "GOARM64",
        "GO386",
        "GO111MODULE",
        "GOTOOLCHAIN",
        "GOTOOLDIR",
        "GOWORK",
        "GOEXPERIMENT",
        "GOLANG_VERSION",
        "GCCGO",
        "DEBIAN_FRONTEND",
    ];
    NAMES.contains(&name) || name.starts_with("CGO_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn of(run: &str) -> (Option<Action>, bool) {
        sample(
            &format!("FROM golang:1.25\nRUN {run}\n"),
            &[("a", "")],
            |build| {
                let (_, command) = build.commands().next().unwrap();
                (action(command), compiles(command))
            },
        )
    }

    #[test]
    fn only_builds_and_generators_leave_something() {
        assert_eq!(of("go build -o x ."), (Some(Action::Build), true));
        assert_eq!(
            of("/usr/local/go/bin/go mod download"),
            (Some(Action::Nothing), true)
        );
        assert_eq!(of("go mod vendor"), (Some(Action::Build), true));
        assert_eq!(of("go generate ./..."), (Some(Action::Build), false));
        assert_eq!(of("swag init"), (Some(Action::Build), false));
        assert_eq!(of("wire ./..."), (Some(Action::Build), true));
        assert_eq!(of("go frobnicate"), (Some(Action::Unknown), true));
        assert_eq!(of("npm ci"), (None, false));
    }

    #[test]
    fn variables_of_the_go_command_stay_behind() {
        for name in [
            "GOFLAGS",
            "CGO_ENABLED",
            "CGO_CFLAGS",
            "GOPATH",
            "DEBIAN_FRONTEND",
        ] {
            assert!(is_build_variable(name), "{name}");
        }
        // The runtime reads these when the program runs.
        for name in [
            "GOMAXPROCS",
            "GOGC",
            "GODEBUG",
            "GOMEMLIMIT",
            "GOTRACEBACK",
            "GOOGLE_KEY",
        ] {
            assert!(!is_build_variable(name), "{name}");
        }
    }
}
