//! The report of a scanner in, how many findings of the two gravest degrees out.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::Kind;

/// A longer report is not read, in bytes.
const LIMIT: u64 = 512 << 20;

/// How many vulnerabilities a scanner knows of in an image, as it counts them: one in three packages
/// is three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Vulnerabilities {
    /// The critical ones.
    pub critical: usize,
    /// The high ones.
    pub high: usize,
}

/// What trivy writes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Trivy {
    #[serde(rename = "SchemaVersion")]
    _version: u32,
    /// Null or missing where there is nothing to look at.
    results: Option<Vec<Target>>,
}

/// The packages of one kind.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    vulnerabilities: Option<Vec<Found>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    #[serde(default)]
    severity: String,
}

/// What grype writes.
#[derive(Deserialize)]
struct Grype {
    matches: Vec<Match>,
}

#[derive(Deserialize)]
struct Match {
    vulnerability: Vulnerability,
}

#[derive(Deserialize)]
struct Vulnerability {
    #[serde(default)]
    severity: String,
}

/// Reads the report at `path`.
pub(super) fn read(kind: Kind, path: &Path) -> Result<Vulnerabilities> {
    let file = File::open(path).context("there is none")?;
    let report = BufReader::new(file.take(LIMIT));
    let mut counts = Vulnerabilities::default();
    match kind {
        Kind::Trivy => {
            let report: Trivy = serde_json::from_reader(report)?;
            let targets = report.results.into_iter().flatten();
            let found = targets.flat_map(|target| target.vulnerabilities.unwrap_or_default());
            found.for_each(|found| counts.add(&found.severity));
        }
        Kind::Grype => {
            let report: Grype = serde_json::from_reader(report)?;
            let found = report.matches.iter().map(|found| &found.vulnerability);
            found.for_each(|found| counts.add(&found.severity));
        }
    }
    Ok(counts)
}

impl Vulnerabilities {
    fn add(&mut self, severity: &str) {
        if severity.eq_ignore_ascii_case("critical") {
            self.critical += 1;
        } else if severity.eq_ignore_ascii_case("high") {
            self.high += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(kind: Kind, text: &str) -> Result<(usize, usize)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file.as_file(), text.as_bytes()).unwrap();
        read(kind, file.path()).map(|counts| (counts.critical, counts.high))
    }

    #[test]
    fn trivy_tells_them_by_target() {
        let text = r#"{
            "SchemaVersion": 2, "ArtifactName": "image.tar", "ArtifactType": "container_image",
            "Metadata": {"OS": {"Family": "debian", "Name": "12.8"}},
            "Results": [
                {"Target": "image.tar (debian 12.8)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [
                    {"VulnerabilityID": "CVE-1", "PkgName": "libc6", "Severity": "CRITICAL"},
                    {"VulnerabilityID": "CVE-2", "PkgName": "libc6", "Severity": "HIGH"},
                    {"VulnerabilityID": "CVE-2", "PkgName": "libc-bin", "Severity": "HIGH"},
                    {"VulnerabilityID": "CVE-3", "PkgName": "libc-bin", "Severity": "MEDIUM"}]},
                {"Target": "Python", "Class": "lang-pkgs", "Type": "python-pkg"},
                {"Target": "app", "Class": "lang-pkgs", "Type": "gobinary", "Vulnerabilities": null}]}"#;
        assert_eq!(counted(Kind::Trivy, text).unwrap(), (1, 2));
        let empty = r#"{"SchemaVersion": 2, "ArtifactName": "image.tar"}"#;
        assert_eq!(counted(Kind::Trivy, empty).unwrap(), (0, 0));
    }

    #[test]
    fn grype_tells_them_by_match() {
        let text = r#"{"matches": [
            {"vulnerability": {"id": "CVE-1", "severity": "Critical", "fix": {"state": "fixed"}},
             "relatedVulnerabilities": [{"id": "CVE-9", "severity": "High"}],
             "artifact": {"name": "libc6", "version": "2.36", "type": "deb"}},
            {"vulnerability": {"id": "CVE-2", "severity": "High"}, "artifact": {"name": "pip"}},
            {"vulnerability": {"id": "CVE-3"}, "artifact": {"name": "pip"}},
            {"vulnerability": {"id": "CVE-4", "severity": "Negligible"}, "artifact": {"name": "pip"}}],
            "descriptor": {"name": "grype", "version": "0.121.2"}}"#;
        assert_eq!(counted(Kind::Grype, text).unwrap(), (1, 1));
    }

    #[test]
    fn what_is_no_report_is_an_error() {
        for kind in [Kind::Trivy, Kind::Grype] {
            for text in ["", "{}", "no", "[]"] {
                assert!(counted(kind, text).is_err(), "{kind:?}: {text}");
            }
            assert!(read(kind, Path::new("/no/such/report")).is_err());
        }
    }
}
