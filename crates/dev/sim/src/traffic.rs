//! What happens on a usual day of a site, as its `traffic.toml` says: who calls when and wants what, who works when.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::Date;
use serde::Deserialize;

use crate::dice::Dice;

const HOUR: Duration = Duration::from_secs(3600);

/// The file as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Traffic {
    /// Where everything random comes from.
    pub(crate) seed: u64,
    /// The day, in the centre's zone.
    pub(crate) day: String,
    pub(crate) calls_per_day: u64,
    /// When the first of the hours begins: `09:00`.
    opens: String,
    /// How many of a hundred calls come in each hour.
    hours: Vec<u64>,
    /// Mean lengths of time, in seconds: how long a caller waits for an agent, how long he talks with one, how long the
    /// agent then writes, how long a phone rings, how long a caller listens to a menu before he presses a key. All are
    /// drawn from exponential distributions; patience is the sum of two, so that hardly anybody gives up at once.
    patience: f64,
    talk: f64,
    wrap_up: f64,
    pick_up: f64,
    listen: f64,
    /// What callers press.
    callers: Vec<Callers>,
    /// How many of a hundred callers stand on the list of this name.
    #[serde(default)]
    pub(crate) list: BTreeMap<String, u64>,
    pub(crate) shift: Vec<Shift>,
}

/// Callers who want the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Callers {
    /// Of all callers so many, by their sum.
    share: u64,
    /// The keys, for one menu after the other.
    keys: Vec<String>,
}

/// Agents who work at the same time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shift {
    pub(crate) agents: Vec<String>,
    /// From and to: `09:00-17:30`.
    work: String,
    /// The break in between.
    rest: Option<String>,
}

/// One caller.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// When he calls, from midnight.
    pub(crate) at: Duration,
    /// What he still presses.
    pub(crate) keys: Vec<String>,
    /// The list he stands on.
    pub(crate) list: Option<String>,
    /// What he does is drawn from these.
    pub(crate) dice: Dice,
}

/// When an agent works: from midnight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hours {
    pub(crate) work: (Duration, Duration),
    pub(crate) rest: Option<(Duration, Duration)>,
}

/// How long something takes in the mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means {
    pub(crate) patience: Duration,
    pub(crate) talk: Duration,
    pub(crate) wrap_up: Duration,
    pub(crate) pick_up: Duration,
    pub(crate) listen: Duration,
}

impl Traffic {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let traffic: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        traffic.date()?;
        traffic.shift.iter().try_for_each(|shift| shift.hours().map(|_| ()))?;
        let (opens, hours) = (traffic.opens()?, traffic.hours.len() as u32);
        if traffic.hours.iter().sum::<u64>() == 0 || opens + HOUR * hours > HOUR * 24 {
            return Err("hours: the hours in which calls come lie within one day, and calls come in one of them".into());
        }
        if traffic.callers.iter().map(|callers| callers.share).sum::<u64>() == 0 {
            return Err("callers: somebody has to call".into());
        }
        Ok(traffic)
    }

    pub(crate) fn date(&self) -> Result<Date, String> {
        Date::parse(&self.day).ok_or_else(|| format!("day: {} is no day such as 2026-10-26", self.day))
    }

    fn opens(&self) -> Result<Duration, String> {
        clock(&self.opens)
    }

    pub(crate) fn means(&self) -> Means {
        let [patience, talk, wrap_up, pick_up, listen] =
            [self.patience, self.talk, self.wrap_up, self.pick_up, self.listen].map(Duration::from_secs_f64);
        Means { patience, talk, wrap_up, pick_up, listen }
    }

    /// Everybody who calls on the day: each in an hour by its share, at any time of it.
    pub(crate) fn draw(&self, dice: &mut Dice) -> Result<Vec<Caller>, String> {
        let opens = self.opens()?;
        let draw = |_| {
            let hour = by_share(&self.hours, dice);
            let at = opens + HOUR * hour as u32 + dice.millis(0, 3_600_000);
            let shares: Vec<u64> = self.callers.iter().map(|callers| callers.share).collect();
            let keys = self.callers[by_share(&shares, dice)].keys.clone();
            Caller { at, keys, list: self.draw_list(dice), dice: dice.fork() }
        };
        Ok((0..self.calls_per_day).map(draw).collect())
    }

    fn draw_list(&self, dice: &mut Dice) -> Option<String> {
        let mut lot = dice.below(100);
        for (list, share) in &self.list {
            match lot.checked_sub(*share) {
                None => return Some(list.clone()),
                Some(left) => lot = left,
            }
        }
        None
    }
}

impl Shift {
    pub(crate) fn hours(&self) -> Result<Hours, String> {
        let rest = self.rest.as_deref().map(span).transpose()?;
        Ok(Hours { work: span(&self.work)?, rest })
    }
}

/// Which of several, by their shares.
fn by_share(shares: &[u64], dice: &mut Dice) -> usize {
    let mut lot = dice.below(shares.iter().sum());
    for (index, share) in shares.iter().enumerate() {
        match lot.checked_sub(*share) {
            None => return index,
            Some(left) => lot = left,
        }
    }
    0
}

/// `09:00-17:30`.
fn span(text: &str) -> Result<(Duration, Duration), String> {
    let wrong = || format!("{text} is no span of time such as 09:00-17:30");
    let (from, to) = text.split_once('-').ok_or_else(wrong)?;
    let (from, to) = (clock(from)?, clock(to)?);
    if from < to { Ok((from, to)) } else { Err(wrong()) }
}

/// `17:30`, from midnight.
fn clock(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text} is no time of day such as 17:30");
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let (hours, minutes): (u64, u64) = (hours.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?);
    let time = Duration::from_secs(hours * 3600 + minutes * 60);
    if minutes < 60 && time <= HOUR * 24 { Ok(time) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = include_str!("../../../shell/server/demo/sites/shop/traffic.toml");
    const FINANCE: &str = include_str!("../../../shell/server/demo/sites/finance/traffic.toml");

    #[test]
    fn inb_36_the_traffic_of_both_sites_can_be_read_and_comes_within_its_hours() {
        for (text, calls, from) in [(SHOP, 450, 9), (FINANCE, 3000, 0)] {
            let traffic = Traffic::parse(text).unwrap();
            let callers = traffic.draw(&mut Dice::new(traffic.seed)).unwrap();
            assert_eq!(callers.len(), calls);
            assert!(callers.iter().all(|caller| caller.at >= HOUR * from && caller.at <= HOUR * 24));
            let listed = callers.iter().filter(|caller| caller.list.is_some()).count();
            let expected = calls as u64 * traffic.list.values().sum::<u64>() / 100;
            assert!(listed.abs_diff(expected as usize) <= calls / 20, "{listed} and not about {expected}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let cases = [
            ("2026-10-26", "2026-13-26", "is no day"),
            ("\"09:00\"", "\"21:00\"", "within one day"),
            ("\"09:00\"", "\"9\"", "no time of day"),
            ("08:50-17:00", "17:00-08:50", "no span"),
            ("patience", "patients", "unknown field"),
        ];
        for (right, wrong, why) in cases {
            assert!(SHOP.contains(right), "{right}");
            let refused = Traffic::parse(&SHOP.replace(right, wrong)).unwrap_err();
            assert!(refused.contains(why), "{wrong}: {refused}");
        }
    }
}
