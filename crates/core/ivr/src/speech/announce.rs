//! What a waiting caller is told about his place in the queue (INB-24).

use std::time::Duration;

use crate::flow::Language;

/// How many are before the caller and how long it may take, in words; without a wait if no honest figure is known.
/// Minutes are rounded up, for nobody complains of waiting less.
///
/// ```
/// use std::time::Duration;
/// use bell_ivr::{Language, speech};
///
/// let words = speech::position(3, Some(Duration::from_secs(100)), Language::Mandarin);
/// assert_eq!(words, "您前面还有3位，预计等待2分钟。");
/// ```
pub fn position(ahead: u32, wait: Option<Duration>, language: Language) -> String {
    let minutes = wait.map(|wait| wait.as_secs().div_ceil(60).max(1));
    match language {
        Language::Mandarin => {
            let place = match ahead {
                0 => "您是下一位".to_owned(),
                _ => format!("您前面还有{ahead}位"),
            };
            let wait = match minutes {
                None => String::new(),
                Some(1) => "，预计等待不到1分钟".to_owned(),
                Some(minutes) => format!("，预计等待{minutes}分钟"),
            };
            format!("{place}{wait}。")
        }
        Language::English => {
            let place = match ahead {
                0 => "You are next".to_owned(),
                1 => "There is 1 caller before you".to_owned(),
                _ => format!("There are {ahead} callers before you"),
            };
            let wait = match minutes {
                None => String::new(),
                Some(1) => ". The expected wait is less than 1 minute".to_owned(),
                Some(minutes) => format!(". The expected wait is {minutes} minutes"),
            };
            format!("{place}{wait}.")
        }
    }
}
