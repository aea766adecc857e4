//! Numbers in Chinese characters.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const UNITS: [&str; 4] = ["", "十", "百", "千"];
const GROUPS: [&str; 4] = ["", "万", "亿", "万亿"];
/// Digits of the largest quantity that has a name here.
pub(super) const QUANTITY_DIGITS_MAX: usize = 16;

/// Digit by digit, as numbers of telephones are read: 1 is 幺, lest it be taken for seven. What is no digit is left out.
pub(super) fn one_by_one(text: &str) -> String {
    let digits = text.chars().filter_map(|c| c.to_digit(10));
    digits.map(|digit| if digit == 1 { '幺' } else { named(digit) }).collect()
}

/// Digit by digit, as years and decimals are read.
pub(super) fn plainly(text: &str) -> String {
    text.chars().filter_map(|c| c.to_digit(10)).map(named).collect()
}

/// A quantity: `10` is 十, `105` is 一百零五. Digits only; without leading zeros, at most 16 of them count.
pub(super) fn quantity(text: &str) -> String {
    let significant = text.trim_start_matches('0');
    if significant.is_empty() {
        return "零".to_owned();
    }
    if significant.len() > QUANTITY_DIGITS_MAX {
        return one_by_one(text);
    }
    let mut spoken = String::new();
    let mut zero_due = false;
    let length = significant.len();
    let mut group_spoken = false;
    for (index, digit) in significant.chars().filter_map(|c| c.to_digit(10)).enumerate() {
        let place = length - 1 - index;
        let ends_group = place.is_multiple_of(4);
        if digit == 0 {
            zero_due = true;
        } else {
            if zero_due {
                spoken.push('零');
            }
            zero_due = false;
            group_spoken = true;
            // 十二 and not 一十二, at the very beginning.
            let bare_ten = digit == 1 && place % 4 == 1 && spoken.is_empty();
            // 两千, 两万, 两亿; but 二百, 二十, 二.
            let pair = digit == 2 && (place % 4 == 3 || (ends_group && place > 0 && spoken.is_empty()));
            if pair {
                spoken.push('两');
            } else if !bare_ten {
                spoken.push(named(digit));
            }
            spoken.push_str(UNITS[place % 4]);
        }
        if ends_group && group_spoken {
            spoken.push_str(GROUPS[place / 4]);
            group_spoken = false;
        }
    }
    spoken
}

/// A number with what stands behind its point.
pub(super) fn decimal(integer: &str, fraction: Option<&str>) -> String {
    match fraction {
        Some(fraction) => format!("{}点{}", quantity(integer), plainly(fraction)),
        None => quantity(integer),
    }
}

/// An amount of yuan: `12.05` is 十二元零五分.
pub(super) fn money(integer: &str, fraction: Option<&str>, unit: &str) -> String {
    let mut cents = fraction.unwrap_or_default().chars().chain(['0', '0']).filter_map(|c| c.to_digit(10));
    let (jiao, fen) = (cents.next().unwrap_or(0), cents.next().unwrap_or(0));
    let whole = integer.trim_start_matches('0');
    let mut spoken = match whole {
        "" if jiao + fen > 0 => String::new(),
        "2" => format!("两{unit}"),
        _ => format!("{}{unit}", quantity(integer)),
    };
    if jiao > 0 {
        spoken.push(named(jiao));
        spoken.push('角');
    } else if fen > 0 && !spoken.is_empty() {
        spoken.push('零');
    }
    if fen > 0 {
        spoken.push(named(fen));
        spoken.push('分');
    }
    spoken
}

fn named(digit: u32) -> char {
    DIGITS.get(digit as usize).copied().unwrap_or('零')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_have_their_names() {
        let cases = [
            ("0", "零"),
            ("2", "二"),
            ("10", "十"),
            ("12", "十二"),
            ("20", "二十"),
            ("101", "一百零一"),
            ("110", "一百一十"),
            ("1000", "一千"),
            ("1001", "一千零一"),
            ("1010", "一千零一十"),
            ("2000", "两千"),
            ("2222", "两千二百二十二"),
            ("10000", "一万"),
            ("20000", "两万"),
            ("100000", "十万"),
            ("120000", "十二万"),
            ("100001", "十万零一"),
            ("1000000", "一百万"),
            ("10203040", "一千零二十万零三千零四十"),
            ("100000000", "一亿"),
            ("200000002", "两亿零二"),
            ("1000000000000", "一万亿"),
            ("007", "七"),
        ];
        for (digits, spoken) in cases {
            assert_eq!(quantity(digits), spoken, "{digits}");
        }
    }

    #[test]
    fn money_is_counted_in_yuan_jiao_and_fen() {
        let cases = [
            ("12", None, "十二元"),
            ("12", Some("5"), "十二元五角"),
            ("12", Some("50"), "十二元五角"),
            ("12", Some("05"), "十二元零五分"),
            ("12", Some("34"), "十二元三角四分"),
            ("0", Some("50"), "五角"),
            ("0", Some("08"), "八分"),
            ("0", Some("00"), "零元"),
            ("2", None, "两元"),
            ("1234", Some("00"), "一千二百三十四元"),
        ];
        for (integer, fraction, spoken) in cases {
            assert_eq!(money(integer, fraction, "元"), spoken);
        }
    }
}
