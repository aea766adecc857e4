//! What a waiting caller is told (INB-24): one prompt for the place, one for the time, made ready beforehand.

use std::time::Duration;

use bell_ivr::{Language, Prompt};
use bell_types::PromptName;

/// Beyond these the exact figure helps nobody, and would be wrong as well.
const AHEAD_MAX: u32 = 20;
const MINUTES_MAX: u64 = 30;

/// The prompts that tell a place in the queue (1 is next) and an expected wait, in the caller's language. Without a
/// place, as when somebody of higher priority entered, the caller hears no number that would have grown. Minutes are
/// rounded up, for nobody complains of waiting less.
pub fn announcement(position: Option<u32>, expected_wait: Option<Duration>, language: Language) -> Vec<PromptName> {
    let place = match position {
        Some(position) => ahead(position.saturating_sub(1), language),
        None => busy(language),
    };
    let wait = expected_wait.map(|wait| minutes(wait.as_secs().div_ceil(60).max(1), language));
    std::iter::once(place).chain(wait).map(|prompt| prompt.name).collect()
}

/// Every prompt that an announcement in this language can need.
pub(crate) fn all(language: Language) -> Vec<Prompt> {
    let places = (0..=AHEAD_MAX + 1).map(|callers| ahead(callers, language));
    let waits = (1..=MINUTES_MAX + 1).map(|count| minutes(count, language));
    std::iter::once(busy(language)).chain(places).chain(waits).collect()
}

/// What asks an agent at a mobile or fixed line to take a call: his voicemail would have taken it otherwise.
pub(crate) fn confirm(language: Language) -> Prompt {
    let text = match language {
        Language::Mandarin => "您有一个客户来电，接听请按1。",
        Language::English => "You have a call. To take it, press 1.",
    };
    Prompt::speech(text, language)
}

fn busy(language: Language) -> Prompt {
    let text = match language {
        Language::Mandarin => "坐席仍在忙碌，请您继续等待。",
        Language::English => "All our agents are still busy. Please hold the line.",
    };
    Prompt::speech(text, language)
}

fn ahead(callers: u32, language: Language) -> Prompt {
    let text = match (language, callers) {
        (Language::Mandarin, 0) => "您是下一位，请稍候。".to_owned(),
        (Language::Mandarin, 1..=AHEAD_MAX) => format!("您前面还有{callers}位。"),
        (Language::Mandarin, _) => format!("您前面还有超过{AHEAD_MAX}位。"),
        (Language::English, 0) => "You are next. Please hold the line.".to_owned(),
        (Language::English, 1) => "There is 1 caller before you.".to_owned(),
        (Language::English, 2..=AHEAD_MAX) => format!("There are {callers} callers before you."),
        (Language::English, _) => format!("There are more than {AHEAD_MAX} callers before you."),
    };
    Prompt::speech(&text, language)
}

fn minutes(minutes: u64, language: Language) -> Prompt {
    let text = match (language, minutes) {
        (Language::Mandarin, 0..=MINUTES_MAX) => format!("预计等待{minutes}分钟。"),
        (Language::Mandarin, _) => format!("预计等待超过{MINUTES_MAX}分钟。"),
        (Language::English, 0 | 1) => "The expected wait is about 1 minute.".to_owned(),
        (Language::English, 2..=MINUTES_MAX) => format!("The expected wait is about {minutes} minutes."),
        (Language::English, _) => format!("The expected wait is more than {MINUTES_MAX} minutes."),
    };
    Prompt::speech(&text, language)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// INB-24: whatever is announced has been made ready.
    #[test]
    fn inb_24_every_announcement_is_prepared() {
        for language in Language::ALL {
            let ready: BTreeSet<_> = all(language).into_iter().map(|prompt| prompt.name).collect();
            let positions = (1..=40).map(Some).chain([None]);
            for position in positions {
                for wait in (0..4000).step_by(7).map(Duration::from_secs) {
                    for prompt in announcement(position, Some(wait), language) {
                        assert!(ready.contains(&prompt), "{position:?} {wait:?}");
                    }
                }
                assert_eq!(announcement(position, None, language).len(), 1);
            }
        }
    }
}
