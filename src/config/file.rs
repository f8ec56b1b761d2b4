//! The schema of a configuration file: text in, a [`Configuration`] out, or what is wrong with
//! line and column.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::Glob;
use serde::Deserialize;

use super::name::{Name, Toolchain};
use super::pattern::Pattern;
use super::{Choices, Configuration, Override};
use crate::dockerfile::image::ImageRef;
use crate::options::{Becomes, Cache, ImageMap, ImageRule, Runtime, User};
use crate::outcome::{Class, Code};
use crate::template::Templates;
use crate::verify::Wishes;
use crate::yaml::Step::{Item, Key};
use crate::yaml::{self, Node, Step, YamlError};

/// Why a configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file's path as the user would write it, `:line:column` where they are known.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

/// What restage does with the Dockerfiles of the folder of this file and those below it.
///
/// Paths are relative to this file; patterns are written as in .gitignore.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = ".restage.yaml"))]
pub(super) struct File {
    /// What the final stage stands on.
    runtime: Option<Name<Runtime>>,
    /// The same for Dockerfiles of one toolchain.
    #[cfg_attr(test, schemars(schema_with = "super::schema::runtimes"))]
    runtimes: BTreeMap<Name<Toolchain>, Name<Runtime>>,
    /// Whom the final stage runs as where the Dockerfile names nobody.
    user: Option<Name<User>>,
    /// The build context of every Dockerfile; without it, each has its own.
    context: Option<PathBuf>,
    /// Rewrite Dockerfiles of these toolchains only. Empty for all.
    toolchain: Vec<Name<Toolchain>>,
    /// Use nothing that only BuildKit has, such as `RUN --mount`.
    no_buildkit: Option<bool>,
    /// Where dependencies are kept between builds: layers, or mounts (Go, Rust).
    cache: Option<Name<Cache>>,
    /// Build Go programs without debug information and paths.
    strip: Option<bool>,
    /// Where a second stage would gain nothing, order the one stage for the cache and let it run as
    /// another user than root.
    harden: Option<bool>,
    /// Let builds take tokens from secret mounts in place of build args and files (BuildKit).
    secrets: Option<bool>,
    /// A folder with templates that replace the built-in ones: <toolchain>/<runtime>.Dockerfile.
    template_dir: Option<PathBuf>,
    /// Names for the images that restage writes; the first entry that fits counts.
    images: Vec<Image>,
    /// Dockerfiles that are not looked at unless they are named.
    exclude: Vec<String>,
    /// Codes that are no news: such Dockerfiles are left alone silently.
    exclude_codes: Vec<Name<Code>>,
    /// How `restage verify` builds and runs images; lists of overrides are added to these.
    verify: Wishes,
    /// Choices for some of the Dockerfiles; of several entries that fit, the last one wins.
    overrides: Vec<Section>,
}

/// Choices for the Dockerfiles that patterns fit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Section {
    /// The patterns.
    #[cfg_attr(test, schemars(length(min = 1)))]
    paths: Vec<String>,
    /// What the final stage stands on.
    runtime: Option<Name<Runtime>>,
    /// The same for Dockerfiles of one toolchain.
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "super::schema::runtimes"))]
    runtimes: BTreeMap<Name<Toolchain>, Name<Runtime>>,
    /// Whom the final stage runs as where the Dockerfile names nobody.
    user: Option<Name<User>>,
    /// The build context.
    context: Option<PathBuf>,
    /// Use nothing that only BuildKit has.
    no_buildkit: Option<bool>,
    /// Where dependencies are kept between builds.
    cache: Option<Name<Cache>>,
    /// Build Go programs without debug information and paths.
    strip: Option<bool>,
    /// Where a second stage would gain nothing, order the one stage for the cache and let it run as
    /// another user than root.
    harden: Option<bool>,
    /// Let builds take tokens from secret mounts in place of build args and files (BuildKit).
    secrets: Option<bool>,
    /// How `restage verify` builds and runs images; lists are added to those of the file.
    #[serde(default)]
    verify: Wishes,
}

/// What an image is written as: itself on a mirror or with its digest, or another one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("oneOf" = [
    {"required": ["replacement"]},
    {"required": ["mirror"]},
    {"required": ["digest"], "not": {"required": ["mirror"]}},
])))]
struct Image {
    /// A pattern for a name, with or without a tag.
    #[serde(rename = "image")]
    pattern: String,
    /// The registry, and the path on it, that has the same images.
    mirror: Option<String>,
    /// The digest behind the tag.
    #[cfg_attr(test, schemars(regex(pattern = "^sha256:[0-9a-f]{64}$")))]
    digest: Option<String>,
    /// An image to the end, tag included.
    replacement: Option<String>,
}

/// Reads the text of a configuration. `shown` is its path as the user would write it, `folder`
/// the one that it lies in, `root` the one that its patterns count from.
pub(super) fn read(
    text: &str,
    shown: &str,
    folder: &Path,
    root: &Path,
) -> Result<Configuration, ConfigError> {
    let reader = Reader {
        text,
        shown,
        folder,
    };
    // This finds bombs, and keys that stand twice where the schema does not mind.
    let documents = yaml::read(text).map_err(|error| reader.yaml(error))?;
    if documents.len() > 1 {
        return Err(reader.error(None, "holds more than one document"));
    }
    let says_something = documents.iter().any(|document| *document != Node::Null);
    let file = if says_something {
        serde_yaml::from_str(text).map_err(|error| reader.yaml(error.into()))?
    } else {
        File::default()
    };
    reader.configuration(file, root)
}

struct Reader<'r> {
    text: &'r str,
    shown: &'r str,
    folder: &'r Path,
}

impl Reader<'_> {
    fn configuration(&self, file: File, root: &Path) -> Result<Configuration, ConfigError> {
        let toolchains: Vec<String> = file.toolchain.into_iter().map(|name| name.0.0).collect();
        let choices = Choices {
            runtime: file.runtime.map(|name| name.0),
            runtimes: runtimes(file.runtimes),
            user: file.user.map(|name| name.0),
            context: self.context(file.context, &[Key("context")])?,
            toolchains: (!toolchains.is_empty()).then_some(toolchains),
            buildkit: file.no_buildkit.map(|without| !without),
            cache: file.cache.map(|name| name.0),
            strip: file.strip,
            harden: file.harden,
            secrets: file.secrets,
        };
        let mut overrides = Vec::new();
        for (index, section) in file.overrides.into_iter().enumerate() {
            overrides.push(self.section(section, index)?);
        }
        let mut rules = Vec::new();
        for (index, image) in file.images.into_iter().enumerate() {
            rules.push(self.image(image, index)?);
        }
        Ok(Configuration {
            shown: self.shown.to_owned(),
            root: root.to_path_buf(),
            choices,
            templates: self.templates(file.template_dir)?,
            images: ImageMap { rules },
            exclude: self.patterns(&file.exclude, &[Key("exclude")])?,
            exclude_codes: self.codes(&file.exclude_codes)?,
            wishes: file.verify,
            overrides,
        })
    }

    fn section(&self, section: Section, index: usize) -> Result<Override, ConfigError> {
        let at = [Key("overrides"), Item(index)];
        let within = |key| [at.as_slice(), &[Key(key)]].concat();
        if section.paths.is_empty() {
            return Err(self.error(Some(&at), "`paths` is empty: the override is for nothing"));
        }
        Ok(Override {
            patterns: self.patterns(&section.paths, &within("paths"))?,
            choices: Choices {
                runtime: section.runtime.map(|name| name.0),
                runtimes: runtimes(section.runtimes),
                user: section.user.map(|name| name.0),
                context: self.context(section.context, &within("context"))?,
                toolchains: None,
                buildkit: section.no_buildkit.map(|without| !without),
                cache: section.cache.map(|name| name.0),
                strip: section.strip,
                harden: section.harden,
                secrets: section.secrets,
            },
            wishes: section.verify,
        })
    }

    fn image(&self, image: Image, index: usize) -> Result<ImageRule, ConfigError> {
        let at = [Key("images"), Item(index)];
        let wrong = |message: String| self.error(Some(&at), &message);
        let Image {
            pattern: image,
            mirror,
            digest,
            replacement,
        } = image;
        let becomes = match (mirror, digest, replacement) {
            (None, None, None) => {
                return Err(wrong(format!(
                    "`{image}` becomes nothing else: expected `mirror`, `digest` or `replacement`"
                )));
            }
            (None, None, Some(other)) => {
                if ImageRef::parse(&other).is_none() {
                    return Err(wrong(format!("`{other}` is not an image")));
                }
                Becomes::Other(other)
            }
            (_, _, Some(_)) => {
                return Err(wrong(format!(
                    "`replacement` of `{image}` stands alone: it names an image to the end"
                )));
            }
            (mirror, digest, None) => {
                if let Some(digest) = &digest {
                    check_digest(&image, digest).map_err(wrong)?;
                }
                let is_name =
                    |name: &String| ImageRef::parse(name).is_some_and(|it| it.digest.is_none());
                if let Some(mirror) = mirror.as_ref().filter(|mirror| !is_name(mirror)) {
                    return Err(wrong(format!("`{mirror}` is not the name of a registry")));
                }
                Becomes::Same { mirror, digest }
            }
        };
        let glob =
            Glob::new(&image).map_err(|error| wrong(format!("`{image}`: {}", error.kind())))?;
        Ok(ImageRule {
            image: glob,
            becomes,
            origin: format!("{}:{}", self.shown, self.line(&at)),
        })
    }

    fn patterns(&self, texts: &[String], at: &[Step<'_>]) -> Result<Vec<Pattern>, ConfigError> {
        let pattern = |(index, text): (usize, &String)| {
            let at = [at, &[Item(index)]].concat();
            Pattern::new(text, self.line(&at)).map_err(|message| self.error(Some(&at), &message))
        };
        texts.iter().enumerate().map(pattern).collect()
    }

    fn codes(&self, names: &[Name<Code>]) -> Result<Vec<Code>, ConfigError> {
        for (index, Name(code)) in names.iter().enumerate() {
            let message = match (code, code.class()) {
                (Code::Internal, _) => {
                    format!("`{code}` is a bug of restage and cannot be expected")
                }
                (_, Class::Unchanged) => {
                    format!("`{code}` is no refusal: such files are left alone anyway")
                }
                _ => continue,
            };
            return Err(self.error(Some(&[Key("exclude-codes"), Item(index)]), &message));
        }
        Ok(names.iter().map(|name| name.0).collect())
    }

    fn context(
        &self,
        given: Option<PathBuf>,
        at: &[Step<'_>],
    ) -> Result<Option<PathBuf>, ConfigError> {
        let Some(given) = given else {
            return Ok(None);
        };
        match self.folder.join(&given).canonicalize() {
            Ok(folder) if folder.is_dir() => Ok(Some(folder)),
            _ => Err(self.error(Some(at), &format!("`{}` is not a folder", given.display()))),
        }
    }

    fn templates(&self, given: Option<PathBuf>) -> Result<Option<Arc<Templates>>, ConfigError> {
        let Some(given) = given else {
            return Ok(None);
        };
        match Templates::load(&self.folder.join(given)) {
            Ok(templates) => Ok(Some(Arc::new(templates))),
            Err(error) => Err(self.error(Some(&[Key("template-dir")]), &format!("{error:#}"))),
        }
    }

    fn line(&self, at: &[Step<'_>]) -> usize {
        yaml::line_of(self.text, at).unwrap_or(1)
    }

    fn error(&self, at: Option<&[Step<'_>]>, message: &str) -> ConfigError {
        let place = match at {
            Some(at) => format!("{}:{}", self.shown, self.line(at)),
            None => self.shown.to_owned(),
        };
        ConfigError {
            place,
            message: message.to_owned(),
        }
    }

    fn yaml(&self, error: YamlError) -> ConfigError {
        let place = match error.place {
            Some((line, column)) => format!("{}:{line}:{column}", self.shown),
            None => self.shown.to_owned(),
        };
        ConfigError {
            place,
            message: error.message,
        }
    }
}

fn runtimes(written: BTreeMap<Name<Toolchain>, Name<Runtime>>) -> BTreeMap<String, Runtime> {
    written
        .into_iter()
        .map(|(toolchain, runtime)| (toolchain.0.0, runtime.0))
        .collect()
}

fn check_digest(image: &str, digest: &str) -> Result<(), String> {
    if !ImageRule::names_one(image) {
        return Err(format!(
            "a digest is of one image: `{image}` must name its tag and hold no wildcard"
        ));
    }
    let is_hex = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
    let hex = digest.strip_prefix("sha256:").unwrap_or_default();
    if hex.len() != 64 || !hex.bytes().all(is_hex) {
        return Err(format!(
            "`{digest}` is not a digest: expected `sha256:` and 64 hexadecimal digits"
        ));
    }
    Ok(())
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}
