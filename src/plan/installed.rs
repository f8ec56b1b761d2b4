//! A toolchain that the Dockerfile itself installs on a plain distribution. In: the packages of its
//! RUN instructions. Out: the toolchain that one of them brings.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::shell::{self, Command, Word};
use crate::knowledge::base_image::{BaseImage, Family};
use crate::knowledge::packages::{Manager, package_name};
use crate::toolchain::{self, Toolchain};

/// The toolchain whose packages the only stage installs on `image`; `None` for several.
pub(super) fn toolchain(
    dockerfile: &Dockerfile,
    image: &BaseImage,
) -> Option<&'static dyn Toolchain> {
    let manager = match image.family {
        Family::Alpine => Manager::Apk,
        Family::Debian | Family::Ubuntu | Family::BuildpackDeps => Manager::Apt,
        _ => return None,
    };
    let names = names(dockerfile, manager);
    let brings = |toolchain: &dyn Toolchain| names.iter().any(|name| toolchain.is_brought_by(name));
    only(|toolchain| brings(toolchain) && !toolchain.serves_others()).or_else(|| only(brings))
}

/// The one toolchain of which something holds.
fn only(holds: impl Fn(&dyn Toolchain) -> bool) -> Option<&'static dyn Toolchain> {
    let mut found = toolchain::ALL
        .into_iter()
        .filter(|toolchain| holds(*toolchain));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// What the words of package managers may name, and lists in variables for them.
fn names(dockerfile: &Dockerfile, manager: Manager) -> Vec<String> {
    let stage = dockerfile.stages.first();
    let instructions = stage.map_or(&[][..], |stage| dockerfile.stage_instructions(stage));
    let scripts = instructions
        .iter()
        .filter_map(|instruction| shell::of_run(dockerfile, instruction));
    let mut names = Vec::new();
    for command in scripts.flat_map(|script| script.commands) {
        let installs = is_install(&command, manager);
        let values = command.assignments.iter().map(|(_, value)| value);
        let arguments = command.arguments().iter().filter(|_| installs);
        for text in values.chain(arguments).filter_map(Word::value) {
            let words = text.split_whitespace();
            names.extend(
                words
                    .filter_map(|word| package_name(manager, word))
                    .map(str::to_owned),
            );
        }
    }
    names
}

fn is_install(command: &Command, manager: Manager) -> bool {
    let program = command.program().unwrap_or_default();
    let verb = |verb: &str| command.arguments().iter().any(|word| word.raw == verb);
    match manager {
        Manager::Apt => matches!(program.as_str(), "apt" | "apt-get") && verb("install"),
        Manager::Apk => program == "apk" && verb("add"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::image::ImageRef;
    use crate::knowledge::base_image;

    fn of(image: &str, run: &str) -> Option<&'static str> {
        let dockerfile = Dockerfile::parse(&format!("FROM {image}\nRUN {run}\n"));
        let image = base_image::resolve(&ImageRef::parse(image).unwrap()).unwrap();
        toolchain(&dockerfile, &image).map(Toolchain::name)
    }

    #[test]
    fn packages_tell_the_toolchain() {
        for (image, run, expected) in [
            (
                "alpine:3.22",
                "apk add --no-cache git go=1.24.1-r0",
                Some("go"),
            ),
            (
                "ubuntu:24.04",
                "apt-get update && apt-get install -y golang-go",
                Some("go"),
            ),
            ("debian:bookworm", "apt install -y golang", Some("go")),
            ("alpine", "deps=' go gcc'; apk add $deps", Some("go")),
            ("alpine:3.22", "apk add go python3 py3-pip", Some("go")),
            (
                "ubuntu:24.04",
                "apt-get install -y python3-pip gcc",
                Some("python"),
            ),
            ("alpine:3.22", "apk add git && go version", None),
            ("alpine:3.22", "apk del go", None),
            ("debian:bookworm", "apk add go", None),
            ("nginx:1.27", "apt-get install -y golang", None),
        ] {
            assert_eq!(of(image, run), expected, "{image} {run}");
        }
    }
}
