//! From text to outcome: the whole pipeline for one Dockerfile.

use crate::dockerfile::Dockerfile;
use crate::dockerfile::span::Span;
use crate::edit::{self, Edit};
use crate::invariants;
use crate::mirror;
use crate::options::Options;
use crate::outcome::{Code, Decline, Explanation, HARDENED, Note, Outcome, Rewrite};
use crate::plan::because::Because;
use crate::plan::harden::{self, Hardened};
use crate::plan::{self, Plan, Planned, Stop, builder};
use crate::project::context::BuildContext;
use crate::secrets;
use crate::template::Templates;

/// Restages one Dockerfile: `text` (without byte order mark) is built from `context`.
///
/// Pure: the same text, context, options and templates give the same outcome. Whatever is shown
/// has passed the [`invariants`]; a breach is our bug and declines the file as
/// [`Code::Internal`].
pub fn restage(
    text: &str,
    context: &BuildContext,
    options: &Options,
    templates: &Templates,
) -> Outcome {
    let dockerfile = Dockerfile::parse(text);
    if let Some((public, names)) = mirror::public(&dockerfile, &options.images) {
        return match restage(&public, context, options, templates) {
            Outcome::Rewritten(rewrite) => on_mirror(rewrite, &names),
            other => other,
        };
    }
    let mut plan = match plan::plan(&dockerfile, context, options) {
        Ok(Planned::Split(plan)) => *plan,
        Ok(Planned::Hardened(hardened)) => {
            return in_one_stage(&dockerfile, context, options, hardened);
        }
        Err(Stop::Unchanged(reason)) => return Outcome::Unchanged(reason),
        Err(Stop::Declined(decline)) => return Outcome::Declined(decline),
    };
    let is_own = templates.is_own(plan.toolchain, plan.runtime);
    let rewritten = match render(&dockerfile, &plan, templates) {
        Ok(rewritten) => rewritten,
        Err(message) => return internal(message, is_own),
    };
    let result = Dockerfile::parse(&rewritten);
    if let Err(breach) = invariants::check(&dockerfile, &result, &plan) {
        return internal(breach, is_own);
    }
    // Behind the checks: what an image hands down is known by its public name alone.
    let (rewritten, result) = if named(&mut plan, options) {
        match render(&dockerfile, &plan, templates) {
            Ok(text) => (text.clone(), Dockerfile::parse(&text)),
            Err(message) => return internal(message, is_own),
        }
    } else {
        (rewritten, result)
    };
    let rewrite = Rewrite {
        text: rewritten,
        toolchain: plan.toolchain.name(),
        runtime: plan.runtime.as_str(),
        notes: plan.notes,
        explanations: Vec::new(),
    };
    finished(&dockerfile, result, context, options, rewrite, plan.because)
}

/// The rewrite with secret mounts where they are asked for, and with the reasons of its lines.
fn finished(
    dockerfile: &Dockerfile,
    result: Dockerfile,
    context: &BuildContext,
    options: &Options,
    mut rewrite: Rewrite,
    mut because: Vec<(String, Because)>,
) -> Outcome {
    let mut result = result;
    let takes_mounts = options.buildkit && plan::takes_mounts(dockerfile);
    let secrets = secrets::mounted(dockerfile, &result, context);
    match (options.secrets, takes_mounts) {
        (true, true) => {
            rewrite.notes.extend(secrets.notes);
            if let Some(text) = secrets.text {
                let mounted = Dockerfile::parse(&text);
                if let Err(breach) = secrets::check(&result, &mounted) {
                    return internal(breach, false);
                }
                let rule = "a token is mounted where it is used";
                because.push(("--mount=type=secret".to_owned(), Because::rule(rule)));
                (rewrite.text, result) = (text, mounted);
            }
        }
        (true, false) => rewrite.notes.extend(secrets.no_mounts()),
        (false, true) => rewrite.notes.extend(secrets.offer()),
        (false, false) => {}
    }
    rewrite.explanations = explanations(dockerfile, &result, &because);
    Outcome::Rewritten(rewrite)
}

/// The rewrite that keeps its one stage. A second run must find nothing to do.
fn in_one_stage(
    dockerfile: &Dockerfile,
    context: &BuildContext,
    options: &Options,
    hardened: Hardened,
) -> Outcome {
    let result = Dockerfile::parse(&hardened.text);
    if let Err(breach) = harden::check(dockerfile, &result, &hardened) {
        return internal(breach, false);
    }
    if !matches!(
        plan::plan(&result, context, options),
        Err(Stop::Unchanged(_))
    ) {
        let message = "a second run would not leave the result alone";
        return internal(message.to_owned(), false);
    }
    let rewrite = Rewrite {
        text: hardened.text,
        toolchain: hardened.toolchain.name(),
        runtime: HARDENED,
        notes: hardened.notes,
        explanations: Vec::new(),
    };
    let because = hardened.because;
    finished(dockerfile, result, context, options, rewrite, because)
}

/// The rewrite with the builder's image on its mirror again.
fn on_mirror(rewrite: Rewrite, names: &mirror::Names) -> Outcome {
    match mirror::own(&Dockerfile::parse(&rewrite.text), names) {
        Some(text) => Outcome::Rewritten(Rewrite { text, ..rewrite }),
        None => internal("the name of the mirror is lost".to_owned(), false),
    }
}

/// Gives the final stage's image the name that the image map has for it, and says so. Whether it
/// has one.
fn named(plan: &mut Plan, options: &Options) -> bool {
    let image = &mut plan.final_stage.image;
    let Some((written, origin)) = options.images.written(image) else {
        return false;
    };
    let message = format!("`{image}` is written as `{written}` ({origin})");
    plan.notes.push(Note {
        line: None,
        message,
    });
    let because = Because::rule(format!("the image map's name for `{image}`")).and(origin);
    plan.because.push((written.clone(), because));
    *image = written;
    true
}

/// What must not happen: a bug of ours, or of a template where it is somebody's own.
fn internal(message: String, is_own: bool) -> Outcome {
    let hint = if is_own {
        "the template of `--template-dir` is at fault, or does not fit this file; it is left as it is"
    } else {
        "this is a bug of restage; the file is left as it is"
    };
    Outcome::Declined(Decline::new(Code::Internal, message).hint(hint))
}

/// The new text: the builder stage, an empty line, the final stage.
fn render(dockerfile: &Dockerfile, plan: &Plan, templates: &Templates) -> Result<String, String> {
    let stage = templates
        .render(plan.toolchain, plan.runtime, &plan.final_stage)
        .map_err(|error| format!("{error:#}"))?;
    let line_end = dockerfile.line_end();
    let stage = in_case_of(dockerfile, &stage)
        .replace("\r\n", "\n")
        .replace('\n', line_end);
    let builder = edit::apply(&dockerfile.text, &plan.edits).ok_or("edits overlap")?;
    let builder = without_blank_end(&builder);
    let last = if dockerfile.text.ends_with('\n') {
        line_end
    } else {
        ""
    };
    Ok(format!("{builder}{line_end}{line_end}{stage}{last}"))
}

/// The text without the line ends and blank lines at its end. What else stands at the end of its
/// last line stays: a blank there is part of an instruction.
fn without_blank_end(text: &str) -> &str {
    let mut text = text.trim_end_matches(['\r', '\n']);
    while let Some((before, last)) = text.rsplit_once('\n') {
        if !last.trim().is_empty() {
            break;
        }
        text = before.trim_end_matches(['\r', '\n']);
    }
    text
}

/// Our own lines in the keyword case of the file; what comes verbatim from it is not touched.
fn in_case_of(dockerfile: &Dockerfile, stage: &str) -> String {
    if builder::keyword(dockerfile, "FROM") == "FROM" {
        return stage.to_owned();
    }
    let parsed = Dockerfile::parse(stage);
    let edits: Vec<Edit> = parsed
        .instructions
        .iter()
        .filter(|instruction| !dockerfile.text.contains(instruction.span.of(stage)))
        .map(|instruction| {
            let keyword = instruction.keyword.of(stage).to_ascii_lowercase();
            Edit::replace(instruction.keyword, keyword)
        })
        .collect();
    edit::apply(stage, &edits).unwrap_or_else(|| stage.to_owned())
}

/// Why each line is there that the original had not.
fn explanations(
    old: &Dockerfile,
    new: &Dockerfile,
    because: &[(String, Because)],
) -> Vec<Explanation> {
    let mut explanations = Vec::new();
    let mut offset = 0;
    for (index, line) in new.text.split_inclusive('\n').enumerate() {
        let span = Span::new(offset, offset + line.len());
        offset = span.end;
        let line = line.trim_end();
        if line.is_empty() || old.text.lines().any(|known| known.trim_end() == line) {
            continue;
        }
        let mut matching: Vec<_> = because
            .iter()
            .filter(|(needle, _)| line.contains(needle.trim_end()))
            .collect();
        // The longest needle says the most about the line.
        matching.sort_by_key(|(needle, _)| std::cmp::Reverse(needle.len()));
        for (_, because) in matching.into_iter().take(1) {
            explanations.push(Explanation {
                line: index + 1,
                rule: because.rule.clone(),
                evidence: because.evidence.clone(),
            });
        }
    }
    explanations
}
