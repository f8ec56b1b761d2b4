//! The ladder of a compiled program. In: how it is linked. Out: the images that it can run on,
//! best first, and for the others why not.

use crate::knowledge::base_image::Family;
use crate::knowledge::distro::{Codename, Distro, Libc};
use crate::knowledge::distroless::{Distroless, Kind};
use crate::knowledge::tags::{self, Certainty};
use crate::options::Runtime;
use crate::plan::analysis::{Link, Rung};
use crate::plan::because::Because;
use crate::plan::build::Build;

/// How a program is linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Linked {
    /// With nothing.
    Static(Because),
    /// With the C library.
    Libc {
        /// Which one.
        libc: Libc,
        /// Why it needs the libraries of GCC (libstdc++, libgcc, libgomp) too.
        gcc: Option<Because>,
        /// Why it needs packages of the distribution, which only an image of the same release has.
        packages: Option<Because>,
        /// Why it is linked so.
        because: Because,
    },
}

impl Linked {
    /// The same for the core.
    pub(crate) fn link(&self) -> Link {
        match self {
            Self::Static(_) => Link::Static,
            Self::Libc {
                packages: Some(_), ..
            } => Link::SameRelease,
            Self::Libc { libc, .. } => Link::Libc(*libc),
        }
    }
}

/// The rungs for a program that the base of `build` compiled. `programs` tells why programs of
/// the builder's distribution are needed, if they are.
pub(crate) fn rungs(build: &Build<'_>, linked: &Linked, programs: Option<&Because>) -> Vec<Rung> {
    match linked {
        Linked::Static(because) => of_static(build, because, programs),
        Linked::Libc {
            libc: Libc::Glibc,
            gcc,
            packages,
            because,
        } => of_glibc(build, gcc.as_ref(), packages.as_ref(), because),
        Linked::Libc {
            libc: Libc::Musl,
            because,
            ..
        } => of_musl(build, because),
    }
}

fn of_static(build: &Build<'_>, because: &Because, programs: Option<&Because>) -> Vec<Rung> {
    let own = build.base.is(Family::Alpine);
    let mut alpine = Rung::new(
        Runtime::Alpine,
        if own {
            build.base.written.clone()
        } else {
            sibling(build, "alpine", &any_alpine(build))
        },
        Because::rule("a small image with a shell"),
    );
    // The same program from another distribution may take other options.
    if let (Some(programs), Some(Libc::Glibc)) = (programs, build.base.image.libc()) {
        alpine = alpine.refused(programs.clone());
    }
    let slim = format!("{}-slim", slim_codename(build));
    let (slim, rule) = match build.base.image.family {
        Family::Ubuntu => (
            build.base.written.clone(),
            "an image with a shell and Ubuntu's packages",
        ),
        _ => (
            sibling(build, "debian", &slim),
            "an image with a shell and Debian's packages",
        ),
    };
    vec![
        Rung::new(
            Runtime::Distroless,
            distroless(Kind::Static),
            because.clone(),
        ),
        Rung::new(Runtime::Scratch, "scratch", because.clone()),
        alpine,
        Rung::new(Runtime::Slim, slim, Because::rule(rule)),
    ]
}

fn of_glibc(
    build: &Build<'_>,
    gcc: Option<&Because>,
    packages: Option<&Because>,
    because: &Because,
) -> Vec<Rung> {
    let kind = if gcc.is_some() { Kind::Cc } else { Kind::Base };
    let reason = gcc.unwrap_or(because);
    let mut small = Rung::new(Runtime::Distroless, distroless(kind), reason.clone());
    if let Some(packages) = packages {
        small = small.refused(packages.clone());
    }
    if build.base.is(Family::Ubuntu) {
        let rule = "the image that the program is built on, without what built it";
        let own = Rung::new(Runtime::Slim, &build.base.written, Because::rule(rule));
        let others = [Runtime::Distroless, Runtime::Scratch, Runtime::Alpine];
        return with_refused(vec![own], because, &others);
    }
    let codename = build.base.image.distro.as_ref().and_then(Distro::codename);
    if codename.is_none_or(|codename| codename > Codename::Trixie) {
        let rule = "distroless images are older than the release that the program is built on";
        small = small.refused(Because::line(rule, build.base.line));
    }
    let name = codename.map_or("", Codename::name);
    let image = sibling(build, "debian", &format!("{name}-slim"));
    let rule = "the release that the program is built on";
    let mut slim = Rung::new(Runtime::Slim, image, Because::rule(rule));
    let published = tags::published("debian", &format!("{name}-slim")).is_some();
    if !published || build.base.image.distro_certainty == Certainty::LastOfMinor {
        let rule = "the Debian release of the base image is not certain";
        slim = slim.refused(Because::line(rule, build.base.line));
    }
    let rungs = vec![pinned(build, small), pinned(build, slim)];
    with_refused(rungs, because, &[Runtime::Scratch, Runtime::Alpine])
}

fn of_musl(build: &Build<'_>, because: &Because) -> Vec<Rung> {
    if build.base.is(Family::Alpine) {
        let rule = "the image that the program is built on, without what built it";
        let own = Rung::new(Runtime::Alpine, &build.base.written, Because::rule(rule));
        let others = [Runtime::Distroless, Runtime::Scratch, Runtime::Slim];
        return with_refused(vec![own], because, &others);
    }
    let image = sibling(build, "alpine", alpine_release(build).unwrap_or_default());
    let rule = "the release that the program is built on, with its C library";
    let mut rung = Rung::new(Runtime::Alpine, image, Because::rule(rule));
    if alpine_release(build).is_none() {
        let rule = "the Alpine release of the base image is not known";
        rung = rung.refused(Because::line(rule, build.base.line));
    }
    let others = [Runtime::Distroless, Runtime::Scratch, Runtime::Slim];
    with_refused(vec![pinned(build, rung)], because, &others)
}

/// Rungs that cannot be, so that a user who asks for one is told why.
fn with_refused(mut rungs: Vec<Rung>, because: &Because, runtimes: &[Runtime]) -> Vec<Rung> {
    for runtime in runtimes {
        rungs.push(Rung::new(*runtime, "", because.clone()).refused(because.clone()));
    }
    rungs
}

/// The rung with the tag that keeps the builder on the release which the final stage has.
fn pinned(build: &Build<'_>, mut rung: Rung) -> Rung {
    let base = &build.base;
    if base.image.distro_certainty != Certainty::Floating {
        return rung;
    }
    if base.parameterised {
        let rule = "the release of the base image hangs on a build arg";
        return rung.refused(Because::line(rule, base.line));
    }
    let repository = base.reference.repository();
    let tag = base.reference.tag_or_latest().unwrap_or_default();
    let named = match alpine_release(build) {
        Some(release) => {
            let named = tag.replace("alpine", &format!("alpine{release}"));
            tags::published(repository, &named).map(|_| named)
        }
        None => tags::with_codename(repository, tag),
    };
    if named.is_none() {
        let rule = "no tag keeps the base image on its release";
        return rung.refused(Because::line(rule, base.line));
    }
    rung.pin = named;
    rung
}

fn distroless(kind: Kind) -> String {
    Distroless::of(kind).map_or_else(String::new, Distroless::repository)
}

fn sibling(build: &Build<'_>, repository: &str, tag: &str) -> String {
    build.base.reference.sibling(repository, tag).to_string()
}

/// The Alpine release that the build stands on, as far as it is known.
fn alpine_release<'b>(build: &'b Build<'_>) -> Option<&'b str> {
    match &build.base.image.distro {
        Some(Distro::Alpine(release)) if !release.is_empty() => Some(release),
        _ => None,
    }
}

/// The builder's Alpine release while it is rebuilt, else the newest one.
fn any_alpine(build: &Build<'_>) -> String {
    let own = alpine_release(build).map(str::to_owned);
    let newest = (0..100).rev().map(|minor| format!("3.{minor}"));
    let mut releases = own.into_iter().chain(newest);
    releases
        .find(|tag| tags::is_current("alpine", tag))
        .unwrap_or_else(|| "latest".to_owned())
}

/// The builder's Debian release while its slim image is rebuilt, else the newest one.
fn slim_codename(build: &Build<'_>) -> &'static str {
    let own = build.base.image.distro.as_ref().and_then(Distro::codename);
    own.filter(|codename| tags::is_current("debian", &format!("{codename}-slim")))
        .unwrap_or(Codename::Trixie)
        .name()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn images(from: &str, linked: &Linked) -> Vec<String> {
        sample(&format!("FROM {from}\n"), &[("go.mod", "")], |build| {
            let rungs = rungs(build, linked, None);
            let shown = rungs.iter().filter(|rung| rung.refusal.is_none());
            let shown = shown.map(|rung| match &rung.pin {
                Some(pin) => format!("{} <- {pin}", rung.image),
                None => rung.image.clone(),
            });
            shown.collect()
        })
    }

    fn libc(libc: Libc, gcc: bool, packages: bool) -> Linked {
        let because = Because::rule("x");
        Linked::Libc {
            libc,
            gcc: gcc.then(|| because.clone()),
            packages: packages.then(|| because.clone()),
            because,
        }
    }

    #[test]
    fn a_static_program_runs_anywhere() {
        let linked = Linked::Static(Because::rule("x"));
        assert_eq!(
            images("golang:1.24-bookworm", &linked),
            [
                "gcr.io/distroless/static-debian13",
                "scratch",
                "alpine:3.24",
                "debian:bookworm-slim"
            ]
        );
        assert_eq!(
            images("mirror.gcr.io/library/golang:1.20-buster", &linked)[2..],
            [
                "mirror.gcr.io/library/alpine:3.24",
                "mirror.gcr.io/library/debian:trixie-slim"
            ]
        );
        assert_eq!(images("golang:1.16-alpine3.13", &linked)[2], "alpine:3.24");
        assert_eq!(images("golang:1.25-alpine3.22", &linked)[2], "alpine:3.22");
    }

    #[test]
    fn a_dynamic_program_needs_its_c_library() {
        assert_eq!(
            images("golang:1.24-bookworm", &libc(Libc::Glibc, false, false)),
            ["gcr.io/distroless/base-debian13", "debian:bookworm-slim"]
        );
        assert_eq!(
            images("golang:1.25", &libc(Libc::Glibc, true, false)),
            [
                "gcr.io/distroless/cc-debian13 <- 1.25-trixie",
                "debian:trixie-slim <- 1.25-trixie"
            ]
        );
        assert_eq!(
            images("golang:1.24-bookworm", &libc(Libc::Glibc, false, true)),
            ["debian:bookworm-slim"]
        );
        assert_eq!(
            images("golang:1.25-alpine3.22", &libc(Libc::Musl, false, false)),
            ["alpine:3.22"]
        );
    }
}
