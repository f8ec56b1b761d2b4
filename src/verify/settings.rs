//! How images are built and run for a proof: what the command line and a configuration choose.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

/// What builds the images. The engine beside it runs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Builder {
    /// `docker buildx build`, or `docker build` where there is no buildx.
    Docker,
    /// `podman build`.
    Podman,
    /// `buildah build`; podman, which shares its images, runs them.
    Buildah,
}

impl Builder {
    /// All of them, in the order in which they are looked for.
    pub const ALL: [Self; 3] = [Self::Docker, Self::Podman, Self::Buildah];

    /// Its name on the command line, and that of its program.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Buildah => "buildah",
        }
    }

    /// The program that runs its images.
    pub(super) fn runner(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman | Self::Buildah => "podman",
        }
    }
}

impl fmt::Display for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Builder {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == name);
        found.ok_or_else(|| format!("`{name}` is no builder: expected docker, podman or buildah"))
    }
}

/// What looks for known vulnerabilities in both images.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ScannerWish {
    /// trivy or grype, whichever is installed.
    #[default]
    Auto,
    /// Nothing.
    None,
    /// trivy.
    Trivy,
    /// grype.
    Grype,
}

impl ScannerWish {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::None, Self::Trivy, Self::Grype];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::None => "none",
            Self::Trivy => "trivy",
            Self::Grype => "grype",
        }
    }
}

impl FromStr for ScannerWish {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == name);
        found.ok_or_else(|| format!("`{name}` is no scanner: expected auto, none, trivy or grype"))
    }
}

/// A request that both images are sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Probe {
    /// The port that the program listens on.
    pub port: u16,
    /// The path with its query.
    #[serde(default = "root")]
    pub path: String,
    /// The status that the original must answer with; whatever it answers with when `None`.
    pub status: Option<u16>,
}

fn root() -> String {
    "/".to_owned()
}

/// What was chosen, in one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Wishes {
    /// The builder; the first that works when `None`.
    pub builder: Option<Builder>,
    /// What looks for vulnerabilities in both images; `auto` when `None`.
    pub scanner: Option<ScannerWish>,
    /// The network of the containers, as the engine's `--network` takes it.
    pub network: Option<String>,
    /// What a container may take of memory, as the engine's `--memory` takes it; `0` for no limit.
    pub memory: Option<String>,
    /// Seconds that a program may take to start.
    pub start_seconds: Option<u64>,
    /// Seconds that a program may take to end when it is asked to.
    pub stop_seconds: Option<u64>,
    /// Seconds that a build may take.
    pub build_seconds: Option<u64>,
    /// Whether the rewrite is built again after a change of a source.
    pub rebuild: Option<bool>,
    /// More arguments of every build.
    pub build_opts: Vec<String>,
    /// More arguments of every run.
    pub run_opts: Vec<String>,
    /// Arguments of the program, behind the image's name.
    pub args: Vec<String>,
    /// Environment of the program.
    pub env: BTreeMap<String, String>,
    /// Build arguments.
    pub build_args: BTreeMap<String, String>,
    /// Directories that are empty and in memory.
    pub tmpfs: Vec<String>,
    /// Variables of base images that the program is to run without, and that are not compared.
    pub ignore_env: Vec<String>,
    /// What is asked of a server; `/` of every exposed port when there is none.
    pub probes: Vec<Probe>,
}

impl Wishes {
    /// Lays `over` over these: what was chosen there wins, lists become longer.
    pub fn take(&mut self, over: &Wishes) {
        self.builder = over.builder.or(self.builder);
        self.scanner = over.scanner.or(self.scanner);
        self.start_seconds = over.start_seconds.or(self.start_seconds);
        self.stop_seconds = over.stop_seconds.or(self.stop_seconds);
        self.build_seconds = over.build_seconds.or(self.build_seconds);
        self.rebuild = over.rebuild.or(self.rebuild);
        for (own, over) in [
            (&mut self.network, &over.network),
            (&mut self.memory, &over.memory),
        ] {
            if over.is_some() {
                own.clone_from(over);
            }
        }
        for (own, over) in [
            (&mut self.build_opts, &over.build_opts),
            (&mut self.run_opts, &over.run_opts),
            (&mut self.tmpfs, &over.tmpfs),
            (&mut self.ignore_env, &over.ignore_env),
        ] {
            own.extend(over.iter().cloned());
        }
        self.env.extend(over.env.clone());
        self.build_args.extend(over.build_args.clone());
        if !over.args.is_empty() {
            self.args.clone_from(&over.args);
        }
        if !over.probes.is_empty() {
            self.probes.clone_from(&over.probes);
        }
    }

    /// The network of the containers.
    pub(super) fn network(&self) -> &str {
        self.network.as_deref().unwrap_or("none")
    }

    /// What a container may take of memory; `None` for no limit.
    pub(super) fn memory(&self) -> Option<&str> {
        let memory = self.memory.as_deref().unwrap_or("2g");
        (memory != "0").then_some(memory)
    }

    /// How long a program may take to start.
    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(self.start_seconds.unwrap_or(60))
    }

    /// How long a program may take to end when it is asked to.
    pub(super) fn parting(&self) -> Duration {
        Duration::from_secs(self.stop_seconds.unwrap_or(10))
    }

    /// How long a build may take.
    pub(super) fn build_limit(&self) -> Duration {
        Duration::from_secs(self.build_seconds.unwrap_or(1800))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_over_wins_and_lists_become_longer() {
        let mut wishes = Wishes {
            network: Some("host".to_owned()),
            run_opts: vec!["--ulimit=nofile=1024".to_owned()],
            args: vec!["serve".to_owned()],
            ..Wishes::default()
        };
        wishes.take(&Wishes {
            memory: Some("0".to_owned()),
            run_opts: vec!["--cap-drop=all".to_owned()],
            ..Wishes::default()
        });
        assert_eq!(wishes.network(), "host");
        assert_eq!(wishes.memory(), None);
        assert_eq!(wishes.run_opts, ["--ulimit=nofile=1024", "--cap-drop=all"]);
        assert_eq!(wishes.args, ["serve"]);
        assert_eq!(Wishes::default().network(), "none");
        assert_eq!(Wishes::default().memory(), Some("2g"));
    }

    #[test]
    fn builders_and_scanners_have_the_names_of_their_programs() {
        for builder in Builder::ALL {
            assert_eq!(builder.to_string().parse(), Ok(builder));
        }
        assert!("kaniko".parse::<Builder>().is_err());
        for wish in ScannerWish::ALL {
            assert_eq!(wish.as_str().parse(), Ok(wish));
        }
        assert!("clair".parse::<ScannerWish>().is_err());
    }
}
