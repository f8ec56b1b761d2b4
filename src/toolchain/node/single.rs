//! A small image that a second stage would gain nothing for. In: what starts. Out: which files and
//! directories of root's it may write to.

use super::binaries;
use super::program::Program;
use super::project::Project;
use crate::plan::analysis::Need;
use crate::plan::because::Because;

/// A program that writes among the packages that it is one of: prisma keeps its engines there.
/// Source: prisma's documentation of its engines.
pub(super) fn leaves(program: &Program) -> Option<Because> {
    let leaf = program.leaves.iter().find(|leaf| leaf.name() == "prisma")?;
    let rule = "`prisma` writes into the directory of its package";
    Some(Because::rule(rule).and(leaf.because.sentence()))
}

/// The directory of the packages, where a program of theirs starts: compilers and the like keep caches in
/// `node_modules/.cache`, a place that find-cache-dir made common.
pub(super) fn directories(project: &Project, program: &Program) -> Vec<Need<String>> {
    let is_tool = |name: &str| {
        let mut packages = project.packages();
        packages.any(|package| binaries::brings(package, name))
    };
    let mut leaves = program.leaves.iter();
    let tool = leaves.find(|leaf| !project.installs.is_empty() && is_tool(leaf.name()));
    let need = tool.map(|leaf| {
        let rule = format!("`{}` may keep a cache among the packages", leaf.name());
        let because = Because::rule(rule).and(leaf.because.sentence());
        Need::new(project.path("node_modules"), because)
    });
    need.into_iter().collect()
}
