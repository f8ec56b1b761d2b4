//! Programs whose sources are elsewhere. In: what starts. Out: why such a program may need what
//! only the builder has, or a decline.

use super::{Kept, Subject};
use crate::knowledge::distro::Libc;
use crate::outcome::{Code, Decline};
use crate::plan::because::Because;
use crate::toolchain::compiled::tree::file_name;

/// Programs for databases that servers start before themselves. They need no other program.
const SELF_CONTAINED: [&str; 4] = ["goose", "migrate", "sql-migrate", "tern"];

impl Subject<'_, '_> {
    /// Why a program that starts may call what only the builder has: its sources are elsewhere.
    /// An image of Alpine has no more than what the Dockerfile installs, which stays then.
    pub(super) fn foreign(&self) -> Result<Option<Because>, Decline> {
        let is_foreign = |kept: &&Kept| {
            let name = kept.started.first().map_or("", |place| file_name(place));
            kept.program.package.is_none() && !name.is_empty() && !SELF_CONTAINED.contains(&name)
        };
        let Some(kept) = self.kept.iter().find(is_foreign) else {
            return Ok(None);
        };
        let name = kept.started.first().map_or("", |place| file_name(place));
        let line = kept.program.line;
        if self.build.base.image.libc() == Some(Libc::Musl) {
            let rule = format!(
                "nothing tells what `{name}` calls and writes, whose sources are elsewhere"
            );
            return Ok(Some(Because::line(rule, line)));
        }
        let message = format!("the sources of `{name}` are elsewhere: what it needs is not known");
        Err(Decline::new(Code::UnsupportedProject, message)
            .at(line)
            .hint("build it on an alpine image, where it has no more than the packages installed"))
    }
}
