//! The words of a manager's command, sorted. In: arguments and which options take a value. Out: the
//! verb, the options and the operands.

/// A command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line<'w> {
    /// The first word that is no option.
    pub(super) verb: Option<&'w str>,
    /// The options, with their values where they take one and it is known.
    pub(super) options: Vec<(&'w str, Option<&'w str>)>,
    /// The other words behind the verb.
    pub(super) operands: Vec<Option<&'w str>>,
    /// How many arguments there are up to and with the verb.
    pub(super) verb_end: usize,
    /// How many arguments there are before the first operand.
    pub(super) operands_start: usize,
}

impl<'w> Line<'w> {
    /// Reads `arguments`; behind the verb, options end at the first operand if `stops` says so.
    pub(super) fn read(
        arguments: &'w [Option<String>],
        with_value: &[&str],
        stops: impl Fn(&str) -> bool,
    ) -> Self {
        let mut line = Self::default();
        let mut index = 0;
        while let Some(argument) = arguments.get(index) {
            index += 1;
            let word = argument.as_deref();
            let is_open = line.verb.is_some_and(&stops) && !line.operands.is_empty();
            match word {
                Some("--") if !is_open => {}
                Some(word) if word.starts_with('-') && word.len() > 1 && !is_open => {
                    let (flag, glued) = match word.split_once('=') {
                        Some((flag, value)) if flag.starts_with("--") => (flag, Some(value)),
                        _ => (word, None),
                    };
                    let mut value = glued;
                    if glued.is_none() && with_value.contains(&flag) {
                        value = arguments.get(index).and_then(Option::as_deref);
                        index += 1;
                    }
                    line.options.push((flag, value));
                }
                Some(word) if line.verb.is_none() => {
                    line.verb = Some(word);
                    line.verb_end = index;
                }
                _ => {
                    if line.operands.is_empty() {
                        line.operands_start = index - 1;
                    }
                    line.operands.push(word);
                }
            }
        }
        if line.operands.is_empty() {
            line.operands_start = arguments.len();
        }
        line
    }

    /// Whether one of the flags is there.
    pub(super) fn has(&self, flags: &[&str]) -> bool {
        self.options.iter().any(|(flag, _)| flags.contains(flag))
    }

    /// The values of the flags, those with commas cut into their parts.
    pub(super) fn values(&self, flags: &[&str]) -> Vec<String> {
        let found = self.options.iter().filter(|(flag, _)| flags.contains(flag));
        found
            .filter_map(|(_, value)| *value)
            .flat_map(|value| value.split([',', ' ']))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The last value of the flags.
    pub(super) fn value(&self, flags: &[&str]) -> Option<&'w str> {
        let mut found = self.options.iter().rev();
        found.find(|(flag, _)| flags.contains(flag))?.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_told_from_operands() {
        let words: Vec<Option<String>> = "-n install --only main,x --with=y pkg"
            .split(' ')
            .map(|word| Some(word.to_owned()))
            .collect();
        let line = Line::read(&words, &["--only"], |_| false);
        assert_eq!(line.verb, Some("install"));
        assert_eq!(line.values(&["--only", "--with"]), ["main", "x", "y"]);
        assert!(line.has(&["-n"]) && line.operands == [Some("pkg")]);
        let words: Vec<Option<String>> = "run -q prog -x"
            .split(' ')
            .map(|word| Some(word.to_owned()))
            .collect();
        let line = Line::read(&words, &[], |verb| verb == "run");
        assert_eq!(line.operands, [Some("prog"), Some("-x")]);
        assert_eq!(line.operands_start, 2);
    }
}
