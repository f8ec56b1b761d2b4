//! The sources that can run. In: the build and what starts. Out: the scan of those files of the
//! build context that are in the image, are no tests, no build configuration, no assets, and hold
//! a word of what is asked of them.

use super::program::Program;
use super::project::Project;
use super::{browsers, launch, needs, spawn, standalone, usage};
use crate::plan::build::Build;
use crate::project::source::{
    self, FileScan, Language, ProjectScan, Sieve, Vendor, is_test_path, scan_all,
};

/// Directories whose scripts browsers load.
const ASSETS: [&str; 4] = ["public", "static", "assets", "wwwroot"];

/// Configuration of tools that run while building and testing, by the beginning of the name.
/// Source: the tools' own documentation.
const BUILD_CONFIGURATION: [&str; 36] = [
    "webpack.",
    "rollup.config.",
    "vite.config.",
    "vitest.",
    "jest.config.",
    "jest.setup.",
    "babel.config.",
    ".babelrc.",
    ".eslintrc.",
    "eslint.config.",
    ".prettierrc.",
    "prettier.config.",
    ".stylelintrc.",
    "stylelint.config.",
    ".mocharc.",
    "karma.conf.",
    "protractor.conf.",
    "cypress.config.",
    "playwright.config.",
    "postcss.config.",
    "tailwind.config.",
    "tsup.config.",
    "esbuild.",
    "gulpfile.",
    "Gruntfile.",
    "commitlint.config.",
    ".lintstagedrc.",
    "lint-staged.config.",
    "release.config.",
    "vue.config.",
    "svgo.config.",
    "codegen.",
    "prisma.config.",
    "drizzle.config.",
    "svelte.config.",
    "astro.config.",
];

/// Scans the sources that can run.
pub(super) fn scan(build: &Build<'_>, project: &Project, program: &Program) -> ProjectScan {
    let of_build = launch::words(build).chain(usage::words(project));
    let of_build = of_build.chain(standalone::words(project));
    let of_build = of_build.chain(browsers::WORDS);
    let sieve = Sieve::of(spawn::words().chain(needs::words()).chain(of_build));
    let can_run = |path: &str| {
        let starts = program.files.iter().any(|file| file == path);
        let may_run = || project.owner(path).is_none_or(|member| member.runs);
        starts || (can_run(path) && may_run() && build.layout.image_path(path).is_some())
    };
    let mut sources = scan_all(build.context, Language::NODE, Vendor::With, &sieve, can_run);
    // `bin/www`: node takes a file without an extension for JavaScript.
    for path in program
        .files
        .iter()
        .filter(|path| Language::of_path(path).is_none())
    {
        if let Some(text) = build.context.read(path) {
            sources.files.push(FileScan {
                path: path.clone(),
                is_test: false,
                facts: source::scan(text, Language::JavaScript),
            });
        }
    }
    sources
}

fn can_run(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let asset = folders.split('/').any(|folder| ASSETS.contains(&folder)) || name.contains(".min.");
    let types = name.ends_with(".d.ts") || name.ends_with(".d.mts") || name.ends_with(".d.cts");
    let configuration = BUILD_CONFIGURATION
        .iter()
        .any(|start| name.starts_with(start));
    !(asset || types || configuration || is_test_path(path))
}

#[cfg(test)]
mod tests {
    use super::can_run;

    #[test]
    fn tests_configuration_and_assets_do_not_run() {
        for path in [
            "test/a.js",
            "src/a.test.ts",
            "webpack.config.js",
            "webpack.prod.js",
            "public/app.js",
            "lib/x.min.js",
            "types/a.d.ts",
            ".eslintrc.cjs",
        ] {
            assert!(!can_run(path), "{path}");
        }
        for path in [
            "server.js",
            "src/a.ts",
            "ecosystem.config.js",
            "next.config.mjs",
            "config/db.js",
        ] {
            assert!(can_run(path), "{path}");
        }
    }
}
