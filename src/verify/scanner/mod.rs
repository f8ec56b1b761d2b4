//! Known vulnerabilities in both images, where the user has a scanner: an image's archive in, counts
//! of its critical and high findings out. Nothing is fetched: the scanner uses the database that it
//! has. A proof never hangs on it.

mod counts;

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::engine::{Built, Engine};
use super::process::Call;
use super::settings::ScannerWish;
pub use counts::Vulnerabilities;

/// How long a scan may take; trivy has a limit of its own, too.
const LIMIT: Duration = Duration::from_secs(600);

/// One scan at a time: trivy keeps its cache locked.
static SCANNING: Mutex<()> = Mutex::new(());

/// A scanner that is installed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scanner {
    kind: Kind,
    /// Its program.
    program: String,
    /// Its version, as it tells it.
    version: String,
}

/// Which scanner it is. Options and reports were read of trivy 0.59 and grype 0.121.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Trivy,
    Grype,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Trivy => "trivy",
            Self::Grype => "grype",
        }
    }
}

impl Scanner {
    /// The scanner that is wished for, or one that is there; `None` where there is none, or none is
    /// wished for. The error says why the one that is wished for does not work.
    pub(super) fn find(wish: ScannerWish) -> Result<Option<Self>> {
        let of = |kind: Kind| Self::at(kind, kind.as_str());
        match wish {
            ScannerWish::None => Ok(None),
            ScannerWish::Trivy => of(Kind::Trivy).map(Some),
            ScannerWish::Grype => of(Kind::Grype).map(Some),
            ScannerWish::Auto => Ok([Kind::Trivy, Kind::Grype]
                .into_iter()
                .find_map(|kind| of(kind).ok())),
        }
    }

    /// The scanner that `program` is.
    fn at(kind: Kind, program: &str) -> Result<Self> {
        let ended = Call::new(program).arg("--version").end()?;
        if !ended.is_good() {
            bail!("{}", ended.last_words(1));
        }
        let said = ended.out.text();
        let is_version = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
        let version = said.split_whitespace().find(is_version);
        Ok(Self {
            kind,
            program: program.to_owned(),
            version: version.unwrap_or_default().to_owned(),
        })
    }

    /// Its name and version.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.kind.as_str(), self.version)
            .trim_end()
            .to_owned()
    }

    /// What it finds in an image, which it gets as an archive: not every scanner sees the images of
    /// every engine. The error is in its own words.
    pub(super) fn scan(&self, engine: &Engine, built: &Built<'_>) -> Result<Vulnerabilities> {
        let folder = tempfile::Builder::new()
            .prefix("restage-verify-")
            .tempdir()?;
        let archive = folder.path().join("image.tar");
        engine.save(built, &archive)?;
        self.scan_archive(&archive, &folder.path().join("report.json"))
    }

    fn scan_archive(&self, archive: &Path, report: &Path) -> Result<Vulnerabilities> {
        let _alone = SCANNING.lock().unwrap_or_else(PoisonError::into_inner);
        let call = self.call(archive, report).within(LIMIT);
        let ended = call.end()?;
        // A scanner may be configured to fail where it finds something; its report tells.
        match counts::read(self.kind, report) {
            Ok(counts) => Ok(counts),
            Err(_) if !ended.is_good() => bail!("{}", reason(&ended.last_words(1))),
            Err(error) => Err(error).with_context(|| format!("the report of {}", self.name())),
        }
    }

    fn call(&self, archive: &Path, report: &Path) -> Call {
        let (archive, report) = (archive.to_string_lossy(), report.to_string_lossy());
        let call = Call::new(&self.program);
        match self.kind {
            Kind::Trivy => call
                .args(["image", "--quiet", "--format", "json", "--exit-code", "0"])
                .args(["--scanners", "vuln", "--severity", "CRITICAL,HIGH"])
                .args(["--skip-db-update", "--skip-java-db-update"])
                .args(["--offline-scan", "--timeout", "10m"])
                .args(["--output", &report, "--input", &archive]),
            Kind::Grype => call
                .env("GRYPE_DB_AUTO_UPDATE", "false")
                .env("GRYPE_CHECK_FOR_APP_UPDATE", "false")
                .args(["--quiet", "--output", "json", "--file", &report])
                .arg(format!("docker-archive:{archive}")),
        }
    }
}

/// The last line of what a scanner says, without the time and the level that it begins with.
fn reason(line: &str) -> &str {
    let words = line.rsplit('\t').next().unwrap_or(line);
    words.trim()
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;

    /// A stand-in for a scanner: it tells its version, keeps its arguments and environment, and then
    /// does what `script` says, with the place of the report in `$report`.
    fn stand_in(kind: Kind, version: &str, script: &str) -> Result<(TempDir, Scanner)> {
        let folder = tempfile::tempdir()?;
        let program = folder.path().join(kind.as_str());
        let text = format!(
            "#!/bin/sh\n\
             if [ \"$1\" = --version ]; then printf '%s\\n' '{version}'; exit 0; fi\n\
             cd '{}'\n\
             printf '%s\\n' \"$*\" > arguments\n\
             env > environment\n\
             report=report.json\n\
             {script}\n",
            folder.path().display()
        );
        fs::write(&program, text)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        let program = program.to_string_lossy();
        let mut found = Scanner::at(kind, &program);
        // A file that another thread's child has open for writing cannot be started yet.
        for _ in 0..50 {
            if found.is_err() {
                std::thread::sleep(Duration::from_millis(10));
                found = Scanner::at(kind, &program);
            }
        }
        Ok((folder, found?))
    }

    fn scanned(folder: &TempDir, scanner: &Scanner) -> Result<Vulnerabilities> {
        let place = |name| folder.path().join(name);
        scanner.scan_archive(&place("image.tar"), &place("report.json"))
    }

    #[test]
    fn trivy_is_asked_for_vulnerabilities_without_the_network() {
        let script = r#"printf '{"SchemaVersion": 2, "Results": [{"Vulnerabilities": [{"Severity": "HIGH"}]}]}' > $report"#;
        let (folder, trivy) = stand_in(Kind::Trivy, "Version: 0.59.1", script).unwrap();
        assert_eq!(trivy.name(), "trivy 0.59.1");
        let found = scanned(&folder, &trivy).unwrap();
        assert_eq!((found.critical, found.high), (0, 1));
        let said = fs::read_to_string(folder.path().join("arguments")).unwrap();
        for wanted in ["--scanners vuln", "--skip-db-update", "--input /"] {
            assert!(said.contains(wanted), "{said}");
        }
    }

    #[test]
    fn grype_fetches_no_database_and_may_fail_where_it_finds_something() {
        let script = r#"printf '{"matches": [{"vulnerability": {"severity": "Critical"}}]}' > $report; exit 2"#;
        let (folder, grype) = stand_in(Kind::Grype, "grype 0.121.2", script).unwrap();
        assert_eq!(grype.name(), "grype 0.121.2");
        let found = scanned(&folder, &grype).unwrap();
        assert_eq!((found.critical, found.high), (1, 0));
        let environment = fs::read_to_string(folder.path().join("environment")).unwrap();
        assert!(environment.contains("GRYPE_DB_AUTO_UPDATE=false"));
        let said = fs::read_to_string(folder.path().join("arguments")).unwrap();
        assert!(said.contains("docker-archive:/"), "{said}");
    }

    #[test]
    fn a_scanner_without_a_database_says_so() {
        let script =
            "printf 'time\\tFATAL\\tFatal error: no database on the first run\\n' >&2; exit 1";
        let (folder, trivy) = stand_in(Kind::Trivy, "Version: 0.59.1", script).unwrap();
        let error = scanned(&folder, &trivy).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Fatal error: no database on the first run"
        );
        let (folder, grype) = stand_in(Kind::Grype, "grype", "echo '{}' > $report").unwrap();
        let error = scanned(&folder, &grype).unwrap_err();
        assert_eq!(error.to_string(), "the report of grype");
    }

    #[test]
    fn what_is_not_wished_for_is_not_looked_for() {
        assert_eq!(Scanner::find(ScannerWish::None).unwrap(), None);
        assert!(Scanner::at(Kind::Trivy, "restage-no-such-program").is_err());
    }
}
