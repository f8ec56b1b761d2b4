//! Ends a program in good order.

use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use super::family;

/// How often it is looked at.
const PACE: Duration = Duration::from_millis(50);

/// How long a program may take to end when it is asked to.
const PARTING: Duration = Duration::from_secs(10);

/// Ends a child. A builder whose step fails removes its working container; one that is ended itself
/// leaves it behind. So each step is ended until the builder gives up, and the builder only if it
/// has not done so in time. What starts nothing is asked to end at once.
pub(super) fn part(child: &mut Child, has_steps: bool) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process, kill_process_group};
        if has_steps {
            let is_over = is_over_before(child, |id| {
                for step in family::below(id).into_iter().filter_map(Pid::from_raw) {
                    let _ = kill_process(step, Signal::TERM);
                }
            });
            if is_over {
                return;
            }
        }
        let leader = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        if let Some(leader) = leader {
            let _ = kill_process_group(leader, Signal::TERM);
            if is_over_before(child, |_| {}) {
                return;
            }
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Whether the child ends in time, while `meanwhile` does something about it.
#[cfg(unix)]
fn is_over_before(child: &mut Child, meanwhile: impl Fn(u32)) -> bool {
    let deadline = Instant::now() + PARTING;
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        meanwhile(child.id());
        thread::sleep(PACE);
    }
    false
}
