//! Packages that drive a browser (puppeteer, playwright). In: the build, its sources and such a
//! package. Out: whether the browser is one that the distribution's packages bring with all of its
//! libraries. One that the package itself downloads loads libraries that nothing names.

use crate::knowledge::base_image::Flavour;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::plan::packages;
use crate::project::source::ProjectScan;

/// Packages that drive a browser, each with the variables that keep it from downloading its own.
/// Source: the packages' documentation of their environment.
const DRIVERS: [(&str, &[&str]); 5] = [
    (
        "puppeteer",
        &[
            "PUPPETEER_SKIP_DOWNLOAD",
            "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD",
        ],
    ),
    ("puppeteer-core", &[]),
    ("playwright", &["PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"]),
    ("playwright-core", &[]),
    ("playwright-chromium", &["PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD"]),
];

/// The package of the browser, in Debian and in Alpine.
const BROWSER: &str = "chromium";

/// Where the package puts it. Source: the packages' lists of files.
const IN_DEBIAN: [&str; 1] = ["/usr/bin/chromium"];
const IN_ALPINE: [&str; 4] = [
    "/usr/bin/chromium-browser",
    "/usr/bin/chromium",
    "/usr/lib/chromium/chrome",
    "/usr/lib/chromium/chromium",
];

/// The words without which a source names no browser.
pub(super) const WORDS: [&str; 2] = ["/usr/bin/chromium", "/usr/lib/chromium/"];

/// Whether a package drives a browser.
pub(super) fn drives(package: &str) -> bool {
    DRIVERS.iter().any(|(name, _)| *name == package)
}

/// Why `package` starts the browser of the distribution: the Dockerfile installs that one, and it is
/// named where no other could be meant.
pub(super) fn of_distribution(
    build: &Build<'_>,
    sources: &ProjectScan,
    package: &str,
) -> Option<Because> {
    let (_, skips) = DRIVERS.iter().find(|(name, _)| *name == package)?;
    let line = packages::asks_for(build, |name| name == BROWSER)?;
    let places: &[&str] = match build.base.image.flavour {
        Flavour::Alpine => &IN_ALPINE,
        _ => &IN_DEBIAN,
    };
    let is_place = |value: &str| places.contains(&value);
    // Puppeteer takes this one before any that it has downloaded.
    let asked = build.end.lookup("PUPPETEER_EXECUTABLE_PATH");
    let asked = package == "puppeteer" && asked.as_deref().is_some_and(is_place);
    let set = |name: &&str| {
        build
            .end
            .lookup(name)
            .is_some_and(|value| value == "true" || value == "1")
    };
    let alone = skips.is_empty() || skips.iter().any(set);
    let named = || {
        let mut variables = build.end.contract.env.iter();
        let by_variable = variables.any(|(_, value)| value.as_deref().is_some_and(is_place));
        by_variable
            || sources
                .strings()
                .any(|literal| is_place(&literal.value.value))
    };
    let rule = format!("`{package}` starts the browser of the package `{BROWSER}`");
    (asked || (alone && named())).then(|| Because::line(rule, line))
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::{analyse, image};

    fn answer(package: &str, before: &str, source: &str) -> Result<String, Code> {
        let text = format!(
            "FROM node:22\n{before}\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD [\"node\", \"a.js\"]\n"
        );
        let manifest = format!(r#"{{"dependencies":{{"{package}":"1"}}}}"#);
        let files = [("package.json", manifest.as_str()), ("a.js", source)];
        let analysis = analyse(&text, &files).map_err(|decline| decline.code)?;
        assert!(analysis.needs.root.is_some());
        Ok(image(&analysis).to_owned())
    }

    const INSTALL: &str = "RUN apt-get update && apt-get install -y chromium";
    const SOURCE: &str = "launch({ executablePath: '/usr/bin/chromium' })";

    #[test]
    fn a_browser_of_the_distribution_brings_its_libraries() {
        for (package, variables, source) in [
            (
                "puppeteer",
                "ENV PUPPETEER_EXECUTABLE_PATH=/usr/bin/chromium",
                "",
            ),
            ("puppeteer", "ENV PUPPETEER_SKIP_DOWNLOAD=true", SOURCE),
            ("puppeteer-core", "", SOURCE),
            ("playwright-core", "ENV BROWSER=/usr/bin/chromium", ""),
        ] {
            let before = format!("{INSTALL}\n{variables}");
            let found = answer(package, &before, source);
            assert_eq!(
                found.as_deref(),
                Ok("node:22-bookworm-slim"),
                "{package} {variables}"
            );
        }
    }

    #[test]
    fn a_browser_that_is_downloaded_is_declined() {
        for (package, before, source) in [
            ("puppeteer", "", ""),
            ("puppeteer", INSTALL, SOURCE),
            (
                "puppeteer",
                "ENV PUPPETEER_EXECUTABLE_PATH=/usr/bin/chromium",
                "",
            ),
            ("puppeteer-core", INSTALL, ""),
            (
                "playwright",
                &format!("{INSTALL}\nENV PUPPETEER_EXECUTABLE_PATH=/usr/bin/chromium"),
                "",
            ),
        ] {
            let code = answer(package, before, source).unwrap_err();
            assert_eq!(code, Code::UnknownLibraries, "{package} {before}");
        }
    }
}
