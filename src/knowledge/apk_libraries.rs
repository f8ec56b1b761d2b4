//! In: an Alpine development package. Out: the packages with the shared libraries behind it.

use std::{collections::HashMap, sync::LazyLock};

use super::table::rows;

static LIBRARIES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows(include_str!("data/alpine-dev-packages.tsv"))
        .map(|[package, libraries]| (package, libraries))
        .collect()
});

/// The packages that a program needs which was built with `package`; compilers count too,
/// since what `g++` builds needs `libstdc++`. An empty list: nothing but headers. `None`: not
/// known. The names hold for every Alpine release since 3.18.
pub fn alpine_runtime_libraries(package: &str) -> Option<Vec<&'static str>> {
    let libraries = LIBRARIES.get(package)?;
    Some(libraries.split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_have_names_of_their_own() {
        assert_eq!(
            alpine_runtime_libraries("postgresql-dev"),
            Some(vec!["libpq"])
        );
        assert_eq!(
            alpine_runtime_libraries("sqlite-dev"),
            Some(vec!["sqlite-libs"])
        );
        assert_eq!(
            alpine_runtime_libraries("build-base"),
            Some(vec!["libstdc++"])
        );
        assert_eq!(alpine_runtime_libraries("musl-dev"), Some(vec![]));
        assert_eq!(alpine_runtime_libraries("acme-dev"), None);
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
