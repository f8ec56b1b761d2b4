//! What the one stage stands on, and which toolchain that is.

use super::{Stop, installed};
use crate::dockerfile::Dockerfile;
use crate::dockerfile::contract::{self, Contract};
use crate::dockerfile::image::ImageRef;
use crate::dockerfile::instruction::{Flag, Form, From, Instruction, InstructionKind};
use crate::knowledge::base_image::{self, BaseImage, Family, Flavour};
use crate::options::Options;
use crate::outcome::{Code, Decline, Reason};
use crate::toolchain::{self, Toolchain};

/// The image that the stage stands on.
#[derive(Debug, Clone)]
pub struct Base {
    /// Its reference, build args replaced by their defaults.
    pub reference: ImageRef,
    /// Its reference as written.
    pub written: String,
    /// Whether build args stand in it: another build may use another image.
    pub parameterised: bool,
    /// `--platform`, as written.
    pub platform: Option<Flag>,
    /// The line of FROM.
    pub line: usize,
    /// What is known about it.
    pub image: BaseImage,
}

/// The base of the only stage, and the toolchain that it carries.
pub fn resolve(
    dockerfile: &Dockerfile,
    options: &Options,
) -> Result<(Base, &'static dyn Toolchain), Stop> {
    let (from, instruction) = only_from(dockerfile).ok_or_else(no_from)?;
    let line = instruction.first_line;
    let Some(expanded) = dockerfile.expand_global(&from.image) else {
        let message = format!(
            "the base image `{}` hangs on a build arg without a default",
            from.image
        );
        let hint = "give the ARG before FROM a default";
        return Err(Decline::new(Code::UnresolvedVariable, message)
            .at(line)
            .hint(hint)
            .into());
    };
    let known = ImageRef::parse(&expanded)
        .and_then(|reference| base_image::resolve(&reference).map(|image| (reference, image)));
    let Some((reference, image)) = known else {
        return Err(unknown(&expanded, line).into());
    };
    if image.flavour == Flavour::Windows {
        let message = format!("`{expanded}` is a Windows image");
        return Err(Decline::new(Code::Windows, message).at(line).into());
    }
    if image.onbuild {
        let message = format!("`{expanded}` carries ONBUILD triggers");
        return Err(Decline::new(Code::Onbuild, message).at(line).into());
    }
    let carried = toolchain::of(&image);
    let Some(toolchain) = carried.or_else(|| installed::toolchain(dockerfile, &image)) else {
        return Err(no_toolchain(&expanded, line).into());
    };
    let selected = &options.toolchains;
    if !selected.is_empty() && !selected.iter().any(|name| name == toolchain.name()) {
        let message = format!("its toolchain is {}", toolchain.name());
        let line = Some(line);
        return Err(Stop::Unchanged(Reason {
            code: Code::NotSelected,
            line,
            message,
            hint: None,
        }));
    }
    let platform = from
        .flags
        .iter()
        .find(|flag| flag.name == "platform")
        .cloned();
    let written = from.image.clone();
    let parameterised = written.contains('$');
    Ok((
        Base {
            reference,
            written,
            parameterised,
            platform,
            line,
            image,
        },
        toolchain,
    ))
}

/// The toolchain that the first stage with a known one carries, whatever else is to be said about
/// the file.
pub fn toolchain_of(dockerfile: &Dockerfile) -> Option<&'static dyn Toolchain> {
    dockerfile.stages.iter().find_map(|stage| {
        let reference = ImageRef::parse(&dockerfile.expand_global(&stage.image)?)?;
        toolchain::of(&base_image::resolve(&reference)?)
    })
}

fn only_from(dockerfile: &Dockerfile) -> Option<(&From, &Instruction)> {
    let stage = dockerfile.stages.first()?;
    let instruction = dockerfile.instructions.get(stage.from)?;
    match &instruction.kind {
        InstructionKind::From(from) => Some((from, instruction)),
        _ => None,
    }
}

fn no_from() -> Stop {
    Decline::new(Code::ParseError, "there is no FROM instruction").into()
}

fn unknown(image: &str, line: usize) -> Decline {
    Decline::new(
        Code::UnknownBase,
        format!("nothing is known about the base image `{image}`"),
    )
    .at(line)
    .hint(if is_named_like_official(image) {
        "if this is a mirror of an official image, name it in `images` of `.restage.yaml`"
    } else {
        "a Dockerfile on an official golang, node, rust or python image can be rewritten"
    })
}

/// Whether a registry of somebody's own may have an official image under this name.
fn is_named_like_official(image: &str) -> bool {
    let name = ImageRef::parse(image).map(|image| image.name);
    let (place, last) = name
        .as_deref()
        .and_then(|name| name.rsplit_once('/'))
        .unzip();
    let is_host = place.is_some_and(|place| place.contains(['.', ':']));
    is_host && matches!(last, Some("golang" | "node" | "rust" | "python"))
}

fn no_toolchain(image: &str, line: usize) -> Decline {
    let message = format!("the base image `{image}` carries none of the toolchains that are known");
    Decline::new(Code::UnknownBase, message)
        .at(line)
        .hint("a Dockerfile on an official golang, node, rust or python image can be rewritten")
}

/// The configuration that an image hands down, as a contract.
pub fn contract_of(image: &BaseImage) -> Contract {
    let config = &image.config;
    let form = |words: &[&'static str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        (!words.is_empty()).then_some(Form::Exec(words))
    };
    Contract {
        env: config
            .env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Some(value.clone())))
            .collect(),
        workdir: Some(config.workdir.unwrap_or("/").to_owned()),
        user: config.user.unwrap_or_default().to_owned(),
        entrypoint: form(&config.entrypoint),
        cmd: form(&config.cmd),
        exposed: config
            .exposed
            .iter()
            .map(|port| (*port).to_owned())
            .collect(),
        stopsignal: config.stop_signal.map(str::to_owned),
        ..Contract::default()
    }
}

/// The configuration that the last stage ends with; `None` where its image is not known.
pub fn contract_at_end(dockerfile: &Dockerfile) -> Option<Contract> {
    let stage = dockerfile.stages.last()?;
    let escape = dockerfile.lines.escape;
    let globals = contract::globals(dockerfile.global_instructions(), escape);
    let image = ImageRef::parse(&dockerfile.expand_global(&stage.image)?)?;
    let base = contract_of(&base_image::resolve(&image)?);
    let instructions = dockerfile.stage_instructions(stage);
    let mut states = contract::states(&base, &globals, instructions, escape);
    Some(states.pop()?.contract)
}

impl Base {
    /// Whether it is an image of the given family.
    pub fn is(&self, family: Family) -> bool {
        self.image.family == family
    }
}
