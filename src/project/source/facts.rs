//! The facts of one source file, as plain data. Lines start at 1.

/// What one source file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// Calls, macros, attributes and path joins, in the order of the text.
    pub calls: Vec<Call>,
    /// Every string literal.
    pub strings: Vec<Literal>,
    /// Modules and packages named by import statements.
    pub imports: Vec<Import>,
    /// Patterns of `//go:embed` directives. (Rust's `include_str!` and the like are `calls`.)
    pub embeds: Vec<Embed>,
    /// Environment variables read at run time, by name. (`env!` of Rust is read at build time:
    /// see `calls`.)
    pub env_reads: Vec<(String, u32)>,
    /// The parser met something that it does not know; the rest was read.
    pub has_errors: bool,
    /// Why nothing was read, if so.
    pub skipped: Option<Skip>,
}

/// Why a file was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// More than 1 MiB.
    TooLarge,
    /// The parser was stopped after its bound of steps.
    TooComplex,
    /// Not a text file that can be read (not UTF-8, not regular, no permission, over 2 MiB).
    Unreadable,
    /// More files than one scan takes.
    TooManyFiles,
}

/// A call as it is written.
///
/// Beside function and method calls these are listed in the same form:
/// * Rust macros, `include_str!`, `env!`;
/// * Rust attributes, `#[template]` with keyword `path`, `#[folder]` with one argument, `#[derive]`;
/// * `new X(…)` of JavaScript, as `new X`;
/// * Python's `a / "b" / "c"`, as `/` with the operands as arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// `os.Open`, `fs.readFileSync`, `Command::new`, `router.LoadHTMLGlob`. Of a receiver that is
    /// itself a call the arguments are left out (`Command::new().arg`), of one that has no name
    /// everything (`.join`), of a long chain its beginning.
    pub callee: String,
    /// Positional arguments.
    pub args: Vec<Arg>,
    /// Keyword arguments (Python, Rust attributes).
    pub keywords: Vec<(String, Arg)>,
    /// For a method called on a call, the arguments of the calls before: `Path::new("a").join("b")`
    /// has `[Text("a")]` here. In Rust, and for Python's `joinpath`, what
    /// the method is called on comes first: `root.join("b")` has `[Name("root")]`.
    pub base: Vec<Arg>,
    /// Where the name behind the last dot of the callee stands.
    pub line: u32,
}

/// An argument, as far as it is literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A string literal, or several concatenated.
    Text(String),
    /// A string whose beginning is literal: `` `views/${x}` ``, `"views/" + x`, `f"views/{x}"`.
    Prefix(String),
    /// A list, tuple, array or slice: the string of each element, where it is one.
    List(Vec<Option<String>>),
    /// A plain or dotted name: `__dirname`, `BASE_DIR`, `settings.ROOT`, `True`.
    Name(String),
    /// Anything else.
    Other,
}

impl Arg {
    /// The text, if the whole argument is literal.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Call {
    /// Text of the positional argument `index`, if it is a whole literal.
    pub fn text(&self, index: usize) -> Option<&str> {
        self.args.get(index).and_then(Arg::text)
    }

    /// The keyword argument `name`.
    pub fn keyword(&self, name: &str) -> Option<&Arg> {
        self.keywords
            .iter()
            .find_map(|(key, arg)| (key == name).then_some(arg))
    }

    /// The name behind the last `.` or `::` of the callee: `Open` of `os.Open`.
    pub fn function(&self) -> &str {
        self.callee
            .rsplit(['.', ':'])
            .next()
            .unwrap_or(&self.callee)
    }

    /// The program and its arguments, as a list of literals, whether they are given as one list
    /// (`subprocess.run(["git", "log"])`) or one by one (`exec.Command("git", "log")`, with
    /// `spawn("git", ["log"])` between the two). A place that is not literal is `None`.
    pub fn words(&self) -> Vec<Option<&str>> {
        let mut words = Vec::new();
        for arg in &self.args {
            match arg {
                Arg::List(items) => words.extend(items.iter().map(Option::as_deref)),
                other => words.push(other.text()),
            }
        }
        words
    }
}

/// A string literal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// The value, escapes interpreted.
    pub value: String,
    /// Where the literal begins.
    pub line: u32,
    /// The value goes on with something that is not literal: `value` is its beginning.
    pub partial: bool,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Import {
    /// Go: the import path, `C` included. JavaScript: the specifier. Python: the dotted module
    /// (`.x` when relative). Rust: the crate (`std` too; `crate`, `self`, `super` are left out).
    pub module: String,
    /// Where.
    pub line: u32,
    /// `import type`, or under Python's `if TYPE_CHECKING`: gone at run time.
    pub type_only: bool,
}

impl Import {
    /// The first part of a Python module: `google` of `google.cloud.storage`.
    pub fn top(&self) -> &str {
        self.module.split('.').next().unwrap_or_default()
    }
}

/// One pattern of a `//go:embed` directive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Embed {
    /// Relative to the folder of the source file; `all:` is left on.
    pub pattern: String,
    /// Where.
    pub line: u32,
}

/// The literal part of a joined path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Joined {
    /// The first run of literal pieces, with `/` between them.
    pub path: String,
    /// Nothing unknown comes before: `filepath.Join("a", "b")` as against `path.join(__dirname, "b")`.
    pub anchored: bool,
    /// Something unknown follows: `path` is a folder or the beginning of a name.
    pub open: bool,
}

/// The literal part of a call that joins paths (`filepath.Join`, `path.join`, `os.path.join`,
/// `Path::new("a").join("b")`, Python's `/`); none where no piece is literal. That the call does
/// join paths is the caller's to know.
pub fn joined_literals(call: &Call) -> Option<Joined> {
    let mut path = String::new();
    let mut anchored = true;
    for arg in call.base.iter().chain(&call.args) {
        match arg {
            Arg::Text(piece) => push_piece(&mut path, piece),
            Arg::Prefix(piece) => {
                push_piece(&mut path, piece);
                return some_joined(path, anchored, true);
            }
            _ if path.is_empty() => anchored = false,
            _ => return some_joined(path, anchored, true),
        }
    }
    some_joined(path, anchored, false)
}

fn push_piece(path: &mut String, piece: &str) {
    if path.is_empty() {
        path.push_str(piece);
        return;
    }
    if !path.ends_with('/') {
        path.push('/');
    }
    path.push_str(piece.trim_start_matches('/'));
}

fn some_joined(path: String, anchored: bool, open: bool) -> Option<Joined> {
    (!path.is_empty()).then_some(Joined {
        path,
        anchored,
        open,
    })
}
