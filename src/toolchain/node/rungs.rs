//! The ladder of a Node program: distroless, slim, alpine. In: the base image and what is known of
//! the program. Out: the rungs, best first, with what stands against each.

use super::natives::Natives;
use super::needs::Found;
use crate::dockerfile::shell::{self, Command};
use crate::knowledge::base_image::Flavour;
use crate::knowledge::distro::Distro;
use crate::knowledge::distroless::{Distroless, Kind};

use crate::knowledge::tag_shape::TagShape;
use crate::knowledge::tags::{self, Certainty};
use crate::options::Runtime;
use crate::outcome::{Code, Decline};
use crate::plan::analysis::{Launch, Rung};
use crate::plan::because::Because;
use crate::plan::build::Build;

/// The repository of the official images.
const NODE: &str = "node";

/// The major release of Node.
pub(super) fn major(build: &Build<'_>) -> Option<u32> {
    build.base.image.version.map(|version| version.major)
}

/// The rungs.
pub(super) fn ladder(
    build: &Build<'_>,
    found: &Found,
    natives: &Natives,
    launch: Result<Launch, Because>,
) -> Result<Vec<Rung>, Decline> {
    Ok(vec![
        distroless(build, found, natives, launch),
        slim(build)?,
        alpine(build),
    ])
}

fn distroless(
    build: &Build<'_>,
    found: &Found,
    natives: &Natives,
    launch: Result<Launch, Because>,
) -> Rung {
    let published = major(build).and_then(|major| Distroless::of(Kind::Nodejs(major)));
    let image = published.map(Distroless::repository).unwrap_or_default();
    let pin = pinned_major(build);
    let rule = match &pin {
        Some(tag) => format!(
            "what starts is `node` and a file; both stages are pinned to one major, `{tag}`, since `lts` moves on"
        ),
        None => "what starts is `node` and a file".to_owned(),
    };
    let because = Because::line(rule, build.base.line);
    let mut rung = Rung::new(Runtime::Distroless, image, because);
    if published.is_none() {
        let major = major(build).map_or_else(String::new, |major| format!(" {major}"));
        rung = rung.refused(base(
            build,
            format!("no distroless image of Node{major} is published"),
        ));
    }
    rung = match tag_refusal(build) {
        Some(because) => rung.refused(because),
        None => rung,
    };
    match launch {
        Ok(launch) => rung.launch = launch,
        Err(because) => rung = rung.refused(because),
    }
    let reasons = [natives.first.clone(), found.slim.clone(), probe(build)];
    rung = reasons.into_iter().flatten().fold(rung, Rung::refused);
    rung.pin = pin;
    rung
}

fn base(build: &Build<'_>, rule: impl Into<String>) -> Because {
    Because::line(rule, build.base.line)
}

/// Why the tag asks for something that the distroless image is not.
fn tag_refusal(build: &Build<'_>) -> Option<Because> {
    let image = &build.base.image;
    let refused = |rule: &str| Some(base(build, rule));
    match image.flavour {
        Flavour::Slim => return refused("the slim image was chosen"),
        Flavour::Alpine => return refused("the builder is alpine, whose C library is another"),
        _ => {}
    }
    if build.base.parameterised {
        return refused("the version is a build arg");
    }
    if build.base.reference.digest.is_some() {
        return refused("the image is pinned by its digest");
    }
    let tag = build.base.reference.tag_or_latest().unwrap_or_default();
    let shape = TagShape::of(tag);
    if image.version.is_some_and(|version| version.minor.is_some()) {
        return refused(
            "the tag pins a version, and the distroless image has the newest of its major",
        );
    }
    if image.version_certainty == Certainty::Floating && shape.release != Some("lts") {
        return refused("the tag names no version");
    }
    let own = image.distro.as_ref().and_then(Distro::codename);
    let usual = tags::stands_on(NODE, &major(build)?.to_string());
    let usual = usual.and_then(|on| on.distro.codename());
    match (own, usual) {
        (Some(own), Some(usual)) if own < usual => Some(base(
            build,
            format!("an older release of Debian was chosen, {own}"),
        )),
        _ => None,
    }
}

/// `lts` moves on to other majors, and both stages must have the same one.
fn pinned_major(build: &Build<'_>) -> Option<String> {
    if build.base.image.version_certainty != Certainty::Floating {
        return None;
    }
    let tag = build.base.reference.tag_or_latest()?;
    let pinned = tag.replacen("lts", &major(build)?.to_string(), 1);
    (tags::is_current(NODE, &pinned)).then_some(pinned)
}

/// A HEALTHCHECK that calls node by its name, which is not on distroless' PATH.
fn probe(build: &Build<'_>) -> Option<Because> {
    let check = build.end.contract.healthcheck.as_ref()?;
    let script = shell::of_form(check.probe.as_ref()?)?;
    let mut programs = script.commands.iter().filter_map(Command::program);
    let name = programs.find(|name| matches!(name.as_str(), "node" | "npm" | "npx" | "yarn"))?;
    Some(Because::rule(format!(
        "HEALTHCHECK calls `{name}` by its name"
    )))
}

fn slim(build: &Build<'_>) -> Result<Rung, Decline> {
    let written = &build.base.written;
    let because = base(build, "Node's own slim image, of the same release");
    if build.base.image.flavour == Flavour::Slim {
        return Ok(Rung::new(Runtime::Slim, written, because));
    }
    if build.base.image.flavour == Flavour::Alpine {
        let rung = Rung::new(Runtime::Slim, written, because);
        return Ok(rung.refused(base(
            build,
            "the builder is alpine, whose C library is another",
        )));
    }
    let reference = &build.base.reference;
    let tag = reference.tag_or_latest().unwrap_or_default();
    let slim = tags::slim_of(NODE, tag);
    if build.base.parameterised {
        let textual = reference.tag.is_some()
            && reference.digest.is_none()
            && tag != "latest"
            && slim.is_some();
        if !textual {
            let message = format!("the slim image of `{written}` hangs on a build arg");
            return Err(Decline::new(Code::UnresolvedVariable, message)
                .at(build.base.line)
                .hint("write the base image out"));
        }
        return Ok(Rung::new(Runtime::Slim, format!("{written}-slim"), because));
    }
    let Some(slim) = slim else {
        let rung = Rung::new(Runtime::Slim, reference.with_tag("slim"), because);
        return Ok(rung.refused(base(
            build,
            format!("no slim image is published for the tag `{tag}`"),
        )));
    };
    let mut rung = Rung::new(Runtime::Slim, reference.with_tag(&slim), because);
    if reference.digest.is_none() {
        rung.pin = tags::with_codename(NODE, tag);
    } else if build.base.image.distro_certainty != Certainty::Exact {
        let rule =
            "the image is pinned by its digest, and which release of Debian it is is not known";
        rung = rung.refused(base(build, rule));
    }
    Ok(rung)
}

fn alpine(build: &Build<'_>) -> Rung {
    let because = base(
        build,
        "the builder's own image, without what was installed to build",
    );
    let rung = Rung::new(Runtime::Alpine, &build.base.written, because);
    if build.base.image.flavour == Flavour::Alpine {
        rung
    } else {
        rung.refused(base(
            build,
            "the builder is not alpine, and packages may have code for its C library",
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::{analyse, open};

    /// Images of the rungs that are open, with their pins.
    fn rungs(from: &str) -> Vec<(String, String)> {
        let text = format!(
            "{from}\nWORKDIR /app\nCOPY . .\nRUN apt-get install -y make && npm ci\nCMD [\"node\", \"a.js\"]\n"
        );
        let analysis = analyse(&text, &[("package.json", "{}"), ("a.js", "")]).unwrap();
        let rungs = open(&analysis).into_iter();
        rungs
            .map(|rung| (rung.image.clone(), rung.pin.clone().unwrap_or_default()))
            .collect()
    }

    fn first(from: &str) -> (String, String) {
        rungs(from).into_iter().next().unwrap_or_default()
    }

    fn pair(image: &str, pin: &str) -> (String, String) {
        (image.to_owned(), pin.to_owned())
    }

    #[test]
    fn distroless_takes_majors_that_are_published() {
        let image = "gcr.io/distroless/nodejs22-debian13";
        for from in [
            "FROM node:22",
            "FROM node:jod",
            "FROM node:22-bookworm",
            "FROM node:22-trixie",
        ] {
            assert_eq!(first(from), pair(image, ""), "{from}");
        }
        let lts = pair("gcr.io/distroless/nodejs24-debian13", "24");
        assert_eq!(first("FROM node:lts"), lts);
        let slim = pair("node:22-bookworm-slim", "22-bookworm");
        assert_eq!(rungs("FROM node:22")[1], slim);
    }

    #[test]
    fn other_tags_keep_to_their_release() {
        for (from, image, pin) in [
            ("FROM node:20", "node:20-bookworm-slim", "20-bookworm"),
            ("FROM node:22-bullseye", "node:22-bullseye-slim", ""),
            (
                "FROM node:22.14",
                "node:22.14-bookworm-slim",
                "22.14-bookworm",
            ),
            ("FROM node:22.14.0", "node:22.14.0-slim", ""),
            (
                "FROM docker.io/library/node:20",
                "docker.io/library/node:20-bookworm-slim",
                "20-bookworm",
            ),
            ("FROM node:22-slim", "node:22-slim", ""),
            ("FROM node:22-alpine", "node:22-alpine", ""),
            (
                "ARG V=20\nFROM node:${V}-bookworm",
                "node:${V}-bookworm-slim",
                "",
            ),
            (
                "FROM node:22-bookworm@sha256:00",
                "node:22-bookworm-slim",
                "",
            ),
        ] {
            assert_eq!(first(from), pair(image, pin), "{from}");
        }
        assert!(rungs("FROM node:22@sha256:00").is_empty());
    }

    #[test]
    fn an_image_that_hangs_on_an_argument_is_declined() {
        let text = "ARG V=latest\nFROM node:$V\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
        let decline = analyse(text, &[("a.js", "")]).unwrap_err();
        assert_eq!(
            (decline.code, decline.line),
            (Code::UnresolvedVariable, Some(2))
        );
    }
}
