//! Data beside a program. In: the context as it lies in the image, and which files are sources.
//! Out: directories and files that the program may read although nothing in the sources names
//! them. Copied when in doubt: a few kilobytes against a crash.

use super::tree::{Tree, file_name, has_extension};
use crate::project::source::is_test_path;

/// What a toolchain knows about files.
pub(crate) struct Rules<'r> {
    /// Whether a file (context path) is a source or belongs to the build.
    pub(crate) is_source: &'r dyn Fn(&str) -> bool,
    /// Whether a file (context path) is of no use at run time, because the program holds it.
    pub(crate) is_embedded: &'r dyn Fn(&str) -> bool,
}

/// Directories of a repository that hold nothing for the running program.
const IDLE_DIRECTORIES: [&str; 36] = [
    "doc",
    "docs",
    "documentation",
    "test",
    "tests",
    "testdata",
    "e2e",
    "fixtures",
    "example",
    "examples",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "ci",
    "build",
    "deploy",
    "deployment",
    "deployments",
    "k8s",
    "kubernetes",
    "kustomize",
    "helm",
    "chart",
    "charts",
    "terraform",
    "ansible",
    "vagrant",
    "docker",
    "vendor",
    "third_party",
    "node_modules",
    "scripts",
    "script",
    "hack",
    "target",
];

/// Files that belong to the repository or to its tools, by their names in lower case.
const IDLE_FILES: [&str; 24] = [
    "makefile",
    "justfile",
    "taskfile.yml",
    "taskfile.yaml",
    "procfile",
    "jenkinsfile",
    "vagrantfile",
    "tiltfile",
    "codecov.yml",
    "codecov.yaml",
    "renovate.json",
    "skaffold.yaml",
    "skaffold.yml",
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "tsconfig.json",
    "fly.toml",
    "netlify.toml",
    "vercel.json",
    "sonar-project.properties",
    "buf.yaml",
    "buf.gen.yaml",
];

/// How the names of such files begin.
const IDLE_BEGINNINGS: [&str; 18] = [
    "readme",
    "license",
    "licence",
    "changelog",
    "contributing",
    "code_of_conduct",
    "security.",
    "authors",
    "notice",
    "dockerfile",
    "docker-compose",
    "compose.",
    "containerfile",
    "cloudbuild",
    "bitbucket-pipelines",
    "azure-pipelines",
    "appveyor",
    "app.json",
];

/// Endings of files that a program reads beside it.
const DATA_ENDINGS: [&str; 36] = [
    "yaml",
    "yml",
    "toml",
    "json",
    "jsonc",
    "ini",
    "conf",
    "cfg",
    "config",
    "env",
    "properties",
    "xml",
    "csv",
    "tsv",
    "txt",
    "html",
    "htm",
    "tmpl",
    "tpl",
    "gohtml",
    "gotmpl",
    "hbs",
    "mustache",
    "css",
    "js",
    "sql",
    "db",
    "sqlite",
    "sqlite3",
    "pem",
    "crt",
    "key",
    "cer",
    "dat",
    "mmdb",
    "wasm",
];

/// Paths in the image below `root` (directories and files) that hold data for the program: the
/// largest directories without sources, and configuration directly in `root`.
pub(crate) fn beside(tree: &Tree, root: &str, rules: &Rules<'_>) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for (path, context) in tree.direct(root) {
        if is_configuration(file_name(path)) && !(rules.is_source)(context) {
            let needed = !(rules.is_embedded)(context);
            found.extend(needed.then(|| (path.to_owned(), false)));
        }
    }
    for directory in tree.directories(root) {
        descend(tree, &directory, rules, &mut found);
    }
    found
}

fn descend(tree: &Tree, directory: &str, rules: &Rules<'_>, found: &mut Vec<(String, bool)>) {
    if is_idle_directory(file_name(directory)) {
        return;
    }
    if tree
        .below(directory)
        .any(|(_, context)| (rules.is_source)(context))
    {
        for inner in tree.directories(directory) {
            descend(tree, &inner, rules, found);
        }
        return;
    }
    let needed = |path: &str, context: &str| {
        let below = path.get(directory.len() + 1..).unwrap_or(path);
        let (folders, name) = below.rsplit_once('/').unwrap_or(("", below));
        !folders.split('/').any(is_idle_directory)
            && !is_idle_file(name)
            && !(rules.is_embedded)(context)
    };
    if tree
        .below(directory)
        .any(|(path, context)| needed(path, context))
    {
        found.push((directory.to_owned(), true));
    }
}

/// Whether a directory holds a file that a program could read: not a source, not a note for people.
pub(crate) fn holds_data(tree: &Tree, directory: &str, rules: &Rules<'_>) -> bool {
    tree.below(directory).any(|(path, context)| {
        !(rules.is_source)(context) && !is_idle_file(file_name(path)) && !is_test_path(context)
    })
}

fn is_idle_directory(name: &str) -> bool {
    (name.starts_with('.') && name != ".well-known") || IDLE_DIRECTORIES.contains(&name)
}

/// Whether a file is for people or for the repository's tools. One that keeps an empty directory
/// is not: the program may write there.
fn is_idle_file(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if matches!(lower.as_str(), ".gitkeep" | ".keep") {
        return false;
    }
    let is_env = lower == ".env" || lower.starts_with(".env.");
    (lower.starts_with('.') && !is_env)
        || has_extension(&lower, "md")
        || has_extension(&lower, "proto")
        || has_extension(&lower, "dockerfile")
        || IDLE_FILES.contains(&lower.as_str())
        || IDLE_BEGINNINGS.iter().any(|start| lower.starts_with(start))
}

/// Whether a file at the top of the project looks like something that its program reads.
fn is_configuration(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if lower == ".env" || lower.starts_with(".env.") {
        // An example is for people; the program reads its copy.
        return !["example", "sample", "template", "dist"]
            .iter()
            .any(|word| lower.contains(word));
    }
    let ending = lower.rsplit_once('.').map(|(_, ending)| ending);
    !is_idle_file(name) && ending.is_some_and(|ending| DATA_ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::compiled::sample::sample;

    #[test]
    fn data_without_sources_is_found_and_the_repository_is_left_out() {
        let text = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\n";
        let files = [
            "main.go",
            "go.mod",
            "config.yaml",
            ".env",
            ".env.example",
            ".golangci.yml",
            "README.md",
            "Dockerfile",
            "docker-compose.yml",
            "Makefile",
            "static/css/a.css",
            "locales/en.json",
            "uploads/.gitkeep",
            "docs/a.json",
            ".github/workflows/ci.yml",
            "internal/mail/mail.go",
            "internal/mail/templates/welcome.html",
            "web/embed.go",
            "web/dist/index.html",
            "notes/README.md",
            "testdata/x.json",
            "charts/a/values.yaml",
        ];
        sample(text, &files.map(|file| (file, "")), |build| {
            let rules = Rules {
                is_source: &|path| has_extension(path, "go") || path == "go.mod",
                is_embedded: &|path| path.starts_with("web/dist/"),
            };
            let found = beside(&Tree::of(build), "/app", &rules);
            let found: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
            assert_eq!(
                found,
                [
                    "/app/.env",
                    "/app/config.yaml",
                    "/app/internal/mail/templates",
                    "/app/locales",
                    "/app/static",
                    "/app/uploads",
                ]
            );
        });
    }
}
