//! Where the files of a program are looked for. In: the build, what starts, and the directories of
//! the application. Out: the directory that has to go along as a whole, as far as that can be told
//! without its language.

use super::generated;
use super::named;
use super::tree::Tree;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::entry::Entry;
use crate::plan::layout::is_within;
use crate::project::evidence::Evidence;
use crate::project::source::{Call, SourceFacts};

/// Where the files of a program are looked for.
pub(crate) struct Scope<'s, 'a> {
    /// The build.
    pub(crate) build: &'s Build<'a>,
    /// Its files.
    pub(crate) tree: &'s Tree,
    /// What starts.
    pub(crate) entry: &'s Entry,
    /// The directories of the application, in the image.
    pub(crate) roots: &'s [String],
    /// Directories that relative paths may start from, the likeliest first.
    pub(crate) bases: Vec<&'s str>,
}

impl Scope<'_, '_> {
    /// The directory that commands fill with files whose names are not known, and why that is so;
    /// `compiles` as for [`generated::whole`].
    pub(crate) fn generated(
        &self,
        compiles: &dyn Fn(&RunCommand) -> bool,
    ) -> Option<(String, Because)> {
        self.roots.iter().find_map(|root| {
            generated::whole(self.build, root, compiles).map(|because| (root.clone(), because))
        })
    }

    /// The directory that the program runs in and the one of the application around it.
    pub(crate) fn here(&self) -> Option<(&str, &str)> {
        let here = self.bases.first()?;
        let root = self.roots.iter().find(|root| is_within(here, root))?;
        Some((here, root))
    }
}

/// Why the program reads the directory that it runs in: the first call of its files (path and what
/// they say) that `reads` what it is given, and is given that directory.
pub(crate) fn reads_here<'f>(
    files: impl Iterator<Item = (&'f str, &'f SourceFacts)>,
    reads: impl Fn(&Call) -> bool,
) -> Option<Because> {
    let mut calls = files.flat_map(|(path, facts)| facts.calls.iter().map(move |it| (path, it)));
    let (path, call) = calls.find(|(_, call)| {
        let mut texts = call.args.iter().filter_map(|arg| arg.text());
        reads(call) && texts.any(named::is_here)
    })?;
    let rule = format!("`{}` reads the working directory", call.callee);
    Some(Because::fact(rule, &Evidence::line(path, call.line)))
}
