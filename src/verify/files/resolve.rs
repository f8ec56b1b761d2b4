//! Paths as the kernel follows them: symbolic links lead to where they lead inside the image.

use super::{Entry, Files, Kind};
use crate::dockerfile::contract::clean;

/// Links that Linux follows on one path (`MAXSYMLINKS`).
const MOST_LINKS: usize = 40;

/// Longest path that links may add up to, in parts.
const MOST_PARTS: usize = 8192;

impl Files {
    /// Where an absolute path leads and what stands there, links followed. `None` when something
    /// on the way is missing, is no directory, or leads round in a circle.
    pub fn resolve(&self, path: &str) -> Option<(String, &Entry)> {
        self.walk(&clean_start(path), &mut |_| true)
    }

    /// The same, with every directory shown to `enter` before it is searched; `None` also when
    /// `enter` refuses one.
    pub(super) fn walk(
        &self,
        path: &str,
        enter: &mut dyn FnMut(&Entry) -> bool,
    ) -> Option<(String, &Entry)> {
        let mut parts: Vec<&str> = path.rsplit('/').collect();
        let mut at = String::from("/");
        let mut links = 0;
        while let Some(part) = parts.pop() {
            match part {
                "" | "." => continue,
                ".." => {
                    at.truncate(at.rfind('/').map_or(0, |slash| slash.max(1)));
                    continue;
                }
                _ => {}
            }
            let directory = self.entries.get(&at)?;
            if !directory.is_directory() || !enter(directory) {
                return None;
            }
            let above = at.len();
            if above > 1 {
                at.push('/');
            }
            at.push_str(part);
            if let Kind::Link(target) = &self.entries.get(&at)?.kind {
                links += 1;
                if links > MOST_LINKS || parts.len() > MOST_PARTS {
                    return None;
                }
                at.truncate(if target.starts_with('/') { 1 } else { above });
                parts.extend(target.rsplit('/'));
            }
        }
        let entry = self.entries.get(&at)?;
        let as_directory = path.len() > 1 && path.ends_with('/');
        (!as_directory || entry.is_directory()).then_some((at, entry))
    }
}

/// `path` from the root. `..` stays: behind a link it is not the directory that is written before.
fn clean_start(path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    }
}

/// `path` made absolute by a working directory, without following links.
pub(in crate::verify) fn absolute(workdir: &str, path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        let path = path.trim_start_matches("./");
        format!("{}/{path}", clean(workdir).trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Image;

    #[test]
    fn links_lead_to_where_they_lead_inside_the_image() {
        let files = Image::new()
            .link("bin", "usr/bin")
            .program("usr/bin/python3.11", "")
            .link("usr/bin/python3", "python3.11")
            .link("usr/bin/python", "/bin/python3")
            .link("opt", "usr/local/opt")
            .link("usr/local/opt/up", "../../bin")
            .link("a", "b")
            .link("b", "a")
            .link("c", "c/c")
            .link("out", "../../../usr")
            .files();
        let real = |path: &str| files.resolve(path).map(|(path, _)| path);
        let python = Some("/usr/bin/python3.11".to_owned());
        for path in [
            "/bin/python",
            "bin//./python",
            "/usr/bin/../bin/python3",
            "/opt/up/python",
            "/opt/up/../bin/python",
            "/out/bin/python",
        ] {
            assert_eq!(real(path), python, "{path}");
        }
        for path in [
            "/a",
            "/c",
            "/usr/bin/none",
            "/bin/python/",
            "/bin/python/x",
            "/none/../bin",
        ] {
            assert_eq!(real(path), None, "{path}");
        }
        assert_eq!(real("/"), Some("/".to_owned()));
        assert_eq!(real("/bin/"), Some("/usr/bin".to_owned()));
    }
}
