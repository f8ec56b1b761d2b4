//! Files that lie in `/` one by one. In: the COPY lines of a final stage. Out: one line for all of
//! them that have one owner, since an image has only so many layers.

use super::CopyLine;
use crate::plan::because::Because;
use crate::plan::build::Build;

/// The lines, those files of the build context that lie in `/` together, and what to say of
/// the lines that are new.
pub(super) fn files_in_root(
    build: &Build<'_>,
    copies: Vec<CopyLine>,
) -> (Vec<CopyLine>, Vec<(String, Because)>) {
    let is_file = |copy: &CopyLine| {
        let file = build.context_path(&copy.path);
        let in_root = copy.path.rfind('/') == Some(0) && copy.source == copy.path;
        in_root && file.is_some_and(|file| build.context.is_file(&file))
    };
    let mut lines: Vec<CopyLine> = Vec::with_capacity(copies.len());
    for copy in copies {
        let own =
            |line: &&mut CopyLine| line.owner == copy.owner && (line.path == "/" || is_file(line));
        match lines.iter_mut().find(own).filter(|_| is_file(&copy)) {
            Some(line) => {
                line.source = format!("{} {}", line.source, copy.source);
                "/".clone_into(&mut line.path);
            }
            None => lines.push(copy),
        }
    }
    let several = lines.iter().filter(|line| line.path == "/");
    let because = several.map(|line| {
        let because = Because::rule("files that the original has in `/`");
        (format!(" {} /", line.source), because)
    });
    let because = because.collect();
    (lines, because)
}
