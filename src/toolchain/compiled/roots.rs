//! The directories of an application in the image. In: where its manifest lies. Out: the
//! directories whose contents its toolchain decides about.

use super::tree::outermost;
use crate::plan::build::Build;
use crate::plan::layout::{is_system_directory, is_within};

/// The directories for projects that lie in `projects`: each one, or the directory around it into
/// which one COPY put it together with other things.
pub(crate) fn of(build: &Build<'_>, projects: &[String]) -> Vec<String> {
    let around = build.layout.entries.iter().filter(|entry| {
        entry.is_dir
            && !is_system_directory(&entry.destination)
            && projects
                .iter()
                .any(|project| is_within(project, &entry.destination))
    });
    let mut roots: Vec<String> = around.map(|entry| entry.destination.clone()).collect();
    roots.extend(projects.iter().cloned());
    outermost(roots)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn what_came_with_the_project_belongs_to_it() {
        let files = [("svc/go.mod", ""), ("conf/a.yaml", "")];
        for (copy, roots) in [
            ("COPY . /app", &["/app"][..]),
            ("COPY svc /app/svc", &["/app/svc"]),
            ("COPY . /", &["/app/svc"]),
        ] {
            sample(&format!("FROM golang:1.25\n{copy}\n"), &files, |build| {
                assert_eq!(of(build, &["/app/svc".to_owned()]), roots, "{copy}");
            });
        }
    }
}
