//! The certificate that phones and browsers are shown: whether it can be used, and for how long still.

use bell_engine::Listen;

use super::{Findings, told};
use crate::certificate::{Shown, look_at, look_at_own};
use crate::clock::wall;
use crate::dirs::Dirs;

const CHECK: &str = "certificate";

pub(super) fn examine(dirs: &Dirs, listen: &Listen, findings: &mut Findings) {
    let shown = match &listen.certificate {
        Some(files) => match look_at(dirs, files) {
            Ok(shown) => shown,
            Err(error) => {
                let remedy =
                    "correct certificate and key under [tls], or the files; the one from before is shown till then";
                return findings.fail(CHECK, told(&error), remedy);
            }
        },
        None if listen.secure().is_empty() => return,
        None => match look_at_own(dirs) {
            Some(shown) => shown,
            None => return findings.ok(CHECK, "the node makes one for itself when it starts"),
        },
    };
    let now = wall();
    let Shown { own, fingerprint, until, .. } = &shown;
    if *until <= now {
        let remedy = "renew it; belltower reads the new files within seconds";
        findings.fail(CHECK, format!("it is over since {until}: nobody who looks at it connects any more"), remedy);
    } else if until.since(now) < listen.certificate_warn {
        let remedy = "renew it; belltower reads the new files within seconds";
        findings.warn(CHECK, format!("it counts for {} more days, until {until}", shown.days_left(now)), remedy);
    } else {
        let whose = if *own { "our own, which nobody vouches for" } else { "as configured" };
        findings.ok(CHECK, format!("{whose}, until {until}, SHA-256 {fingerprint}"));
    }
}
