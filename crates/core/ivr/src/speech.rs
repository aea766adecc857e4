//! Readies Mandarin text for a speech synthesiser, which reads figures, signs and polyphones wrong on its own.
//!
//! The result is for espeak-ng's voice `cmn-latn-pinyin`, which takes pinyin with tone numbers between characters:
//! `银行` becomes `yin2 hang2`. Pure text to text; the shell runs the synthesiser.

mod figures;
mod numerals;
mod words;

use crate::flow::Language;

/// The words of a prompt as the synthesiser shall get them. English needs no help.
///
/// ```
/// use bell_ivr::{Language, speech};
///
/// let spoken = speech::normalize("请按1,银行卡尾号0101", Language::Mandarin);
/// assert_eq!(spoken, "请按一，yin2 hang2 ka3 尾号零幺零幺");
/// ```
pub fn normalize(text: &str, language: Language) -> String {
    match language {
        Language::Mandarin => mandarin(text),
        Language::English => text.to_owned(),
    }
}

fn mandarin(text: &str) -> String {
    let chars: Vec<char> = text.chars().map(narrow).collect();
    let mut spoken = String::with_capacity(text.len() * 2);
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let (before, rest) = chars.split_at(at);
        let used = if let Some((word, pinyin)) = words::longest(rest) {
            separate(&mut spoken);
            spoken.push_str(pinyin);
            spoken.push(' ');
            word.chars().count()
        } else if let Some((figure, used)) = figures::read(before, rest) {
            spoken.push_str(&figure);
            used
        } else if c.is_ascii_alphabetic() {
            letters(&mut spoken, rest)
        } else {
            sign(&mut spoken, before, rest)
        };
        at += used;
    }
    tidy(&spoken)
}

/// Full-width figures, letters and signs as their ASCII forms.
const fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '￥' => '¥',
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＃' | '＊' | '％' | '＋' | '－' | '．' | '／' | '～' =>
        {
            // The full-width forms stand in the order of ASCII, 0xFEE0 higher.
            match char::from_u32(c as u32 - 0xFEE0) {
                Some(ascii) => ascii,
                None => c,
            }
        }
        _ => c,
    }
}

fn separate(spoken: &mut String) {
    if !spoken.is_empty() && !spoken.ends_with(' ') {
        spoken.push(' ');
    }
}

/// Letters are spelled: in a run the voice would take them for pinyin.
fn letters(spoken: &mut String, rest: &[char]) -> usize {
    let run = rest.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    for letter in &rest[..run] {
        separate(spoken);
        spoken.push(letter.to_ascii_uppercase());
        spoken.push(' ');
    }
    run
}

/// A sign: named where callers must press it, otherwise a pause or nothing.
fn sign(spoken: &mut String, before: &[char], rest: &[char]) -> usize {
    let c = rest[0];
    let named = match c {
        '#' => Some("井号键"),
        '*' => Some("星号键"),
        _ => None,
    };
    if let Some(name) = named {
        spoken.push_str(name);
        let follows = |word: &str| rest[1..].iter().copied().zip(word.chars()).filter(|(a, b)| a == b).count();
        // The author may have written the word behind the sign.
        return 1 + if follows("号键") == 2 { 2 } else { usize::from(matches!(rest.get(1), Some('键' | '号'))) };
    }
    let between = |kind: fn(&char) -> bool| before.last().is_some_and(kind) && rest.get(1).is_some_and(kind);
    let text = match c {
        ',' | ';' | '；' | '/' | '—' | '–' | '(' | '（' | '\n' | '|' | '…' => "，",
        '-' | '~' if between(char::is_ascii_digit) => "到",
        '-' if between(char::is_ascii_alphabetic) => " ",
        '-' | '~' => "，",
        ')' | '）' | '"' | '“' | '”' | '‘' | '’' | '\'' | '《' | '》' | '【' | '】' | '[' | ']' | '{' | '}' | '\r'
        | '¥' => "",
        '.' => "。",
        ':' => "：",
        '?' => "？",
        '!' => "！",
        '+' => "加",
        '=' => "等于",
        '&' => "和",
        '@' => "艾特",
        '%' => "百分号",
        _ => {
            spoken.push(c);
            return 1;
        }
    };
    spoken.push_str(text);
    1
}

/// One space between words, none beside punctuation, and no pause twice.
fn tidy(spoken: &str) -> String {
    const PAUSES: [char; 7] = ['，', '。', '、', '：', '？', '！', '；'];
    let mut tidy = String::with_capacity(spoken.len());
    for c in spoken.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        let last = tidy.chars().next_back();
        let after_pause = last.is_none_or(|last| last == ' ' || PAUSES.contains(&last));
        if c == ' ' && after_pause {
            continue;
        }
        if PAUSES.contains(&c) {
            let end = tidy.trim_end().len();
            tidy.truncate(end);
            if tidy.is_empty() || tidy.ends_with(PAUSES) {
                continue;
            }
        }
        tidy.push(c);
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

#[cfg(test)]
mod tests;
