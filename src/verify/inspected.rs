//! What an engine says of an image (`image inspect`) in, its configuration out.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

/// The configuration of a built image, and its size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Inspected {
    /// Bytes of all its layers.
    pub(super) size: u64,
    /// Number of its layers.
    pub(super) layers: usize,
    /// Environment, by name.
    pub(super) env: BTreeMap<String, String>,
    /// USER as written.
    pub(super) user: String,
    /// WORKDIR, `/` where none is set.
    pub(super) workdir: String,
    /// ENTRYPOINT as an argument vector, a shell text behind its shell.
    pub(super) entrypoint: Vec<String>,
    /// CMD likewise.
    pub(super) cmd: Vec<String>,
    /// HEALTHCHECK: its kind (`CMD`, `CMD-SHELL`, `NONE`) and its words.
    pub(super) healthcheck: Vec<String>,
    /// EXPOSE, as `port/protocol`, sorted.
    pub(super) exposed: Vec<String>,
    /// VOLUME, sorted.
    pub(super) volumes: Vec<String>,
    /// LABEL, without those that builders set on their own.
    pub(super) labels: BTreeMap<String, String>,
    /// STOPSIGNAL; empty for the default.
    pub(super) stop_signal: String,
}

/// Labels with this beginning tell of the builder.
const OF_BUILDERS: &str = "io.buildah.";

/// Names with nothing behind them.
type Present = BTreeMap<String, Value>;

/// The answer of docker and podman; what they do not say is null or missing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Said {
    #[serde(default)]
    size: u64,
    config: Option<Config>,
    #[serde(rename = "RootFS")]
    root: Option<Root>,
    /// Podman's place for it.
    healthcheck: Option<Healthcheck>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Root {
    layers: Option<Vec<serde::de::IgnoredAny>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    env: Option<Vec<String>>,
    user: Option<String>,
    working_dir: Option<String>,
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    /// Docker's place for it.
    healthcheck: Option<Healthcheck>,
    exposed_ports: Option<Present>,
    volumes: Option<Present>,
    labels: Option<BTreeMap<String, String>>,
    stop_signal: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Healthcheck {
    test: Option<Vec<String>>,
}

impl Inspected {
    /// Reads the JSON that the engine writes: a list with one image.
    pub(super) fn read(json: &str) -> Result<Self> {
        let said: Vec<Said> = serde_json::from_str(json).context("`image inspect`")?;
        let said = said
            .into_iter()
            .next()
            .context("`image inspect` is empty")?;
        let config = said.config.unwrap_or_default();
        let healthcheck = said.healthcheck.or(config.healthcheck);
        let env = config.env.unwrap_or_default();
        let pair = |text: &String| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            (name.to_owned(), value.to_owned())
        };
        let names = |present: Option<Present>| -> Vec<String> {
            present.unwrap_or_default().into_keys().collect()
        };
        let mut labels = config.labels.unwrap_or_default();
        labels.retain(|name, _| !name.starts_with(OF_BUILDERS));
        let workdir = config.working_dir.filter(|workdir| !workdir.is_empty());
        Ok(Self {
            size: said.size,
            layers: said
                .root
                .and_then(|root| root.layers)
                .map_or(0, |it| it.len()),
            env: env.iter().map(pair).collect(),
            user: config.user.unwrap_or_default(),
            workdir: workdir.unwrap_or_else(|| "/".to_owned()),
            entrypoint: config.entrypoint.unwrap_or_default(),
            cmd: config.cmd.unwrap_or_default(),
            healthcheck: healthcheck.and_then(|it| it.test).unwrap_or_default(),
            exposed: names(config.exposed_ports),
            volumes: names(config.volumes),
            labels,
            stop_signal: config.stop_signal.unwrap_or_default(),
        })
    }

    /// The TCP ports that it exposes.
    pub(super) fn tcp_ports(&self) -> Vec<u16> {
        let port = |text: &String| {
            let (port, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
            (protocol == "tcp").then(|| port.parse().ok()).flatten()
        };
        self.exposed.iter().filter_map(port).collect()
    }

    /// Whether its user is root.
    pub(super) fn is_root(&self) -> bool {
        matches!(self.user.split(':').next(), None | Some("" | "root" | "0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_are_understood() {
        let docker = r#"[{"Size": 7, "RootFS": {"Layers": ["a", "b"]}, "Config": {
            "Env": ["PATH=/bin", "A=b=c"], "User": "", "WorkingDir": "", "Entrypoint": null,
            "Cmd": ["/bin/sh", "-c", "x"], "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
            "Labels": {"a": "b", "io.buildah.version": "1"}, "Healthcheck": {"Test": ["NONE"]}}}]"#;
        let image = Inspected::read(docker).unwrap();
        assert_eq!((image.size, image.layers), (7, 2));
        assert_eq!(image.env.get("A").unwrap(), "b=c");
        assert_eq!((image.workdir.as_str(), image.is_root()), ("/", true));
        assert_eq!(image.cmd, ["/bin/sh", "-c", "x"]);
        assert_eq!(image.tcp_ports(), [80]);
        assert_eq!(image.labels.len(), 1);
        assert_eq!(image.healthcheck, ["NONE"]);
        let podman = r#"[{"Size": 7, "User": "1000", "Healthcheck": {"Test": ["CMD", "x"]},
            "Config": {"User": "1000:0", "WorkingDir": "/app"}}]"#;
        let image = Inspected::read(podman).unwrap();
        assert_eq!((image.user.as_str(), image.is_root()), ("1000:0", false));
        assert_eq!(image.healthcheck, ["CMD", "x"]);
        assert_eq!(image.workdir, "/app");
    }

    #[test]
    fn an_answer_that_is_none_is_an_error() {
        assert!(Inspected::read("[]").is_err());
        assert!(Inspected::read("no").is_err());
    }
}
