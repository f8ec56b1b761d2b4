//! What the project's sources need of the system at run time: certificates, time zones, places that
//! they write to, a home directory, root. In: the scanned sources. Out: needs with their evidence.

use crate::plan::analysis::Needs;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::project::evidence::Fact;
use crate::project::source::{Arg, Call, ProjectScan};

use super::installs::Installs;
use super::written;

/// Modules that talk TLS, or hand it to a library that reads the system's certificates.
const TLS: [&str; 18] = [
    "ssl",
    "urllib",
    "urllib2",
    "http",
    "httplib",
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "pycurl",
    "websockets",
    "websocket",
    "smtplib",
    "imaplib",
    "ftplib",
    "grpc",
    "tornado",
    "twisted",
];

/// Modules that keep data or settings below the home directory.
/// Source: the modules' own documentation of their caches.
pub(super) const AT_HOME: [&str; 24] = [
    "nltk",
    "transformers",
    "huggingface_hub",
    "datasets",
    "sentence_transformers",
    "diffusers",
    "matplotlib",
    "torch",
    "torchaudio",
    "torchvision",
    "timm",
    "open_clip",
    "clip",
    "ultralytics",
    "whisper",
    "faster_whisper",
    "stanza",
    "keras",
    "tensorflow_datasets",
    "easyocr",
    "gensim",
    "platformdirs",
    "appdirs",
    "tiktoken",
];

/// Modules that reach hardware or the network below the level of sockets.
const ROOT: [&str; 8] = [
    "scapy",
    "RPi",
    "smbus",
    "smbus2",
    "docker",
    "bcc",
    "nfqueue",
    "netfilterqueue",
];

/// Functions, names and texts that tell of a home, a user, a socket or a place written to.
const SYSTEM: [&str; 22] = [
    "zoneinfo",
    "home",
    "expanduser",
    "~/",
    "docker.sock",
    "sqlite",
    "setuid",
    "setgid",
    "chroot",
    "initgroups",
    "setgroups",
    "SOCK_RAW",
    "AF_PACKET",
    "open",
    "makedirs",
    "mkdir",
    "write_text",
    "write_bytes",
    "touch",
    "FileHandler",
    "basicConfig",
    "shutil",
];

/// The words without which a source says nothing about the system.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let modules = TLS.into_iter().chain(AT_HOME).chain(ROOT);
    modules.chain(SYSTEM)
}

/// Reads the needs, apart from packages and programs.
pub(super) fn read(
    build: &Build<'_>,
    scan: &ProjectScan,
    installs: &Installs,
    directories: &[String],
) -> Needs {
    let mut needs = Needs::default();
    for import in scan.imports().filter(|import| !import.value.type_only) {
        let top = import.value.top();
        let because = |rule: &str| Because::fact(format!("`{top}` {rule}"), &import.evidence);
        if TLS.contains(&top) {
            needs
                .certificates
                .get_or_insert_with(|| because("makes TLS connections"));
        }
        if matches!(top, "zoneinfo") && installs.names("tzdata").is_none() {
            needs
                .zoneinfo
                .get_or_insert_with(|| because("reads the system's time zones"));
        }
        if AT_HOME.contains(&top) {
            needs
                .home
                .get_or_insert_with(|| because("keeps files below the home directory"));
        }
        if ROOT.contains(&top) {
            needs
                .root
                .get_or_insert_with(|| because("may need what only root can do"));
        }
    }
    if needs.zoneinfo.is_none() && build.end.contract.env.iter().any(|(name, _)| name == "TZ") {
        needs.zoneinfo = Some(Because::rule("TZ names a time zone"));
    }
    for call in scan.calls() {
        one_call(&mut needs, &call, directories);
    }
    for literal in scan.strings() {
        let value = literal.value.value.as_str();
        if value.starts_with("~/") {
            needs.home.get_or_insert_with(|| {
                Because::fact("a path below the home directory", &literal.evidence)
            });
        }
        if value.contains("/var/run/docker.sock") || value.contains("/run/docker.sock") {
            needs.root.get_or_insert_with(|| {
                Because::fact("it talks to Docker's socket", &literal.evidence)
            });
        }
        if let Some(path) = written::sqlite_path(value) {
            written::write(
                &mut needs,
                path,
                "a SQLite database, which is written to beside other files",
                &literal,
                directories,
            );
        }
    }
    for (name, value) in &build.end.contract.env {
        if let Some(path) = value.as_deref().and_then(written::sqlite_path) {
            let because = Because::rule(format!("a SQLite database that `{name}` names"));
            written::push(
                &mut needs,
                written::database_directory(path),
                because,
                directories,
            );
        }
    }
    needs
}

fn one_call(needs: &mut Needs, call: &Fact<&Call>, directories: &[String]) {
    let callee = call.value.callee.as_str();
    let function = call.value.function();
    if matches!(
        callee,
        "Path.home" | "pathlib.Path.home" | "os.path.expanduser" | "expanduser" | "Path.expanduser"
    ) || function == "expanduser"
    {
        needs.home.get_or_insert_with(|| {
            Because::fact("it looks for the home directory", &call.evidence)
        });
    }
    if matches!(
        callee,
        "os.setuid" | "os.setgid" | "os.chroot" | "os.initgroups" | "os.setgroups"
    ) {
        needs
            .root
            .get_or_insert_with(|| Because::fact("it changes its own user", &call.evidence));
    }
    let is_raw = |arg: &Arg| matches!(arg, Arg::Name(name) if name.ends_with("SOCK_RAW") || name.ends_with("AF_PACKET"));
    if function == "socket"
        && call
            .value
            .args
            .iter()
            .chain(call.value.keywords.iter().map(|(_, arg)| arg))
            .any(is_raw)
    {
        needs
            .root
            .get_or_insert_with(|| Because::fact("raw sockets are for root", &call.evidence));
    }
    if let Some((path, rule)) = written::path(call.value) {
        written::write(needs, path, rule, call, directories);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;
    use super::*;

    fn needs(source: &str) -> Needs {
        let text = "FROM python:3.12\nWORKDIR /app\nCOPY a.py .\nCMD [\"python\", \"a.py\"]\n";
        Project::new(text, &[("a.py", source)])
            .analyse()
            .unwrap()
            .needs
    }

    #[test]
    fn home_root_zones_and_certificates() {
        assert!(
            needs("from pathlib import Path\nPath.home()")
                .home
                .is_some()
        );
        assert!(needs("import nltk").home.is_some() && needs("x = '~/.x'").home.is_some());
        assert!(
            needs("import socket\nsocket.socket(socket.AF_INET, socket.SOCK_RAW)")
                .root
                .is_some()
        );
        assert!(needs("open('/etc/hosts', 'a')").root.is_some());
        assert!(
            needs("import docker").root.is_some()
                && needs("import os\nos.setuid(1)").root.is_some()
        );
        assert!(needs("from zoneinfo import ZoneInfo").zoneinfo.is_some());
        assert!(needs("import requests").certificates.is_some());
        let none = needs("import json\nprint(json)");
        assert!(
            none.home.is_none()
                && none.root.is_none()
                && none.certificates.is_none()
                && none.zoneinfo.is_none()
        );
    }
}
