//! A cache mount over the module cache in the place of a layer of downloads (`--cache mounts`). In:
//! the commands that run go. Out: where its flag goes; or why there can be none.
//!
//! Mounts are told apart by their path, so that all projects of a machine share this one. They may:
//! go checks modules against go.sum when it downloads them, keeps versions apart, and locks the
//! cache while it writes to it. What go has compiled is found by the hashes of all that went into
//! it, not by times.

use super::commands;
use super::setting::{self, Value};
use super::world::World;
use crate::dockerfile::instruction::{Form, InstructionKind, Run};
use crate::plan::action::Action;
use crate::plan::build::{Build, RunCommand, Step};
use crate::plan::removal;
use crate::plan::user::is_root;

/// The flag, with a blank behind it.
pub(super) const FLAG: &str = "--mount=type=cache,target=/go/pkg/mod ";

/// Where the flag is inserted: behind RUN in every step that runs go. Nowhere, where there is
/// nothing to download.
pub(super) fn places(build: &Build<'_>, world: &World) -> Result<Vec<usize>, &'static str> {
    if world.vendor.is_some() || world.requires().next().is_none() {
        return Ok(Vec::new());
    }
    if !build.options.buildkit {
        return Err("BuildKit is done without");
    }
    if build.dockerfile.text.contains("pkg/mod") {
        return Err("the Dockerfile uses the module cache itself");
    }
    let mut places = Vec::new();
    for (index, step) in build.steps.iter().enumerate() {
        if let InstructionKind::Run(run) = &step.instruction.kind
            && step.commands.iter().any(needs_modules)
        {
            is_ordinary(build, index, step, run)?;
            places.push(run.command_start);
        }
    }
    Ok(places)
}

/// Whether a command may read modules: any of go's but those that tell about go itself.
fn needs_modules(command: &RunCommand) -> bool {
    commands::is_go(command)
        && !matches!(
            command.subcommand(),
            Some("version" | "env" | "telemetry" | "help")
        )
}

fn is_ordinary(
    build: &Build<'_>,
    index: usize,
    step: &Step<'_>,
    run: &Run,
) -> Result<(), &'static str> {
    if !matches!(run.form, Form::Shell(_)) {
        return Err("a RUN with go in it is in exec form");
    }
    if run.flags.iter().any(|flag| flag.name == "network") {
        return Err("a RUN chooses its network, and may have none to fill the mount from");
    }
    if !is_root(&step.state.contract.user) {
        return Err("a RUN with go in it does not run as root");
    }
    let value = |name: &str| {
        let mut here = step.commands.iter();
        let own = here.find_map(|command| command.variables.get(name));
        own.map_or_else(
            || setting::at(build, index, name),
            |value| Value::Known(value.clone()),
        )
    };
    let path = value("GOPATH");
    let is_usual = path == Value::Unset || path.known() == Some("/go");
    if !is_usual || value("GOMODCACHE") != Value::Unset {
        return Err("the module cache has a place of its own");
    }
    if value("GOPROXY").known() == Some("off") {
        return Err("modules may not be downloaded by a RUN that builds");
    }
    let removes = |command: &RunCommand| match &command.action {
        Action::Remove(paths) => removal::perhaps(paths, "/go/pkg/mod"),
        _ => command.has_flag("-modcache"),
    };
    if step.commands.iter().any(removes) {
        return Err("a RUN removes the module cache");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;
    use crate::toolchain::compiled::tree::Tree;

    const FILES: [(&str, &str); 2] = [
        ("go.mod", "module m\nrequire github.com/x/y v1.0.0\n"),
        ("go.sum", "github.com/x/y v1.0.0 h1:a\n"),
    ];

    fn count(body: &str, files: &[(&str, &str)]) -> Result<usize, &'static str> {
        let text = format!("FROM golang:1.25\nWORKDIR /a\nCOPY . .\n{body}\n");
        sample(&text, files, |build| {
            let world = World::at(build, &Tree::of(build), "/a", 1).unwrap();
            places(build, &world).map(|places| places.len())
        })
    }

    #[test]
    fn every_run_with_go_has_the_mount() {
        for (body, runs) in [
            ("RUN go build", 1),
            ("RUN go mod download\nRUN go vet ./... && go build", 2),
            ("RUN go version\nRUN ls\nRUN go build", 1),
            ("ENV GOPATH=/go\nRUN go build", 1),
        ] {
            assert_eq!(count(body, &FILES), Ok(runs), "{body}");
        }
        assert_eq!(count("RUN go build", &[("go.mod", "module m\n")]), Ok(0));
        let vendored = [FILES[0], FILES[1], ("vendor/modules.txt", "")];
        assert_eq!(count("RUN go build", &vendored), Ok(0));
    }

    #[test]
    fn a_run_that_could_miss_what_it_hides_has_none() {
        for body in [
            "ENV GOMODCACHE=/x\nRUN go build",
            "RUN GOPATH=/x go build",
            "RUN go build && go clean -modcache",
            "RUN go build && rm -rf /go/pkg",
            "RUN go mod download\nRUN --network=none go build",
            "RUN go mod download\nRUN GOPROXY=off go build",
            "RUN go build && cp -r /go/pkg/mod/github.com/x/y@v1.0.0/data /data",
            "USER 1000\nRUN go build",
            "RUN [\"go\", \"build\"]",
        ] {
            assert!(count(body, &FILES).is_err(), "{body}");
        }
    }
}
