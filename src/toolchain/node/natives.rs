//! Packages with native code. In: the project and its lockfile. Out: the first package that has
//! some, the packages of the distribution that such code is linked with, or a decline.

use super::browsers;
use super::lockfile::{Locked, locked};
use super::manifest::Manifest;
use super::project::Project;
use crate::knowledge::apk_libraries::alpine_runtime_libraries;
use crate::knowledge::base_image::Flavour;
use crate::knowledge::debian_libraries::runtime_libraries;
use crate::knowledge::distro::Distro;
use crate::knowledge::packages::is_development;
use crate::outcome::{Code, Decline};
use crate::plan::action::{Action, Manager};
use crate::plan::analysis::Need;
use crate::plan::because::Because;
use crate::plan::build::Build;
use crate::project::source::ProjectScan;

/// What is known about native code.
#[derive(Debug, Clone, Default)]
pub(super) struct Natives {
    /// The first package that has some.
    pub(super) first: Option<Because>,
    /// Shared libraries, as packages of the distribution.
    pub(super) libraries: Vec<Need<String>>,
    /// The first package that drives a browser of the distribution.
    pub(super) browser: Option<Because>,
    /// Whether there was a lockfile to tell.
    pub(super) from_lockfile: bool,
}

/// Packages with native code that bring all that they load beyond the C and C++ libraries.
/// Source: their build files and the lists of their prebuilt archives.
const SELF_CONTAINED: [&str; 38] = [
    "bcrypt",
    "better-sqlite3",
    "sqlite3",
    "sharp",
    "canvas",
    "@napi-rs/canvas",
    "skia-canvas",
    "node-sass",
    "argon2",
    "re2",
    "bufferutil",
    "utf-8-validate",
    "sodium-native",
    "leveldown",
    "classic-level",
    "rocksdb",
    "lmdb",
    "snappy",
    "farmhash",
    "heapdump",
    "node-pty",
    "microtime",
    "deasync",
    "fibers",
    "grpc",
    "zeromq",
    "isolated-vm",
    "cpu-features",
    "ssh2",
    "serialport",
    "@serialport/bindings-cpp",
    "msgpackr-extract",
    "iconv",
    "libxmljs",
    "libxmljs2",
    "onnxruntime-node",
    "esbuild",
    "@swc/core",
];

/// Packages with native code that load libraries of the distribution, with those libraries on
/// Debian and on Alpine. Source: their build files.
const LINKED: [(&str, &[&str], &[&str]); 3] = [
    ("libpq", &["libpq5"], &["libpq"]),
    ("pg-native", &["libpq5"], &["libpq"]),
    ("kerberos", &["libgssapi-krb5-2"], &["krb5-libs"]),
];

/// Packages whose engines are fetched for the OpenSSL that the image has while they are installed
/// and generated, and look for the same one when they run: where the full image has it, the final
/// stage must have it too; where there is none, it must have none.
/// Source: prisma's documentation of its system requirements.
const WITH_OPENSSL: [&str; 4] = [
    "prisma",
    "@prisma/client",
    "@prisma/engines",
    "@prisma/migrate",
];

/// Packages that load libraries, or whole programs, of which it is not known which.
pub(super) const UNKNOWN: [&str; 19] = [
    "puppeteer",
    "puppeteer-core",
    "playwright",
    "playwright-core",
    "playwright-chromium",
    "electron",
    "nodegit",
    "gl",
    "mapnik",
    "odbc",
    "ibm_db",
    "node-rdkafka",
    "node-libcurl",
    "gdal",
    "gdal-async",
    "opencv4nodejs",
    "@u4/opencv4nodejs",
    "usb",
    "phantomjs-prebuilt",
];

/// Packages whose install scripts print or fetch nothing that is native.
const HARMLESS: [&str; 11] = [
    "core-js",
    "core-js-pure",
    "es5-ext",
    "protobufjs",
    "@apollo/protobufjs",
    "@nestjs/core",
    "styled-components",
    "ejs",
    "msw",
    "nodemon",
    "@scarf/scarf",
];

/// Looks for native code. `pruned` tells that development dependencies stay behind.
pub(super) fn find(
    build: &Build<'_>,
    project: &Project,
    sources: &ProjectScan,
    pruned: bool,
) -> Result<Natives, Decline> {
    let locked = locked(build, project, pruned);
    let from_lockfile = locked.is_some();
    let mut packages = locked.unwrap_or_default();
    let direct: Vec<&str> = if pruned || !project.has_development(build) {
        project.running().flat_map(Manifest::dependencies).collect()
    } else {
        project.packages().collect()
    };
    for name in direct {
        let evidence = project.listing(name);
        packages.push(Locked {
            name: name.to_owned(),
            native: false,
            evidence,
        });
    }
    for other in &project.others {
        let path = build.context_path(&format!("{other}/package.json"));
        let text = path.as_ref().and_then(|path| build.context.read(path));
        let manifest = Manifest::parse(
            path.as_deref().unwrap_or_default(),
            text.unwrap_or_default(),
        );
        let manifest = manifest.unwrap_or_default();
        packages.extend(manifest.dependencies().map(|name| Locked {
            name: name.to_owned(),
            native: false,
            evidence: manifest.evidence(name),
        }));
    }
    packages.sort_by_key(|package| !package.native);
    let mut natives = Natives {
        from_lockfile,
        ..Natives::default()
    };
    for package in &packages {
        natives.take(build, project, sources, package)?;
    }
    if let Some(other) = project.others.first() {
        let rule = format!("the packages in `{other}` may have native code");
        natives.first.get_or_insert(Because::rule(rule));
    }
    if !natives.from_lockfile
        && let Some(because) = built_with(build)
    {
        natives.first.get_or_insert(because);
    }
    if natives.first.is_some() {
        natives.add_linked(build)?;
    }
    Ok(natives)
}

/// A library that is installed to build with. Without a lockfile nothing else tells of a package
/// with native code that is not known by name.
fn built_with(build: &Build<'_>) -> Option<Because> {
    build.commands().find_map(|(_, command)| {
        let Action::Packages { names, .. } = &command.action else {
            return None;
        };
        let name = names.iter().find(|name| is_library_to_build_with(name))?;
        let rule = format!("`{name}` is installed to build native code with");
        Some(Because::line(rule, command.line))
    })
}

/// Whether a package holds the headers of a library other than the C library, and of Python, which
/// only `node-gyp` runs.
fn is_library_to_build_with(name: &str) -> bool {
    let is_other = ["libc6", "libc", "musl", "linux-libc", "python"];
    is_development(name)
        && !is_other.iter().any(|other| {
            name.strip_prefix(other).is_some_and(|rest| {
                rest.starts_with("-dev") || rest.starts_with(|first: char| first.is_ascii_digit())
            })
        })
}

impl Natives {
    fn take(
        &mut self,
        build: &Build<'_>,
        project: &Project,
        sources: &ProjectScan,
        package: &Locked,
    ) -> Result<(), Decline> {
        let name = package.name.as_str();
        if let Some(because) = browsers::of_distribution(build, sources, name) {
            self.first.get_or_insert_with(|| because.clone());
            self.browser.get_or_insert(because);
            return Ok(());
        }
        if UNKNOWN.contains(&name) {
            let hint = if browsers::drives(name) {
                "install the distribution's `chromium` and name it in `PUPPETEER_EXECUTABLE_PATH`, or in the sources where none is downloaded"
            } else {
                "a project without it can be rewritten"
            };
            let message = format!(
                "which libraries `{name}` loads is not known ({})",
                package.evidence
            );
            return Err(Decline::new(Code::UnknownLibraries, message)
                .at(project.line(build))
                .hint(hint));
        }
        let linked = LINKED.iter().find(|row| row.0 == name);
        let with_openssl = WITH_OPENSSL.contains(&name);
        let is_native =
            package.native || linked.is_some() || with_openssl || SELF_CONTAINED.contains(&name);
        if !is_native || HARMLESS.contains(&name) {
            return Ok(());
        }
        let because = Because::fact(format!("`{name}` may have native code"), &package.evidence);
        if let Some((_, debian, alpine)) = linked {
            let libraries = if build.base.image.flavour == Flavour::Alpine {
                alpine
            } else {
                debian
            };
            for library in *libraries {
                self.need(
                    library,
                    Because::fact(format!("`{name}` is linked with it"), &package.evidence),
                );
            }
        }
        if with_openssl && build.base.image.flavour == Flavour::Full {
            let rule = format!("the engines of `{name}` load its libraries");
            self.need("openssl", Because::fact(rule, &package.evidence));
        }
        self.first.get_or_insert(because);
        Ok(())
    }

    fn need(&mut self, library: &str, because: Because) {
        // Node itself is linked with these, so that its alpine images have them.
        if matches!(library, "libstdc++" | "libgcc") {
            return;
        }
        if self.libraries.iter().all(|known| known.value != library) {
            self.libraries.push(Need::new(library.to_owned(), because));
        }
    }

    /// The libraries behind the development packages that the Dockerfile installs.
    fn add_linked(&mut self, build: &Build<'_>) -> Result<(), Decline> {
        let codename = build.base.image.distro.as_ref().and_then(Distro::codename);
        for (_, command) in build.commands() {
            let Action::Packages { manager, names } = &command.action else {
                continue;
            };
            for name in names
                .iter()
                .filter(|name| is_development(name) || *manager == Manager::Apk)
            {
                let libraries = match manager {
                    Manager::Apt => codename.and_then(|codename| runtime_libraries(codename, name)),
                    Manager::Apk => alpine_runtime_libraries(name),
                };
                if libraries.is_none() && is_library_to_build_with(name) {
                    let message = format!("which libraries belong to `{name}` is not known");
                    return Err(Decline::new(Code::UnknownLibraries, message)
                        .at(command.line)
                        .hint("install the libraries by name as well"));
                }
                for library in libraries.unwrap_or_default() {
                    let rule = format!("`{name}` is installed to link with it");
                    self.need(library, Because::line(rule, command.line));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::{analyse, image};

    const TEXT: &str =
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";

    fn with(manifest: &str, lockfile: &str) -> String {
        let files = [
            ("package.json", manifest),
            ("package-lock.json", lockfile),
            ("a.js", ""),
        ];
        image(&analyse(TEXT, &files).unwrap()).to_owned()
    }

    const DISTROLESS: &str = "gcr.io/distroless/nodejs22-debian13";
    const SLIM: &str = "node:22-bookworm-slim";

    #[test]
    fn the_lockfile_tells_of_native_code() {
        let lock =
            |package: &str| format!(r#"{{"packages":{{"":{{}},"node_modules/x":{package}}}}}"#);
        let manifest = r#"{"dependencies":{"a":"1"},"devDependencies":{"d":"1"}}"#;
        assert_eq!(with(manifest, &lock("{}")), DISTROLESS);
        assert_eq!(with(manifest, &lock(r#"{"hasInstallScript":true}"#)), SLIM);
        assert_eq!(
            with(manifest, &lock(r#"{"cpu":["x64"],"optional":true}"#)),
            SLIM
        );
        assert_eq!(
            with(manifest, &lock(r#"{"hasInstallScript":true,"dev":true}"#)),
            DISTROLESS
        );
        let harmless = r#"{"packages":{"node_modules/core-js":{"hasInstallScript":true}}}"#;
        assert_eq!(with(manifest, harmless), DISTROLESS);
    }

    #[test]
    fn packages_are_known_by_name_too() {
        assert_eq!(with(r#"{"dependencies":{"bcrypt":"6"}}"#, ""), SLIM);
        let manifest = r#"{"dependencies":{"pg-native":"3"}}"#;
        let analysis = analyse(TEXT, &[("package.json", manifest), ("a.js", "")]).unwrap();
        assert_eq!(analysis.needs.packages[0].value, "libpq5");
    }

    #[test]
    fn libraries_behind_development_packages_are_needed() {
        let text = TEXT.replace("WORKDIR", "RUN apt-get install -y libpq-dev\nWORKDIR");
        let manifest = r#"{"dependencies":{"better-sqlite3":"11"}}"#;
        let analysis = analyse(&text, &[("package.json", manifest), ("a.js", "")]).unwrap();
        let names: Vec<_> = analysis
            .needs
            .packages
            .iter()
            .map(|need| need.value.as_str())
            .collect();
        assert!(names.contains(&"libpq5"), "{names:?}");
    }

    #[test]
    fn engines_find_the_openssl_that_they_were_made_for() {
        let manifest =
            r#"{"dependencies":{"@prisma/client":"6"},"devDependencies":{"prisma":"6"}}"#;
        let files = [("package.json", manifest), ("a.js", "")];
        let needs = |text: &str| {
            let analysis = analyse(text, &files).unwrap();
            let packages = analysis.needs.packages.into_iter();
            packages.map(|need| need.value).collect::<Vec<_>>()
        };
        assert_eq!(needs(TEXT), ["openssl"]);
        let slim = TEXT.replace("node:22", "node:22-slim");
        let built = slim.replace("RUN npm ci", "RUN npm ci && npm run build");
        assert!(needs(&built).is_empty());
    }

    #[test]
    fn libraries_that_are_not_known_are_declined() {
        for manifest in [
            r#"{"dependencies":{"nodegit":"0.27"},"devDependencies":{"prisma":"6"}}"#,
            r#"{"dependencies":{"puppeteer":"24"}}"#,
        ] {
            let decline = analyse(TEXT, &[("package.json", manifest), ("a.js", "")]).unwrap_err();
            assert_eq!(
                (decline.code, decline.line),
                (Code::UnknownLibraries, Some(4))
            );
        }
        assert_eq!(
            with(r#"{"devDependencies":{"playwright":"1"}}"#, ""),
            DISTROLESS
        );
    }
}
