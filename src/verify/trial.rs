//! One verification: two Dockerfiles in, a [`Proof`] out.

mod again;
mod looks;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

use super::alike::{self, Aspect};
use super::engine::{Built, Engine, NotBuilt, Recipe};
use super::expectation::{expected, told, unexpected};
use super::observe::{Expected, Seen, observe};
use super::proof::{Proof, Verdict};
use super::side::Side;
use super::{Subject, Verifier, put};
use crate::build_args::with_args;
use crate::dockerfile::Dockerfile;

/// The name of the file that hides files from one Dockerfile's builds, behind the Dockerfile's own.
const IGNORE: &str = ".dockerignore";

/// A verification that goes on.
pub(super) struct Trial<'t> {
    pub(super) verifier: &'t Verifier,
    pub(super) subject: &'t Subject<'t>,
    pub(super) listener: &'t (dyn Fn(&str) + Sync),
}

/// What both did.
struct Runs {
    original: Seen,
    rewrite: Seen,
    /// What the original did, which is expected of others.
    expected: Expected,
    /// In what the original does not do the same twice.
    unsteady: BTreeSet<Aspect>,
}

/// The two Dockerfiles, in a folder of their own: the context stays as it is.
struct Written {
    folder: TempDir,
    before: PathBuf,
    after: PathBuf,
}

impl Trial<'_> {
    /// Builds, looks, runs, compares.
    pub(super) fn run(&self) -> Result<Proof> {
        let mut proof = Proof::new(Verdict::Proved, self.engine().builder().as_str());
        let written = self.write()?;
        let (old, new) = self.parsed();
        (self.listener)("building the original");
        let before = match self.build(&written.before) {
            Ok(built) => built,
            Err(NotBuilt::Off(error)) => return Err(error),
            Err(NotBuilt::Refused(said)) => {
                proof.verdict = Verdict::OriginalDoesNotBuild;
                proof.differences.push(said);
                return Ok(proof);
            }
        };
        (self.listener)("building the rewrite");
        let after = match self.build(&written.after) {
            Ok(built) => built,
            Err(NotBuilt::Off(error)) => return Err(error),
            Err(NotBuilt::Refused(said)) => {
                proof.verdict = Verdict::DoesNotBuild;
                proof.differences.push(said);
                return Ok(proof);
            }
        };
        (self.listener)("reading the images");
        let (before, after) = (self.side(before, &old)?, self.side(after, &new)?);
        self.configurations(&mut proof, &before, &after, &old, &new);
        self.closure(&mut proof, &before, &after, &new);
        (self.listener)("running both");
        let runs = self.runs(&mut proof, &before, &after)?;
        proof.before = Some(before.measures(&runs.original));
        proof.after = Some(after.measures(&runs.rewrite));
        self.loaders(&mut proof, &before, &after)?;
        if let Err(error) = self.scan(&mut proof, &before, &after) {
            proof.open.push(format!("not scanned: {error:#}"));
        }
        if self.subject.wishes.rebuild != Some(false) {
            (self.listener)("building the rewrite again after a change");
            proof.rebuild = self.rebuild(&mut proof, &written.after, &after, &runs)?;
        }
        if !proof.differences.is_empty() {
            proof.verdict = Verdict::Differs;
        }
        drop(written.folder);
        Ok(proof)
    }

    fn engine(&self) -> &Engine {
        &self.verifier.engine
    }

    /// Both Dockerfiles as they are built: with the build args that are passed.
    fn parsed(&self) -> (Dockerfile, Dockerfile) {
        let Subject { before, after, .. } = self.subject;
        let args = self.subject.wishes.build_args.clone();
        let args: Vec<_> = args.into_iter().collect();
        let parsed = |text: &str| Dockerfile::parse(&with_args(&Dockerfile::parse(text), &args));
        (parsed(before), parsed(after))
    }

    fn write(&self) -> Result<Written> {
        let folder = tempfile::Builder::new()
            .prefix("restage-verify-")
            .tempdir()?;
        let place = |name: &str, text: &str| -> Result<PathBuf> {
            let path = folder.path().join(name);
            put(&path, text)?;
            let ignore = beside(self.subject.dockerfile);
            if ignore.is_file() {
                fs::copy(&ignore, beside(&path))?;
            }
            Ok(path)
        };
        let before = place("before.Dockerfile", self.subject.before)?;
        let after = place("after.Dockerfile", self.subject.after)?;
        Ok(Written {
            folder,
            before,
            after,
        })
    }

    fn build(&self, file: &Path) -> Result<Built<'_>, NotBuilt> {
        self.build_in(file, self.subject.context)
    }

    fn build_in(&self, file: &Path, context: &Path) -> Result<Built<'_>, NotBuilt> {
        let recipe = Recipe { file, context };
        self.engine()
            .build(&recipe, self.subject.wishes, self.listener)
    }

    fn side<'b>(&self, built: Built<'b>, dockerfile: &Dockerfile) -> Result<Side<'b>> {
        Side::of(self.engine(), built, dockerfile, self.subject.wishes)
    }

    /// Runs both, the original again where they differ.
    fn runs(&self, proof: &mut Proof, before: &Side<'_>, after: &Side<'_>) -> Result<Runs> {
        let wishes = self.subject.wishes;
        let patience = wishes.patience();
        let mut expected = expected(&wishes.probes, &before.config);
        let name = &before.built.name;
        let original = observe(self.engine(), name, &before.wishes, &expected, patience)?;
        if !original.started {
            let words = original.err.trim();
            proof
                .differences
                .push(format!("the original is not started: {words}"));
        }
        unexpected(proof, &original);
        // From now on what the original did is what is expected.
        expected.ports = original.listening.clone().unwrap_or_default();
        if original.ended.is_some() {
            expected.ports = BTreeSet::new();
        }
        let patience = patience.max(original.start * 2);
        let rewrite = observe(
            self.engine(),
            &after.built.name,
            &after.wishes,
            &expected,
            patience,
        )?;
        let mut found = alike::differences(&original, &rewrite);
        let mut unsteady = BTreeSet::new();
        if !found.is_empty() {
            (self.listener)("running the original again");
            let again = observe(self.engine(), name, &before.wishes, &expected, patience)?;
            let twice = alike::differences(&original, &again).into_iter();
            unsteady.extend(twice.map(|difference| difference.aspect));
            found.retain(|difference| !unsteady.contains(&difference.aspect));
            for aspect in &unsteady {
                proof
                    .open
                    .push(format!("{aspect}: the original does not do the same twice"));
            }
        }
        if found.is_empty() {
            proof.alike.extend(told(&original));
        }
        proof
            .differences
            .extend(found.into_iter().map(|difference| difference.message));
        if original.ended.is_none() {
            let blind = original
                .listening
                .as_ref()
                .err()
                .or(rewrite.listening.as_ref().err());
            let blind = blind.map(|reason| format!("ports are not seen: {reason}"));
            proof.open.extend(blind);
        }
        Ok(Runs {
            original,
            rewrite,
            expected,
            unsteady,
        })
    }
}

/// The ignore file of a Dockerfile.
fn beside(dockerfile: &Path) -> PathBuf {
    let mut name = dockerfile.as_os_str().to_owned();
    name.push(IGNORE);
    name.into()
}
