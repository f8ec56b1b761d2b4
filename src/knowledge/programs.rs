//! In: the name of a program. Out: the package that brings it.

use std::{collections::HashMap, sync::LazyLock};

use super::{distro::Codename, table::rows};

struct Packages {
    debian: Option<&'static str>,
    alpine: Option<&'static str>,
    since: Option<Codename>,
    until: Option<Codename>,
}

static PROGRAMS: LazyLock<HashMap<&'static str, Packages>> = LazyLock::new(|| {
    let known = |name: &'static str| (!name.is_empty() && name != "-").then_some(name);
    rows(include_str!("data/programs.tsv"))
        .map(|[program, debian, alpine, since, until]| {
            let packages = Packages {
                debian: known(debian),
                alpine: known(alpine),
                since: Codename::from_name(since),
                until: Codename::from_name(until),
            };
            (program, packages)
        })
        .collect()
});

/// The name without directories: `/usr/bin/git` is `git`.
fn bare(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The Debian package that brings a program, on that release where one is given: there is
/// no `wkhtmltopdf` on trixie. Without a release, only what bullseye, bookworm and trixie
/// all have. `None` where restage does not know, or nothing has it.
pub fn debian_package(program: &str, codename: Option<Codename>) -> Option<&'static str> {
    let packages = PROGRAMS.get(bare(program))?;
    let there = match codename {
        Some(codename) => {
            packages.since.is_none_or(|since| codename >= since)
                && packages.until.is_none_or(|until| codename <= until)
        }
        None => packages.since.is_none() && packages.until.is_none(),
    };
    packages.debian.filter(|_| there)
}

/// The Alpine package that brings a program. `None` where restage does not know, and for
/// what busybox has anyway.
pub fn alpine_package(program: &str) -> Option<&'static str> {
    PROGRAMS.get(bare(program))?.alpine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_often_named_otherwise() {
        assert_eq!(debian_package("convert", None), Some("imagemagick"));
        assert_eq!(
            debian_package("/usr/bin/pg_dump", None),
            Some("postgresql-client")
        );
        assert_eq!(debian_package("nc", None), Some("netcat-openbsd"));
        assert_eq!(alpine_package("xsltproc"), Some("libxslt"));
        assert_eq!(alpine_package("wget"), Some("wget"));
        assert_eq!(alpine_package("ps"), None);
        assert_eq!(debian_package("acme", None), None);
    }

    #[test]
    fn a_release_may_lack_a_package() {
        let on = |codename| debian_package("wkhtmltopdf", codename);
        assert_eq!(on(Some(Codename::Bookworm)), Some("wkhtmltopdf"));
        assert_eq!((on(Some(Codename::Trixie)), on(None)), (None, None));
        assert_eq!(debian_package("yt-dlp", Some(Codename::Bullseye)), None);
    }
}
