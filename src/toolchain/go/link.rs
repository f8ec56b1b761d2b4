//! How programs are linked. In: their flags and settings, and how each uses cgo. Out: one answer
//! for the image, and whether cgo has to be switched off for it.

use super::cgo::{self, Cgo};
use super::commands;
use super::program::Program;
use super::setting::CgoEnabled;
use super::version;
use crate::knowledge::distro::Libc;
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::toolchain::compiled::ladder::Linked;

/// How the programs of an image are linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linkage {
    /// All together.
    pub(crate) linked: Linked,
    /// The step before which `ENV CGO_ENABLED=0` has to stand, with the reason.
    pub(crate) switch_off: Option<(usize, Because)>,
    /// Packages with the libraries that they are linked with.
    pub(crate) packages: Vec<Need<String>>,
}

/// What one program is.
enum One {
    Static(Because),
    /// Static when cgo is switched off, which nothing speaks against.
    StaticWithout(Because),
    Dynamic(Because),
}

/// How `programs` are linked together, each with its use of cgo.
pub(crate) fn of(build: &Build<'_>, programs: &[(&Program, Cgo)]) -> Linkage {
    let mut gcc = None;
    let mut packages: Vec<Need<String>> = Vec::new();
    let mut dynamic = None;
    let mut first_static = None;
    let mut switch_off: Option<(usize, Because)> = None;
    for (program, cgo) in programs {
        match one(build, program, cgo) {
            One::Static(because) => _ = first_static.get_or_insert(because),
            One::StaticWithout(because) => {
                let step = switch_off
                    .as_ref()
                    .map_or(program.step, |(s, _)| program.step.min(*s));
                switch_off = Some((step, because));
            }
            One::Dynamic(because) => {
                dynamic.get_or_insert(because);
                if let Cgo::Used {
                    gcc: own,
                    packages: more,
                    ..
                } = cgo
                {
                    gcc = gcc.or_else(|| own.clone());
                    packages.extend(more.iter().cloned());
                }
            }
        }
    }
    // A later command may want cgo although no program does.
    if let Some((step, _)) = &switch_off
        && dynamic.is_none()
    {
        dynamic = wants_cgo(build, *step);
    }
    let Some(because) = dynamic else {
        let because = switch_off
            .as_ref()
            .map(|(_, because)| because.clone())
            .or(first_static);
        let linked = Linked::Static(because.unwrap_or_default());
        return Linkage {
            linked,
            switch_off,
            packages,
        };
    };
    let libc = build.base.image.libc().unwrap_or(Libc::Glibc);
    if let (Libc::Musl, Some(because)) = (libc, &gcc) {
        for name in ["libgcc", "libstdc++"] {
            packages.push(Need::new(name.to_owned(), because.clone()));
        }
    }
    packages.sort_by(|a, b| a.value.cmp(&b.value));
    packages.dedup_by(|a, b| a.value == b.value);
    let reason = packages.first().map(|need| need.because.clone());
    let linked = Linked::Libc {
        libc,
        gcc,
        packages: reason,
        because,
    };
    Linkage {
        linked,
        switch_off: None,
        packages,
    }
}

fn one(build: &Build<'_>, program: &Program, cgo: &Cgo) -> One {
    let words = &program.words;
    let at = |rule: &str| Because::line(rule, program.line);
    if words.has("race") {
        return One::Dynamic(at("`-race` links the C library"));
    }
    if words
        .text("buildmode")
        .is_some_and(|mode| mode != "exe" && mode != "default")
    {
        return One::Dynamic(at(
            "the build mode makes a program that is loaded dynamically",
        ));
    }
    let flags = words.text("ldflags").unwrap_or_default();
    if flags.contains("linkmode=external") || flags.contains("linkmode external") {
        return One::Dynamic(at("the external linker is asked for"));
    }
    if keeps_library(build, program) {
        return One::Dynamic(at(
            "before Go 1.5 the standard library is linked as it was installed, with cgo",
        ));
    }
    match program.cgo {
        CgoEnabled::Off => One::Static(at("built with `CGO_ENABLED=0`, so it is static")),
        CgoEnabled::On | CgoEnabled::Unknown => match cgo {
            Cgo::Used { because, .. } | Cgo::Perhaps(because) => One::Dynamic(because.clone()),
            Cgo::Unused => One::Dynamic(at("cgo is asked for")),
        },
        CgoEnabled::Default if is_without_compiler(build) => One::Static(at(
            "without a C compiler go builds without cgo, so it is static",
        )),
        CgoEnabled::Default => match cgo {
            Cgo::Used { because, .. } | Cgo::Perhaps(because) => One::Dynamic(because.clone()),
            Cgo::Unused if program.package.is_some() => One::StaticWithout(Because::line(
                "nothing that the program links needs cgo, and without it the program is static",
                program.line,
            )),
            Cgo::Unused => One::Dynamic(at("a program from elsewhere, which may use cgo")),
        },
    }
}

/// Whether the installed `net` and `os/user`, which use cgo, are linked whatever `CGO_ENABLED` says.
/// Since Go 1.5 the go command builds them again where the setting asks for other files; before,
/// `-installsuffix` makes it look elsewhere, and up to 1.3 `-a` includes the standard library.
/// Source: the history in `cmd/go/pkg.go` of Go 1.5, above `isStale`; golang/go issue 9344.
fn keeps_library(build: &Build<'_>, program: &Program) -> bool {
    let words = &program.words;
    version::of(build).is_some_and(|release| {
        release < (1, 5) && !words.has("installsuffix") && !(words.has("a") && release < (1, 4))
    })
}

/// Since Go 1.20 cgo is off where there is no C compiler. Source: Go 1.20's release notes.
fn is_without_compiler(build: &Build<'_>) -> bool {
    let recent = version::of(build).is_some_and(|release| release >= (1, 20));
    recent && !cgo::has_compiler(build)
}

/// A go command from `step` on that needs cgo: the race detector.
fn wants_cgo(build: &Build<'_>, step: usize) -> Option<Because> {
    let mut commands = build.commands().filter(|(at, _)| *at >= step);
    let (_, command) =
        commands.find(|(_, command)| commands::is_go(command) && command.has_flag("-race"))?;
    Some(Because::line("`-race` needs cgo", command.line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;
    use crate::toolchain::go::program;

    /// `static`, `static` with the step to switch cgo off before, or the C library.
    fn linkage(text: &str, cgo: &Cgo) -> String {
        let files = [("go.mod", "module m"), ("main.go", "package main")];
        sample(&format!("FROM {text}\n"), &files, |build| {
            let programs = program::programs(build, &Tree::of(build)).unwrap();
            let programs: Vec<_> = programs
                .iter()
                .map(|program| (program, cgo.clone()))
                .collect();
            let linkage = of(build, &programs);
            match (linkage.linked, linkage.switch_off) {
                (Linked::Static(_), None) => "static".to_owned(),
                (Linked::Static(_), Some((step, _))) => format!("static {step}"),
                (Linked::Libc { libc, .. }, _) => format!("{libc:?}"),
            }
        })
    }

    #[test]
    fn settings_flags_and_the_compiler_decide() {
        let used = Cgo::Used {
            because: Because::rule("x"),
            gcc: None,
            packages: Vec::new(),
        };
        let copy = "WORKDIR /s\nCOPY . .\n";
        for (text, cgo, expected) in [
            ("golang:1.25\n{}RUN go build", &Cgo::Unused, "static 3"),
            ("golang:1.25\n{}RUN CGO_ENABLED=0 go build", &used, "static"),
            ("golang:1.25\n{}RUN go build", &used, "Glibc"),
            ("golang:1.25\n{}RUN go build -race", &Cgo::Unused, "Glibc"),
            (
                "golang:1.25\n{}RUN go build -buildmode=pie",
                &Cgo::Unused,
                "Glibc",
            ),
            (
                "golang:1.25\n{}RUN go build && go test -race ./...",
                &Cgo::Unused,
                "Glibc",
            ),
            (
                "golang:1.25\n{}RUN CGO_ENABLED=1 go build",
                &Cgo::Unused,
                "Glibc",
            ),
            ("golang:1.25-alpine\n{}RUN go build", &used, "static"),
            (
                "golang:1.25-alpine\nRUN apk add gcc\n{}RUN go build",
                &used,
                "Musl",
            ),
            (
                "golang:1.25-alpine\nRUN apk add gcc\n{}RUN go build",
                &Cgo::Unused,
                "static 4",
            ),
            (
                "golang:1.19-alpine\n{}RUN go build",
                &Cgo::Unused,
                "static 3",
            ),
            ("golang:1.4\n{}RUN go build", &Cgo::Unused, "Glibc"),
            (
                "golang:1.4\n{}RUN CGO_ENABLED=0 go build -a",
                &Cgo::Unused,
                "Glibc",
            ),
            (
                "golang:1.4\n{}RUN CGO_ENABLED=0 go build -a -installsuffix cgo",
                &Cgo::Unused,
                "static",
            ),
            (
                "golang:1.3\n{}RUN CGO_ENABLED=0 go build -a",
                &Cgo::Unused,
                "static",
            ),
            ("golang:1.5\n{}RUN go build", &Cgo::Unused, "static 3"),
            (
                "golang:1.25\n{}RUN go install x.org/y@v1",
                &Cgo::Unused,
                "Glibc",
            ),
        ] {
            assert_eq!(linkage(&text.replace("{}", copy), cgo), expected, "{text}");
        }
    }
}
