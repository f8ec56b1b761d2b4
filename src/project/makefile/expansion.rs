//! Variables of a Makefile. In: a text with `$(NAME)`. Out: the text that make has then, or that
//! the shell gets.

use super::{Makefile, Request, Variable};

/// Stands for what is not known. To the shell it is an expansion that nobody can follow.
pub(super) const UNKNOWN: &str = "${make_does_not_tell?}";

/// How deep variables refer to variables.
const MAX_DEPTH: usize = 24;
/// Longest text that an expansion makes, in bytes.
const MAX_TEXT: usize = 1 << 16;

/// Where variables are looked up.
pub(super) struct Expansion<'e> {
    file: &'e Makefile,
    request: Option<&'e Request<'e>>,
    /// `$@` and the prerequisites.
    rule: Option<(&'e str, &'e [String])>,
}

impl<'e> Expansion<'e> {
    /// While the file is read: the command line and the environment are not known yet.
    pub(super) fn of_file(file: &'e Makefile) -> Self {
        Self {
            file,
            request: None,
            rule: None,
        }
    }

    /// While make runs, for the recipe of a target.
    pub(super) fn of_rule(
        file: &'e Makefile,
        request: &'e Request<'e>,
        target: &'e str,
        prerequisites: &'e [String],
    ) -> Self {
        Self {
            file,
            request: Some(request),
            rule: Some((target, prerequisites)),
        }
    }

    /// `text` with its variables. `$$` is left for the shell.
    pub(super) fn text(&self, text: &str) -> String {
        let mut out = String::new();
        self.expand(text, &mut out, 0);
        out
    }

    fn expand(&self, text: &str, out: &mut String, depth: usize) {
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('$') {
            out.push_str(before);
            if out.len() > MAX_TEXT || depth > MAX_DEPTH {
                out.push_str(UNKNOWN);
                return;
            }
            let mut signs = behind.chars();
            rest = match signs.next() {
                Some('$') if self.rule.is_some() => {
                    out.push('$');
                    signs.as_str()
                }
                Some('$') => {
                    // What is expanded again later must not lose it.
                    out.push_str("$$");
                    signs.as_str()
                }
                Some('(') => self.bracketed(behind, ['(', ')'], out, depth),
                Some('{') => self.bracketed(behind, ['{', '}'], out, depth),
                Some(sign) => {
                    self.automatic(sign, out, depth);
                    signs.as_str()
                }
                None => "",
            };
        }
        out.push_str(rest);
    }

    /// What stands in brackets; returns what follows them.
    fn bracketed<'t>(
        &self,
        text: &'t str,
        [open, close]: [char; 2],
        out: &mut String,
        depth: usize,
    ) -> &'t str {
        let mut level = 0_usize;
        let end = text.char_indices().find(|(_, sign)| {
            level += usize::from(*sign == open);
            level -= usize::from(*sign == close && level > 0);
            level == 0
        });
        let Some((end, _)) = end else {
            out.push_str(UNKNOWN);
            return "";
        };
        let inner = text.get(1..end).unwrap_or_default();
        if let Some(command) = inner.strip_prefix("shell ") {
            out.push_str("$(");
            self.expand(command, out, depth + 1);
            out.push(')');
        } else if inner.contains([' ', ',', ':', '$', '\t']) {
            out.push_str(UNKNOWN);
        } else {
            self.variable(inner, out, depth);
        }
        text.get(end + close.len_utf8()..).unwrap_or_default()
    }

    fn automatic(&self, sign: char, out: &mut String, depth: usize) {
        match (sign, self.rule) {
            ('@', Some((target, _))) => out.push_str(target),
            ('<', Some((_, needs))) => out.push_str(needs.first().map_or("", String::as_str)),
            ('^' | '+', Some((_, needs))) => out.push_str(&needs.join(" ")),
            (sign, _) if sign.is_ascii_alphabetic() => {
                self.variable(sign.encode_utf8(&mut [0; 4]), out, depth);
            }
            _ => out.push_str(UNKNOWN),
        }
    }

    fn variable(&self, name: &str, out: &mut String, depth: usize) {
        if let ("@" | "<" | "^", Some(sign)) = (name, name.chars().next()) {
            return self.automatic(sign, out, depth);
        }
        let Some(request) = self.request else {
            // It waits until make runs: the command line may have another value.
            out.extend(["$(", name, ")"]);
            return;
        };
        let given = request.variables.iter().rfind(|(known, _)| known == name);
        if let Some((_, value)) = given {
            out.push_str(value);
            return;
        }
        let environment = || (request.environment)(name);
        match self.file.variables.get(name) {
            Some(Variable::Later(text) | Variable::Now(text)) => {
                self.expand(text, out, depth + 1);
            }
            Some(Variable::Default(text)) => match environment() {
                Some(value) => out.push_str(&value),
                None => self.expand(text, out, depth + 1),
            },
            Some(Variable::Unknown) => out.push_str(UNKNOWN),
            None => match (environment(), name) {
                (Some(value), _) => out.push_str(&value),
                (None, "MAKE") => out.push_str("make"),
                (None, "CURDIR" | "PWD") => out.push_str(&request.directory),
                (None, "RM") => out.push_str("rm -f"),
                (None, "SHELL") => out.push_str("/bin/sh"),
                // An included file may set it, and these are make's own.
                (None, "CC" | "CXX" | "AR" | "HOME" | "MAKEFILE_LIST" | "@D" | "@F" | "*") => {
                    out.push_str(UNKNOWN);
                }
                (None, _) if self.file.includes => out.push_str(UNKNOWN),
                (None, _) => {}
            },
        }
    }
}
