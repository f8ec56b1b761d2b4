//! What a build of a Dockerfile stands on: its context, and how its images are built and run.

use std::path::PathBuf;

use super::decided::Decided;
use crate::build_args::declared;
use crate::discover::Target;
use crate::dockerfile::Dockerfile;
use crate::verify::{Builder, ScannerWish, Wishes};

/// So many sets of build args are proved at most: each takes two builds and two runs.
const MANY: usize = 4;

/// What a build of a Dockerfile stands on.
#[derive(Debug)]
pub(super) struct Ground {
    /// The build context.
    pub(super) context: PathBuf,
    /// The ways in which it is built: by whom it is built first, and by others with other build args.
    pub(super) ways: Vec<Way>,
    /// How many more ways there are than are proved.
    pub(super) left: usize,
}

/// A set of build args with how the images are built and run.
#[derive(Debug)]
pub(super) struct Way {
    /// The build args that differ from the defaults, sorted.
    pub(super) args: Vec<(String, String)>,
    /// How the images are built and run.
    pub(super) wishes: Wishes,
}

impl Ground {
    /// Of a target whose text is `text`: each set of build args that somebody passes, those that were
    /// chosen laid over it.
    pub(super) fn of(target: &Target, text: &str, decided: &Decided) -> Option<Self> {
        let context = target.context.clone()?;
        let mut passed: Vec<&[(String, String)]> = Vec::new();
        for usage in &target.usages {
            if target.tree.is_none() || target.folder(usage) == context || passed.is_empty() {
                passed.push(&usage.args);
            }
        }
        if passed.is_empty() {
            passed.push(&[]);
        }
        let dockerfile = (passed.len() > 1).then(|| Dockerfile::parse(text));
        let mut ways: Vec<Way> = Vec::new();
        for args in passed {
            let mut wishes = Wishes::default();
            wishes.build_args.extend(args.iter().cloned());
            wishes.take(&decided.wishes);
            let all: Vec<_> = wishes.build_args.clone().into_iter().collect();
            let args = dockerfile.as_ref().map(|file| declared(file, &all));
            let args = args.unwrap_or_default();
            if ways.iter().any(|way| way.args == args) {
                continue;
            }
            if !ways.is_empty() {
                // Cache and packages are told of the first.
                wishes.rebuild = Some(false);
                wishes.scanner = Some(ScannerWish::None);
            }
            ways.push(Way { args, wishes });
        }
        let left = ways.len().saturating_sub(MANY);
        ways.truncate(MANY);
        Some(Self {
            context,
            ways,
            left,
        })
    }

    /// The builder that is wished for.
    pub(super) fn builder(&self) -> Option<Builder> {
        self.ways.first()?.wishes.builder
    }
}

impl Way {
    /// Its build args in words.
    pub(super) fn said(&self) -> String {
        if self.args.is_empty() {
            return "with the defaults of its build args".to_owned();
        }
        let args = self.args.iter();
        let args: Vec<_> = args
            .map(|(name, value)| format!("`{name}={value}`"))
            .collect();
        format!("with {}", args.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::project::evidence::Evidence;
    use crate::project::usage::{Purpose, Usage};
    use crate::run::Settings;
    use crate::template::Templates;

    const TEXT: &str = "FROM golang:1.25\nARG CMD=api\nARG TAGS\nRUN go build ./$CMD\n";

    fn usage(context: &str, args: &[(&str, &str)]) -> Usage {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Usage {
            dockerfile: "Dockerfile".to_owned(),
            context: context.to_owned(),
            target: None,
            args: args.iter().map(pair).collect(),
            named_contexts: Vec::new(),
            purpose: Purpose::Unknown,
            evidence: Evidence::file("compose.yaml"),
        }
    }

    fn ground(usages: Vec<Usage>, chosen: &[(&str, &str)]) -> Ground {
        let mut target = Target::new("/tree/Dockerfile".into(), Some("/tree".into()));
        target.tree = Some("/tree".into());
        target.usages = usages;
        let mut wishes = Wishes::default();
        for (name, value) in chosen {
            wishes
                .build_args
                .insert((*name).to_owned(), (*value).to_owned());
        }
        let decided = Decided {
            settings: Settings {
                options: Options::default(),
                templates: Templates::default().into(),
            },
            context: None,
            exclude_codes: Vec::new(),
            wishes,
        };
        Ground::of(&target, TEXT, &decided).unwrap()
    }

    fn said(ground: &Ground) -> Vec<String> {
        ground.ways.iter().map(Way::said).collect()
    }

    #[test]
    fn each_set_that_makes_a_difference_is_a_way() {
        let usages = vec![
            usage("", &[("UNKNOWN", "1")]),
            usage("", &[("CMD", "worker"), ("TAGS", "x")]),
            usage("", &[("TAGS", "x"), ("CMD", "worker")]),
            usage("", &[("CMD", "api")]),
            usage("elsewhere", &[("CMD", "other")]),
        ];
        let found = ground(usages, &[]);
        assert_eq!(
            said(&found),
            [
                "with the defaults of its build args",
                "with `CMD=worker` and `TAGS=x`"
            ]
        );
        assert_eq!(found.ways[0].wishes.build_args["UNKNOWN"], "1");
        assert_eq!(found.ways[0].wishes.rebuild, None);
        assert_eq!(found.ways[1].wishes.rebuild, Some(false));
    }

    #[test]
    fn what_is_chosen_lies_over_what_is_passed() {
        let usages = vec![
            usage("", &[("CMD", "api")]),
            usage("", &[("CMD", "worker")]),
        ];
        let found = ground(usages, &[("CMD", "admin")]);
        assert_eq!(said(&found), ["with `CMD=admin`"]);
        assert_eq!(ground(Vec::new(), &[]).ways.len(), 1);
    }

    #[test]
    fn more_than_a_few_are_counted_alone() {
        let of = |number: usize| usage("", &[("CMD", &*number.to_string())]);
        let found = ground((0..7).map(of).collect(), &[]);
        assert_eq!((found.ways.len(), found.left), (4, 3));
    }
}
