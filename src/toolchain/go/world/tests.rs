//! Where imports lead.

use super::*;
use crate::toolchain::compiled::sample::sample;

#[test]
fn imports_lead_to_the_module_its_replacements_and_vendor() {
    let files = [
        (
            "svc/go.mod",
            "module example.org/svc\nreplace example.org/lib => ../lib\n",
        ),
        ("svc/a/a.go", ""),
        ("svc/vendor/modules.txt", ""),
        ("svc/vendor/github.com/x/y/y.go", ""),
        ("lib/go.mod", "module example.org/lib"),
        ("lib/z/z.go", ""),
    ];
    sample(
        "FROM golang:1.25\nWORKDIR /src\nCOPY . .\n",
        &files,
        |build| {
            let tree = Tree::of(build);
            let world = World::at(build, &tree, "/src/svc/a", 1).unwrap();
            let target = |import: &str| world.resolve(&tree, "/src/svc", import);
            assert_eq!(
                target("example.org/svc/a"),
                Target::Own("/src/svc/a".into())
            );
            assert_eq!(
                target("example.org/lib/z"),
                Target::Own("/src/lib/z".into())
            );
            let vendored = "/src/svc/vendor/github.com/x/y";
            assert_eq!(target("github.com/x/y"), Target::Vendored(vendored.into()));
            assert_eq!(target("github.com/x/z"), Target::External);
            assert_eq!(target("net/http"), Target::Standard);
            assert_eq!(
                world.import_path("/src/svc/a").as_deref(),
                Some("example.org/svc/a")
            );
            let none = World::at(build, &tree, "/src", 3).unwrap_err();
            assert_eq!((none.code, none.line), (Code::MissingManifest, Some(3)));
        },
    );
}

#[test]
fn a_workspace_makes_its_modules_see_each_other() {
    let files = [
        ("go.work", "go 1.25\nuse (\n./a\n./b\n)\n"),
        ("a/go.mod", "module a.org/a\nrequire b.org/b v0.0.0\n"),
        ("a/main.go", ""),
        ("b/go.mod", "module b.org/b\n"),
        ("b/b.go", ""),
    ];
    sample(
        "FROM golang:1.25\nWORKDIR /src\nCOPY . .\n",
        &files,
        |build| {
            let tree = Tree::of(build);
            let world = World::at(build, &tree, "/src", 1).unwrap();
            assert!(world.is_workspace);
            assert_eq!(
                world.resolve(&tree, "/src/a", "b.org/b"),
                Target::Own("/src/b".into())
            );
            assert_eq!(world.requires().count(), 0);
        },
    );
}
