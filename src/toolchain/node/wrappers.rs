//! Programs that run another one. In: a program's name and arguments. Out: the command behind them.

/// Programs that run the command behind their options. With each, the options that take a value
/// in the next word and the number of words before the command.
/// Source: the tools' own documentation.
const WRAPPERS: [(&str, &[&str], usize); 13] = [
    ("tini", &["-p", "-e"], 0),
    ("dumb-init", &["-r", "--rewrite"], 0),
    ("gosu", &[], 1),
    ("su-exec", &[], 1),
    ("env", &["-u", "-C"], 0),
    ("nice", &["-n"], 0),
    ("stdbuf", &["-o", "-i", "-e"], 0),
    ("xvfb-run", &["-s", "-n", "-e", "-f"], 0),
    ("cross-env", &[], 0),
    ("cross-env-shell", &[], 0),
    ("dotenv", &["-e", "-v", "-p"], 0),
    ("dotenvx", &["-f", "-e"], 0),
    ("env-cmd", &["-f", "-e", "-r"], 0),
];

/// The command that `name` runs; `None` where it is no such program.
pub(super) fn command(name: &str, arguments: &[Option<String>]) -> Option<Vec<Option<String>>> {
    let (_, with_value, positionals) = WRAPPERS.iter().find(|row| row.0 == name)?;
    Some(behind(arguments, with_value, *positionals))
}

/// The words behind a wrapper's options, assignments and own arguments.
fn behind(
    arguments: &[Option<String>],
    with_value: &[&str],
    mut positionals: usize,
) -> Vec<Option<String>> {
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let Some(word) = argument.as_deref() else {
            break;
        };
        if word == "--" {
            at += 1;
            break;
        }
        let is_assignment = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if with_value.contains(&word) {
            at += 2;
        } else if word.starts_with('-') || is_assignment {
            at += 1;
        } else if positionals > 0 {
            positionals -= 1;
            at += 1;
        } else {
            break;
        }
    }
    arguments.get(at..).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::command;

    fn get(text: &str) -> Option<String> {
        let mut words = text.split(' ');
        let name = words.next().unwrap();
        let arguments: Vec<_> = words.map(|word| Some(word.to_owned())).collect();
        let found: Vec<String> = command(name, &arguments)?.into_iter().flatten().collect();
        Some(found.join(" "))
    }

    #[test]
    fn the_command_stands_behind_options_and_assignments() {
        for text in [
            "tini -- node a.js",
            "tini -p SIGTERM -- node a.js",
            "dumb-init node a.js",
            "gosu node node a.js",
            "cross-env A=b C=d node a.js",
            "env A=b node a.js",
            "dotenv -e .env -- node a.js",
        ] {
            assert_eq!(get(text).as_deref(), Some("node a.js"), "{text}");
        }
        assert_eq!(get("node a.js"), None);
        assert_eq!(get("tini").as_deref(), Some(""));
    }
}
