//! Which file a container starts for the name of a program.

use super::resolve::absolute;
use super::{Entry, Files};

/// Where programs are looked for when the image does not say: docker's and podman's default.
pub(in crate::verify) const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Files {
    /// The file behind the name of a program: that of that path, seen from `workdir`, when the name
    /// has a slash, or else the first executable one in the folders of `path_var`, or, when there is
    /// none, the first of that name. The path is the one at which it is found, the entry is where
    /// links lead from there.
    pub fn find_program(
        &self,
        name: &str,
        path_var: &str,
        workdir: &str,
    ) -> Option<(String, &Entry)> {
        let file = |path: String| {
            let (_, entry) = self.resolve(&path)?;
            entry.file().is_some().then_some((path, entry))
        };
        if name.is_empty() {
            return None;
        }
        if name.contains('/') {
            return file(absolute(workdir, name));
        }
        let all: Vec<_> = path_var
            .split(':')
            .filter_map(|folder| file(absolute(&absolute(workdir, folder), name)))
            .collect();
        let best = all
            .iter()
            .position(|(_, entry)| entry.mode & 0o111 != 0)
            .unwrap_or(0);
        all.into_iter().nth(best)
    }
}
