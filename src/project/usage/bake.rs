//! Bake files, HCL and JSON: those of one folder in, the builds of their targets out
//! (docs.docker.com/build/bake/reference).
//!
//! Files of one folder are laid over each other, as bake lays `docker-bake.override.hcl` over
//! `docker-bake.hcl`. Strings keep their `${…}` until the variables of all files are known; what
//! is more than a variable there is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body};
use hcl_edit::template::Element;

use super::super::context::BuildContext;
use super::super::evidence::Evidence;
use super::interpolate::interpolate;
use super::{Purpose, Reading, Source, Unread, Usage, place};
use crate::yaml::Step::Key;
use crate::yaml::{self, Node};

/// How deep `inherits` is followed.
const MAX_DEPTH: usize = 8;

/// The most combinations of a target's matrix.
const MAX_MATRIX: usize = 256;

/// What stands for an expression that is not followed.
const UNKNOWN: &str = "${?}";

/// A target as the files give it.
#[derive(Debug, Clone, Default)]
struct Target {
    fields: BTreeMap<String, Node>,
    evidence: Option<Evidence>,
}

#[derive(Debug, Default)]
struct Files {
    targets: BTreeMap<String, Target>,
    variables: BTreeMap<String, String>,
}

/// The usages in the bake files at `paths`, which lie in one folder.
pub(super) fn read(paths: &[String], tree: &BuildContext) -> Reading {
    let mut reading = Reading::default();
    let mut files = Files::default();
    // Overrides come last, whatever their place in the alphabet.
    let (last, first): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.contains("override"));
    let mut folder = "";
    for path in first.into_iter().chain(last) {
        let Some(text) = tree.text(path) else {
            reading.unread.push(Unread::whole(path));
            continue;
        };
        let source = Source {
            path,
            text: &text,
            tree,
        };
        folder = super::super::paths::split(path).0;
        let read = if Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.json(source)
        } else {
            files.hcl(source)
        };
        reading.unread.extend(read.err());
    }
    for (name, target) in &files.targets {
        let Some(evidence) = &target.evidence else {
            continue;
        };
        let fields = files.inherited(name, 0);
        for variables in files.rows(&fields) {
            let usage = usage(&fields, &variables, folder, tree, evidence);
            reading.usages.extend(usage);
        }
    }
    reading
}

impl Files {
    fn json(&mut self, source: Source<'_>) -> Result<(), Unread> {
        let documents = yaml::read(source.text).map_err(|error| source.no_yaml(&error))?;
        let root = documents.first().unwrap_or(&Node::Null);
        for (name, variable) in root.get("variable").map_or(&[][..], Node::entries) {
            self.variable(name, variable.text_of("default"));
        }
        for (name, target) in root.get("target").map_or(&[][..], Node::entries) {
            let line = yaml::line_of(source.text, &[Key("target"), Key(name)]);
            self.target(
                name,
                target.entries().to_vec(),
                source.evidence(line.unwrap_or(1)),
            );
        }
        Ok(())
    }

    fn hcl(&mut self, source: Source<'_>) -> Result<(), Unread> {
        let body: Body = source
            .text
            .parse()
            .map_err(|error: hcl_edit::parser::Error| {
                source.unread(Some(error.location().line()), error.message())
            })?;
        for block in body.blocks() {
            let Some(name) = block
                .labels
                .first()
                .map(hcl_edit::structure::BlockLabel::as_str)
            else {
                continue;
            };
            let fields: Vec<(String, Node)> = block
                .body
                .attributes()
                .map(|attribute| (attribute.key.as_str().to_owned(), value(&attribute.value)))
                .collect();
            match block.ident.as_str() {
                "variable" => {
                    let default = fields.iter().find(|(name, _)| name == "default");
                    self.variable(name, default.and_then(|(_, value)| value.text()));
                }
                "target" => self.target(name, fields, source.evidence(line(source.text, block))),
                _ => {}
            }
        }
        Ok(())
    }

    fn variable(&mut self, name: &str, default: Option<&str>) {
        if let Some(default) = default.filter(|default| !default.contains('$')) {
            self.variables.insert(name.to_owned(), default.to_owned());
        }
    }

    fn target(&mut self, name: &str, fields: Vec<(String, Node)>, evidence: Evidence) {
        let target = self.targets.entry(name.to_owned()).or_default();
        target.fields.extend(fields);
        target.evidence.get_or_insert(evidence);
    }

    /// The fields of a target over those that it inherits.
    fn inherited(&self, name: &str, depth: usize) -> BTreeMap<String, Node> {
        let Some(target) = self.targets.get(name).filter(|_| depth < MAX_DEPTH) else {
            return BTreeMap::new();
        };
        let mut fields = BTreeMap::new();
        let parents = target.fields.get("inherits").map_or(&[][..], Node::items);
        for parent in parents.iter().filter_map(Node::text).take(MAX_DEPTH) {
            overlay(&mut fields, self.inherited(parent, depth + 1));
        }
        overlay(&mut fields, target.fields.clone());
        fields
    }

    /// The variables, once for each combination of the target's matrix.
    fn rows(&self, fields: &BTreeMap<String, Node>) -> Vec<BTreeMap<String, String>> {
        let mut rows = vec![self.variables.clone()];
        for (name, values) in fields.get("matrix").map_or(&[][..], Node::entries) {
            let values = values.items();
            if rows.len() * values.len() > MAX_MATRIX {
                continue;
            }
            let with = |row: &BTreeMap<String, String>, value: &Node| {
                let mut row = row.clone();
                row.extend(value.text().map(|text| (name.clone(), text.to_owned())));
                row
            };
            rows = rows
                .iter()
                .flat_map(|row| {
                    values
                        .iter()
                        .map(|value| with(row, value))
                        .collect::<Vec<_>>()
                })
                .collect();
        }
        rows
    }
}

/// Lays `over` over `fields`; build args and contexts are merged name by name.
fn overlay(fields: &mut BTreeMap<String, Node>, over: BTreeMap<String, Node>) {
    for (name, value) in over {
        match (fields.get_mut(&name), value) {
            (Some(Node::Map(known)), Node::Map(more)) if name == "args" || name == "contexts" => {
                known.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
                known.extend(more);
            }
            (_, value) => {
                fields.insert(name, value);
            }
        }
    }
}

/// The build of a target. Bake counts paths from where it is called: in the folder of the file,
/// or at the root of the tree. Where both are possible and differ, it is not known.
fn usage(
    fields: &BTreeMap<String, Node>,
    variables: &BTreeMap<String, String>,
    folder: &str,
    tree: &BuildContext,
    evidence: &Evidence,
) -> Option<Usage> {
    if fields.contains_key("dockerfile-inline") {
        return None;
    }
    let text = |name: &str| match fields.get(name) {
        None | Some(Node::Null) => Some(None),
        Some(node) => interpolate(node.text()?, variables).map(Some),
    };
    let (context, dockerfile) = (text("context")?, text("dockerfile")?);
    let context = context.as_deref().unwrap_or(".");
    let places: BTreeSet<(String, String)> = BTreeSet::from([folder, ""])
        .into_iter()
        .filter_map(|base| place::build_inside(base, context, dockerfile.as_deref()))
        .filter(|(dockerfile, _)| tree.is_there(dockerfile))
        .collect();
    let (Some((dockerfile, context)), 1) = (places.first().cloned(), places.len()) else {
        return None;
    };
    let args = fields.get("args").map_or(&[][..], Node::entries).iter();
    let args = args
        .filter_map(|(name, value)| Some((name.clone(), interpolate(value.text()?, variables)?)));
    Some(Usage {
        dockerfile,
        context,
        target: text("target")?,
        args: args.collect(),
        named_contexts: names(fields.get("contexts")),
        purpose: Purpose::Unknown,
        evidence: evidence.clone(),
    })
}

fn names(map: Option<&Node>) -> Vec<String> {
    let entries = map.map_or(&[][..], Node::entries).iter();
    entries.map(|(name, _)| name.clone()).collect()
}

fn line(text: &str, block: &Block) -> usize {
    let start = block.span().map_or(0, |span| span.start);
    1 + text
        .get(..start)
        .map_or(0, |before| before.matches('\n').count())
}

/// An expression as a value; what is not followed becomes [`UNKNOWN`].
fn value(expression: &Expression) -> Node {
    match expression {
        Expression::Null(_) => Node::Null,
        Expression::Bool(value) => Node::Text(value.value().to_string()),
        Expression::Number(value) => Node::Text(value.value().to_string()),
        Expression::String(text) => Node::Text(text.as_str().replace('$', "$$")),
        Expression::Variable(name) => Node::Text(format!("${{{}}}", name.as_str())),
        Expression::StringTemplate(template) => Node::Text(
            template
                .iter()
                .map(|element| match element {
                    Element::Literal(text) => text.as_str().replace('$', "$$"),
                    Element::Interpolation(part) => match &part.expr {
                        Expression::Variable(name) => format!("${{{}}}", name.as_str()),
                        _ => UNKNOWN.to_owned(),
                    },
                    Element::Directive(_) => UNKNOWN.to_owned(),
                })
                .collect(),
        ),
        Expression::Array(items) => Node::List(items.iter().map(value).collect()),
        Expression::Object(object) => Node::Map(
            object
                .iter()
                .filter_map(|(key, field)| {
                    let key = match key {
                        ObjectKey::Ident(name) => name.as_str().to_owned(),
                        ObjectKey::Expression(key) => value(key).text()?.to_owned(),
                    };
                    Some((key, value(field.expr())))
                })
                .collect(),
        ),
        Expression::Parenthesis(inner) => value(inner.inner()),
        _ => Node::Text(UNKNOWN.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::usage::told;

    fn said(files: &[(&str, &str)]) -> Vec<String> {
        let dockerfiles = [
            "Dockerfile",
            "api/Dockerfile",
            "web/Dockerfile",
            "docker/x.Dockerfile",
        ];
        let dockerfiles = dockerfiles.map(|path| (path, ""));
        let tree = BuildContext::from_texts(files.iter().copied().chain(dockerfiles));
        let paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let reading = read(&paths, &tree);
        assert_eq!(reading.unread, []);
        told(&reading.usages)
    }

    #[test]
    fn targets_are_read_with_what_they_inherit() {
        let text = "\
variable \"DIR\" { default = \"api\" }
variable \"OPEN\" {}
group \"default\" { targets = [\"api\"] }
target \"_base\" {
  args = { A = 1, B = \"b\" }
  target = \"prod\"
}
target \"api\" {
  inherits = [\"_base\"]
  context = \"./${DIR}\"
  args = { B = OPEN, C = DIR }
}
target \"open\" { context = OPEN }
target \"called\" { context = lower(DIR) }
target \"inline\" { dockerfile-inline = \"FROM scratch\" }
target \"many\" {
  name = \"x-${item}\"
  matrix = { item = [\"api\", \"web\"] }
  context = item
}
";
        let mut said = said(&[("docker-bake.hcl", text)]);
        said.sort();
        assert_eq!(
            said,
            [
                "Dockerfile in `` for prod A=1 B=b (docker-bake.hcl:4)",
                "api/Dockerfile in `api` (docker-bake.hcl:16)",
                "api/Dockerfile in `api` for prod A=1 C=api (docker-bake.hcl:8)",
                "web/Dockerfile in `web` (docker-bake.hcl:16)",
            ]
        );
    }

    #[test]
    fn files_of_a_folder_are_laid_over_each_other() {
        let json = "{\n  \"variable\": {\"V\": {\"default\": \"x\"}},\n  \"target\": {\n    \"app\": {\"context\": \".\", \"dockerfile\": \"docker/${V}.Dockerfile\"}\n  }\n}\n";
        let over = "target \"app\" {\n  target = \"dev\"\n}\n";
        assert_eq!(
            said(&[
                ("docker-bake.json", json),
                ("docker-bake.override.hcl", over)
            ]),
            ["docker/x.Dockerfile in `` for dev (docker-bake.json:4)"]
        );
    }

    #[test]
    fn what_is_no_hcl_is_told() {
        let deep = format!("a = {}", "[".repeat(100_000));
        for text in ["target \"a\" {\n  context = \n}\n", deep.as_str()] {
            let tree = BuildContext::from_texts([("docker-bake.hcl", text)]);
            let reading = read(&["docker-bake.hcl".to_owned()], &tree);
            let unread = reading.unread.first().unwrap();
            assert_eq!(unread.path, "docker-bake.hcl");
            assert!(unread.line.is_some(), "{unread:?}");
        }
    }
}
