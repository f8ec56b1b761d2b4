//! What a program that is started is good for. In: its name and arguments. Out: whether it serves,
//! watches the sources, or builds.

/// What starting a program means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It watches the sources or serves them to a developer.
    Develops,
    /// It builds, which the final stage could not do.
    Builds,
    /// It runs.
    Runs,
}

use Verdict::{Builds, Develops, Runs};

/// Programs that only ever watch or serve to a developer.
/// Source: each tool's own documentation, as for the tables below.
const DEVELOPERS: [&str; 16] = [
    "nodemon",
    "ts-node-dev",
    "tsnd",
    "tsc-watch",
    "node-dev",
    "supervisor",
    "pm2-dev",
    "webpack-dev-server",
    "webpack-dashboard",
    "live-server",
    "lite-server",
    "browser-sync",
    "start-storybook",
    "storybook",
    "react-native",
    "expo",
];

/// Programs that only ever build, apart from their watching modes.
const BUILDERS: [&str; 14] = [
    "tsc",
    "webpack",
    "webpack-cli",
    "rollup",
    "esbuild",
    "babel",
    "swc",
    "gulp",
    "grunt",
    "sass",
    "tsup",
    "postcss",
    "tailwindcss",
    "browserify",
];

/// Programs whose first argument decides: what develops, what builds, and what the program does
/// without one. Anything else runs.
const BY_ARGUMENT: [(&str, &[&str], &[&str], Verdict); 22] = [
    ("next", &["dev"], &["build", "export"], Develops),
    ("nuxt", &["dev"], &["build", "generate"], Develops),
    ("nuxi", &["dev"], &["build", "generate"], Runs),
    ("vite", &["dev", "serve"], &["build"], Develops),
    ("react-scripts", &["start", "test"], &["build"], Runs),
    ("craco", &["start", "test"], &["build"], Runs),
    ("react-app-rewired", &["start", "test"], &["build"], Runs),
    ("vue-cli-service", &["serve"], &["build"], Runs),
    ("ng", &["serve", "s", "dev"], &["build", "b"], Runs),
    ("gatsby", &["develop", "dev"], &["build"], Runs),
    ("astro", &["dev"], &["build"], Develops),
    (
        "remix",
        &["dev", "vite:dev"],
        &["build", "vite:build"],
        Develops,
    ),
    ("react-router", &["dev"], &["build"], Runs),
    ("svelte-kit", &["dev"], &["build"], Runs),
    ("ember", &["serve", "server", "s"], &["build", "b"], Runs),
    ("strapi", &["develop", "dev"], &["build"], Runs),
    ("quasar", &["dev"], &["build"], Runs),
    ("docusaurus", &["start"], &["build"], Runs),
    ("vuepress", &["dev"], &["build"], Runs),
    ("vitepress", &["dev"], &["build"], Develops),
    ("parcel", &["serve", "watch"], &["build"], Develops),
    ("nest", &[], &["build", "start"], Builds),
];

/// What starting `name` with `arguments` means.
pub(super) fn of(name: &str, arguments: &[Option<String>]) -> Verdict {
    let known: Vec<&str> = arguments.iter().flatten().map(String::as_str).collect();
    let first = known.iter().find(|word| !word.starts_with('-')).copied();
    let watches = known.iter().any(|word| {
        *word == "--watch" || word.starts_with("--watch=") || word.starts_with("--watch-")
    });
    // The watching modes of runners and compilers; `-w` is something else to other programs.
    let short = known.contains(&"-w") && (BUILDERS.contains(&name) || name == "babel-node");
    let subcommand = matches!(
        (name, first),
        ("tsx" | "gulp" | "grunt", Some("watch"))
            | ("webpack" | "webpack-cli", Some("serve" | "watch"))
    );
    let serves = name == "esbuild" && known.iter().any(|word| word.starts_with("--serve"));
    if DEVELOPERS.contains(&name) || watches || short || subcommand || serves {
        return Develops;
    }
    if BUILDERS.contains(&name) {
        return Builds;
    }
    let Some((_, develop, build, without)) = BY_ARGUMENT.iter().find(|row| row.0 == name) else {
        return Runs;
    };
    match first {
        Some(word) if develop.contains(&word) => Develops,
        Some(word) if build.contains(&word) => Builds,
        // `parcel src/index.html`, `next .`: a folder or file, the default command.
        Some(word) if word.contains(['.', '/']) => *without,
        Some(_) => Runs,
        None => *without,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Verdict {
        let mut words = text.split(' ');
        let name = words.next().unwrap();
        let arguments: Vec<_> = words.map(|word| Some(word.to_owned())).collect();
        of(name, &arguments)
    }

    #[test]
    fn what_watches_and_what_serves_developers() {
        for text in [
            "nodemon server.js",
            "ts-node-dev --respawn src/a.ts",
            "tsx watch src/a.ts",
            "node --watch server.js",
            "node --watch-path=./src a.js",
            "react-scripts start",
            "vite",
            "vite --host",
            "next dev -p 3000",
            "next",
            "nest start --watch",
            "webpack serve --mode development",
            "tsc -w",
            "vue-cli-service serve",
            "ng serve --host 0.0.0.0",
            "gatsby develop",
            "parcel index.html",
        ] {
            assert_eq!(verdict(text), Develops, "{text}");
        }
    }

    #[test]
    fn what_builds_and_what_runs() {
        for text in [
            "tsc",
            "next build",
            "vite build",
            "nest start",
            "nest build",
            "webpack",
        ] {
            assert_eq!(verdict(text), Builds, "{text}");
        }
        for text in [
            "node server.js",
            "next start -p 3000",
            "vite preview --host",
            "tsx src/a.ts",
            "ts-node src/a.ts",
            "serve -s dist",
            "strapi start",
            "gatsby serve",
            "nuxt start",
            "mocha -w",
        ] {
            assert_eq!(verdict(text), Runs, "{text}");
        }
    }
}
