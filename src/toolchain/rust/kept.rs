//! What is kept between builds, in the way that the user chose. In: the run of cargo that makes the
//! program. Out: edits for a layer of dependencies, or for cache mounts.

use super::builds::CargoBuild;
use super::{layers, mounts};
use crate::edit::Edit;
use crate::options::Cache;
use crate::outcome::Note;
use crate::plan::because::Because;
use crate::plan::build::Build;

/// The edits, and why they are there.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// The edits.
    pub edits: Vec<Edit>,
    /// For `--explain`.
    pub because: Vec<(String, Because)>,
    /// What is said where the user's choice is not followed.
    pub note: Option<Note>,
}

/// The edits for the run of cargo `own`, of whose programs the final stage takes `used`; mounts that
/// cannot be had leave it to the layer.
pub(crate) fn of(build: &Build<'_>, own: &CargoBuild, used: &[String]) -> Kept {
    let mut kept = Kept::default();
    if build.options.cache == Cache::Mounts {
        match mounts::of(build, own, used) {
            Ok(mounts) => {
                kept.edits = mounts.edits;
                kept.because = mounts.because;
                return kept;
            }
            Err(why) => kept.note = Some(Note::no_mounts(own.line, why)),
        }
    }
    if let Some(layer) = layers::dependencies_first(build, own) {
        kept.edits.push(layer.edit);
        kept.because = layer.because;
    }
    kept
}
