//! Figures in their surroundings: what stands before and behind decides how a run of digits is read.

use super::numerals::{QUANTITY_DIGITS_MAX, decimal, money, one_by_one, plainly, quantity};

/// Units in Latin letters, longest first, and their names.
const UNITS: [(&str, &str); 15] = [
    ("km/h", "公里每小时"),
    ("kWh", "度"),
    ("km", "公里"),
    ("kg", "公斤"),
    ("cm", "厘米"),
    ("mm", "毫米"),
    ("ml", "毫升"),
    ("mL", "毫升"),
    ("m²", "平方米"),
    ("㎡", "平方米"),
    ("℃", "摄氏度"),
    ("°C", "摄氏度"),
    ("m", "米"),
    ("g", "克"),
    ("L", "升"),
];

/// Words that count things: before them 2 is 两, and a number is a quantity however long.
const MEASURES: &str = "位个分小秒天次年元块条件种张名家台份页遍人周点吨倍笔桌千万亿公平厘毫米克升度";
/// Words that number things: before them 2 is 二, and a number is a quantity too.
const ORDINALS: &str = "月日号楼层级期班路线折角";

/// What stands before a number that is read digit by digit.
const IDENTIFIERS: [&str; 12] =
    ["号", "码", "电话", "热线", "手机", "拨打", "致电", "座机", "传真", "分机", "邮编", "账户"];

/// Numbers of help that are known by their digits.
const HELP: [&str; 6] = ["110", "114", "119", "120", "122", "315"];

/// Reads the figure at the beginning of `rest`: its words, and how many characters they stand for.
pub(super) fn read(before: &[char], rest: &[char]) -> Option<(String, usize)> {
    if !rest.iter().take(2).any(char::is_ascii_digit) {
        return None;
    }
    let text: String = rest.iter().take(FIGURE_MAX).collect();
    // Each reading looks at the text alone; the first that fits wins, so the order is from the special to the plain.
    date(&text)
        .or_else(|| time(&text))
        .or_else(|| yuan(&text))
        .or_else(|| telephone(&text))
        .or_else(|| negative(before, &text))
        .or_else(|| version(&text))
        .or_else(|| range(&text))
        .or_else(|| number(before, &text))
}

/// Longer figures are read in pieces.
const FIGURE_MAX: usize = 64;

/// Characters of an ASCII prefix.
fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

fn small(text: &str, max: u32) -> Option<u32> {
    let number = text.parse().ok()?;
    (text.len() <= 2 && number <= max).then_some(number)
}

/// `2026-10-01`, `2026/10/1`.
fn date(text: &str) -> Option<(String, usize)> {
    let year = digits(text);
    let separator = text[year.len()..].chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
    let month = digits(&text[year.len() + 1..]);
    let day = text[year.len() + 1 + month.len()..].strip_prefix(separator).map(digits)?;
    let (_, _) = (small(month, 12)?, small(day, 31)?);
    if year.len() != 4 || month.trim_matches('0').is_empty() || day.trim_start_matches('0').is_empty() {
        return None;
    }
    let spoken = format!("{}年{}月{}日", plainly(year), quantity(month), quantity(day));
    Some((spoken, year.len() + month.len() + day.len() + 2))
}

/// `9:00`, `18:05:30`, and from one to another: `9:00-18:00`.
fn time(text: &str) -> Option<(String, usize)> {
    let (mut spoken, mut used) = clock(text)?;
    if let Some(after) = text[used..].strip_prefix(['-', '~'])
        && let Some((until, more)) = clock(after)
    {
        spoken = format!("{spoken}到{until}");
        used += 1 + more;
    }
    Some((spoken, used))
}

fn clock(text: &str) -> Option<(String, usize)> {
    let hour = digits(text);
    let minute = text[hour.len()..].strip_prefix(':').map(digits)?;
    let (hours, minutes) = (small(hour, 24)?, small(minute, 59)?);
    if minute.len() != 2 {
        return None;
    }
    let mut used = hour.len() + 1 + minute.len();
    let mut spoken = if hours == 2 { "两点".to_owned() } else { format!("{}点", quantity(hour)) };
    match minutes {
        0 => {}
        1..=9 => spoken.push_str(&format!("零{}分", quantity(minute))),
        _ => spoken.push_str(&format!("{}分", quantity(minute))),
    }
    let second = text[used..].strip_prefix(':').map(digits);
    if let Some(second) = second.filter(|second| second.len() == 2 && small(second, 59).is_some()) {
        spoken.push_str(&format!("{}秒", quantity(second)));
        used += 3;
    }
    Some((spoken, used))
}

/// `¥12.50`
fn yuan(text: &str) -> Option<(String, usize)> {
    let amount = Amount::of(text.strip_prefix('¥')?)?;
    // The author may have written the word behind the sign.
    let word = usize::from(text.chars().nth(1 + amount.used) == Some('元'));
    let spoken = match amount.fraction {
        Some(fraction) if fraction.len() > 2 => format!("{}元", decimal(&amount.integer, Some(fraction))),
        fraction => money(&amount.integer, fraction, "元"),
    };
    Some((spoken, 1 + amount.used + word))
}

/// `400-800-1234`, `400 800 1234`, `+86 138 0013 8000`: groups of digits that are no quantities.
fn telephone(text: &str) -> Option<(String, usize)> {
    let plus = usize::from(text.starts_with('+'));
    let end = text[plus..].find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | ' ')).unwrap_or(text.len() - plus);
    let run = text[plus..plus + end].trim_end_matches(['-', ' ']);
    let groups: Vec<_> = run.split(['-', ' ']).collect();
    let count: usize = groups.iter().map(|group| group.len()).sum();
    // Numbers in a list stand between spaces too, and are shorter.
    let group_min = if run.contains(' ') && plus == 0 { 3 } else { 1 };
    let short = groups.iter().any(|group| group.len() < group_min);
    if count < 7 || short || (plus == 0 && groups.len() == 1) {
        return None;
    }
    let spoken: Vec<_> = groups.into_iter().map(grouped).collect();
    let sign = if plus == 1 { "加" } else { "" };
    Some((format!("{sign}{}", spoken.join("，")), plus + run.len()))
}

/// A mobile number is read in three breaths.
fn grouped(run: &str) -> String {
    if run.len() == 11 && run.starts_with('1') {
        let (head, middle, tail) = (&run[..3], &run[3..7], &run[7..]);
        return [head, middle, tail].map(one_by_one).join("，");
    }
    one_by_one(run)
}

/// `-5℃` after anything but a letter or a figure.
fn negative(before: &[char], text: &str) -> Option<(String, usize)> {
    let positive = text.strip_prefix('-')?;
    let free = before.last().is_none_or(|c| !c.is_ascii_alphanumeric());
    let chars: Vec<_> = positive.chars().collect();
    let (spoken, used) = number(&[], positive).filter(|_| free && chars[0].is_ascii_digit())?;
    Some((format!("负{spoken}"), used + 1))
}

/// `3.1.2`
fn version(text: &str) -> Option<(String, usize)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let run = text[..end].trim_end_matches('.');
    let parts: Vec<_> = run.split('.').collect();
    if parts.len() < 3 || parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let spoken: Vec<_> = parts.into_iter().map(quantity).collect();
    Some((spoken.join("点"), run.len()))
}

/// `3-5分钟`: from one to another, of something.
fn range(text: &str) -> Option<(String, usize)> {
    let from = digits(text);
    let to = digits(text[from.len()..].strip_prefix(['-', '~'])?);
    let used = from.len() + 1 + to.len();
    let after = &text[used..];
    if from.is_empty() || to.is_empty() || from.len() > 6 || to.len() > 6 || after.starts_with('-') {
        return None;
    }
    let from_spoken = match Follows::of(after) {
        Follows::Measure => counted(from, None),
        Follows::Ordinal => quantity(from),
        Follows::Nothing if unit(after).is_some() => counted(from, None),
        Follows::Nothing => return None,
    };
    let (to_spoken, more) = number(&[], &text[from.len() + 1..])?;
    Some((format!("{from_spoken}到{to_spoken}"), from.len() + 1 + more))
}

/// A number with separators and a point: `1,234.50`.
struct Amount<'t> {
    integer: String,
    fraction: Option<&'t str>,
    used: usize,
}

impl<'t> Amount<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let first = digits(text);
        if first.is_empty() {
            return None;
        }
        let mut integer = first.to_owned();
        let mut used = first.len();
        while first.len() <= 3
            && let Some(group) = text[used..].strip_prefix(',').map(digits).filter(|group| group.len() == 3)
        {
            integer.push_str(group);
            used += 4;
        }
        let fraction = text[used..].strip_prefix('.').map(digits).filter(|fraction| !fraction.is_empty());
        used += fraction.map_or(0, |fraction| fraction.len() + 1);
        Some(Self { integer, fraction, used })
    }
}

/// What kind of word follows a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Measure,
    Ordinal,
    Nothing,
}

impl Follows {
    fn of(after: &str) -> Self {
        match after.chars().next() {
            Some(c) if MEASURES.contains(c) => Self::Measure,
            // 号 behind a long number belongs to the identifier, 号键 to a key.
            Some(c) if ORDINALS.contains(c) => Self::Ordinal,
            Some(_) | None => Self::Nothing,
        }
    }
}

fn unit(after: &str) -> Option<(&'static str, &'static str)> {
    let fits = |written: &str| {
        let next = after.strip_prefix(written).map(|behind| behind.chars().next());
        next.is_some_and(|next| next.is_none_or(|c| !c.is_ascii_alphanumeric()))
    };
    UNITS.into_iter().find(|(written, _)| fits(written))
}

fn number(before: &[char], text: &str) -> Option<(String, usize)> {
    let amount = Amount::of(text)?;
    let (integer, fraction, used) = (&*amount.integer, amount.fraction, amount.used);
    let after = &text[used..];
    if let Some(sign) = after.chars().next().filter(|c| matches!(c, '%' | '‰')) {
        let of = if sign == '%' { "百" } else { "千" };
        return Some((format!("{of}分之{}", decimal(integer, fraction)), used + 1));
    }
    if let Some((written, name)) = unit(after) {
        return Some((format!("{}{name}", counted(integer, fraction)), used + written.chars().count()));
    }
    if let Some(word) = after.chars().next().filter(|c| matches!(c, '元' | '块'))
        && fraction.is_some_and(|fraction| fraction.len() <= 2)
    {
        return Some((money(integer, fraction, &word.to_string()), used + 1));
    }
    if fraction.is_some() {
        return Some((decimal(integer, fraction), used));
    }
    if after.starts_with('年') && integer.len() == 4 {
        return Some((plainly(integer), used));
    }
    let spoken = match Follows::of(after) {
        Follows::Measure | Follows::Ordinal if integer.len() > QUANTITY_DIGITS_MAX => grouped(integer),
        Follows::Measure if before.last() == Some(&'第') => quantity(integer),
        Follows::Measure => counted(integer, None),
        Follows::Ordinal if integer.len() < 5 => quantity(integer),
        Follows::Ordinal | Follows::Nothing if is_identifier(before, integer) => grouped(integer),
        Follows::Ordinal | Follows::Nothing => quantity(integer),
    };
    Some((spoken, used))
}

/// Before what is counted, 2 is 两.
fn counted(integer: &str, fraction: Option<&str>) -> String {
    match (integer, fraction) {
        ("2", None) => "两".to_owned(),
        (_, _) => decimal(integer, fraction),
    }
}

/// Whether a run of digits names something and counts nothing.
fn is_identifier(before: &[char], integer: &str) -> bool {
    let leading_zero = integer.len() > 1 && integer.starts_with('0');
    let introduced = integer.len() > 1 && {
        let before: String = before.iter().rev().take(8).rev().collect();
        let noun = before.trim_end_matches(['是', '为', ':', '：', ' ', '，', ',']);
        IDENTIFIERS.iter().any(|word| noun.ends_with(word))
    };
    leading_zero || introduced || integer.len() >= 5 || HELP.contains(&integer)
}
