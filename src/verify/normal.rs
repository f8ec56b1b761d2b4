//! What a program wrote or answered in, the same without what changes from run to run out: times,
//! durations, ids, ports that the system chose, and the folder that Python's packages lie in.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex_lite::Regex;

/// Patterns and what stands in place of what they match, in this order.
static CHANGING: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let table = [
        // Colours, which some programs use on a whim.
        ("\u{1b}\\[[0-9;?]*[A-Za-z]", ""),
        (
            r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b",
            "<id>",
        ),
        // 2026-11-21T13:45:18.123Z, 2026/11/21 13:45:18, 21/Nov/2026:13:45:18 +0000
        (
            r"\b\d{4}[-/]\d{2}[-/]\d{2}([T ]\d{2}:\d{2}(:\d{2})?([.,]\d+)?)?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?",
            "<time>",
        ),
        (
            r"\b\d{1,2}[/ -](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[/ -]\d{2,4}([: ]\d{2}:\d{2}(:\d{2})?)?( [+-]\d{4}| GMT| UTC)?",
            "<time>",
        ),
        (
            r"\b((Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* +\d{1,2},?( \d{4})?,?( \d{2}:\d{2}:\d{2})?( \d{4})?",
            "<time>",
        ),
        (r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, ", ""),
        (r"\b\d{1,2}:\d{2}:\d{2}([.,]\d+)?( ?[AP]M)?\b", "<time>"),
        // Seconds since 1970, and finer.
        (r"\b\d{10,}(\.\d+)?\b", "<number>"),
        (r"\b0x[0-9a-fA-F]+\b", "<id>"),
        (r"\b[0-9a-f]{12,}\b", "<id>"),
        (
            r"\b\d+(\.\d+)? ?(ns|µs|us|ms|s|sec|secs|seconds|milliseconds)\b",
            "<duration>",
        ),
        (r"\b(pid|PID)([ =:]+)\d+", "$1$2<id>"),
        // gunicorn and its like write the number of a process in brackets.
        (r"\[\d+\]", "[<id>]"),
        // What the system chooses where a program leaves the port to it.
        (r":(3[2-9]|4\d|5\d|6[0-5])\d{3}\b", ":<port>"),
        (r"(/[\w.+-]+)+/(site|dist)-packages\b", "<packages>"),
    ];
    let compiled = |(pattern, mark): (&str, &'static str)| Some((Regex::new(pattern).ok()?, mark));
    table.into_iter().filter_map(compiled).collect()
});

/// The text without what changes.
pub(super) fn normal(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    for (pattern, mark) in CHANGING.iter() {
        if let Cow::Owned(changed) = pattern.replace_all(&text, *mark) {
            text = Cow::Owned(changed);
        }
    }
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(CHANGING.len(), 15);
    }

    #[test]
    fn what_changes_from_run_to_run_is_out() {
        for (one, other) in [
            ("2026-11-21T13:45:18.123Z up", "2027-01-02T03:04:05.6Z up"),
            (
                "2026/11/21 13:45:18 listening",
                "2026/11/22 13:45:19 listening",
            ),
            (
                "[21/Nov/2026:13:45:18 +0000] GET /",
                "[01/Dec/2026:00:00:00 +0000] GET /",
            ),
            (
                "Sat, 21 Nov 2026 13:45:18 GMT",
                "Sun, 22 Nov 2026 13:45:19 GMT",
            ),
            ("done in 12ms", "done in 3.5 ms"),
            ("at 0x7f3a", "at 0xc000"),
            (
                "request 1f0c9d6e-1111-4222-8333-444455556666",
                "request 00000000-1111-4222-8333-444455556666",
            ),
            (
                "[7] [INFO] Booting worker with pid: 8",
                "[9] [INFO] Booting worker with pid: 10",
            ),
            (
                "listening on 127.0.0.1:43121",
                "listening on 127.0.0.1:39999",
            ),
            ("now 1763732718", "now 1763732719123"),
            (
                "File \"/usr/local/lib/python3.11/site-packages/a.py\"",
                "File \"/opt/venv/lib/python3.11/site-packages/a.py\"",
            ),
        ] {
            assert_eq!(normal(one), normal(other));
        }
    }

    #[test]
    fn what_a_program_says_stays() {
        for text in [
            "no template index.html in /app/templates",
            "listening on :8080",
            "exit 3",
            "cannot open ./data: no such file",
            "version 1.22.4",
        ] {
            assert_eq!(normal(text), text);
        }
    }
}
