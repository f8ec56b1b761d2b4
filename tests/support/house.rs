//! What holds for the project as a whole: adding a language is one folder in each place, and every
//! code has a case that shows it.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use restage::toolchain;

use super::case::{Case, REWRITTEN};
use super::order::{self, Order};
use super::snapshot::{self, Kind};
use super::{folder, in_project};

/// A check over all cases.
type Check = fn(&[Arc<Case>]) -> Result<()>;

/// The checks, by name.
pub(crate) const CHECKS: [(&str, Check); 3] = [
    ("a-language-is-one-folder", a_language_is_one_folder),
    ("every-code-has-a-case", every_code_has_a_case),
    (
        "dependencies-come-before-sources",
        dependencies_come_before_sources,
    ),
];

/// A folder of `src/toolchain/` that is no language but what compiled languages share.
const SHARED: &str = "compiled";

/// Fewer cases than this say too little about a language.
const ENOUGH: usize = 10;

/// Codes that no case folder can show, with the reason.
const WITHOUT_CASE: [(&str, &str); 2] = [
    (
        "internal",
        "is a bug of restage's own: the tests of `run` bring it about",
    ),
    (
        "not-proved",
        "needs a builder: `lab/only-what-is-proved-is-written` shows it",
    ),
];

fn a_language_is_one_folder(cases: &[Arc<Case>]) -> Result<()> {
    let mut folders = BTreeSet::new();
    for name in folder::names(&in_project("src/toolchain"))? {
        if in_project("src/toolchain").join(&name).is_dir() && name != SHARED {
            folders.insert(name);
        }
    }
    let registered = toolchain::ALL.iter().map(|it| it.name().to_owned());
    ensure!(
        folders == registered.collect(),
        "src/toolchain/ has the folders {folders:?}, and ALL registers others"
    );
    let templates: BTreeSet<_> = folder::names(&in_project("templates"))?
        .into_iter()
        .collect();
    ensure!(
        folders == templates,
        "src/toolchain/ has the folders {folders:?}, and templates/ has {templates:?}"
    );
    for name in &folders {
        let count = cases.iter().filter(|case| case.toolchain == *name).count();
        ensure!(
            count >= ENOUGH,
            "tests/cases/{name}/ has {count} cases, and {ENOUGH} are the least"
        );
    }
    let stranger = cases.iter().find(|case| !folders.contains(&case.toolchain));
    if let Some(case) = stranger {
        bail!("no toolchain for the case {}", case.name());
    }
    Ok(())
}

fn every_code_has_a_case(cases: &[Arc<Case>]) -> Result<()> {
    let output = Command::new(env!("CARGO_BIN_EXE_restage"))
        .arg("explain")
        .output()?;
    let list = String::from_utf8(output.stdout)?;
    let codes: Vec<_> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .collect();
    ensure!(!codes.is_empty(), "restage explain lists no codes");
    let shown = |code: &str| cases.iter().any(|case| case.expect == code);
    let missing: Vec<_> = codes
        .into_iter()
        .filter(|code| !shown(code) && WITHOUT_CASE.iter().all(|(name, _)| name != code))
        .collect();
    ensure!(missing.is_empty(), "no case expects {}", missing.join(", "));
    for (code, reason) in WITHOUT_CASE {
        ensure!(!shown(code), "`{code}` has a case, though it {reason}");
    }
    Ok(())
}

/// Every rewrite installs dependencies before its sources come, or its case says why not.
fn dependencies_come_before_sources(cases: &[Arc<Case>]) -> Result<()> {
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| case.expect == REWRITTEN) {
        let text = std::fs::read_to_string(snapshot::path(case, Kind::Dockerfile))?;
        match (order::of(case, &text)?, &case.no_layer) {
            (Order::Late, None) => wrong.push(format!(
                "{}: a change of the sources installs the dependencies anew, and no `no_layer` says why",
                case.name()
            )),
            (Order::First(_) | Order::Nothing, Some(reason)) => wrong.push(format!(
                "{}: `no_layer` says \"{reason}\", but the order is good",
                case.name()
            )),
            _ => {}
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
