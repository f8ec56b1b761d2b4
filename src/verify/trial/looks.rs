//! What two images are, without their program being run: their configurations, what cannot start or
//! load, what their languages' own loaders find, and known vulnerabilities.

use anyhow::{Context as _, Result};

use super::Trial;
use crate::dockerfile::Dockerfile;
use crate::verify::contract::Pair;
use crate::verify::proof::Proof;
use crate::verify::scanner::Scanner;
use crate::verify::side::Side;
use crate::verify::{closure, languages};

impl Trial<'_> {
    pub(super) fn configurations(
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
    pub(super) fn closure(
        &self,
        proof: &mut Proof,
        before: &Side<'_>,
        after: &Side<'_>,
        new: &Dockerfile,
    ) {
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

    /// What the loaders of Python and Node find.
    pub(super) fn loaders(
        &self,
        proof: &mut Proof,
        before: &Side<'_>,
        after: &Side<'_>,
    ) -> Result<()> {
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
    pub(super) fn scan(
        &self,
        proof: &mut Proof,
        before: &Side<'_>,
        after: &Side<'_>,
    ) -> Result<()> {
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
}
