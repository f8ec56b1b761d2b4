//! Base images that a Dockerfile takes from a mirror. In: a Dockerfile and the image map, which
//! says what is mirrored where. Out: the text under the image's public name, by which images are
//! known, and the way back to the name that stands in the file.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::image::ImageRef;
use crate::dockerfile::instruction::{From, InstructionKind};
use crate::edit::{self, Edit};
use crate::knowledge::base_image;
use crate::options::ImageMap;

/// The two names of a mirrored image, without tags.
pub(crate) struct Names {
    public: String,
    own: String,
}

/// The text with the public name in its first FROM, where that is on a mirror.
pub(crate) fn public(dockerfile: &Dockerfile, images: &ImageMap) -> Option<(String, Names)> {
    let from = first(dockerfile)?;
    let own = ImageRef::parse(&from.image)?;
    let known = images.mirrored_by(&own.name).find_map(|name| {
        let reference = ImageRef {
            name,
            ..own.clone()
        };
        base_image::resolve(&reference).map(|_| reference)
    })?;
    let name = known.repository().to_owned();
    if name == own.name {
        return None;
    }
    let text = renamed(dockerfile, from, &name)?;
    let names = Names {
        public: name,
        own: own.name,
    };
    Some((text, names))
}

/// The text with the name of the mirror again, whatever the tag has become.
pub(crate) fn own(dockerfile: &Dockerfile, names: &Names) -> Option<String> {
    let from = first(dockerfile)?;
    let is_public = ImageRef::parse(&from.image)?.name == names.public;
    is_public
        .then(|| renamed(dockerfile, from, &names.own))
        .flatten()
}

fn first(dockerfile: &Dockerfile) -> Option<&From> {
    let stage = dockerfile.stages.first()?;
    match &dockerfile.instructions.get(stage.from)?.kind {
        InstructionKind::From(from) => Some(from),
        _ => None,
    }
}

fn renamed(dockerfile: &Dockerfile, from: &From, name: &str) -> Option<String> {
    let image = ImageRef::parse(&from.image)?;
    let rest = from.image.strip_prefix(&image.name)?;
    let edit = Edit::replace(from.image_span, format!("{name}{rest}"));
    edit::apply(&dockerfile.text, &[edit])
}

#[cfg(test)]
mod tests {
    use globset::Glob;

    use super::*;
    use crate::options::{Becomes, ImageRule};

    fn images(image: &str) -> ImageMap {
        let becomes = Becomes::Same {
            mirror: Some("r.example.org/hub".to_owned()),
            digest: None,
        };
        ImageMap {
            rules: vec![ImageRule {
                image: Glob::new(image).unwrap(),
                becomes,
                origin: "c:1".to_owned(),
            }],
        }
    }

    fn there_and_back(image: &str, pattern: &str) -> Option<(String, String)> {
        let file = Dockerfile::parse(&format!("FROM {image}\nRUN true\n"));
        let (text, names) = public(&file, &images(pattern))?;
        let pinned = text.replace("python:3.12", "python:3.12-trixie");
        let back = own(&Dockerfile::parse(&pinned), &names)?;
        Some((text, back))
    }

    #[test]
    fn a_mirrored_image_is_known_by_its_public_name() {
        let (text, back) =
            there_and_back("r.example.org/hub/library/python:3.12 AS x", "docker.io/*").unwrap();
        assert_eq!(text, "FROM python:3.12 AS x\nRUN true\n");
        assert_eq!(
            back,
            "FROM r.example.org/hub/library/python:3.12-trixie AS x\nRUN true\n"
        );
        let uv = "r.example.org/hub/astral-sh/uv:python3.12-bookworm-slim";
        let (text, _) = there_and_back(uv, "ghcr.io/*").unwrap();
        assert!(text.starts_with("FROM ghcr.io/astral-sh/uv:python3.12"));
    }

    #[test]
    fn others_keep_their_names() {
        for image in [
            "python:3.12",
            "r.example.org/other/library/python:3.12",
            "r.example.org/hub/acme/tool:1",
            "r.example.org/hub/library/python:$TAG",
        ] {
            assert!(there_and_back(image, "docker.io/*").is_none(), "{image}");
        }
        let python = "r.example.org/hub/library/python:3.12";
        assert!(there_and_back(python, "docker.io/library/node").is_none());
    }
}
