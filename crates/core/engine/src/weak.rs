//! Browsers on a weak network, whose next calls begin in what survives it.
//!
//! G.711 is passed on as it is, and sounds well as long as next to nothing is lost; Opus has to be transcoded, and is heard
//! where much is lost. So calls begin in G.711, except those of a browser that lost too much of late.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{EndpointName, LegQuality, Mono};

/// How many reports in a row, normally 5 s each, make a network weak: one may be a door that fell shut.
const IN_A_ROW: u8 = 2;

/// When a network counts as weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeakRules {
    /// From this loss on, in thousandths, the worse of both directions.
    pub loss_permille: u16,
    /// For so long after it was last so.
    pub remembered: Duration,
}

/// What is known of the networks of browsers. There are no more of them than endpoints.
#[derive(Debug, Default)]
pub(crate) struct WeakNetworks {
    known: BTreeMap<EndpointName, Network>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Network {
    /// How many of the last reports were bad, without one between them that was not.
    bad: u8,
    /// When enough of them were, the last time.
    weak_at: Option<Mono>,
}

impl WeakNetworks {
    /// A leg of this browser was measured.
    pub(crate) fn measured(&mut self, now: Mono, browser: &EndpointName, quality: &LegQuality, rules: WeakRules) {
        // Whoever is on hold, or gone, sends nothing: that is no loss.
        if quality.packets_in == 0 {
            return;
        }
        let loss = quality.loss_in_permille.max(quality.loss_out_permille.unwrap_or(0));
        let network = self.known.entry(browser.clone()).or_default();
        network.bad = if loss < rules.loss_permille { 0 } else { network.bad.saturating_add(1) };
        if network.bad >= IN_A_ROW {
            network.weak_at = Some(now);
        }
    }

    /// Whether its network has been weak of late.
    pub(crate) fn is_weak(&self, now: Mono, browser: &EndpointName, rules: WeakRules) -> bool {
        let weak_at = self.known.get(browser).and_then(|network| network.weak_at);
        weak_at.is_some_and(|at| now - at < rules.remembered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: WeakRules = WeakRules { loss_permille: 30, remembered: Duration::from_secs(1800) };

    fn lost(inbound: u16, outbound: Option<u16>) -> LegQuality {
        LegQuality { packets_in: 250, loss_in_permille: inbound, loss_out_permille: outbound, ..LegQuality::default() }
    }

    /// Whether a browser's network is weak, right after these reports and so long after.
    fn is_weak(reports: &[LegQuality], after: Duration) -> bool {
        let browser = EndpointName::new("alice").unwrap();
        let mut networks = WeakNetworks::default();
        let mut now = Mono::ZERO;
        for report in reports {
            now = now + Duration::from_secs(5);
            networks.measured(now, &browser, report, RULES);
        }
        networks.is_weak(now + after, &browser, RULES)
    }

    /// TEL-16: ten seconds of loss in either direction make a network weak, one bad report does not, and it is remembered for
    /// a while.
    #[test]
    fn tel_16_a_network_that_loses_is_remembered_as_weak() {
        let (good, bad, bad_out) = (lost(29, Some(29)), lost(30, None), lost(0, Some(30)));
        let silent = LegQuality { packets_in: 0, ..bad };
        let at_once = Duration::ZERO;
        assert!(!is_weak(&[], at_once));
        assert!(!is_weak(&[bad], at_once));
        assert!(!is_weak(&[bad, good, bad], at_once), "not in a row");
        assert!(!is_weak(&[silent, silent], at_once), "who is on hold loses nothing");
        assert!(is_weak(&[bad, bad_out], at_once));
        assert!(is_weak(&[bad, bad, good, good], at_once), "a pause does not make it good");
        assert!(is_weak(&[bad, bad], Duration::from_secs(1799)));
        assert!(!is_weak(&[bad, bad], Duration::from_secs(1800)));
    }
}
