//! Programs of other people that a RUN installs with `cargo install NAME`. In: the command line.
//! Out: the programs, and the development packages whose libraries they are linked with.

use crate::toolchain::rust::builds::Installed;

const TABLE: &str = include_str!("data/installed-crates.tsv");

/// What is known of a crate that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tool {
    /// The programs that it makes.
    pub programs: Vec<&'static str>,
    /// Debian's development packages that they are linked with.
    pub links: Vec<&'static str>,
}

/// What an installed crate makes, if it is known.
pub(crate) fn tool(installed: &Installed) -> Option<Tool> {
    let [name] = installed.cargo.operands.as_slice() else {
        return None;
    };
    let name = name.split('@').next().unwrap_or(name);
    let mut lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let line: &'static str = lines.find(|line| line.split('\t').next() == Some(name))?;
    let programs = words(line, 1);
    let defaults = words(line, 2);
    let links: Vec<(&str, &'static str)> = words(line, 3)
        .into_iter()
        .filter_map(|pair: &'static str| pair.split_once('='))
        .collect();
    let flags = &installed.cargo.features;
    if flags.all {
        return None;
    }
    let mut features: Vec<&str> = flags.names.iter().map(String::as_str).collect();
    if !flags.no_default {
        features.extend(defaults);
    }
    let mut linked: Vec<&'static str> = Vec::new();
    for feature in features {
        let package = links.iter().find(|link| link.0 == feature)?.1;
        if !package.is_empty() {
            linked.push(package);
        }
    }
    Some(Tool {
        programs,
        links: linked,
    })
}

fn words(line: &'static str, column: usize) -> Vec<&'static str> {
    line.split('\t')
        .nth(column)
        .unwrap_or_default()
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::rust::invocation::Invocation;

    fn of(line: &str) -> Option<Tool> {
        let words: Vec<_> = line.split(' ').map(|word| Some(word.to_owned())).collect();
        let cargo = Invocation::parse(&words).unwrap();
        tool(&Installed {
            cargo,
            directory: String::new(),
            line: 1,
        })
    }

    #[test]
    fn features_decide_what_a_tool_is_linked_with() {
        let diesel = of("install diesel_cli --no-default-features --features postgres").unwrap();
        assert_eq!(
            diesel,
            Tool {
                programs: vec!["diesel"],
                links: vec!["libpq-dev"]
            }
        );
        assert_eq!(of("install diesel_cli@2.2.0").unwrap().links.len(), 3);
        let sqlx = of("install sqlx-cli --no-default-features -F rustls,postgres").unwrap();
        assert!(sqlx.links.is_empty());
        assert_eq!(of("install sqlx-cli -F odd"), None);
        assert_eq!(of("install ripgrep"), None);
    }
}
