//! Templates of final stages: which one, and how it is filled.
//!
//! A template is a Dockerfile that people can read: its loops and conditions stand in `#%` lines,
//! its own comments in `##` lines, both of which Docker takes for comments.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context as _, bail};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};

use crate::options::Runtime;
use crate::plan::final_stage::FinalStage;
use crate::toolchain::{self, Toolchain};

/// A team's own templates, by `<toolchain>/<runtime>`.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    own: BTreeMap<String, String>,
}

/// Longest template that is read, in bytes.
const MAX_TEMPLATE: u64 = 64 * 1024;

impl Templates {
    /// Reads the templates in `directory`: `<toolchain>/<runtime>.Dockerfile`. Fails when the
    /// directory is missing, holds no template, or holds one for a toolchain or runtime that does
    /// not exist.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where templates come from the disk"
    )]
    pub fn load(directory: &Path) -> anyhow::Result<Self> {
        let mut own = BTreeMap::new();
        let shown = directory.display();
        let folders = fs::read_dir(directory)
            .with_context(|| format!("cannot read the template folder `{shown}`"))?;
        for folder in folders {
            let folder = folder
                .with_context(|| format!("cannot read `{shown}`"))?
                .path();
            let name = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if !folder.is_dir() {
                continue;
            }
            let Some(toolchain) = toolchain::ALL
                .into_iter()
                .find(|known| known.name() == name)
            else {
                bail!("`{}` is a folder of no toolchain", folder.display());
            };
            for file in fs::read_dir(&folder)? {
                let (key, text) = read(&file?.path(), toolchain)?;
                own.insert(key, text);
            }
        }
        if own.is_empty() {
            bail!("`{shown}` holds no template: expected `<toolchain>/<runtime>.Dockerfile`");
        }
        Ok(Self { own })
    }

    /// Whether a rung's template is one of the team's own.
    pub fn is_own(&self, toolchain: &dyn Toolchain, runtime: Runtime) -> bool {
        self.own.contains_key(&key(toolchain, runtime))
    }

    /// Fills the template for a rung. Fails when there is none, or when it does not render.
    pub fn render(
        &self,
        toolchain: &dyn Toolchain,
        runtime: Runtime,
        stage: &FinalStage,
    ) -> anyhow::Result<String> {
        let key = key(toolchain, runtime);
        let rendered = match self.own.get(&key) {
            Some(text) => environment()?.render_str(text, Serde(stage)),
            None => built_in()?
                .get_template(&key)
                .and_then(|it| it.render(Serde(stage))),
        };
        let rendered =
            rendered.with_context(|| format!("the template `{key}.Dockerfile` does not render"))?;
        Ok(rendered.trim().to_owned())
    }
}

#[expect(clippy::disallowed_methods, reason = "see `Templates::load`")]
fn read(path: &Path, toolchain: &dyn Toolchain) -> anyhow::Result<(String, String)> {
    let shown = path.display();
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let runtime = name
        .strip_suffix(".Dockerfile")
        .and_then(|name| name.parse::<Runtime>().ok());
    let Some(runtime) = runtime.filter(|runtime| *runtime != Runtime::Auto) else {
        bail!("`{shown}` is named after no runtime: expected `<runtime>.Dockerfile`");
    };
    let size = fs::metadata(path)
        .with_context(|| format!("cannot read `{shown}`"))?
        .len();
    if size > MAX_TEMPLATE {
        bail!("`{shown}` is larger than {MAX_TEMPLATE} bytes");
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    Ok((key(toolchain, runtime), text))
}

/// The name of a template: `<toolchain>/<runtime>`.
fn key(toolchain: &dyn Toolchain, runtime: Runtime) -> String {
    format!("{}/{runtime}", toolchain.name())
}

/// The built-in templates by their keys, compiled once.
fn built_in() -> anyhow::Result<&'static Environment<'static>> {
    static COMPILED: OnceLock<Environment<'static>> = OnceLock::new();
    if let Some(known) = COMPILED.get() {
        return Ok(known);
    }
    let mut environment = environment()?;
    for toolchain in toolchain::ALL {
        for (runtime, text) in toolchain.templates() {
            environment.add_template_owned(key(toolchain, *runtime), *text)?;
        }
    }
    Ok(COMPILED.get_or_init(|| environment))
}

fn environment() -> anyhow::Result<Environment<'static>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .line_statement_prefix("#%")
        .line_comment_prefix("##")
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()?;
    environment.set_syntax(syntax);
    Ok(environment)
}
