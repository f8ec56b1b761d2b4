//! The stable codes of outcomes other than a rewrite: one table, from which the enum, the names
//! and `restage explain CODE` are made. A code, once released, keeps its name and its meaning.

use std::fmt;
use std::str::FromStr;

/// Which kind of outcome a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The file is fine, or deliberately left alone.
    Unchanged,
    /// The file is not understood well enough to be rewritten safely.
    Declined,
}

/// One row of the table.
struct Row {
    name: &'static str,
    class: Class,
    summary: &'static str,
    meaning: &'static str,
    remedy: &'static str,
}

/// Makes the enum and its table from one list, so that no code can lack a row.
macro_rules! codes {
    ($($code:ident, $name:literal, $class:ident, $summary:literal, $meaning:literal, $remedy:literal;)+) => {
        /// Why a Dockerfile was not rewritten. [`Code::as_str`] gives its stable name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $code,)+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$code),+];

            fn row(self) -> Row {
                match self {
                    $(Code::$code => Row {
                        name: $name,
                        class: Class::$class,
                        summary: $summary,
                        meaning: $meaning,
                        remedy: $remedy,
                    },)+
                }
            }
        }
    };
}

impl Code {
    /// The stable name, in kebab case.
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// Whether the code says "left as it is" or "declined".
    pub fn class(self) -> Class {
        self.row().class
    }

    /// What it says, on one line.
    pub fn summary(self) -> &'static str {
        self.row().summary
    }

    /// For `restage explain`: a paragraph on what it means, and one on what to do about it.
    pub fn explanation(self) -> String {
        let Row {
            meaning, remedy, ..
        } = self.row();
        format!("{meaning}\n\n{remedy}")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is the name of no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCode;

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(name: &str) -> Result<Self, UnknownCode> {
        let known = Code::ALL.iter().find(|code| code.as_str() == name);
        known.copied().ok_or(UnknownCode)
    }
}

// Columns: variant, name, class, summary, what it means, what to do.
codes! {
    MultiStage, "multi-stage", Unchanged, "the Dockerfile has several stages already",
    "The Dockerfile has more than one FROM. Somebody has decided what goes into the\n\
     final stage, and restage does not second-guess that.",
    "Nothing to do. If the final stage still carries a toolchain, reduce it by hand, or\n\
     go back to a single stage and let restage split it.";

    Ignored, "ignored", Unchanged, "a `# restage: ignore` comment asks to leave the file alone",
    "The Dockerfile holds the comment `# restage: ignore`, perhaps with a reason behind\n\
     it. The file stays byte for byte as it is.",
    "Remove the comment when the reason no longer holds.";

    NotSelected, "not-selected", Unchanged, "`--toolchain` selects other toolchains",
    "The Dockerfile is of a toolchain that `--toolchain` does not name.",
    "Run restage without `--toolchain`, or with this toolchain's name.";

    NoBenefit, "no-benefit", Unchanged, "a split would not make the image smaller or safer",
    "The base image is slim already and the Dockerfile builds nothing that could be left\n\
     behind, so a second stage would only add lines. The one stage may still install\n\
     dependencies before the sources, and run as another user than root.",
    "Nothing to do. `--harden` makes those two changes and no others, as far as they are\n\
     shown to be safe; with `--verbose` a hint tells which of them it would make.";

    NotProved, "not-proved", Declined, "the rewrite could not be proved",
    "The rewrite and its original were built and run side by side, and the rewrite does\n\
     not do the same, or one of them does not build. `--write --verify` leaves such a file\n\
     as it was.",
    "`restage verify` on the file shows all of it. Where the rewrite is at fault, please\n\
     report it with the Dockerfile; where the original needs something to start, tell\n\
     restage what in `verify:` of .restage.yaml.";

    ParseError, "parse-error", Declined, "an instruction could not be read",
    "One instruction is not valid, or uses syntax that restage does not know. What it\n\
     does is then unknown, and so is what the image needs.",
    "Check the line with `docker build --check`. If the builder accepts it, please report\n\
     the line as a bug.";

    CrLineEnds, "cr-line-ends", Declined, "lines end in a bare carriage return",
    "The file ends its lines with CR alone, as very old Mac editors did. Builders read\n\
     such a file as one long line.",
    "Convert the line ends to LF (or CRLF) and run restage again.";

    Windows, "windows", Declined, "the image is a Windows image",
    "The base image, the shell or the escape directive belongs to Windows containers.\n\
     restage knows Linux images only.",
    "Nothing to do; write the stages by hand.";

    UnknownBase, "unknown-base", Declined, "the base image is not one that restage knows",
    "What a base image brings along (variables, entrypoint, user, libraries, tools) decides\n\
     what the final stage must have. Of a private or unlisted image that is not known.",
    "Start from an official image (golang, node, python, rust), or write the stages by hand.";

    Onbuild, "onbuild", Declined, "ONBUILD instructions run in other people's builds",
    "The Dockerfile, or its base image, uses ONBUILD. Those instructions run when another\n\
     Dockerfile builds on this image, and that other file cannot be seen from here.",
    "Replace ONBUILD by the instructions themselves in the Dockerfiles that need them.";

    DevCommand, "dev-command", Declined, "the image starts a shell, a watcher or a development server",
    "The image is made to work in: its command is a shell, a file watcher or a\n\
     development server. Such an image needs its toolchain.",
    "If the file is meant for production, set CMD to the program that serves it.";

    NoCommand, "no-command", Declined, "nothing says which program the image runs",
    "There is no CMD and no ENTRYPOINT, so it is unknown what the final stage must hold.\n\
     The command may stand in a compose file or on a command line.",
    "Add the CMD that starts the program.";

    AmbiguousArtifact, "ambiguous-artifact", Declined, "several build outputs could be the program that runs",
    "More than one file that the build makes fits the command. Copying the wrong one gives\n\
     an image that builds and does not work.",
    "Name one output in the build command (`go build -o /app ./cmd/server`,\n\
     `cargo build --release --bin server`), and the same path in CMD.";

    ArtifactNotFound, "artifact-not-found", Declined, "no build step makes the program that runs",
    "The command names a program, but no instruction is known to make, copy or install it.",
    "Build the program under an explicit path and name that path in CMD.";

    UnknownCommand, "unknown-command", Declined, "a command is not understood",
    "The build or the start of the program goes through a command whose effect is not\n\
     known: it could leave files that the final stage would miss.",
    "Call the toolchain directly (`go build`, `npm run build`, `pip install`,\n\
     `cargo build`), or write the stages by hand.";

    MissingManifest, "missing-manifest", Declined, "the build context lacks the project's manifest",
    "The Dockerfile builds with a toolchain whose manifest (go.mod, package.json,\n\
     pyproject.toml, requirements.txt, Cargo.toml) is not in the build context.",
    "If the build context is another folder, name it with `--context DIR`.";

    UnsupportedProject, "unsupported-project", Declined, "the project's layout or package manager is not supported yet",
    "The project uses something that restage cannot follow yet, for example several\n\
     installations or a package manager with its own store.",
    "Write the stages by hand for now; please report the project's kind, so that it can be\n\
     supported.";

    UnknownLibraries, "unknown-libraries", Declined, "the shared libraries that the program loads are not known",
    "The program, or a package it uses, loads shared libraries that come with the full base\n\
     image. Which ones could not be established, and a missing one shows at start only.",
    "Install the libraries by name in the Dockerfile (`apt-get install libpq5`).";

    ToolchainAtRuntime, "toolchain-at-runtime", Declined, "the program needs its toolchain when it runs",
    "The command, an entrypoint script or the program itself calls the compiler or the\n\
     package manager at run time, so the final stage could not be without it.",
    "Do that work in a RUN instruction, and start the program directly.";

    UnresolvedVariable, "unresolved-variable", Declined, "a variable's value is not known from the Dockerfile",
    "A build argument without a default, or a variable set elsewhere, decides the base\n\
     image, a path or the command.",
    "Give the ARG a default, or write the value out.";

    HiddenByDockerignore, "hidden-by-dockerignore", Declined, "the .dockerignore file hides a file that the rewrite needs",
    "The rewrite would copy a file by name that the .dockerignore file keeps out of the\n\
     build context, and the build would fail.",
    "Add an exception to the .dockerignore file, for example `!package.json`.";

    NoContext, "no-context", Declined, "the build context is not known",
    "The Dockerfile came from standard input, so the project's files cannot be read.",
    "Name the build context with `--context DIR`.";

    AmbiguousContext, "ambiguous-context", Declined, "several build contexts give different answers",
    "Compose files, workflows or scripts build the Dockerfile from several folders, and\n\
     what it copies, and so what the image holds, differs between them.",
    "Name the build context that counts with `--context DIR`, or write one file for each.";

    OtherCommand, "other-command", Declined, "a service runs something else in the image",
    "A compose service replaces the command of the image, and what it runs instead may\n\
     need what the final stage would not have: a shell, a package manager, a program.",
    "Give that service a Dockerfile of its own, or a stage of its own with `target`.";

    UnsupportedShell, "unsupported-shell", Declined, "a SHELL other than a POSIX one runs the commands",
    "The SHELL instruction names an interpreter (PowerShell, Python, …) whose commands\n\
     restage cannot read.",
    "Use `/bin/sh` or `/bin/bash` for the RUN instructions.";

    UnsupportedInstruction, "unsupported-instruction", Declined, "an instruction or flag cannot be carried over",
    "An instruction, or one of its flags, has an effect that cannot be reproduced in two\n\
     stages with certainty.",
    "The message names the instruction; replace it, or write the stages by hand.";

    RuntimeNotPossible, "runtime-not-possible", Declined, "the program does not run on the runtime that was asked for",
    "`--runtime` named a runtime that lacks something the program needs, such as a shell,\n\
     a C library or a language version.",
    "Use `--runtime auto`, or the runtime that the message names.";

    Internal, "internal", Declined, "a check of restage's own failed",
    "restage made a rewrite and then found that it breaks a promise, or it hit a bug. The\n\
     file was not touched.",
    "Please report it with the Dockerfile; it is a bug of restage.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_parse_back() {
        for &code in Code::ALL {
            let name = code.as_str();
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{name}"
            );
            assert_eq!(name.parse(), Ok(code));
        }
        assert_eq!("no-such-code".parse::<Code>(), Err(UnknownCode));
    }

    #[test]
    fn texts_fit_a_terminal_and_cargos_voice() {
        for &code in Code::ALL {
            let summary = code.summary();
            assert!(
                !summary.contains('\n') && !summary.ends_with('.'),
                "{code}: {summary}"
            );
            let text = code.explanation();
            assert!(text.ends_with('.'), "{code}: {text}");
            assert!(
                text.lines().all(|line| line.chars().count() <= 90),
                "{code}: {text}"
            );
        }
    }

    #[test]
    fn only_four_codes_mean_that_a_file_is_fine() {
        let fine = Code::ALL
            .iter()
            .filter(|code| code.class() == Class::Unchanged);
        let names: Vec<_> = fine.map(|code| code.as_str()).collect();
        assert_eq!(
            names,
            ["multi-stage", "ignored", "not-selected", "no-benefit"]
        );
    }
}
