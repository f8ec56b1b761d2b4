//! What restage answers, compared with `snapshots/<toolchain>/<case>.<kind>`; written instead when
//! `RESTAGE_BLESS` is set.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};
use similar::TextDiff;

use super::case::Case;
use super::{folder, in_project};

/// The folder of `snapshots/` that shows reports over several files, not cases.
const REPORTS: &str = "report";

/// The kinds of snapshots: a diff, the rewritten file, and what was said beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Standard output.
    Diff,
    /// The file after `--write`.
    Dockerfile,
    /// Standard error.
    Stderr,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Diff, Self::Dockerfile, Self::Stderr];

    fn extension(self) -> &'static str {
        match self {
            Self::Diff => "diff",
            Self::Dockerfile => "Dockerfile",
            Self::Stderr => "stderr",
        }
    }
}

/// Where the snapshot of a case lies.
pub(crate) fn path(case: &Case, kind: Kind) -> PathBuf {
    let extension = kind.extension();
    in_project("snapshots").join(format!("{}.{extension}", case.name()))
}

/// Compares `now` with the snapshot; `None` says that there must be none. Returns a readable
/// difference, or `None` when they are alike. Only a `sound` answer is ever blessed.
pub(crate) fn difference(
    case: &Case,
    kind: Kind,
    now: Option<&str>,
    sound: bool,
) -> Result<Option<String>> {
    let path = path(case, kind);
    let kept = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    if kept.as_deref() == now {
        return Ok(None);
    }
    if sound && blessing() {
        match now {
            Some(text) => {
                fs::create_dir_all(path.parent().unwrap_or(&path))?;
                fs::write(&path, text)?;
            }
            None => fs::remove_file(&path)?,
        }
        return Ok(None);
    }
    let (kept, now) = (kept.unwrap_or_default(), now.unwrap_or_default());
    let name = format!("snapshots/{}.{}", case.name(), kind.extension());
    let diff = TextDiff::from_lines(kept.as_str(), now);
    let shown = diff.unified_diff().header(&name, "now").to_string();
    Ok(Some(shown))
}

/// Fails for a snapshot whose case is gone, or removes it when blessing.
pub(crate) fn no_strays(cases: &[Arc<Case>]) -> Result<()> {
    let root = in_project("snapshots");
    let mut strays = Vec::new();
    if !root.is_dir() {
        return Ok(());
    }
    for toolchain in folder::names(&root)? {
        if toolchain == REPORTS {
            continue;
        }
        for file in folder::names(&root.join(&toolchain))? {
            let path = root.join(&toolchain).join(&file);
            let known = cases.iter().any(|case| {
                Kind::ALL
                    .into_iter()
                    .any(|kind| self::path(case, kind) == path)
            });
            if known {
                continue;
            }
            if blessing() {
                fs::remove_file(&path)?;
            } else {
                strays.push(format!("snapshots/{toolchain}/{file}"));
            }
        }
    }
    if strays.is_empty() {
        return Ok(());
    }
    bail!("no case for {}", strays.join(", "))
}

fn blessing() -> bool {
    std::env::var_os("RESTAGE_BLESS").is_some_and(|value| !value.is_empty())
}
