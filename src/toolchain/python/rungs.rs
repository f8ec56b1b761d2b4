//! The images that the final stage can stand on. In: a build. Out: the rungs, best first.

use super::distribution;
use crate::knowledge::base_image::{BaseImage, Family, Flavour};
use crate::knowledge::distro::{Codename, Distro};
use crate::knowledge::distroless::{Distroless, Kind, PYTHON};
use crate::knowledge::tags::{self, Certainty};
use crate::options::Runtime;
use crate::outcome::{Code, Decline};
use crate::plan::analysis::Rung;
use crate::plan::because::Because;
use crate::plan::build::Build;

/// The rungs for a build.
pub(super) fn of(build: &Build<'_>) -> Result<Vec<Rung>, Decline> {
    let image = &build.base.image;
    let mut rungs = Vec::new();
    if image.flavour == Flavour::Alpine {
        let because = Because::line(
            "the builder's own image, without what was installed in it",
            build.base.line,
        );
        rungs.push(Rung::new(Runtime::Alpine, &build.base.written, because));
        let reason = Because::line(
            "the packages are built for musl, Alpine's C library",
            build.base.line,
        );
        rungs.push(
            Rung::new(Runtime::Slim, &build.base.written, Because::default()).refused(reason),
        );
    } else {
        rungs.push(if distribution::is_plain(build) {
            plain(build)
        } else {
            slim(build)?
        });
        let reason = Because::line(
            "the packages are built for glibc, and Alpine has musl",
            build.base.line,
        );
        rungs.push(
            Rung::new(Runtime::Alpine, &build.base.written, Because::default()).refused(reason),
        );
    }
    if build.options.runtime == Runtime::Distroless {
        rungs.push(distroless(build));
    }
    Ok(rungs)
}

/// The distribution itself, on Debian's slim image where there is one.
fn plain(build: &Build<'_>) -> Rung {
    let base = &build.base;
    let because = Because::line(
        "the distribution of the original, with its Python and nothing to build with",
        base.line,
    );
    let tag = base.reference.tag_or_latest().unwrap_or("latest");
    let is_open = base.parameterised || base.reference.digest.is_some();
    let sibling =
        tags::slim_of("debian", tag).filter(|_| base.image.family == Family::Debian && !is_open);
    let Some(sibling) = sibling else {
        return Rung::new(Runtime::Slim, &base.written, because);
    };
    let mut rung = Rung::new(Runtime::Slim, base.reference.with_tag(&sibling), because);
    rung.pin = tags::with_codename("debian", tag);
    rung
}

fn slim(build: &Build<'_>) -> Result<Rung, Decline> {
    let because = Because::line(
        "the slim image of the same Python on the same Debian release",
        build.base.line,
    );
    let base = &build.base;
    let is_slim = base.image.flavour == Flavour::Slim;
    if base.parameterised {
        let image = if is_slim {
            Some(base.written.clone())
        } else {
            slim_text(build)
        };
        let image = image.ok_or_else(|| {
            let message = format!(
                "the tag of `{}` hangs on a build arg, and its slim sibling cannot be named",
                base.written
            );
            Decline::new(Code::UnresolvedVariable, message)
                .at(base.line)
                .hint("write `python:${VERSION}` or `python:${VERSION}-bookworm`")
        })?;
        return Ok(Rung::new(Runtime::Slim, image, because));
    }
    let tag = base.reference.tag_or_latest().unwrap_or("latest");
    if is_slim && base.reference.digest.is_some() {
        return Ok(Rung::new(Runtime::Slim, &base.written, because));
    }
    let unpublished = || {
        let message = format!(
            "no slim image of `{}` is known to be published",
            base.written
        );
        Decline::new(Code::UnknownBase, message).at(base.line)
    };
    if base.reference.digest.is_some() && base.image.distro_certainty != Certainty::Exact {
        let message = "the digest may stand for another Debian release than its tag does today";
        return Err(Decline::new(Code::UnknownBase, message)
            .at(base.line)
            .hint("name the release in the tag, as in `3.12-bookworm`"));
    }
    let pin = tags::with_codename("python", tag).filter(|_| base.reference.digest.is_none());
    let image = if is_slim {
        base.reference.with_tag(pin.as_deref().unwrap_or(tag))
    } else {
        base.reference
            .with_tag(&tags::slim_of("python", tag).ok_or_else(unpublished)?)
    };
    let mut rung = Rung::new(Runtime::Slim, image, because);
    rung.pin = pin;
    Ok(rung)
}

/// The slim sibling of a tag that build args stand in: `3.${M}` and `${V}-bookworm` have one by
/// their form, a variable that holds the release as well has none.
fn slim_text(build: &Build<'_>) -> Option<String> {
    let written = &build.base.written;
    let tag = build.base.reference.tag.as_deref()?;
    let named = build
        .base
        .image
        .distro
        .as_ref()
        .and_then(Distro::codename)
        .map(Codename::name);
    if let Some(codename) = named.filter(|codename| tag.ends_with(&format!("-{codename}"))) {
        let head = written.strip_suffix(&format!("-{codename}"))?;
        return Some(format!("{head}-slim-{codename}"));
    }
    let is_plain = tag
        .chars()
        .all(|c| c.is_ascii_digit() || c == '.' || c.is_ascii_alphabetic());
    (is_plain && tag.starts_with(|c: char| c.is_ascii_digit())).then(|| format!("{written}-slim"))
}

fn distroless(build: &Build<'_>) -> Rung {
    let image = Distroless::of(Kind::Python3)
        .map(Distroless::repository)
        .unwrap_or_default();
    let (major, minor) = PYTHON;
    let version = distribution::version(build);
    let same =
        version.is_some_and(|version| version.major == major && version.minor == Some(minor));
    let rule = if same {
        format!(
            "its interpreter is /usr/bin/python{major}.{minor}, and the environment is made for that of /usr/local/bin"
        )
    } else {
        format!("its Python is {major}.{minor}, and the base image has another one")
    };
    let reason = Because::line(rule, build.base.line);
    Rung::new(Runtime::Distroless, image, Because::default()).refused(reason)
}

/// The Debian releases that the final stage may stand on: one where it is certain.
pub(super) fn releases(build: &Build<'_>) -> Vec<Codename> {
    let image: &BaseImage = &build.base.image;
    let known = image.distro.as_ref().and_then(Distro::codename);
    let tag = build.base.reference.tag_or_latest().unwrap_or_default();
    let repository = if distribution::is_plain(build) {
        "debian"
    } else {
        "python"
    };
    let pinned = !build.base.parameterised && tags::with_codename(repository, tag).is_some();
    match known {
        Some(codename) if pinned || image.distro_certainty == Certainty::Exact => vec![codename],
        _ => vec![Codename::Bullseye, Codename::Bookworm, Codename::Trixie],
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    fn rung(from: &str) -> Result<(String, Option<String>), Code> {
        let text = format!("{from}\nWORKDIR /app\nCOPY a.py .\nCMD [\"python\", \"a.py\"]\n");
        Project::new(&text, &[("a.py", "")]).build(|build| {
            let rungs = of(build).map_err(|decline| decline.code)?;
            Ok((rungs[0].image.clone(), rungs[0].pin.clone()))
        })
    }

    #[test]
    fn both_stages_share_a_release() {
        for (from, image, pin) in [
            (
                "FROM python:3.11",
                "python:3.11-slim-trixie",
                Some("3.11-trixie"),
            ),
            (
                "FROM python:3.11-bookworm",
                "python:3.11-slim-bookworm",
                None,
            ),
            (
                "FROM docker.io/library/python:3.11-bookworm",
                "docker.io/library/python:3.11-slim-bookworm",
                None,
            ),
            ("FROM python:3.11.4", "python:3.11.4-slim", None),
            (
                "FROM python:3.11-slim",
                "python:3.11-slim-trixie",
                Some("3.11-slim-trixie"),
            ),
            (
                "FROM python:3.11-slim-bookworm",
                "python:3.11-slim-bookworm",
                None,
            ),
            ("FROM python:3.12-alpine", "python:3.12-alpine", None),
            ("ARG V=3.11\nFROM python:${V}", "python:${V}-slim", None),
            (
                "ARG V=3.11\nFROM python:$V-bookworm",
                "python:$V-slim-bookworm",
                None,
            ),
            ("ARG V=3.11-slim\nFROM python:${V}", "python:${V}", None),
        ] {
            assert_eq!(
                rung(from),
                Ok((image.to_owned(), pin.map(str::to_owned))),
                "{from}"
            );
        }
    }

    #[test]
    fn what_cannot_be_named_is_declined() {
        assert_eq!(
            rung("ARG V=3.11-bookworm\nFROM python:${V}"),
            Err(Code::UnresolvedVariable)
        );
        assert_eq!(rung("FROM python:3.11@sha256:00"), Err(Code::UnknownBase));
    }
}
