//! A project that lies in `/` among the system's directories (`COPY . .` without WORKDIR). In: the
//! COPY instructions. Out: what of `/` is the project's.

use super::compiled::tree::{file_name, parent};
use crate::plan::build::Build;

/// What every image has in `/`. Source: the Filesystem Hierarchy Standard 3.0, chapter 3, and the
/// directories that the kernel and Docker mount.
const SYSTEM: [&str; 20] = [
    "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt",
    "proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr",
];

/// Whether an absolute path lies in one of the directories that every image has.
pub(crate) fn is_of_system(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    first.is_some_and(|name| name == "var" || SYSTEM.contains(&name))
}

/// The files and directories in `/` that are the project's: everything that a COPY poured there,
/// and what else was copied there that holds sources (`is_source` takes paths of the context).
///
/// # Errors
/// The name of a directory that pours into one of the system's: nobody can tell what in it is
/// whose.
pub(crate) fn of(
    build: &Build<'_>,
    is_source: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for entry in &build.layout.entries {
        let at = entry.destination.as_str();
        if entry.is_dir && at == "/" {
            for child in build.context.children(&entry.source) {
                let path = format!("/{}", file_name(child));
                if is_of_system(&path) {
                    return Err(file_name(child).to_owned());
                }
                found.push(path);
            }
        } else if parent(at) == "/" && !is_of_system(at) {
            let mut files = build.context.files_under(&entry.source);
            let holds_sources = is_source(&entry.source) || files.any(is_source);
            found.extend(holds_sources.then(|| at.to_owned()));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    fn tops(copies: &str, files: &[&str]) -> Result<Vec<String>, String> {
        let text = format!("FROM rust:1\n{copies}\n");
        let files: Vec<_> = files.iter().map(|file| (*file, "")).collect();
        sample(&text, &files, |build| {
            of(build, &|path| {
                path.starts_with("src/") || path == "Cargo.toml"
            })
        })
    }

    #[test]
    fn what_was_poured_into_the_root_is_the_projects() {
        let files = ["Cargo.toml", "src/main.rs", "static/a.css", "notes/x.txt"];
        let all = ["/Cargo.toml", "/notes", "/src", "/static"].map(str::to_owned);
        assert_eq!(tops("COPY . .", &files), Ok(all.to_vec()));
        let some = ["/Cargo.toml", "/src"].map(str::to_owned);
        let copies = "COPY Cargo.toml /\nCOPY src /src\nCOPY notes /notes\nCOPY static /etc/x";
        assert_eq!(tops(copies, &files), Ok(some.to_vec()));
    }

    #[test]
    fn what_pours_into_the_systems_directories_is_nobodys() {
        let files = ["Cargo.toml", "etc/x.conf"];
        assert_eq!(tops("COPY . .", &files), Err("etc".to_owned()));
        assert!(is_of_system("/var/lib/x") && !is_of_system("/variant"));
    }
}
