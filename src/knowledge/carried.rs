//! In: a base image and a name. Out: whether the image carries that program or package.
//!
//! `true` is certain. `false` means "not known to": installing what is there already costs
//! nothing, leaving out what is not there breaks the container.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{
    base_image::{BaseImage, Family, Flavour},
    distro::{Codename, Distro},
    distroless::Kind,
    table::rows,
};

type Layers = HashMap<(&'static str, &'static str), HashSet<&'static str>>;

static LAYERS: LazyLock<Layers> = LazyLock::new(|| {
    let mut layers = Layers::new();
    for [layer, kind, names] in rows(include_str!("data/carried.tsv")) {
        layers
            .entry((layer, kind))
            .or_default()
            .extend(names.split(' '));
    }
    layers
});

fn holds(image: &BaseImage, kind: &'static str, name: &str) -> bool {
    layers_of(image)
        .iter()
        .filter_map(|layer| LAYERS.get(&(*layer, kind)))
        .any(|names| names.contains(name))
}

/// Whether the image is certain to carry the program. A path counts by its last part.
pub fn carries(image: &BaseImage, program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    match image.family {
        Family::Distroless(kind) => distroless_carries(kind, name),
        _ => holds(image, "program", name) || depends_on_the_release(image, name),
    }
}

/// Whether the image is certain to have the apt package installed already: what the full
/// images have from buildpack-deps (`libpq-dev`, `git`), and `ca-certificates` elsewhere.
pub fn carries_package(image: &BaseImage, package: &str) -> bool {
    holds(image, "package", package)
}

fn distroless_carries(kind: Kind, program: &str) -> bool {
    match kind {
        Kind::Nodejs(_) => program == "node",
        Kind::Python3 => matches!(program, "python" | "python3"),
        _ => false,
    }
}

/// Python comes into Debian's scm images with Mercurial: Python 3 since bullseye.
fn depends_on_the_release(image: &BaseImage, program: &str) -> bool {
    let scm = layers_of(image).contains(&"scm");
    match program {
        "python3" => {
            scm && matches!(image.distro, Some(Distro::Debian(codename)) if codename >= Codename::Bullseye)
        }
        "magick" => {
            layers_of(image).contains(&"full")
                && matches!(image.distro, Some(Distro::Debian(Codename::Trixie)))
        }
        _ => false,
    }
}

/// The layers that the image is made of, see the table.
fn layers_of(image: &BaseImage) -> Vec<&'static str> {
    let mut layers = match image.flavour {
        Flavour::Alpine => vec!["alpine"],
        Flavour::Full | Flavour::Slim => vec!["debian"],
        Flavour::Distroless | Flavour::Scratch | Flavour::Windows => return Vec::new(),
    };
    let full = image.flavour == Flavour::Full;
    match image.family {
        Family::Golang => {
            layers.push("golang");
            layers.extend(full.then_some(["curl", "scm", "cgo"]).into_iter().flatten());
        }
        Family::Node => layers.extend(node_layers(image)),
        Family::Rust => layers.push("rust"),
        Family::Python => layers.push(python_layer(image)),
        Family::Nginx => layers.extend(nginx_layers(image)),
        Family::BuildpackDeps => layers.extend(match image.variant.as_str() {
            "curl" => &["curl"][..],
            "scm" => &["curl", "scm"],
            _ => &["curl", "scm", "full"],
        }),
        _ => {}
    }
    match (image.family, image.flavour) {
        (Family::Node | Family::Rust | Family::Python, Flavour::Full) => {
            layers.extend(["curl", "scm", "full"]);
            layers.extend((image.family == Family::Python).then_some("tk"));
        }
        (Family::Rust, Flavour::Slim) => layers.push("linker"),
        (Family::Python, Flavour::Slim) if is_recent_python(image) => layers.push("certificates"),
        _ => {}
    }
    layers
}

/// Python's slim images since 3.9 are all newer than their ca-certificates.
fn is_recent_python(image: &BaseImage) -> bool {
    image.version.is_some_and(|version| {
        version.major > 3 || (version.major == 3 && version.minor.is_none_or(|minor| minor >= 9))
    })
}

fn node_layers(image: &BaseImage) -> Vec<&'static str> {
    let major = image.version.map_or(0, |version| version.major);
    let mut layers = vec!["node"];
    if major >= 10 {
        layers.push("npx");
    }
    // Corepack left with Node 25.
    if (18..=24).contains(&major) {
        layers.push("corepack");
    }
    layers
}

fn python_layer(image: &BaseImage) -> &'static str {
    match image.version {
        Some(version) if version.major == 2 => "python2",
        _ => "python3",
    }
}

fn nginx_layers(image: &BaseImage) -> Vec<&'static str> {
    let since_1_19 = image
        .version
        .is_none_or(|version| version.major > 1 || version.minor.is_none_or(|minor| minor >= 20));
    let mut layers = Vec::new();
    if since_1_19 {
        layers.push("nginx");
    }
    if since_1_19 && image.flavour == Flavour::Slim {
        layers.push("nginx-curl");
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::image::ImageRef;
    use crate::knowledge::base_image::resolve;

    fn image(text: &str) -> BaseImage {
        resolve(&ImageRef::parse(text).unwrap()).unwrap()
    }

    #[test]
    fn full_images_carry_what_slim_ones_lack() {
        for program in [
            "git", "curl", "convert", "unzip", "gcc", "ps", "python3", "ssh",
        ] {
            assert!(carries(&image("node:22"), program), "{program}");
            assert!(!carries(&image("node:22-slim"), program), "{program}");
        }
        for program in ["bash", "sed", "tar", "/bin/sh", "node", "npm", "yarn"] {
            assert!(carries(&image("node:22-slim"), program), "{program}");
        }
        assert!(!carries(&image("debian:12-slim"), "wget"));
    }

    #[test]
    fn go_images_stand_on_the_smaller_buildpack() {
        let go = image("golang:1.22");
        assert!(carries(&go, "git") && carries(&go, "gcc") && carries(&go, "go"));
        assert!(!carries(&go, "convert") && !carries(&go, "unzip"));
        assert!(!carries_package(&go, "libpq-dev") && carries_package(&go, "ca-certificates"));
        assert!(carries_package(&image("python:3.12"), "libpq-dev"));
    }

    #[test]
    fn alpine_has_busybox() {
        let alpine = image("python:3.12-alpine");
        assert!(carries(&alpine, "wget") && carries(&alpine, "nc") && carries(&alpine, "pip"));
        for program in ["curl", "bash", "git", "gcc", "openssl", "apt-get"] {
            assert!(!carries(&alpine, program), "{program}");
        }
    }

    #[test]
    fn versions_matter() {
        assert!(carries(&image("node:22"), "corepack"));
        assert!(!carries(&image("node:26"), "corepack"));
        assert!(!carries(&image("python:2.7-slim"), "python3"));
        assert!(carries(&image("python:2.7-slim"), "python2"));
        assert!(!carries(&image("rust:slim-buster"), "python3"));
        assert!(carries(&image("rust:slim"), "cc"));
        assert!(!carries(&image("rust:slim"), "make"));
    }

    #[test]
    fn nothing_and_next_to_nothing() {
        assert!(!carries(&image("scratch"), "sh"));
        assert!(!carries(&image("gcr.io/distroless/static-debian13"), "sh"));
        let node = image("gcr.io/distroless/nodejs22-debian13");
        assert!(carries(&node, "node") && !carries(&node, "npm"));
    }
}
