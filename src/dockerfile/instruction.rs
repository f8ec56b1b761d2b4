//! What an instruction says, in types. Values are as written, with quotes and variables, unless
//! the field says otherwise: what a variable stands for depends on the stage.

use super::joined::Joined;
use super::line::Heredoc;
use super::span::Span;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// From the keyword to the last byte, heredocs included, the last line end not.
    pub span: Span,
    /// The keyword as written.
    pub keyword: Span,
    /// Its first physical line, counted from 1.
    pub first_line: usize,
    /// Its last physical line.
    pub last_line: usize,
    /// Its text as the builder joins it, from the keyword on, without heredocs.
    pub joined: Joined,
    /// Its heredocs.
    pub heredocs: Vec<Heredoc>,
    /// What it says.
    pub kind: InstructionKind,
}

/// What an instruction says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstructionKind {
    /// `FROM image AS name`.
    From(From),
    /// `RUN …`.
    Run(Run),
    /// `COPY source… destination`.
    Copy(Copy),
    /// `ADD source… destination`.
    Add(Copy),
    /// `ENV name=value …`.
    Env(Vec<Pair>),
    /// `LABEL key=value …`.
    Label(Vec<Pair>),
    /// `ARG name=default …`.
    Arg(Vec<BuildArg>),
    /// `WORKDIR path`.
    Workdir(String),
    /// `USER user:group`.
    User(String),
    /// `CMD …`.
    Cmd(Form),
    /// `ENTRYPOINT …`.
    Entrypoint(Form),
    /// `HEALTHCHECK …`.
    Healthcheck(Healthcheck),
    /// `EXPOSE port …`.
    Expose(Vec<String>),
    /// `VOLUME path …`; the values of the exec form are unquoted already.
    Volume(Vec<String>),
    /// `SHELL ["program", "flag"]`, unquoted.
    Shell(Vec<String>),
    /// `STOPSIGNAL signal`.
    Stopsignal(String),
    /// `ONBUILD instruction`.
    Onbuild,
    /// `MAINTAINER name`.
    Maintainer,
    /// Text that BuildKit would refuse, or that not every version of it reads alike: kept, never
    /// interpreted.
    Opaque,
}

/// The arguments of FROM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// The image or stage.
    pub image: String,
    /// Where the image stands.
    pub image_span: Span,
    /// `--platform=…`.
    pub flags: Vec<Flag>,
    /// The stage name.
    pub name: Option<String>,
}

/// The arguments of RUN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// `--mount=…`, `--network=…`, `--security=…`.
    pub flags: Vec<Flag>,
    /// The command.
    pub form: Form,
    /// Where the command begins, behind the flags.
    pub command_start: usize,
}

/// The arguments of COPY and ADD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// `--from=…`, `--chown=…`, `--chmod=…`, `--link`, `--parents`, `--exclude=…`.
    pub flags: Vec<Flag>,
    /// The sources; heredoc marks are left out.
    pub sources: Vec<String>,
    /// The destination.
    pub destination: String,
    /// Whether sources and destination are strings of a JSON array, unquoted already.
    pub exec_form: bool,
    /// Whether heredocs are among the sources.
    pub has_heredocs: bool,
}

/// `--name=value`, or `--name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The name without dashes.
    pub name: String,
    /// The value as the builder reads it, without quotes and escapes.
    pub value: Option<String>,
    /// The whole flag as written.
    pub span: Span,
}

/// `name=value` of ENV and LABEL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name, unquoted.
    pub name: String,
    /// The value.
    pub value: String,
    /// The whole pair.
    pub span: Span,
}

/// A build arg that ARG declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildArg {
    /// Its name.
    pub name: String,
    /// Its default.
    pub default: Option<String>,
}

/// Shell form or exec form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A JSON array, its strings unquoted.
    Exec(Vec<String>),
    /// A text for the shell, as the builder joins it.
    Shell(String),
}

/// The arguments of HEALTHCHECK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healthcheck {
    /// `--interval=…` and the like.
    pub flags: Vec<Flag>,
    /// The probe; `None` for `HEALTHCHECK NONE`.
    pub probe: Option<Form>,
}

/// The value of the flag `name`, if it is there and has one.
pub fn flag<'f>(flags: &'f [Flag], name: &str) -> Option<&'f str> {
    flags
        .iter()
        .find(|flag| flag.name == name)?
        .value
        .as_deref()
}

impl Instruction {
    /// The keyword in upper case: `RUN`.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            InstructionKind::From(_) => "FROM",
            InstructionKind::Run(_) => "RUN",
            InstructionKind::Copy(_) => "COPY",
            InstructionKind::Add(_) => "ADD",
            InstructionKind::Env(_) => "ENV",
            InstructionKind::Label(_) => "LABEL",
            InstructionKind::Arg(_) => "ARG",
            InstructionKind::Workdir(_) => "WORKDIR",
            InstructionKind::User(_) => "USER",
            InstructionKind::Cmd(_) => "CMD",
            InstructionKind::Entrypoint(_) => "ENTRYPOINT",
            InstructionKind::Healthcheck(_) => "HEALTHCHECK",
            InstructionKind::Expose(_) => "EXPOSE",
            InstructionKind::Volume(_) => "VOLUME",
            InstructionKind::Shell(_) => "SHELL",
            InstructionKind::Stopsignal(_) => "STOPSIGNAL",
            InstructionKind::Onbuild => "ONBUILD",
            InstructionKind::Maintainer => "MAINTAINER",
            InstructionKind::Opaque => "?",
        }
    }
}
