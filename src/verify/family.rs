//! A process in, the processes that it and its children started out, as the kernel tells it.

use std::collections::BTreeMap;

/// The numbers of all that run below process `id`; none where the kernel does not tell.
pub(super) fn below(id: u32) -> Vec<i32> {
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for (process, parent) in all() {
        children.entry(parent).or_default().push(process);
    }
    let mut found: Vec<i32> = i32::try_from(id).into_iter().collect();
    let mut next = 0;
    while let Some(process) = found.get(next) {
        found.extend(children.remove(process).unwrap_or_default());
        next += 1;
    }
    found.split_off(found.len().min(1))
}

/// Every process with its parent.
fn all() -> Vec<(i32, i32)> {
    #[expect(clippy::disallowed_methods, reason = "the kernel's own table")]
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let process = |entry: std::io::Result<std::fs::DirEntry>| {
        let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
        Some((id, parent_of(id)?))
    };
    entries.filter_map(process).collect()
}

/// The number of a process' parent.
pub(super) fn parent_of(process: i32) -> Option<i32> {
    #[expect(clippy::disallowed_methods, reason = "the kernel's own table")]
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    parent(&text)
}

/// The parent's number: `id (name) state parent …`, where the name may hold anything.
fn parent(stat: &str) -> Option<i32> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        assert_eq!(parent("12 (a) b) S 7 12 12 0"), Some(7));
        assert_eq!(parent("12"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_below_its_parent() {
        let parent = std::os::unix::process::parent_id();
        let own = i32::try_from(std::process::id()).unwrap();
        assert!(below(parent).contains(&own));
        assert!(!below(std::process::id()).contains(&own));
    }
}
