//! What holds for any text at all: parsing is total, exact in its places, and repeatable.
//!
//! `RESTAGE_DOCKERFILES=folder` also holds every file of a collection to it.

mod rewrites;

use proptest::prelude::*;
use restage::dockerfile::Dockerfile;
use restage::dockerfile::instruction::{Flag, Instruction, InstructionKind};
use restage::dockerfile::line::LineKind;
use restage::dockerfile::span::Span;
use restage::dockerfile::word;

const TOKENS: [&str; 60] = [
    "FROM ",
    "RUN ",
    "COPY ",
    "ADD ",
    "ENV ",
    "LABEL ",
    "ARG ",
    "CMD ",
    "ENTRYPOINT ",
    "ONBUILD ",
    "HEALTHCHECK ",
    "SHELL ",
    "VOLUME ",
    "EXPOSE ",
    "USER ",
    "WORKDIR ",
    "run ",
    "NONE",
    "a",
    "b=c",
    "é",
    "\u{1f600}",
    "\u{a0}",
    " ",
    "\t",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\\\n",
    "\\ \n",
    "`\n",
    "\\",
    "`",
    "\"",
    "'",
    "$",
    "${",
    "${a:-",
    "${a#",
    "}",
    "$a",
    "<<",
    "<<E",
    "<<-E",
    "<< E",
    "\nE\n",
    "\n\tE\n",
    "[",
    "]",
    "[\"a\"]",
    ",",
    "--",
    "--mount=x ",
    "--from=a ",
    "#",
    "# escape=`\n",
    "AS ",
    "\0",
    "\u{b}",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..60)
        .prop_map(|tokens| tokens.concat())
}

/// The places within an instruction that its kind names.
fn places(kind: &InstructionKind) -> Vec<Span> {
    let flags = |flags: &[Flag]| flags.iter().map(|flag| flag.span).collect::<Vec<_>>();
    match kind {
        InstructionKind::From(from) => [flags(&from.flags), vec![from.image_span]].concat(),
        InstructionKind::Run(run) => {
            let command = Span::new(run.command_start, run.command_start);
            [flags(&run.flags), vec![command]].concat()
        }
        InstructionKind::Copy(copy) | InstructionKind::Add(copy) => flags(&copy.flags),
        InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => {
            pairs.iter().map(|pair| pair.span).collect()
        }
        InstructionKind::Healthcheck(healthcheck) => flags(&healthcheck.flags),
        _ => Vec::new(),
    }
}

fn instruction_holds(text: &str, instruction: &Instruction) {
    let within = |span: Span| {
        assert!(instruction.span.contains(span), "{span:?} {instruction:?}");
        assert!(text.get(span.start..span.end).is_some(), "{span:?}");
    };
    within(instruction.keyword);
    places(&instruction.kind).into_iter().for_each(within);
    let joined = &instruction.joined;
    let length = joined.as_str().len();
    for start in 0..=length.min(200) {
        for end in [start, start + 1, length] {
            let span = joined.span_of(start, end);
            assert!(instruction.span.contains(span), "{span:?} {instruction:?}");
        }
    }
    // One character of the joined text is the same character of the file.
    for (at, c) in joined.as_str().char_indices().take(200) {
        let span = joined.span_of(at, at + c.len_utf8());
        assert_eq!(span.of(text), c.to_string());
        assert_eq!(joined.offset_of(span.start), at);
    }
}

fn holds(text: &str) {
    let dockerfile = Dockerfile::parse(text);
    let lines = &dockerfile.lines.lines;
    let whole: String = lines.iter().map(|line| line.span.of(text)).collect();
    assert_eq!(whole, text);
    let mut at = 0;
    let mut number = 0;
    for line in lines {
        assert_eq!((line.span.start, line.first_line), (at, number + 1));
        assert!(line.last_line >= line.first_line);
        (at, number) = (line.span.end, line.last_line);
    }
    assert_eq!(
        (at, number),
        (text.len(), text.split_inclusive('\n').count())
    );
    let of_instructions = lines.iter().filter(|l| l.kind == LineKind::Instruction);
    assert_eq!(
        of_instructions.clone().count(),
        dockerfile.instructions.len()
    );
    for (line, instruction) in of_instructions.zip(&dockerfile.instructions) {
        assert!(line.span.contains(instruction.span));
        instruction_holds(text, instruction);
    }
    assert_eq!(Dockerfile::parse(text), dockerfile);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_whole(text in text()) {
        holds(&text);
    }

    #[test]
    fn any_word_is_read(text in text()) {
        let _ = word::unquote(&text, '\\');
        let names = word::variables(&text, '\\');
        let value = word::expand(&text, '\\', &|_| Some(String::new()));
        // What has a value needs no variables but those that are named.
        if value.is_some() {
            let lookup = |name: &str| {
                let special = !name.starts_with(|c: char| c.is_alphabetic() || c == '_');
                (special || names.iter().any(|known| known == name)).then(String::new)
            };
            prop_assert_eq!(word::expand(&text, '\\', &lookup), value);
        }
        let joined: String = word::split_raw(&text).concat();
        prop_assert!(joined.len() <= text.len());
    }
}

#[test]
fn hostile_texts_take_no_time() {
    let mebibyte = 1 << 20;
    let started = std::time::Instant::now();
    let units = [
        "$",
        "${",
        "${a:-",
        "\"",
        "'",
        "\\\n",
        "RUN a\n",
        "<<a ",
        "<< a ",
        "RUN << a\n",
        "a=b \\\n",
        "[",
        "--mount=a ",
        "#\n",
        "\r",
        "\0",
    ];
    for unit in units {
        for head in ["", "RUN <<E ", "ENV a=", "COPY "] {
            let text = head.to_owned() + &unit.repeat(mebibyte / unit.len());
            let _ = Dockerfile::parse(&text);
            let _ = word::expand(&text, '\\', &|_| None);
        }
    }
    // A debug build takes some seconds; whatever is not linear takes hours.
    assert!(started.elapsed().as_secs() < 300);
}

#[test]
fn a_collection_is_read_whole() {
    let Some(folder) = std::env::var_os("RESTAGE_DOCKERFILES") else {
        return;
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        if let Ok(text) = std::fs::read_to_string(entry.unwrap().path()) {
            holds(text.strip_prefix('\u{feff}').unwrap_or(&text));
        }
    }
}
