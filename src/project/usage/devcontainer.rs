//! Development containers: a `devcontainer.json` in, the build of its image out
//! (`containers.dev/implementors/json_reference`). Such an image is made to work in.

use super::{Purpose, Source, Unread, Usage, place};
use crate::yaml;
use crate::yaml::Step::Key;

/// The usage of a file; the error is a file that cannot be read.
pub(super) fn read(source: Source<'_>) -> Result<Option<Usage>, Unread> {
    if !source.text.to_ascii_lowercase().contains("dockerfile") {
        return Ok(None);
    }
    // JSON without comments is YAML, which also takes the commas that are too many.
    let text = without_comments(source.text);
    let documents = yaml::read(&text).map_err(|error| source.no_yaml(&error))?;
    let Some(root) = documents.first() else {
        return Ok(None);
    };
    let build = root.get("build");
    let of_build = |name: &str| build.and_then(|build| build.text_of(name));
    let Some(dockerfile) = of_build("dockerfile").or_else(|| root.text_of("dockerFile")) else {
        return Ok(None);
    };
    let context = of_build("context")
        .or_else(|| root.text_of("context"))
        .unwrap_or(".");
    let place = place::build(source.folder(), context, Some(dockerfile));
    let line = yaml::line_of(&text, &[Key("build"), Key("dockerfile")])
        .or_else(|| yaml::line_of(&text, &[Key("dockerFile")]));
    Ok(place.map(|(dockerfile, context)| Usage {
        dockerfile,
        context,
        target: of_build("target").map(str::to_owned),
        args: Vec::new(),
        named_contexts: Vec::new(),
        purpose: Purpose::Development,
        evidence: source.evidence(line.unwrap_or(1)),
    }))
}

/// The text with blanks in place of `//` and `/* */` comments.
fn without_comments(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => string_length(rest),
            '/' if rest.starts_with("//") => {
                rest = rest
                    .find('\n')
                    .and_then(|at| rest.get(at..))
                    .unwrap_or_default();
                continue;
            }
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
                let comment = rest.get(..end).unwrap_or(rest);
                result.extend(comment.chars().filter(|&c| c == '\n'));
                result.push(' ');
                rest = rest.get(end..).unwrap_or_default();
                continue;
            }
            c => c.len_utf8(),
        };
        let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        result.push_str(taken);
        rest = after;
    }
    result
}

/// The length of the string that `text` begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::context::BuildContext;

    fn usage(text: &str) -> Option<Usage> {
        let tree = BuildContext::empty();
        read(Source {
            path: ".devcontainer/devcontainer.json",
            text,
            tree: &tree,
        })
        .unwrap()
    }

    #[test]
    fn the_image_of_a_development_container_is_found() {
        let text = "// head\n{\n\t\"name\": \"a // \\\" b\", /* two\nlines */\n\t\"build\": {\n\t\t\"dockerfile\": \"../Dockerfile\", // this\n\t\t\"context\": \"..\",\n\t},\n}\n";
        let found = usage(text).unwrap();
        assert_eq!(
            (found.dockerfile.as_str(), found.context.as_str()),
            ("Dockerfile", "")
        );
        assert_eq!(found.purpose, Purpose::Development);
        assert_eq!(
            found.evidence.to_string(),
            ".devcontainer/devcontainer.json:6"
        );
        let old = usage("{\"dockerFile\": \"Dockerfile\"}").unwrap();
        assert_eq!(
            (old.dockerfile.as_str(), old.context.as_str()),
            (".devcontainer/Dockerfile", ".devcontainer")
        );
        assert_eq!(usage("{\"image\": \"dockerfile\"}"), None);
    }
}
