//! What Cargo.toml says.

use super::*;

fn package(manifest: &str, files: &[&str]) -> Result<Package, Decline> {
    let files = files
        .iter()
        .map(|file| (*file, ""))
        .chain([("Cargo.toml", manifest)]);
    read(&BuildContext::from_texts(files), "", &Shared::default())
}

fn bins(manifest: &str, files: &[&str]) -> Vec<(String, String)> {
    let package = package(manifest, files).unwrap();
    package
        .bins
        .into_iter()
        .map(|bin| (bin.name, bin.path))
        .collect()
}

#[test]
fn programs_are_declared_or_found() {
    let files = [
        "src/main.rs",
        "src/bin/b.rs",
        "src/bin/c/main.rs",
        "src/bin/c/x.rs",
    ];
    let of = |name: &str, path: &str| (name.to_owned(), path.to_owned());
    let found = bins("[package]\nname='a'\nedition='2021'", &files);
    assert_eq!(
        found,
        [
            of("a", "src/main.rs"),
            of("b", "src/bin/b.rs"),
            of("c", "src/bin/c/main.rs")
        ]
    );
    let renamed = "[package]\nname='a'\nedition='2021'\nautobins=false\n[[bin]]\nname='z'\npath='./src/main.rs'";
    assert_eq!(bins(renamed, &files), [of("z", "src/main.rs")]);
    let old = "[package]\nname='a'\n[[bin]]\nname='b'";
    assert_eq!(bins(old, &files), [of("b", "src/bin/b.rs")]);
}

#[test]
fn other_targets_and_scripts_are_seen() {
    let text = "[package]\nname='a'\n[lib]\nproc-macro=true\n[[bench]]\nname='x'\n[[example]]\nname='y'\npath='e/y.rs'";
    let package = package(text, &["build.rs", "src/lib.rs"]).unwrap();
    assert_eq!(package.build_script.as_deref(), Some("build.rs"));
    assert_eq!(package.other_targets, ["e/y.rs", "benches/x.rs"]);
    assert!(package.proc_macro);
    assert_eq!(package.lib.as_deref(), Some("src/lib.rs"));
}

#[test]
fn dependencies_of_linux_count() {
    let text = "[package]\nname='a'\n[dependencies]\nx={version='1',features=['f'],default-features=false}\n\
                p={path='../p'}\n[target.'cfg(windows)'.dependencies]\nw='1'\n\
                [target.'cfg(unix)'.dependencies]\nu={version='2',package='real',optional=true}\n[dev-dependencies]\nd='1'";
    let package = package(text, &[]).unwrap();
    let keys: Vec<_> = package
        .dependencies
        .iter()
        .map(|d| (d.key.as_str(), d.kind))
        .collect();
    assert_eq!(
        keys,
        [
            ("p", Kind::Normal),
            ("x", Kind::Normal),
            ("d", Kind::Dev),
            ("u", Kind::Normal)
        ]
    );
    assert!(package.has_path_dependencies());
    let renamed = package.dependencies.last().unwrap();
    assert_eq!((renamed.package.as_str(), renamed.optional), ("real", true));
}

#[test]
fn broken_manifests_are_declined() {
    for text in ["[workspace]\nmembers=['a']", "[package", "[package]"] {
        let code = package(text, &[]).unwrap_err().code;
        assert_eq!(code, Code::UnsupportedProject, "{text}");
    }
    assert!(package("[package]\nname='a'\n[workspace]", &[]).is_ok());
    let context = BuildContext::from_texts([("a", "")]);
    let missing = read(&context, "x", &Shared::default()).unwrap_err();
    assert_eq!(missing.code, Code::MissingManifest);
}
