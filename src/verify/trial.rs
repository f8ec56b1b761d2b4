//! One verification: two Dockerfiles in, a [`Proof`] out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::alike::{self, Aspect};
use super::closure;
use super::contract::Pair;
use super::engine::{Built, Engine, NotBuilt, Recipe};
use super::expectation::{expected, told, unexpected};
use super::observe::{Expected, Seen, observe};
use super::proof::{Proof, Rebuild, Verdict};
use super::rebuild::Changed;
use super::scanner::Scanner;
use super::side::{Side, millis};
use super::{Subject, Verifier, languages, put, steps};
use crate::dockerfile::Dockerfile;
use crate::project::context::BuildContext;

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
        let mut proof = self.blank();
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

    fn blank(&self) -> Proof {
        Proof {
            verdict: Verdict::Proved,
            differences: Vec::new(),
            alike: Vec::new(),
            open: Vec::new(),
            builder: self.engine().builder().as_str(),
            scanner: None,
            before: None,
            after: None,
            rebuild: None,
        }
    }

    fn parsed(&self) -> (Dockerfile, Dockerfile) {
        let Subject { before, after, .. } = self.subject;
        (Dockerfile::parse(before), Dockerfile::parse(after))
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

    fn configurations(
        &self,
        proof: &mut Proof,
        before: &Side<'_>,
        after: &Side<'_>,
        old: &Dockerfile,
        new: &Dockerfile,
    ) {
        let pair = Pair {
            old,
            new,
            before: &before.config,
            after: &after.config,
            ignored: &self.subject.wishes.ignore_env,
            toolchain: self.subject.toolchain,
        };
        let found = pair.differences();
        if found.is_empty() {
            proof.alike.push("configuration".to_owned());
        }
        proof.differences.extend(found);
    }

    /// What cannot start or load in the rewrite, and could before.
    fn closure(&self, proof: &mut Proof, before: &Side<'_>, after: &Side<'_>, new: &Dockerfile) {
        let mut found = after.findings();
        if !found.is_empty() {
            found = closure::news(found, &before.findings());
        }
        if !found.is_empty() {
            let base = new
                .stages
                .last()
                .and_then(|stage| new.expand_global(&stage.image));
            if let Some(image) = base.filter(|image| image != "scratch") {
                let base = self.verifier.base_findings(&image, self.subject.wishes);
                found = closure::news(found, &base);
            }
        }
        if found.is_empty() {
            proof
                .alike
                .push("every program and library finds what it needs".to_owned());
        }
        proof
            .differences
            .extend(found.iter().map(ToString::to_string));
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

    fn loaders(&self, proof: &mut Proof, before: &Side<'_>, after: &Side<'_>) -> Result<()> {
        let Some(toolchain) = self.subject.toolchain else {
            return Ok(());
        };
        let ask = |side: &Side<'_>| {
            let name = &side.built.name;
            languages::loads(
                self.engine(),
                name,
                &side.files,
                side.path(),
                toolchain,
                &side.wishes,
            )
        };
        let Some(one) = ask(before)? else {
            return Ok(());
        };
        let Some(other) = ask(after)? else {
            let message = format!("the rewrite does not say which packages of {toolchain} load");
            proof.open.push(message);
            return Ok(());
        };
        for (measures, loads) in [(&mut proof.before, &one), (&mut proof.after, &other)] {
            let names = || loads.development().map(str::to_owned).collect();
            if let Some(measures) = measures {
                measures.development = names();
            }
        }
        let (broken, gone) = languages::lost(&one, &other);
        if broken.is_empty() && other.count() > 0 {
            proof.alike.push(format!("{} packages load", other.count()));
        }
        for name in broken {
            proof
                .differences
                .push(format!("the package `{name}` does not load any more"));
        }
        if !gone.is_empty() {
            let gone = gone.join(", ");
            proof.open.push(format!(
                "packages of the original that the rewrite lacks: {gone}"
            ));
        }
        Ok(())
    }

    /// Counts known vulnerabilities in both images, where there is a scanner. An error says why they
    /// are not counted.
    fn scan(&self, proof: &mut Proof, before: &Side<'_>, after: &Side<'_>) -> Result<()> {
        let wish = self.subject.wishes.scanner.unwrap_or_default();
        let Some(scanner) = Scanner::find(wish)? else {
            return Ok(());
        };
        let name = scanner.name();
        (self.listener)(&format!("scanning both with {name}"));
        let scan = |side: &Side<'_>| scanner.scan(self.engine(), &side.built);
        let (one, other) = scan(before)
            .and_then(|one| Ok((one, scan(after)?)))
            .with_context(|| name.clone())?;
        for (measures, found) in [(&mut proof.before, one), (&mut proof.after, other)] {
            if let Some(measures) = measures {
                measures.vulnerabilities = Some(found);
            }
        }
        proof.scanner = Some(name);
        Ok(())
    }

    /// Builds the rewrite from a changed source and runs it: a layer of dependencies must not keep
    /// what is older than the source. A comment changes nothing that the program does.
    fn rebuild(
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

/// The ignore file of a Dockerfile.
fn beside(dockerfile: &Path) -> PathBuf {
    let mut name = dockerfile.as_os_str().to_owned();
    name.push(IGNORE);
    name.into()
}
