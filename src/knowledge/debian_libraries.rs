//! In: a Debian release and a development package. Out: the shared-library packages behind it.

use std::{collections::HashMap, sync::LazyLock};

use super::{distro::Codename, table::rows};

type Libraries = HashMap<(Codename, &'static str), &'static str>;

static LIBRARIES: LazyLock<Libraries> = LazyLock::new(|| {
    rows(include_str!("data/debian-dev-packages.tsv"))
        .filter_map(|[suite, package, libraries]| {
            Some(((Codename::from_name(suite)?, package), libraries))
        })
        .collect()
});

/// The packages whose shared libraries a program needs that was built with `package` on that
/// release. An empty list: it has nothing but headers, or is a tool. `None`: not known, for
/// lack of the release (only bullseye, bookworm and trixie are known) or of the package.
pub fn runtime_libraries(codename: Codename, package: &str) -> Option<Vec<&'static str>> {
    let libraries = LIBRARIES.get(&(codename, package))?;
    Some(libraries.split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Codename::{Bookworm, Bullseye, Buster, Trixie};

    #[test]
    fn names_follow_the_release() {
        for (codename, library) in [
            (Bullseye, "libssl1.1"),
            (Bookworm, "libssl3"),
            (Trixie, "libssl3t64"),
        ] {
            let found = runtime_libraries(codename, "libssl-dev");
            assert_eq!(found, Some(vec![library]));
        }
    }

    #[test]
    fn a_metapackage_stands_for_what_it_pulls_in() {
        let ncurses = runtime_libraries(Bookworm, "libncurses5-dev").unwrap();
        assert!(ncurses.contains(&"libncurses6") && ncurses.contains(&"libtinfo6"));
        let gl = runtime_libraries(Bookworm, "libgl1-mesa-dev").unwrap();
        assert!(gl.contains(&"libgl1"));
        let kerberos = runtime_libraries(Trixie, "libkrb5-dev").unwrap();
        assert!(kerberos.contains(&"libgssapi-krb5-2"));
    }

    #[test]
    fn headers_are_not_the_same_as_unknown() {
        assert_eq!(runtime_libraries(Bookworm, "libeigen3-dev"), Some(vec![]));
        assert_eq!(runtime_libraries(Bookworm, "libacme-dev"), None);
        assert_eq!(runtime_libraries(Buster, "libssl-dev"), None);
    }

    #[test]
    fn no_library_is_a_development_package() {
        for libraries in LIBRARIES.values() {
            assert!(
                libraries
                    .split_whitespace()
                    .all(|name| !name.ends_with("-dev"))
            );
        }
    }
}
