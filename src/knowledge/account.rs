//! In: an image's family and variant. Out: the accounts in its passwd file that a container
//! may sensibly run as.

use super::{
    base_image::{Family, Flavour},
    distro::Distro,
    tag_shape::Version,
};

/// An account that the image brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Account {
    /// The login name.
    pub name: &'static str,
    /// The numeric user.
    pub uid: u32,
    /// The numeric primary group.
    pub gid: u32,
    /// The home directory as passwd has it; it need not exist.
    pub home: &'static str,
}

const fn account(name: &'static str, uid: u32, gid: u32, home: &'static str) -> Account {
    Account {
        name,
        uid,
        gid,
        home,
    }
}

const ROOT: Account = account("root", 0, 0, "/root");
const NODE: Account = account("node", 1000, 1000, "/home/node");
const NGINX: Account = account("nginx", 101, 101, "/nonexistent");
const UBUNTU: Account = account("ubuntu", 1000, 1000, "/home/ubuntu");
const NOBODY_DEBIAN: Account = account("nobody", 65534, 65534, "/nonexistent");
const NOBODY_ALPINE: Account = account("nobody", 65534, 65534, "/");
const WWW_DATA: Account = account("www-data", 33, 33, "/var/www");
const NONROOT: Account = account("nonroot", 65532, 65532, "/home/nonroot");

/// The accounts of an image. Sources: the official images' own Dockerfiles, Debian's
/// base-passwd, Alpine's baselayout, distroless' passwd file.
pub(super) fn accounts(
    family: Family,
    flavour: Flavour,
    distro: Option<&Distro>,
    version: Option<Version>,
) -> Vec<Account> {
    match flavour {
        Flavour::Scratch | Flavour::Windows => return Vec::new(),
        Flavour::Distroless => return vec![ROOT, NOBODY_DEBIAN, NONROOT],
        _ => {}
    }
    let mut all = vec![ROOT];
    match distro {
        Some(Distro::Alpine(_)) => all.push(NOBODY_ALPINE),
        Some(Distro::Debian(_)) => all.extend([WWW_DATA, NOBODY_DEBIAN]),
        Some(Distro::Ubuntu(version)) => {
            all.extend([WWW_DATA, NOBODY_DEBIAN]);
            // Since 23.04 the image has a user of its own.
            if version.as_str() >= "23.04" {
                all.push(UBUNTU);
            }
        }
        None => {}
    }
    match family {
        // Images older than Node 6 had no such user in every release.
        Family::Node if version.is_none_or(|version| version.major >= 6) => all.push(NODE),
        // Before 1.18 the ids were whatever the package's own set-up chose.
        Family::Nginx if version.is_none_or(|version| is_at_least(version, 1, 18)) => {
            all.push(NGINX);
        }
        _ => {}
    }
    all
}

fn is_at_least(version: Version, major: u32, minor: u32) -> bool {
    (version.major, version.minor.unwrap_or(u32::MAX)) >= (major, minor)
}
