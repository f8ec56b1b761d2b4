//! Whether a container's first process can hear the signal that asks it to end. The kernel keeps such
//! a signal from the first process of a namespace that has not asked for it, so that a server without
//! a handler is killed when the engine has waited long enough; nobody need wait for that.

use serde_json::Value;

/// SIGTERM, as the kernel counts signals.
const TERM: u32 = 15;

/// Whether the signal that an engine tells of a container is SIGTERM, which it is where none is told.
pub(super) fn is_default(signal: &Value) -> bool {
    match signal {
        Value::Null => true,
        Value::Number(number) => number.as_u64() == Some(TERM.into()),
        Value::String(name) => {
            let name = name.strip_prefix("SIG").unwrap_or(name);
            matches!(name, "" | "TERM" | "15")
        }
        _ => false,
    }
}

/// Whether SIGTERM never reaches the process of this number. What the kernel does not tell counts as
/// heard.
pub(super) fn is_deaf(process: i32) -> bool {
    #[expect(clippy::disallowed_methods, reason = "the kernel's own table")]
    let status = std::fs::read_to_string(format!("/proc/{process}/status"));
    status.is_ok_and(|status| deaf(&status).unwrap_or_default())
}

/// The same of the text that the kernel writes: the first process of a namespace of its own, which
/// neither handles the signal nor blocks it, as a program does that fetches its signals itself.
fn deaf(status: &str) -> Option<bool> {
    let field = |name: &str| {
        let mut lines = status.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let set = |name| u64::from_str_radix(field(name)?.trim(), 16).ok();
    // Its number in each namespace that it is in, from ours inwards.
    let numbers: Vec<_> = field("NSpid")?.split_whitespace().collect();
    let is_first = matches!(*numbers, [_, .., "1"]);
    let heard = set("SigCgt")? | set("SigBlk")?;
    Some(is_first && heard & (1 << (TERM - 1)) == 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_process_hears_what_it_asked_for() {
        let status = |numbers: &str, blocked: &str, caught: &str| {
            format!("Name:\tx\nNSpid:\t{numbers}\nSigBlk:\t{blocked}\nSigCgt:\t{caught}\n")
        };
        let (none, term) = ("0000000000000000", "0000000000004000");
        assert_eq!(deaf(&status("4711\t1", none, none)), Some(true));
        assert_eq!(deaf(&status("4711\t1", none, term)), Some(false));
        assert_eq!(deaf(&status("4711\t1", term, none)), Some(false));
        assert_eq!(deaf(&status("4711\t7", none, none)), Some(false), "another");
        assert_eq!(deaf(&status("1", none, none)), Some(false), "no namespace");
        assert_eq!(deaf("Name:\tx\n"), None);
        assert!(!is_deaf(0));
    }

    #[test]
    fn the_default_signal_has_several_names() {
        for signal in [json!(null), json!(15), json!("SIGTERM"), json!("")] {
            assert!(is_default(&signal), "{signal}");
        }
        for signal in [json!(2), json!("SIGQUIT"), json!(["SIGTERM"])] {
            assert!(!is_default(&signal), "{signal}");
        }
    }
}
