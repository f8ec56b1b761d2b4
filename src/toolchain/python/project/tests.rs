//! Manifests, in the forms that people write.

use super::super::installs;
use super::super::testing::Project;
use super::*;

fn local(files: &[(&str, &str)]) -> Result<(Vec<String>, Vec<String>), Code> {
    Project::new(
        "FROM python:3.12\nCOPY . /src\nRUN pip install /src\n",
        files,
    )
    .build(|build| {
        let installs = installs::read(build).map_err(|decline| decline.code)?;
        let local = &installs.locals[0];
        let names = local
            .dependencies
            .iter()
            .map(|named| named.requirement.name.clone());
        Ok((names.collect(), local.scripts.clone()))
    })
}

fn both(names: &[&str], scripts: &[&str]) -> (Vec<String>, Vec<String>) {
    let owned = |list: &[&str]| list.iter().map(|item| (*item).to_owned()).collect();
    (owned(names), owned(scripts))
}

#[test]
fn manifests_of_every_form() {
    let pyproject = "[project]\nname='x'\ndependencies=['Click>=8','lxml']\n[project.scripts]\ngreet='x:main'\n";
    assert_eq!(
        local(&[("pyproject.toml", pyproject)]),
        Ok(both(&["click", "lxml"], &["greet"]))
    );
    let poetry = "[tool.poetry]\nname='x'\n[tool.poetry.dependencies]\npython='^3'\nPyYAML='*'\n";
    assert_eq!(
        local(&[("pyproject.toml", poetry)]),
        Ok(both(&["pyyaml"], &[]))
    );
    let cfg = "[options]\ninstall_requires =\n    a>1\n    b[x]\npackages = find:\n[options.entry_points]\nconsole_scripts =\n  run = x.y:main\n";
    assert_eq!(
        local(&[("setup.cfg", cfg)]),
        Ok(both(&["a", "b"], &["run"]))
    );
    let setup = "from setuptools import setup\nsetup(name='x', install_requires=['a', 'b==1'], entry_points={'console_scripts': ['go=x:main']})\n";
    assert_eq!(
        local(&[("setup.py", setup)]),
        Ok(both(&["a", "b"], &["go"]))
    );
}

#[test]
fn lists_in_other_files_are_read_and_computed_ones_declined() {
    let setup = "setup(name='x', install_requires=open('requirements.txt').read().split())\n";
    assert_eq!(
        local(&[("setup.py", setup), ("requirements.txt", "a\nb\n")]),
        Ok(both(&["a", "b"], &[]))
    );
    assert_eq!(
        local(&[("setup.py", "setup(install_requires=compute())\n")]),
        Err(Code::UnsupportedProject)
    );
    assert_eq!(local(&[("readme.md", "")]), Err(Code::MissingManifest));
    let dynamic = "[project]\nname='x'\ndynamic=['dependencies']\n[tool.setuptools.dynamic]\ndependencies={file=['r.txt']}\n";
    assert_eq!(
        local(&[("pyproject.toml", dynamic), ("r.txt", "q\n")]),
        Ok(both(&["q"], &[]))
    );
}
