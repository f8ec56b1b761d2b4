//! What it means that a program writes somewhere. In: the argument of a call of its sources. Out:
//! the directory that its user must be able to write to, or why only root will do.

use super::surroundings::Surroundings;
use super::tree::parent;
use crate::dockerfile::contract::clean;
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::layout::is_system_directory;
use crate::project::evidence::Evidence;
use crate::project::source::Arg;

/// The place that an argument names: all of a text, of a beginning the directory that it tells.
pub(crate) fn place(argument: Option<&Arg>) -> Option<&str> {
    match argument? {
        Arg::Text(text) => Some(text),
        Arg::Prefix(text) => text.get(..=text.rfind('/')?),
        _ => None,
    }
}

impl Surroundings {
    /// Takes in that the program, started in `directory`, writes to the file or directory `text`;
    /// what follows a `?` are options of a database.
    pub(crate) fn write(&mut self, directory: &str, text: &str, is_dir: bool, because: Because) {
        let text = text.split('?').next().unwrap_or(text);
        if text.is_empty() || text.contains(":memory:") || text.starts_with("/dev/") {
            return;
        }
        let path = if text.starts_with('/') {
            clean(text)
        } else {
            clean(&format!("{directory}/{text}"))
        };
        if path == "/tmp" || path.starts_with("/tmp/") {
            self.needs.tmp.get_or_insert(because);
            return;
        }
        let value = if is_dir { path.as_str() } else { parent(&path) };
        let writes = &mut self.needs.writes;
        if !writes.iter().any(|need| need.value == value) {
            writes.push(Need::new(value.to_owned(), because));
        }
    }

    /// Takes in that the program writes to a place that is configured. Volumes and directories
    /// that variables name are taken for that place; without any, no owner can be shown to suffice.
    pub(crate) fn write_unknown(&mut self, build: &Build<'_>, evidence: &Evidence) {
        let contract = &build.end.contract;
        let is_place = |value: &Option<String>| {
            value.as_deref().is_some_and(|value| {
                value.starts_with('/') && !is_system_directory(value) && !value.contains(':')
            })
        };
        let mut env = contract.env.iter();
        let is_named =
            env.any(|(name, value)| is_place(value) && build.base.image.config.var(name).is_none());
        if !is_named && contract.volumes.is_empty() && self.needs.root.is_none() {
            let rule = "it writes files whose place the sources do not tell";
            self.needs.root = Some(Because::fact(rule, evidence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn an_argument_tells_a_place_as_far_as_it_is_known() {
        let text = |text: &str| Arg::Text(text.to_owned());
        let prefix = |text: &str| Arg::Prefix(text.to_owned());
        assert_eq!(place(Some(&text("x.log"))), Some("x.log"));
        assert_eq!(place(Some(&prefix("out/day-"))), Some("out/"));
        assert_eq!(place(Some(&prefix("day-"))), None);
        assert_eq!(place(Some(&Arg::Name("path".to_owned()))), None);
        assert_eq!(place(None), None);
    }

    #[test]
    fn what_is_written_needs_its_directory() {
        for (text, is_dir, writes, tmp) in [
            ("/data/x.log", false, &["/data"][..], false),
            ("/data/up/", true, &["/data/up"], false),
            ("db/a.db?mode=rwc", false, &["/s/db"], false),
            ("../x", false, &["/"], false),
            ("/tmp/x", false, &[], true),
            ("../tmp", true, &[], true),
            (":memory:", false, &[], false),
            ("/dev/null", false, &[], false),
            ("?x", false, &[], false),
        ] {
            let mut found = Surroundings::default();
            for _ in 0..2 {
                found.write("/s", text, is_dir, Because::rule("it writes"));
            }
            let values: Vec<_> = found.needs.writes.iter().map(|it| &it.value).collect();
            assert_eq!(values, writes, "{text}");
            assert_eq!(found.needs.tmp.is_some(), tmp, "{text}");
        }
    }

    #[test]
    fn a_configured_place_needs_root_unless_the_build_names_one() {
        for (line, root) in [
            ("", true),
            ("VOLUME /data", false),
            ("ENV DIR=/data", false),
            ("ENV DIR=/etc", true),
            ("ENV URL=a:/b LIST=/a:/b", true),
        ] {
            let text = format!("FROM golang:1.25\n{line}\n");
            let found = sample(&text, &[], |build| {
                let mut found = Surroundings::default();
                found.write_unknown(build, &Evidence::line("main", 1));
                found
            });
            assert_eq!(found.needs.root.is_some(), root, "{line}");
        }
    }
}
