//! What lists the packages of an application. In: the build and its installations. Out: the manifest
//! in the application's directory, or what stands for one, or why there is none.

use super::binaries::package_of;
use super::client::{Client, Verb};
use super::manifest::Manifest;
use super::project::{Install, unsupported};
use crate::dockerfile::contract::clean;
use crate::outcome::{Code, Decline};
use crate::plan::build::Build;

/// The manifest of the package in `app`: an empty one where there is none and nothing is installed.
pub(super) fn manifest(
    build: &Build<'_>,
    app: &str,
    installs: &[Install],
) -> Result<Manifest, Decline> {
    if let Some(manifest) = named_alone(build, app, installs) {
        return Ok(manifest);
    }
    let first = installs.iter().find(|install| install.directory == app);
    let installs = first.map(|install| install.line);
    let Some(path) = build.context_path(&clean(&format!("{app}/package.json"))) else {
        let Some(line) = installs else {
            return Ok(Manifest::default());
        };
        let hidden = build.context.is_hidden("package.json");
        let (code, message) = if hidden {
            let message = "`package.json` is hidden by `.dockerignore`".to_owned();
            (Code::HiddenByDockerignore, message)
        } else {
            let message = format!("no `package.json` of the build context is put into `{app}`");
            (Code::MissingManifest, message)
        };
        let hint = "if the build context is another folder, name it with `--context DIR`";
        return Err(Decline::new(code, message).at(line).hint(hint));
    };
    let text = build.context.read(&path).unwrap_or_default();
    Manifest::parse(&path, text).ok_or_else(|| {
        let message = format!("`{path}` is not valid JSON");
        unsupported(message).at(installs.unwrap_or(build.base.line))
    })
}

/// What stands for the manifest where there is none, and commands name all packages that they install
/// in `app` (`npm install express`): by names of a registry, of which nothing else is known.
fn named_alone(build: &Build<'_>, app: &str, installs: &[Install]) -> Option<Manifest> {
    let own = installs.iter().filter(|install| install.directory == app);
    let requests: Vec<_> = own
        .map(|install| (install.line, &install.request))
        .collect();
    let (line, _) = requests.first()?;
    let words = requests.iter().flat_map(|(_, request)| &request.operands);
    let names: Option<Vec<&str>> = words.map(|word| registered(word.as_deref()?)).collect();
    let adds = requests.iter().all(|(_, request)| {
        matches!(request.client, Client::Npm | Client::Yarn) && request.verb == Verb::Add
    });
    let there = build.context_path(&clean(&format!("{app}/package.json")));
    let names = names.filter(|_| adds && there.is_none())?;
    Some(Manifest::of_packages(*line, &names))
}

/// The package that a word names, if it is one of a registry: `x`, `x@1`, `@a/x`; no address, no
/// folder, no repository.
fn registered(word: &str) -> Option<&str> {
    let name = package_of(word);
    let scoped = usize::from(name.starts_with('@'));
    let version = word.get(name.len()..).unwrap_or_default();
    let plain = !name.starts_with('.') && !name.contains(['~', ':']);
    let registered = plain && name.matches('/').count() == scoped && !version.contains([':', '/']);
    registered.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::registered;
    use crate::outcome::Code;
    use crate::toolchain::node::testing::analyse;

    #[test]
    fn packages_of_a_registry_are_known_by_their_names() {
        for (word, name) in [
            ("ms", Some("ms")),
            ("ms@2.1", Some("ms")),
            ("@acme/ms@latest", Some("@acme/ms")),
            ("acme/ms", None),
            ("./ms", None),
            ("..", None),
            ("git+https://example.org/ms.git", None),
            ("ms@npm:other", None),
            ("ms@https://example.org/ms.tgz", None),
        ] {
            assert_eq!(registered(word), name, "{word}");
        }
    }

    #[test]
    fn packages_that_a_command_names_need_no_manifest() {
        let answer = |run: &str| {
            let text = format!(
                "FROM node:22\nWORKDIR /app\nCOPY a.js .\n{run}\nCMD [\"node\", \"a.js\"]\n"
            );
            let analysis = analyse(&text, &[("a.js", "")]);
            analysis
                .map(|it| it.needs.packages.len())
                .map_err(|it| (it.code, it.line))
        };
        assert_eq!(answer("RUN npm install ms && yarn add kleur@4"), Ok(0));
        assert_eq!(answer("RUN npm install pg-native"), Ok(1));
        let missing = Err((Code::MissingManifest, Some(4)));
        assert_eq!(answer("RUN npm install"), missing);
        assert_eq!(answer("RUN npm install ms && npm install"), missing);
        let unknown = Err((Code::UnknownLibraries, Some(4)));
        assert_eq!(answer("RUN npm install nodegit"), unknown);
    }
}
