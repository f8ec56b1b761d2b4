//! What is expected of a program before it is asked, and what its original did, in words.

use super::inspected::Inspected;
use super::observe::{Expected, Seen};
use super::proof::Proof;
use super::settings::Probe;

/// What the original is to do before it counts as started: to listen where it is asked.
pub(super) fn expected(probes: &[Probe], config: &Inspected) -> Expected {
    let mut probes = probes.to_vec();
    if probes.is_empty() {
        probes.extend(config.tcp_ports().into_iter().map(|port| Probe {
            port,
            path: "/".to_owned(),
            status: None,
        }));
    }
    Expected {
        ports: probes.iter().map(|probe| probe.port).collect(),
        probes,
    }
}

/// An original that does not answer as it should is nothing to compare with.
pub(super) fn unexpected(proof: &mut Proof, original: &Seen) {
    for (probe, answer) in &original.answers {
        let Some(status) = probe.status else { continue };
        let real = match answer {
            Ok(answer) if answer.status == Some(status) => continue,
            Ok(answer) => answer.to_string(),
            Err(error) => error.clone(),
        };
        let asked = format!("GET :{}{}", probe.port, probe.path);
        proof.differences.push(format!(
            "{asked}: the original gives {real} instead of {status}"
        ));
    }
    let asked = original
        .answers
        .iter()
        .filter(|(probe, _)| probe.status.is_none());
    for (probe, answer) in asked {
        if let Err(error) = answer {
            let asked = format!("GET :{}{}", probe.port, probe.path);
            proof
                .open
                .push(format!("{asked}: no answer of the original ({error})"));
        }
    }
}

/// What the original did, and the rewrite too.
pub(super) fn told(seen: &Seen) -> Vec<String> {
    let mut told = Vec::new();
    match seen.ended {
        Some(0) => told.push("it ends with exit code 0 and the same output".to_owned()),
        Some(code) => told.push(format!("it ends with exit code {code} and the same words")),
        None => {}
    }
    if let (Ok(ports), None) = (&seen.listening, seen.ended) {
        told.extend(
            ports
                .iter()
                .map(|port| format!("it listens on port {port}")),
        );
    }
    for (probe, answer) in &seen.answers {
        if let Ok(answer) = answer {
            told.push(format!("GET :{}{} gives {answer}", probe.port, probe.path));
        }
    }
    if let Some(stop) = seen.stop {
        let how = if stop.is_killed() {
            "by force only"
        } else {
            "when it is asked to"
        };
        told.push(format!("it ends {how}"));
    }
    told
}
