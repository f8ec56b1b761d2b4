//! What `rm` takes away. In: its operands as absolute paths, which may hold patterns of the shell.
//! Out: whether a path is gone for certain, or may be.
//!
//! Two answers, because they err on different sides: a file that is believed to be gone is not
//! carried into the final stage, and a cache that is believed to stay is mounted.

use super::action::Action;
use super::build::Build;
use super::layout::is_within;
use super::system::before_pattern;
use crate::dockerfile::shell;
use crate::project::glob;

/// Places of configuration that packages bring and that the build takes away again, because it
/// would be heeded: nginx's `sites-enabled/default`, its `conf.d/default.conf`.
const CONFIGURATION: [&str; 3] = ["/etc", "/var/www", "/usr/share/nginx"];

/// Below those, what is of no account where a program runs.
const OF_BUILDS: [&str; 1] = ["/etc/apt"];

/// The operands, as words for the shell, by which the build takes away configuration of packages.
pub fn of_configuration(build: &Build<'_>) -> Vec<(String, usize)> {
    let mut words = Vec::new();
    for (_, command) in build.commands() {
        let Action::Remove(paths) = &command.action else {
            continue;
        };
        let within = |path: &str, list: &[&str]| list.iter().any(|known| is_within(path, known));
        let wanted = paths.iter().filter(|path| {
            let path = before_pattern(path);
            within(&path, &CONFIGURATION) && !within(&path, &OF_BUILDS)
        });
        words.extend(wanted.map(|path| (word(path), command.line)));
    }
    words
}

/// A path as a word in which the shell still sees the patterns.
fn word(path: &str) -> String {
    let plain: String = path.replace(['*', '?', '[', ']'], "");
    if shell::is_plain(&plain) {
        path.to_owned()
    } else {
        shell::quoted(path)
    }
}

/// Whether `path` is removed for certain: one of the operands names it or a directory above it.
pub fn certainly(operands: &[String], path: &str) -> bool {
    operands.iter().any(|operand| names(operand, path))
}

/// Whether anything at, below or above `path` may be removed.
pub fn perhaps(operands: &[String], path: &str) -> bool {
    operands.iter().any(|operand| {
        let directory = before_pattern(operand);
        is_within(path, &directory) || is_within(&directory, path)
    })
}

/// Whether `path` itself or a directory above it may be removed.
pub fn perhaps_whole(operands: &[String], path: &str) -> bool {
    let mut directories = operands.iter().map(|operand| before_pattern(operand));
    directories.any(|directory| is_within(path, &directory))
}

/// Whether `operand` matches `path` or a directory above it, segment by segment: `*` crosses none.
fn names(operand: &str, path: &str) -> bool {
    if !operand.contains(['*', '?', '[', '{', '\\']) {
        return is_within(path, operand);
    }
    // What braces become hangs on the shell.
    if operand.contains('{') {
        return false;
    }
    let mut segments = path.trim_matches('/').split('/');
    operand.trim_matches('/').split('/').all(|pattern| {
        segments.next().is_some_and(|segment| {
            // A pattern does not match the dot of a hidden file.
            let is_hidden = segment.starts_with('.') && !pattern.starts_with('.');
            !is_hidden && glob::matches(pattern, segment)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(operand: &str, path: &str) -> bool {
        certainly(&[operand.to_owned()], path)
    }

    #[test]
    fn an_operand_takes_what_lies_below_it() {
        assert!(gone("/app", "/app") && gone("/app", "/app/a") && gone("/", "/app"));
        assert!(!gone("/app", "/apple") && !gone("/app/a", "/app"));
    }

    #[test]
    fn a_pattern_takes_only_what_it_matches() {
        assert!(gone("/app/*", "/app/a") && gone("/app/*", "/app/a/b"));
        assert!(gone("/*.gz", "/x.gz") && gone("/app/?.py", "/app/a.py"));
        assert!(!gone("/node-10*", "/start.sh") && !gone("/app/*.txt", "/app/a.py"));
        assert!(!gone("/app/*", "/app") && !gone("/app/*", "/app/.env"));
        assert!(!gone("/app/{a,b}", "/app/a") && !gone("/app/[", "/app/a"));
    }

    #[test]
    fn a_pattern_may_take_all_of_its_directory() {
        let may = |operand: &str, path: &str| perhaps(&[operand.to_owned()], path);
        assert!(may("/go/pkg/*", "/go/pkg/mod") && may("/go/pkg/mod/cache", "/go/pkg/mod"));
        assert!(may("/app/{a,b}", "/app/a") && !may("/srv/*", "/app"));
    }
}
