//! Servers that give up root by themselves: started by anybody else, they fail to. In: what starts,
//! the environment, the configuration in the build context. Out: why the program must go on as root.
//!
//! Sources: the settings of uWSGI (`uid`, `gid`), Gunicorn and Hypercorn (`user`, `group`) and
//! Celery (`--uid`, `--gid`).

use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::entry::Entry;

/// Servers, and their options that name another user or group.
const OPTIONS: [(&str, &[&str]); 4] = [
    ("celery", &["--uid", "--gid"]),
    ("gunicorn", &["-u", "--user", "-g", "--group"]),
    ("hypercorn", &["-u", "--user", "-g", "--group"]),
    ("uwsgi", &["--uid", "--gid"]),
];

/// Variables that do the same.
const VARIABLES: [&str; 2] = ["UWSGI_UID", "UWSGI_GID"];

/// Why what starts needs root to switch to another user.
pub(super) fn read(build: &Build<'_>, entry: &Entry) -> Option<Because> {
    let by_option = entry.commands.iter().find_map(|command| {
        let words: Vec<&str> = command.words.iter().flatten().map(String::as_str).collect();
        // The server may stand behind a wrapper.
        let (server, options) = OPTIONS.iter().find(|(server, _)| {
            words
                .iter()
                .any(|word| word.rsplit('/').next() == Some(server))
        })?;
        let option = options.iter().find(|option| {
            words.iter().any(|word| {
                let rest = word.strip_prefix(**option);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        })?;
        Some(Because {
            rule: format!("`{server} {option}` switches to another user"),
            evidence: command.because.evidence.clone(),
        })
    });
    let by_variable = || {
        let names = build.end.contract.env.iter().map(|(name, _)| name.as_str());
        let name = names.into_iter().find(|name| VARIABLES.contains(name))?;
        Some(Because::rule(format!(
            "`{name}` makes uWSGI switch to another user"
        )))
    };
    by_option.or_else(by_variable).or_else(|| in_files(build))
}

fn in_files(build: &Build<'_>) -> Option<Because> {
    build.context.files().find_map(|file| {
        let name = file.rsplit('/').next().unwrap_or(file);
        let is_gunicorn = name.starts_with("gunicorn") && has_ending(name, "py");
        let keys: &[&str] = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "ini" | "yml" | "yaml" => &["uid", "gid"],
            "py" if is_gunicorn => &["user", "group"],
            _ => return None,
        };
        build.layout.image_path(file)?;
        let text = build.context.read(file)?;
        let is_server = is_gunicorn || text.contains("uwsgi");
        let (number, _) = text
            .lines()
            .enumerate()
            .find(|(_, line)| is_server && sets(line, keys))?;
        let rule = "its server switches to another user".to_owned();
        Some(Because::rule(rule).and(format!("{file}:{}", number + 1)))
    })
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, own)| own == ending)
}

/// Whether a line of a configuration gives one of the keys a value.
fn sets(line: &str, keys: &[&str]) -> bool {
    let line = line.trim_start();
    keys.iter().any(|key| {
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Project;

    fn root(rest: &str, files: &[(&str, &str)]) -> bool {
        let text = format!(
            "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install uwsgi gunicorn celery\n{rest}\n"
        );
        let mut all = vec![("app.py", "")];
        all.extend_from_slice(files);
        Project::new(&text, &all)
            .analyse()
            .unwrap()
            .needs
            .root
            .is_some()
    }

    #[test]
    fn a_server_that_switches_its_user_needs_root() {
        assert!(root(
            "CMD [\"gunicorn\", \"--user=www-data\", \"app:app\"]",
            &[]
        ));
        assert!(root(
            "CMD [\"tini\", \"--\", \"uwsgi\", \"--uid\", \"33\", \"--http\", \":80\"]",
            &[]
        ));
        assert!(root(
            "ENV UWSGI_UID=app\nCMD [\"uwsgi\", \"--http\", \":80\"]",
            &[]
        ));
        assert!(!root("CMD [\"gunicorn\", \"app:app\"]", &[]));
    }

    #[test]
    fn so_does_one_whose_configuration_says_so() {
        let start = "CMD [\"uwsgi\", \"--ini\", \"wsgi.ini\"]";
        let with = |text: &str| root(start, &[("wsgi.ini", text)]);
        assert!(with("[uwsgi]\nuid = www-data\n"));
        assert!(!with("[uwsgi]\nmaster = true\n") && !with("[other]\nuid = 1\n"));
        let start = "CMD [\"gunicorn\", \"-c\", \"gunicorn.conf.py\", \"app:app\"]";
        assert!(root(start, &[("gunicorn.conf.py", "user = 'www-data'\n")]));
        assert!(!root(start, &[("gunicorn.conf.py", "workers = 2\n")]));
    }
}
