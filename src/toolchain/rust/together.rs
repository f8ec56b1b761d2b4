//! The builds of all programs that go along, taken together. In: the programs. Out: one build that
//! needs whatever one of them needs.

use super::builds::CargoBuild;
use super::program::Found;
use crate::outcome::{Code, Decline};

/// The builds of all programs that go along, as one: whatever one of them needs is needed.
pub(super) fn together(found: &Found) -> Result<CargoBuild, Decline> {
    let mut builds = found.own.iter().map(|own| &own.build);
    let Some(mut main) = builds.next().cloned() else {
        return Err(Decline::new(Code::ArtifactNotFound, "no program was found"));
    };
    for other in builds {
        let (one, two) = (&main.settings, &other.settings);
        if one.root != two.root {
            let message = "the programs that start come from several projects";
            return Err(Decline::new(Code::UnsupportedProject, message).at(other.line));
        }
        if one.targets != two.targets || one.rustflags != two.rustflags {
            let message = "the programs that start are compiled in different ways";
            return Err(Decline::new(Code::UnsupportedProject, message).at(other.line));
        }
        for part in &other.parts {
            if !main.parts.contains(part) {
                main.parts.push(part.clone());
            }
        }
        for (name, features) in &other.asked {
            let known = main.asked.entry(name.clone()).or_default();
            known.extend(features.iter().cloned());
        }
        main.is_doubtful |= other.is_doubtful;
    }
    Ok(main)
}
