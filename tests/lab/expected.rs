//! What a case promises beyond that both images do the same: a proof in, what is missing out.

use anyhow::{Result, ensure};
use restage::outcome::HARDENED;
use serde_json::Value;

use crate::support::case::{Case, Run};
use crate::support::order::{self, Order};

/// The tools that a rewrite of a toolchain leaves behind. `npm` comes with node's own images,
/// which are the runtimes slim and alpine.
fn tools_of(toolchain: &str, runtime: Option<&str>) -> Vec<&'static str> {
    match (toolchain, runtime) {
        // Nothing is taken from the one stage.
        (_, Some(HARDENED)) => Vec::new(),
        ("go", _) => vec!["go", "gcc"],
        ("rust", _) => vec!["cargo", "rustc", "gcc"],
        ("node", Some("slim" | "alpine")) => vec!["gcc", "g++", "make"],
        ("node", _) => vec!["gcc", "g++", "make", "npm"],
        _ => vec!["gcc"],
    }
}

fn words(list: &Value) -> Vec<&str> {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(Value::as_str).collect()
}

/// The program did what `case.yaml` expects of it, and not something else twice.
pub(crate) fn ends_as_it_says(run: &Run, proof: &Value) -> Result<()> {
    let alike = words(&proof["alike"]);
    if let Some(code) = run.exit {
        let wanted = format!("it ends with exit code {code} ");
        let found = alike.iter().any(|text| text.starts_with(&wanted));
        ensure!(found, "the original does not end with {code}: {alike:?}");
    }
    if let Some(http) = &run.http {
        for path in &http.paths {
            let wanted = format!("GET :{}{path} gives ", http.port);
            let found = alike.iter().any(|text| text.starts_with(&wanted));
            ensure!(found, "the original does not answer {path}: {alike:?}");
        }
    }
    Ok(())
}

/// The bundle that a TLS client trusts is the image's own.
pub(crate) fn certificates(run: &Run, proof: &Value) -> Result<()> {
    let has = proof["after"]["certificates"] == true;
    ensure!(has || !run.tls, "the image has no bundle of certificates");
    Ok(())
}

/// The rewritten image lacks what it should be without, and does not run as root unless a note
/// says so.
pub(crate) fn gone(case: &Case, run: &Run, file: &Value) -> Result<()> {
    let after = &file["proof"]["after"];
    let mut unwanted: Vec<&str> = run.gone.iter().map(String::as_str).collect();
    unwanted.extend(tools_of(&case.toolchain, case.runtime.as_deref()));
    let there = [words(&after["tools"]), words(&after["shells"])].concat();
    unwanted.retain(|name| there.contains(name));
    ensure!(unwanted.is_empty(), "still in the image: {unwanted:?}");
    let notes = file["notes"].to_string();
    ensure!(
        after["is_root"] == false || notes.contains("still runs as root"),
        "runs as root, and no note says so"
    );
    Ok(())
}

/// A rewritten Node image has no development dependencies unless a note says why they stay.
pub(crate) fn development(case: &Case, file: &Value) -> Result<()> {
    let there = words(&file["proof"]["after"]["development"]);
    let stay = "development dependencies stay in the final stage";
    let excused = file["notes"].to_string().contains(stay);
    ensure!(
        case.toolchain != "node" || excused || there.is_empty(),
        "development dependencies in the image: {there:?}"
    );
    Ok(())
}

/// After a change of a source, what installs dependencies comes from the cache.
pub(crate) fn layers(case: &Case, text: &str, proof: &Value) -> Result<()> {
    let Order::First(installs) = order::of(case, text)? else {
        return Ok(());
    };
    let rebuild = &proof["rebuild"];
    let steps = rebuild["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let cached = steps.iter().take_while(|step| step["cached"] == true);
    let is_install = |step: &&Value| {
        let instruction = step["instruction"].as_str().unwrap_or_default();
        order::is_install_line(&case.toolchain, instruction)
    };
    let kept = cached.filter(is_install).count();
    ensure!(
        kept >= installs && kept < steps.len(),
        "a change of a source installs the dependencies anew, or builds nothing: {}",
        serde_json::to_string_pretty(rebuild)?
    );
    Ok(())
}
