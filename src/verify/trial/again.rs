//! The rewrite once more, after a change of a source.

use std::path::Path;

use anyhow::Result;

use super::{Runs, Trial};
use crate::project::context::BuildContext;
use crate::verify::engine::NotBuilt;
use crate::verify::observe::observe;
use crate::verify::proof::{Proof, Rebuild};
use crate::verify::rebuild::Changed;
use crate::verify::side::{Side, millis};
use crate::verify::{alike, steps};

impl Trial<'_> {
    /// Builds the rewrite from a changed source and runs it: a layer of dependencies must not keep
    /// what is older than the source. A comment changes nothing that the program does.
    pub(super) fn rebuild(
        &self,
        proof: &mut Proof,
        file: &Path,
        after: &Side<'_>,
        runs: &Runs,
    ) -> Result<Option<Rebuild>> {
        let Some(toolchain) = self.subject.toolchain else {
            return Ok(None);
        };
        let context = self.subject.context;
        let files = BuildContext::open(context, Some(self.subject.dockerfile))?;
        let changed = Changed::of(context, &files, toolchain, self.subject.after)?;
        let Some(changed) = changed else {
            return Ok(None);
        };
        let built = match self.build_in(file, changed.context()) {
            Ok(built) => built,
            // A check of the sources' style may forbid the change, and says nothing of the image.
            Err(NotBuilt::Refused(said)) => {
                let path = &changed.path;
                let message = format!("after a change of {path} it does not build: {said}");
                proof.open.push(message);
                return Ok(None);
            }
            Err(NotBuilt::Off(error)) => return Err(error),
        };
        if proof.differences.is_empty() {
            let (name, wishes) = (&built.name, &after.wishes);
            let patience = wishes.patience().max(runs.original.start * 2);
            let again = observe(self.engine(), name, wishes, &runs.expected, patience)?;
            let found = alike::differences(&runs.original, &again).into_iter();
            let found = found.filter(|it| !runs.unsteady.contains(&it.aspect));
            let path = &changed.path;
            let after = found.map(|it| format!("after a change of {path}: {}", it.message));
            proof.differences.extend(after);
        }
        Ok(Some(Rebuild {
            build_ms: millis(built.took),
            steps: steps::of_log(&built.log),
            changed: changed.path,
        }))
    }
}
