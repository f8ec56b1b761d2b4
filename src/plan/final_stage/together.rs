//! COPY lines that one line can stand for: those below a directory that is copied as well, and files that
//! lie in `/` one by one. In: the COPY lines of a final stage. Out: fewer, since an image has only so many
//! layers, and holds what is copied twice twice.

use super::CopyLine;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::layout::is_within;

/// The lines without those whose path comes with another one to the same owner.
pub(super) fn without_inner(copies: Vec<CopyLine>) -> Vec<CopyLine> {
    let is_same = |copy: &CopyLine| copy.source == copy.path;
    let all = copies.clone();
    let is_outer = |copy: &CopyLine, outer: &CopyLine| {
        let is_below = outer.path != copy.path && is_within(&copy.path, &outer.path);
        is_below && is_same(outer) && outer.owner == copy.owner
    };
    let mut kept = copies;
    kept.retain(|copy| !is_same(copy) || !all.iter().any(|outer| is_outer(copy, outer)));
    kept
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_a_directory_is_not_copied_again() {
        let line = |source: &str, path: &str, owner: &str| CopyLine {
            source: source.to_owned(),
            path: path.to_owned(),
            owner: owner.to_owned(),
        };
        let lines = vec![
            line("/app/server", "/app/server", "1:1"),
            line("/app", "/app", "1:1"),
            line("/app/keys", "/app/keys", ""),
            line("/var/empty", "/app/logs", "1:1"),
        ];
        let kept = [1, 2, 3].map(|index: usize| lines[index].clone());
        assert_eq!(without_inner(lines), kept);
    }
}
