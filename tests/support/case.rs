//! A folder `tests/cases/<toolchain>/<case>/` in, its checked `case.yaml` out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use restage::outcome::Code;
use serde::Deserialize;

use super::{folder, in_project};

/// The word of `expect` for a rewrite; all others are codes.
pub(crate) const REWRITTEN: &str = "rewritten";

/// One case.
#[derive(Debug)]
pub(crate) struct Case {
    /// The toolchain's folder.
    pub(crate) toolchain: String,
    /// The case's own folder.
    pub(crate) short_name: String,
    /// The build context, with a `Dockerfile` in it.
    pub(crate) context: PathBuf,
    /// Arguments for restage.
    pub(crate) args: Vec<String>,
    /// `rewritten`, or the code that restage answers with.
    pub(crate) expect: String,
    /// The runtime of the final stage, for a rewrite.
    pub(crate) runtime: Option<String>,
    /// Why no layer of dependencies outlives a change of the sources, where none does.
    pub(crate) no_layer: Option<String>,
    /// How the images are run.
    pub(crate) run: Option<Run>,
}

/// How the images of a case are run, and what must be alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    /// Arguments behind the image's name.
    #[serde(default)]
    pub(crate) args: Vec<String>,
    /// Environment variables of the container.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// Build arguments of both builds.
    #[serde(default)]
    pub(crate) build_args: BTreeMap<String, String>,
    /// Secrets of both builds, with what they hold; the original has no use for them.
    #[serde(default)]
    pub(crate) secrets: BTreeMap<String, String>,
    /// The program ends with this code.
    pub(crate) exit: Option<i32>,
    /// The program serves until it is stopped.
    pub(crate) http: Option<Http>,
    /// A TLS server of the test's own answers at `$TLS_URL`.
    #[serde(default)]
    pub(crate) tls: bool,
    /// Programs that must not be in the rewritten image.
    #[serde(default)]
    pub(crate) gone: Vec<String>,
    /// Whether it is one of those that stand for the others in CI: `lab/…`, not `lab-more/…`.
    #[serde(default)]
    pub(crate) ci: bool,
}

/// What a server is asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    /// The port on this machine: containers share its network.
    pub(crate) port: u16,
    /// Paths with their queries, asked in this order.
    pub(crate) paths: Vec<String>,
}

/// `case.yaml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    about: String,
    #[serde(default)]
    args: Vec<String>,
    expect: String,
    runtime: Option<String>,
    no_layer: Option<String>,
    run: Option<Run>,
}

impl Case {
    /// Every case, sorted. The error names the first folder that is not a sound one.
    pub(crate) fn all() -> Result<Vec<Self>> {
        let root = in_project("tests/cases");
        let mut cases = Vec::new();
        for toolchain in folder::names(&root)? {
            for name in folder::names(&root.join(&toolchain))? {
                let place = format!("tests/cases/{toolchain}/{name}");
                let case = Self::load(&toolchain, &name);
                cases.push(case.with_context(|| place)?);
            }
        }
        Ok(cases)
    }

    /// `<toolchain>/<case>`.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.toolchain, self.short_name)
    }

    fn load(toolchain: &str, name: &str) -> Result<Self> {
        let place = in_project("tests/cases").join(toolchain).join(name);
        let text = std::fs::read_to_string(place.join("case.yaml")).context("case.yaml")?;
        let spec: Spec = serde_yaml::from_str(&text).context("case.yaml")?;
        let context = place.join("context");
        let dockerfile = context.join("Dockerfile");
        ensure!(dockerfile.is_file(), "there is no context/Dockerfile");
        spec.check()?;
        Ok(Self {
            toolchain: toolchain.to_owned(),
            short_name: name.to_owned(),
            context,
            args: spec.args,
            expect: spec.expect,
            runtime: spec.runtime,
            no_layer: spec.no_layer,
            run: spec.run,
        })
    }
}

impl Spec {
    fn check(&self) -> Result<()> {
        ensure!(!self.about.trim().is_empty(), "`about` is empty");
        let rewritten = self.expect == REWRITTEN;
        ensure!(
            rewritten || self.expect.parse::<Code>().is_ok(),
            "`expect` is neither `{REWRITTEN}` nor a code: {}",
            self.expect
        );
        ensure!(
            rewritten == self.runtime.is_some(),
            "`runtime` belongs to `expect: {REWRITTEN}`, and is needed there"
        );
        if let Some(reason) = &self.no_layer {
            ensure!(!reason.trim().is_empty(), "`no_layer` gives no reason");
            ensure!(rewritten, "`no_layer` is about a rewrite");
        }
        let Some(run) = &self.run else { return Ok(()) };
        ensure!(rewritten, "`run` needs a rewrite");
        ensure!(
            run.exit.is_some() != run.http.is_some(),
            "`run` needs either `exit` or `http`"
        );
        ensure!(
            run.http.as_ref().is_none_or(|http| !http.paths.is_empty()),
            "`http` asks for no path"
        );
        Ok(())
    }
}
