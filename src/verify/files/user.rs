//! Who a container runs as.

use std::fmt;

use super::Files;

/// The ids of a running program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The user.
    pub uid: u64,
    /// The group.
    pub gid: u64,
    /// Further groups.
    pub groups: Vec<u64>,
}

impl Identity {
    /// Whether it may do what no one else may.
    pub fn is_root(&self) -> bool {
        self.uid == 0
    }

    /// Whether it belongs to a group.
    pub fn is_in(&self, gid: u64) -> bool {
        self.gid == gid || self.groups.contains(&gid)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}", self.uid, self.gid)
    }
}

struct Account {
    name: String,
    uid: u64,
    gid: u64,
}

impl Files {
    /// Who the `User` of an image's configuration is: empty, a name or an id, with or without
    /// `:` and a group. `None` when the image has no such account or group. The rules are those of
    /// the runtimes: an id needs no account, and its group is then root's; further groups are only
    /// given when none is asked for.
    pub fn user(&self, spec: &str) -> Option<Identity> {
        let (user, group) = match spec.split_once(':') {
            Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
            None => (spec, None),
        };
        let user = if user.is_empty() { "0" } else { user };
        let number = user.parse::<u64>().ok();
        let account = self
            .accounts()
            .into_iter()
            .find(|account| account.name == user || Some(account.uid) == number);
        let uid = account.as_ref().map(|account| account.uid).or(number)?;
        if let Some(group) = group {
            return Some(Identity {
                uid,
                gid: self.group(group)?,
                groups: Vec::new(),
            });
        }
        Some(Identity {
            uid,
            gid: account.as_ref().map_or(0, |account| account.gid),
            groups: account.map_or_else(Vec::new, |account| self.groups_of(&account.name)),
        })
    }

    fn accounts(&self) -> Vec<Account> {
        let account = |line: &str| {
            let mut fields = line.split(':');
            Some(Account {
                name: fields.next()?.to_owned(),
                uid: fields.nth(1)?.trim().parse().ok()?,
                gid: fields.next()?.trim().parse().ok()?,
            })
        };
        let text = self.text("/etc/passwd").unwrap_or_default();
        text.lines().filter_map(account).collect()
    }

    fn group(&self, wanted: &str) -> Option<u64> {
        let text = self.text("/etc/group").unwrap_or_default();
        text.lines()
            .filter_map(group_line)
            .find(|(name, ..)| *name == wanted)
            .map(|(_, gid, _)| gid)
            .or_else(|| wanted.parse().ok())
    }

    fn groups_of(&self, name: &str) -> Vec<u64> {
        let text = self.text("/etc/group").unwrap_or_default();
        text.lines()
            .filter_map(group_line)
            .filter(|(_, _, members)| members.split(',').any(|member| member.trim() == name))
            .map(|(_, gid, _)| gid)
            .collect()
    }
}

fn group_line(line: &str) -> Option<(&str, u64, &str)> {
    let mut fields = line.split(':');
    let name = fields.next()?;
    let gid = fields.nth(1)?.trim().parse().ok()?;
    Some((name, gid, fields.next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::super::sample::Image;
    use super::*;

    #[test]
    fn a_user_is_who_the_runtime_takes_it_for() {
        let files = Image::new()
            .file(
                "etc/passwd",
                "root:x:0:0:root:/root:/bin/sh\nbroken\nnode:x:1000:1001::/home/node:\n",
            )
            .file(
                "etc/group",
                "root:x:0:root\nvideo:x:44:daemon,node\nnode:x:1001:\n",
            )
            .files();
        let user = |spec: &str| files.user(spec);
        let is = |uid, gid, groups: &[u64]| {
            let groups = groups.to_vec();
            Some(Identity { uid, gid, groups })
        };
        assert_eq!(user(""), is(0, 0, &[0]));
        assert_eq!(user("node"), is(1000, 1001, &[44]));
        assert_eq!(user("1000"), is(1000, 1001, &[44]));
        assert_eq!(user("1000:"), is(1000, 1001, &[44]));
        assert_eq!(user("node:video"), is(1000, 44, &[]));
        assert_eq!(user("65532:65532"), is(65532, 65532, &[]));
        assert_eq!(user("65532"), is(65532, 0, &[]));
        assert_eq!(user("nobody"), None);
        assert_eq!(user("node:none"), None);
        assert_eq!(Image::new().files().user("10001"), is(10001, 0, &[]));
    }
}
