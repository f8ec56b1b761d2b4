//! Comments by which a Dockerfile's author speaks to restage: `# restage: ignore reason`,
//! `# restage: runtime=alpine`, `# restage: keep=/app/data`.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::line::LineKind;
use crate::options::Runtime;
use crate::outcome::Note;

/// What the comments of a Dockerfile say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comments {
    /// Leave the file alone: the line, and the reason, which may be empty.
    pub ignore: Option<(usize, String)>,
    /// The runtime of the final stage.
    pub runtime: Option<Runtime>,
    /// Paths that the final stage must have, with their lines.
    pub keep: Vec<(usize, String)>,
    /// Comments that say nothing that is understood.
    pub unknown: Vec<Note>,
}

/// Reads the comments of `dockerfile`.
pub fn read(dockerfile: &Dockerfile) -> Comments {
    let mut comments = Comments::default();
    for line in dockerfile
        .lines
        .lines
        .iter()
        .filter(|line| line.kind == LineKind::Comment)
    {
        let text = line
            .span
            .of(&dockerfile.text)
            .trim()
            .trim_start_matches('#')
            .trim();
        if let Some(said) = text.strip_prefix("restage:") {
            comments.add(said.trim(), line.first_line);
        }
    }
    comments
}

impl Comments {
    fn add(&mut self, said: &str, line: usize) {
        let (word, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
        match word.split_once('=') {
            None if word == "ignore" => {
                self.ignore
                    .get_or_insert_with(|| (line, rest.trim().to_owned()));
                return;
            }
            Some(("runtime", name)) => {
                if let Ok(runtime) = name.parse() {
                    self.runtime = Some(runtime);
                    return;
                }
            }
            Some(("keep", path)) if path.starts_with('/') => {
                self.keep.push((line, path.to_owned()));
                return;
            }
            _ => {}
        }
        let message = format!(
            "`# restage: {said}` is not understood: expected `ignore`, `runtime=NAME` or `keep=/PATH`"
        );
        self.unknown.push(Note {
            line: Some(line),
            message,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_read_and_wrong_ones_are_told() {
        let text = "# restage: runtime=alpine\nFROM a\n# restage: keep=/data\n#restage: ignore  for now\n# restage: ignored\n# restage: keep=data\n";
        let comments = read(&Dockerfile::parse(text));
        assert_eq!(comments.runtime, Some(Runtime::Alpine));
        assert_eq!(comments.keep, [(3, "/data".to_owned())]);
        assert_eq!(comments.ignore, Some((4, "for now".to_owned())));
        let lines: Vec<_> = comments.unknown.iter().map(|note| note.line).collect();
        assert_eq!(lines, [Some(5), Some(6)]);
    }
}
