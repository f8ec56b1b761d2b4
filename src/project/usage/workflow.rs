//! CI workflows: a file of GitHub Actions or GitLab in, the image builds of its steps out:
//! `docker/build-push-action` with its inputs, and scripts.

use super::{Purpose, Source, Unread, Usage, place, script};
use crate::yaml::Step::{Item, Key};
use crate::yaml::{self, Lines, Node, Step};

/// The action that builds images.
const ACTION: &str = "docker/build-push-action";

/// The most combinations of a matrix that are tried.
const MAX_MATRIX: usize = 256;

/// A combination of a matrix: names and values.
type Row = Vec<(String, String)>;

/// The builds of a workflow, of a composite action, or of a pipeline of GitLab; the error is a
/// file that cannot be read.
pub(super) fn read(source: Source<'_>) -> Result<Vec<Usage>, Unread> {
    if !script::may_build(source.text) {
        return Ok(Vec::new());
    }
    let documents = yaml::read(source.text).map_err(|error| source.no_yaml(&error))?;
    let Some(root) = documents.first() else {
        return Ok(Vec::new());
    };
    let mut usages = Vec::new();
    let folder = root_of(source.path);
    let lines = Lines::of(source.text);
    for (name, job) in root.get("jobs").map_or(&[][..], Node::entries) {
        let at = [Key("jobs"), Key(name), Key("steps")];
        let steps = Steps {
            source,
            lines: &lines,
            folder: &folder,
            directory: directory(job).or_else(|| directory(root)),
            rows: rows(job),
        };
        steps.read(job.get("steps"), &at, &mut usages);
    }
    if let Some(runs) = root.get("runs") {
        let steps = Steps {
            source,
            lines: &lines,
            folder: &folder,
            directory: None,
            rows: vec![Row::new()],
        };
        steps.read(runs.get("steps"), &[Key("runs"), Key("steps")], &mut usages);
    }
    gitlab(source, &lines, root, &mut usages);
    Ok(usages)
}

/// The folder that a workflow runs in: the one that holds `.github`.
fn root_of(path: &str) -> String {
    let before = path.split(".github/").next().unwrap_or_default();
    if before.len() == path.len() {
        return String::new();
    }
    before.trim_end_matches('/').to_owned()
}

/// `defaults.run.working-directory`.
fn directory(node: &Node) -> Option<&str> {
    node.get("defaults")?
        .get("run")?
        .text_of("working-directory")
}

struct Steps<'s> {
    source: Source<'s>,
    lines: &'s Lines,
    folder: &'s str,
    directory: Option<&'s str>,
    rows: Vec<Row>,
}

impl Steps<'_> {
    fn read(&self, steps: Option<&Node>, at: &[Step<'_>], usages: &mut Vec<Usage>) {
        for (index, step) in steps.map_or(&[][..], Node::items).iter().enumerate() {
            let at = |key| [at, &[Item(index), Key(key)]].concat();
            let action = step.text_of("uses").unwrap_or_default();
            if action.split('@').next() == Some(ACTION) {
                let line = self.lines.line(&at("uses"));
                let inputs = step.get("with").unwrap_or(&Node::Null);
                usages.extend(
                    self.rows
                        .iter()
                        .filter_map(|row| self.action(inputs, row, line)),
                );
            }
            let Some(run) = step.text_of("run").filter(|run| script::may_build(run)) else {
                continue;
            };
            let line = self.lines.line(&at("run"));
            let directory = step
                .text_of("working-directory")
                .or(self.directory)
                .unwrap_or(".");
            for row in &self.rows {
                let base = filled(directory, row)
                    .and_then(|directory| place::within(self.folder, &directory));
                if let Some(base) = base {
                    let run = in_shell(run, row);
                    let first = line + usize::from(run.contains('\n'));
                    usages.extend(script::builds(self.source, &run, first, &[&base]));
                }
            }
        }
    }

    /// The build of the action. Without a context it takes the repository as git has it.
    fn action(&self, inputs: &Node, row: &Row, line: usize) -> Option<Usage> {
        let input = |name: &str| match inputs.text_of(name).filter(|text| !text.is_empty()) {
            Some(text) => filled(text, row).map(Some),
            None => Some(None),
        };
        let context = input("context")?;
        let context = match context.as_deref() {
            None | Some("{{defaultContext}}") => ".",
            Some(path) => path,
        };
        let context = context
            .strip_prefix("{{defaultContext}}:")
            .unwrap_or(context);
        let (dockerfile, context) = place::build(self.folder, context, input("file")?.as_deref())?;
        let args = inputs.text_of("build-args").unwrap_or_default().lines();
        let args = args.filter_map(|line| {
            let (name, value) = line.trim().split_once('=')?;
            Some((name.to_owned(), filled(value, row)?))
        });
        let named = inputs.text_of("build-contexts").unwrap_or_default().lines();
        let named = named.filter_map(|line| Some(line.trim().split_once('=')?.0.to_owned()));
        Some(Usage {
            dockerfile,
            context,
            target: input("target")?,
            args: args.collect(),
            named_contexts: named.collect(),
            purpose: Purpose::Unknown,
            evidence: self.source.evidence(line),
        })
    }
}

/// `text` with the expressions that the matrix knows in place; `None` where another one stands.
fn filled(text: &str, row: &Row) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        result.push_str(before);
        let (expression, after) = after.split_once("}}")?;
        result.push_str(value(expression.trim(), row)?);
        rest = after;
    }
    result.push_str(rest);
    Some(result)
}

/// A script with the expressions that the matrix knows in place, and a variable that nobody knows
/// for the others.
fn in_shell(text: &str, row: &Row) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        result.push_str(before);
        let Some((expression, after)) = after.split_once("}}") else {
            break;
        };
        result.push_str(value(expression.trim(), row).unwrap_or("${RESTAGE_UNKNOWN}"));
        rest = after;
    }
    result.push_str(rest);
    result
}

fn value<'r>(expression: &str, row: &'r Row) -> Option<&'r str> {
    if expression == "github.workspace" {
        return Some(".");
    }
    let name = expression.strip_prefix("matrix.")?;
    let found = row.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

/// The combinations of a job's matrix; one empty one where it has none, or too many. Exclusions
/// do not matter: a build that never runs has no other context than one that does.
fn rows(job: &Node) -> Vec<Row> {
    let matrix = job
        .get("strategy")
        .and_then(|strategy| strategy.get("matrix"));
    let mut rows = vec![Row::new()];
    let Some(matrix) = matrix else {
        return rows;
    };
    let lists = matrix.entries().iter();
    for (name, values) in lists.filter(|(name, _)| name != "include" && name != "exclude") {
        let values: Vec<Row> = values
            .items()
            .iter()
            .map(|value| fields(name, value))
            .collect();
        if values.is_empty() || rows.len() * values.len() > MAX_MATRIX {
            continue;
        }
        rows = rows
            .iter()
            .flat_map(|row| values.iter().map(|value| [row.as_slice(), value].concat()))
            .collect();
    }
    if rows.iter().all(Vec::is_empty) {
        rows.clear();
    }
    let included = matrix.get("include").map_or(&[][..], Node::items);
    rows.extend(included.iter().take(MAX_MATRIX).map(|row| {
        let fields = row
            .entries()
            .iter()
            .flat_map(|(name, value)| fields(name, value));
        fields.collect()
    }));
    if rows.is_empty() {
        vec![Row::new()]
    } else {
        rows
    }
}

/// A value of the matrix under its name, or its fields under theirs (`service.path`).
fn fields(name: &str, value: &Node) -> Row {
    match value {
        Node::Text(text) => vec![(name.to_owned(), text.clone())],
        Node::Map(entries) => entries
            .iter()
            .filter_map(|(field, value)| {
                Some((format!("{name}.{field}"), value.text()?.to_owned()))
            })
            .collect(),
        _ => Row::new(),
    }
}

/// The scripts of GitLab's jobs, which start at the root.
fn gitlab(source: Source<'_>, lines: &Lines, root: &Node, usages: &mut Vec<Usage>) {
    if !source.path.contains(".gitlab") {
        return;
    }
    for (name, job) in root.entries() {
        for key in ["before_script", "script", "after_script"] {
            let items = job.get(key).map_or(&[][..], Node::items);
            // A `cd` in one line holds for the next ones.
            let text: Vec<&str> = items.iter().filter_map(Node::text).collect();
            let at = [Key(name), Key(key)];
            if text.iter().any(|line| script::may_build(line)) {
                let line = lines.line(&at);
                usages.extend(script::builds(source, &text.join("\n"), line + 1, &[""]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;
    use crate::project::usage::told;

    fn said(path: &str, text: &str) -> Vec<String> {
        let tree = BuildContext::from_texts([
            ("Dockerfile", ""),
            ("api/Dockerfile", ""),
            ("web/Dockerfile", ""),
        ]);
        let source = Source {
            path,
            text,
            tree: &tree,
        };
        told(&read(source).unwrap())
    }

    #[test]
    fn the_action_and_scripts_are_read() {
        let text = "\
on: push
jobs:
  image:
    steps:
      - uses: actions/checkout@v4
      - name: build
        uses: docker/build-push-action@v6
        with:
          context: .
          file: ./api/Dockerfile
          target: prod
          build-args: |
            A=1
            B=${{ github.sha }}
      - uses: docker/build-push-action@v6
      - uses: docker/build-push-action@v6
        with: {context: '${{ inputs.where }}'}
      - working-directory: web
        run: |
          set -e
          docker build -t x:${{ github.sha }} .
";
        assert_eq!(
            said(".github/workflows/x.yml", text),
            [
                "api/Dockerfile in `` for prod A=1 (.github/workflows/x.yml:7)",
                "Dockerfile in `` (.github/workflows/x.yml:15)",
                "web/Dockerfile in `web` (.github/workflows/x.yml:21)",
            ]
        );
    }

    #[test]
    fn a_matrix_stands_for_its_values() {
        let text = "\
jobs:
  image:
    strategy:
      matrix:
        os: [a, b]
        service: [api, web]
        include:
          - service: extra
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ${{ matrix.service }}
";
        let mut said = said(".github/workflows/x.yml", text);
        said.sort();
        said.dedup();
        assert_eq!(
            said,
            [
                "api/Dockerfile in `api` (.github/workflows/x.yml:10)",
                "extra/Dockerfile in `extra` (.github/workflows/x.yml:10)",
                "web/Dockerfile in `web` (.github/workflows/x.yml:10)",
            ]
        );
    }

    #[test]
    fn pipelines_of_gitlab_run_at_the_root() {
        let text = "image: docker\nbuild:\n  script:\n    - cd api\n    - docker build .\n";
        assert_eq!(
            said(".gitlab-ci.yml", text),
            ["api/Dockerfile in `api` (.gitlab-ci.yml:5)"]
        );
    }
}
