//! The ground on which the application stands in the image. In: the build and its project. Out: the
//! directory of the application; of one that lies in `/` among the system's directories, one by one
//! what there is its.

use super::artifact;
use super::client::{Client, Verb};
use super::project::Project;
use crate::outcome::{Code, Decline, Note};
use crate::plan::action::Action;
use crate::plan::analysis::Analysis;
use crate::plan::because::Because;
use crate::plan::build::{Build, RunCommand};
use crate::plan::removal;
use crate::plan::system::operands;
use crate::toolchain::compiled::tree::file_name;
use crate::toolchain::top;

/// The paths of the image that are the application's; `line` is that of its installation.
pub(super) fn of(
    build: &Build<'_>,
    project: &Project,
    line: usize,
) -> Result<Vec<String>, Decline> {
    if project.root != "/" {
        return Ok(vec![project.root.clone()]);
    }
    places(build, project).map_err(|why| {
        let message = format!("the project lies in `/`, and {why}");
        Decline::new(Code::UnsupportedProject, message)
            .at(line)
            .hint("give the project a directory of its own with WORKDIR")
    })
}

/// What of `/` is the application's, or why that cannot be told.
fn places(build: &Build<'_>, project: &Project) -> Result<Vec<String>, String> {
    let installs = !project.installs.is_empty();
    let plain = matches!(project.client, Client::Npm | Client::Yarn) && project.members.is_empty();
    if installs && !plain {
        return Err("only what npm and Yarn 1 install for one package is followed there".into());
    }
    let mut copies = build.copies().flat_map(|(_, copy)| &copy.flags);
    if copies.any(|flag| flag.name == "exclude" || flag.name == "parents") {
        return Err("it is not known what COPY leaves out".into());
    }
    let mut places = top::of(build, &|_| true)
        .map_err(|name| format!("its `{name}` pours into the system's directory"))?;
    places.retain(|place| !is_for_tools(place));
    if installs && makes_modules(project)? {
        places.push("/node_modules".to_owned());
    }
    let made = artifact::made(build, project).ok_or("what its build makes is not known")?;
    if let Some(path) = made
        .iter()
        .find(|path| *path == "/" || top::is_of_system(path))
    {
        return Err(format!("its build makes files in `{path}`"));
    }
    places.extend(made);
    places.sort();
    places.dedup();
    if let Some(name) = build.commands().find_map(|(_, it)| taken(it, &places)) {
        return Err(format!("`{name}` takes something of it away"));
    }
    Ok(places)
}

/// Whether only version control, builders and restage read a file. Another checkout may lack it.
fn is_for_tools(place: &str) -> bool {
    let name = file_name(place);
    [".git", "Dockerfile", ".dockerignore", ".restage"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Whether packages lie in `node_modules` at the end of the build.
fn makes_modules(project: &Project) -> Result<bool, String> {
    let mut requests = project.installs.iter().map(|install| &install.request);
    if requests.any(|request| request.verb == Verb::Add) {
        return Ok(true);
    }
    let made = project.manifest.makes_modules();
    made.ok_or_else(|| "whether its installation makes `node_modules` is not known".to_owned())
}

/// A command that removes or moves one of the places.
fn taken(command: &RunCommand, places: &[String]) -> Option<String> {
    let moved = || -> Option<Vec<String>> {
        let is_move = command.program.as_deref().map(file_name) == Some("mv");
        let words = operands(command, &[]).filter(|_| is_move)?;
        words.iter().map(|word| command.absolute(word)).collect()
    };
    let paths: Vec<String> = match &command.action {
        Action::Remove(paths) => paths.clone(),
        _ => moved().unwrap_or_default(),
    };
    let mut places = places.iter();
    places
        .any(|place| removal::perhaps_whole(&paths, place))
        .then(|| command.display())
}

/// What else it means that an application lies in `/`: what it writes beside itself lands there,
/// where only root may write, and what is not its is left behind.
pub(super) fn in_root(build: &Build<'_>, analysis: &mut Analysis) {
    let rule = "what it writes beside itself lies in `/`, which only root may write to";
    analysis.needs.root.get_or_insert(Because::rule(rule));
    let copied = top::of(build, &|_| true).unwrap_or_default();
    let unused = copied.into_iter().filter(|place| is_for_tools(place));
    analysis.scratch.extend(unused);
    let entries = build.layout.entries.iter();
    let mut poured = entries.filter(|entry| entry.is_dir && entry.destination == "/");
    let step = poured.find_map(|entry| build.steps.get(entry.step));
    analysis.notes.extend(step.map(|step| Note {
        line: Some(step.instruction.first_line),
        message: "what this puts into `/` is named one by one in the final stage: a file that is added later needs a line there".to_owned(),
    }));
}

#[cfg(test)]
mod tests {
    use crate::outcome::Code;
    use crate::toolchain::node::testing::analyse;

    const MANIFEST: &str = r#"{"scripts":{"build":"tsc","pack":"webpack"},
        "dependencies":{"ms":"2"}}"#;

    fn payload(copies: &str) -> Result<Vec<String>, Code> {
        let text = format!("FROM node:22\n{copies}\nCMD [\"node\", \"a.js\"]\n");
        let files = [
            ("package.json", MANIFEST),
            ("tsconfig.json", r#"{"compilerOptions":{"outDir":"out"}}"#),
            ("Dockerfile", ""),
            ("a.js", ""),
            ("views/a.html", ""),
        ];
        let analysis = analyse(&text, &files).map_err(|decline| decline.code)?;
        assert!(analysis.needs.root.is_some());
        let paths = analysis.payload.into_iter().map(|payload| payload.path);
        Ok(paths.collect())
    }

    #[test]
    fn what_of_the_root_directory_is_the_applications_is_named() {
        let all = [
            "/a.js",
            "/node_modules",
            "/package.json",
            "/tsconfig.json",
            "/views",
        ];
        assert_eq!(
            payload("COPY . .\nRUN npm install"),
            Ok(all.map(str::to_owned).to_vec())
        );
        let some = ["/a.js", "/node_modules", "/package.json"].map(str::to_owned);
        let copies = "COPY package.json .\nRUN npm install\nCOPY a.js .";
        assert_eq!(payload(copies), Ok(some.to_vec()));
        assert_eq!(payload("COPY a.js /"), Ok(vec!["/a.js".to_owned()]));
        let built = payload("COPY . /\nRUN npm install && npm run build").unwrap();
        assert!(built.contains(&"/out".to_owned()), "{built:?}");
    }

    #[test]
    fn what_cannot_be_named_is_declined() {
        for copies in [
            "COPY . .\nRUN npm install && npm run pack",
            "COPY . .\nRUN npm install && rm package.json",
            "COPY . .\nRUN npm install && rm -f *.json",
            "COPY . .\nRUN npm install && mv views pages",
            "COPY . .\nRUN pnpm install",
            "COPY . .\nCOPY views /lib\nRUN npm install && npx webpack",
        ] {
            assert_eq!(payload(copies), Err(Code::UnsupportedProject), "{copies}");
        }
    }
}
