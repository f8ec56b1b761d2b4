//! In: an image's family, variant and version. Out: the configuration that it hands down to
//! what is built `FROM` it.
//!
//! Sources: the official images' own Dockerfile templates, distroless' build files. Left out
//! are variables that hold a checksum or key of the image's own build, and versions that the
//! tag does not tell.

use super::{
    base_image::{Family, Flavour},
    distro::Distro,
    tag_shape::Version,
};

/// The PATH of an image that sets none of its own.
pub const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What an image hands down. Empty lists and `None` mean "not set".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageConfig {
    /// Environment in the image's order.
    pub env: Vec<(&'static str, String)>,
    /// ENTRYPOINT in exec form.
    pub entrypoint: Vec<&'static str>,
    /// CMD in exec form.
    pub cmd: Vec<&'static str>,
    /// USER as the image writes it.
    pub user: Option<&'static str>,
    /// WORKDIR; where it is not set, programs start in `/`.
    pub workdir: Option<&'static str>,
    /// STOPSIGNAL.
    pub stop_signal: Option<&'static str>,
    /// EXPOSE.
    pub exposed: Vec<&'static str>,
}

impl ImageConfig {
    /// The value of an environment variable.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.env.push((name, value.into()));
    }

    fn set_if(&mut self, name: &'static str, value: Option<String>) {
        self.env.extend(value.map(|value| (name, value)));
    }
}

/// What the configuration depends on.
pub(super) struct Subject<'a> {
    pub(super) family: Family,
    pub(super) flavour: Flavour,
    pub(super) distro: Option<&'a Distro>,
    pub(super) version: Option<Version>,
    pub(super) release: Option<&'a str>,
}

impl Subject<'_> {
    /// The full version, where the tag names one and pre-release letters cannot blur it.
    fn full_version(&self) -> Option<String> {
        self.version?.patch?;
        self.release.map(str::to_owned)
    }

    fn is_at_least(&self, major: u32, minor: u32) -> bool {
        self.version
            .is_none_or(|v| (v.major, v.minor.unwrap_or(u32::MAX)) >= (major, minor))
    }
}

/// The configuration of one of Docker's official images.
pub(super) fn official(subject: &Subject<'_>) -> ImageConfig {
    let mut config = ImageConfig {
        cmd: match subject.distro {
            Some(Distro::Alpine(_)) => vec!["/bin/sh"],
            Some(Distro::Ubuntu(_)) => vec!["/bin/bash"],
            _ if subject.family == Family::Ubuntu => vec!["/bin/bash"],
            _ => vec!["bash"],
        },
        ..ImageConfig::default()
    };
    if matches!(subject.flavour, Flavour::Windows | Flavour::Scratch) {
        return ImageConfig::default();
    }
    match subject.family {
        Family::Golang => golang(&mut config, subject),
        Family::Node => node(&mut config, subject),
        Family::Rust => rust(&mut config, subject),
        Family::Python => python(&mut config, subject),
        Family::Nginx => nginx(&mut config, subject),
        _ => config.set("PATH", DEFAULT_PATH),
    }
    config
}

fn golang(config: &mut ImageConfig, subject: &Subject<'_>) {
    config.set("PATH", format!("/go/bin:/usr/local/go/bin:{DEFAULT_PATH}"));
    config.set_if("GOLANG_VERSION", subject.full_version());
    if subject.is_at_least(1, 21) {
        config.set("GOTOOLCHAIN", "local");
    }
    config.set("GOPATH", "/go");
    config.workdir = Some("/go");
}

fn node(config: &mut ImageConfig, subject: &Subject<'_>) {
    config.set("PATH", DEFAULT_PATH);
    config.set_if("NODE_VERSION", subject.full_version());
    // The entrypoint script came in 2019; releases that ended before never got it.
    if subject.is_at_least(10, 0) {
        config.entrypoint = vec!["docker-entrypoint.sh"];
    }
    config.cmd = vec!["node"];
}

fn rust(config: &mut ImageConfig, subject: &Subject<'_>) {
    config.set("PATH", format!("/usr/local/cargo/bin:{DEFAULT_PATH}"));
    config.set("RUSTUP_HOME", "/usr/local/rustup");
    config.set("CARGO_HOME", "/usr/local/cargo");
    config.set_if("RUST_VERSION", subject.full_version());
}

fn python(config: &mut ImageConfig, subject: &Subject<'_>) {
    config.set("PATH", format!("/usr/local/bin:{DEFAULT_PATH}"));
    let before_3_13 = subject
        .version
        .is_some_and(|v| v.major < 3 || v.minor.is_some_and(|minor| minor < 13));
    if before_3_13 {
        config.set("LANG", "C.UTF-8");
    }
    config.set_if("PYTHON_VERSION", subject.full_version());
    config.cmd = match subject.version {
        Some(Version { major: 2, .. }) => vec!["python2"],
        _ => vec!["python3"],
    };
}

fn nginx(config: &mut ImageConfig, subject: &Subject<'_>) {
    config.set("PATH", DEFAULT_PATH);
    config.set_if("NGINX_VERSION", subject.full_version());
    config.cmd = vec!["nginx", "-g", "daemon off;"];
    config.exposed = vec!["80"];
    // The entrypoint script came with 1.19, the graceful signal with 1.20.
    if subject.is_at_least(1, 20) {
        config.entrypoint = vec!["/docker-entrypoint.sh"];
        config.stop_signal = Some("SIGQUIT");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::image::ImageRef;
    use crate::knowledge::base_image::resolve;

    fn config(text: &str) -> ImageConfig {
        resolve(&ImageRef::parse(text).unwrap()).unwrap().config
    }

    #[test]
    fn go_programs_start_in_gopath() {
        let go = config("golang:1.22.3");
        assert_eq!(
            go.env,
            [
                ("PATH", format!("/go/bin:/usr/local/go/bin:{DEFAULT_PATH}")),
                ("GOLANG_VERSION", "1.22.3".to_owned()),
                ("GOTOOLCHAIN", "local".to_owned()),
                ("GOPATH", "/go".to_owned()),
            ]
        );
        assert_eq!(go.workdir, Some("/go"));
        assert_eq!(config("golang:1.20").var("GOTOOLCHAIN"), None);
        assert_eq!(config("golang:alpine").cmd, ["/bin/sh"]);
    }

    #[test]
    fn python_has_a_locale_up_to_3_12() {
        assert_eq!(config("python:3.12-slim").var("LANG"), Some("C.UTF-8"));
        assert_eq!(config("python:3.13").var("LANG"), None);
        assert_eq!(config("python:2.7").cmd, ["python2"]);
    }

    #[test]
    fn servers_have_their_entrypoint() {
        assert_eq!(config("node:22").entrypoint, ["docker-entrypoint.sh"]);
        assert_eq!(config("nginx:1.27").stop_signal, Some("SIGQUIT"));
        assert!(config("nginx:1.17").entrypoint.is_empty());
        assert_eq!(config("ubuntu:22.04").cmd, ["/bin/bash"]);
        assert_eq!(config("debian:12").cmd, ["bash"]);
    }
}
