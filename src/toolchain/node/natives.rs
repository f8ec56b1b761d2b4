//! Packages with native code. In: the project and its lockfile. Out: the first package that has
//! some, the packages of the distribution that such code is linked with, or a decline.

use serde_json::Value;

use super::project::{Project, join};
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
use crate::project::evidence::Evidence;

/// What is known about native code.
#[derive(Debug, Clone, Default)]
pub(super) struct Natives {
    /// The first package that has some.
    pub(super) first: Option<Because>,
    /// Shared libraries, as packages of the distribution.
    pub(super) libraries: Vec<Need<String>>,
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

/// Packages that load libraries, or whole programs, of which it is not known which.
const UNKNOWN: [&str; 21] = [
    "prisma",
    "@prisma/client",
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
pub(super) fn find(build: &Build<'_>, project: &Project, pruned: bool) -> Result<Natives, Decline> {
    let locked = locked(build, project, pruned);
    let from_lockfile = locked.is_some();
    let mut packages = locked.unwrap_or_default();
    let direct = project.manifest.dependencies();
    let direct: Vec<&str> = if pruned || !project.has_development(build) {
        direct.collect()
    } else {
        direct.chain(project.manifest.development()).collect()
    };
    for name in direct {
        let evidence = project.manifest.evidence(name);
        packages.push(Locked {
            name: name.to_owned(),
            native: false,
            evidence,
        });
    }
    packages.sort_by_key(|package| !package.native);
    let mut natives = Natives {
        from_lockfile,
        ..Natives::default()
    };
    for package in &packages {
        natives.take(build, project, package)?;
    }
    if natives.first.is_some() {
        natives.add_linked(build);
    }
    Ok(natives)
}

impl Natives {
    fn take(
        &mut self,
        build: &Build<'_>,
        project: &Project,
        package: &Locked,
    ) -> Result<(), Decline> {
        let name = package.name.as_str();
        if UNKNOWN.contains(&name) {
            let message = format!(
                "which libraries `{name}` loads is not known ({})",
                package.evidence
            );
            return Err(Decline::new(Code::UnknownLibraries, message)
                .at(project.line(build))
                .hint("a project without it can be rewritten"));
        }
        let linked = LINKED.iter().find(|row| row.0 == name);
        let is_native = package.native || linked.is_some() || SELF_CONTAINED.contains(&name);
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
    fn add_linked(&mut self, build: &Build<'_>) {
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
                for library in libraries.unwrap_or_default() {
                    let rule = format!("`{name}` is installed to link with it");
                    self.need(library, Because::line(rule, command.line));
                }
            }
        }
    }
}

/// A package of the lockfile.
struct Locked {
    name: String,
    native: bool,
    evidence: Evidence,
}

/// The packages of npm's lockfile that are needed at run time. `None` where there is none that
/// tells. Source: npm's documentation of package-lock.json.
fn locked(build: &Build<'_>, project: &Project, pruned: bool) -> Option<Vec<Locked>> {
    let path = join(&project.source, project.lockfile?);
    let text = build.context.read(&path)?;
    if path.ends_with("yarn.lock") {
        return Some(yarn_packages(&path, text));
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let packages = value.get("packages")?.as_object()?;
    let left_out = pruned || !project.has_development(build);
    let mut found = Vec::new();
    for (place, package) in packages {
        let Some((_, name)) = place.rsplit_once("node_modules/") else {
            continue;
        };
        let is = |field: &str| package.get(field).and_then(Value::as_bool) == Some(true);
        if is("dev") && left_out {
            continue;
        }
        // What is built for one processor or C library is native by its own word.
        let native =
            is("hasInstallScript") || package.get("cpu").is_some() || package.get("libc").is_some();
        let evidence = if native {
            line_of(&path, text, place)
        } else {
            Evidence::file(&path)
        };
        found.push(Locked {
            name: name.to_owned(),
            native,
            evidence,
        });
    }
    Some(found)
}

fn line_of(path: &str, text: &str, key: &str) -> Evidence {
    let quoted = format!("\"{key}\"");
    let line = text.lines().position(|line| line.contains(&quoted));
    match line.and_then(|line| u32::try_from(line + 1).ok()) {
        Some(line) => Evidence::line(path, line),
        None => Evidence::file(path),
    }
}

/// The packages of Yarn 1's lockfile, which does not tell what they are for.
fn yarn_packages(path: &str, text: &str) -> Vec<Locked> {
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with([' ', '#']) || !line.ends_with(':') {
            continue;
        }
        let first = line.trim_start_matches('"');
        let name = super::binaries::package_of(first);
        let evidence = Evidence::line(path, number);
        // Development dependencies are among them: only those known by name are trusted to be
        // native, and an unknown library is looked for among the direct dependencies alone.
        if !UNKNOWN.contains(&name) {
            found.push(Locked {
                name: name.to_owned(),
                native: false,
                evidence,
            });
        }
    }
    found
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
    fn libraries_that_are_not_known_are_declined() {
        for manifest in [
            r#"{"dependencies":{"@prisma/client":"6"},"devDependencies":{"prisma":"6"}}"#,
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
