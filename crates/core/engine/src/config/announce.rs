//! What a waiting caller is told (INB-24): one prompt for the place, one for the time, made ready beforehand.

use std::time::Duration;

use bell_ivr::{Language, Prompt};
use bell_types::PromptName;

/// Beyond these the exact figure helps nobody, and would be wrong as well.
const AHEAD_MAX: u32 = 20;
const MINUTES_MAX: u64 = 30;

/// The prompts that tell a place in the queue (1 is next) and an expected wait. Without a place, as when somebody of
/// higher priority entered, the caller hears no number that would have grown. Minutes are rounded up, for nobody
/// complains of waiting less.
pub fn announcement(position: Option<u32>, expected_wait: Option<Duration>) -> Vec<PromptName> {
    let place = match position {
        Some(position) => ahead(position.saturating_sub(1)),
        None => say("坐席仍在忙碌，请您继续等待。"),
    };
    let wait = expected_wait.map(|wait| minutes(wait.as_secs().div_ceil(60).max(1)));
    std::iter::once(place).chain(wait).map(|prompt| prompt.name).collect()
}

/// Every prompt that an announcement can need.
pub(crate) fn all() -> Vec<Prompt> {
    let places = (0..=AHEAD_MAX + 1).map(ahead);
    let waits = (1..=MINUTES_MAX + 1).map(minutes);
    std::iter::once(say("坐席仍在忙碌，请您继续等待。")).chain(places).chain(waits).collect()
}

fn ahead(callers: u32) -> Prompt {
    match callers {
        0 => say("您是下一位，请稍候。"),
        1..=AHEAD_MAX => say(&format!("您前面还有{callers}位。")),
        _ => say(&format!("您前面还有超过{AHEAD_MAX}位。")),
    }
}

fn minutes(minutes: u64) -> Prompt {
    match minutes {
        0..=MINUTES_MAX => say(&format!("预计等待{minutes}分钟。")),
        _ => say(&format!("预计等待超过{MINUTES_MAX}分钟。")),
    }
}

fn say(text: &str) -> Prompt {
    Prompt::speech(text, Language::Mandarin)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// INB-24: whatever is announced has been made ready.
    #[test]
    fn inb_24_every_announcement_is_prepared() {
        let ready: BTreeSet<_> = all().into_iter().map(|prompt| prompt.name).collect();
        let positions = (1..=40).map(Some).chain([None]);
        for position in positions {
            for wait in (0..4000).step_by(7).map(Duration::from_secs) {
                for prompt in announcement(position, Some(wait)) {
                    assert!(ready.contains(&prompt), "{position:?} {wait:?}");
                }
            }
            assert_eq!(announcement(position, None).len(), 1);
        }
    }
}
