//! Which file a container starts for the name of a program.

use super::resolve::absolute;
use super::{Entry, Files};

/// Where programs are looked for when the image does not say: docker's and podman's default.
pub(in crate::verify) const DEFAULT_PATH: &str =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

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

#[cfg(test)]
mod tests {
    use super::super::sample::Image;

    #[test]
    fn a_program_is_found_where_the_runtime_finds_it() {
        let files = Image::new()
            .file("usr/local/bin/tool", "not executable")
            .program("usr/bin/tool", "")
            .directory("usr/local/bin/folder", 0o755)
            .program("app/start.sh", "")
            .file("app/data", "")
            .files();
        let path = "/usr/local/bin:/usr/bin";
        let find = |name: &str| files.find_program(name, path, "/app").map(|(path, _)| path);
        assert_eq!(find("tool").as_deref(), Some("/usr/bin/tool"));
        assert_eq!(find("./start.sh").as_deref(), Some("/app/start.sh"));
        assert_eq!(find("/app/data").as_deref(), Some("/app/data"));
        for name in ["start.sh", "folder", "", "/app"] {
            assert_eq!(find(name), None, "{name}");
        }
        let beside = files.find_program("start.sh", "/bin:", "/app");
        assert_eq!(beside.unwrap().0, "/app/start.sh");
    }
}
