//! How wide text is on a terminal: Chinese takes two columns a character.

/// The columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text in exactly so many columns: cut with `…`, or filled up with blanks.
pub(super) fn fit(text: &str, columns_wanted: usize) -> String {
    let mut fitted = cut(text, columns_wanted);
    let blanks = columns_wanted.saturating_sub(width(&fitted));
    fitted.extend(std::iter::repeat_n(' ', blanks));
    fitted
}

/// The text in at most so many columns, cut with `…`. Control characters are shown as `·`: names come from outside, and
/// none may move the cursor.
pub(super) fn cut(text: &str, columns_max: usize) -> String {
    let shown = |character: char| if character.is_control() { '·' } else { character };
    if text.chars().map(shown).map(columns).sum::<usize>() <= columns_max {
        return text.chars().map(shown).collect();
    }
    let (mut kept, mut taken) = (String::new(), 1);
    for character in text.chars().map(shown) {
        taken += columns(character);
        if taken > columns_max {
            break;
        }
        kept.push(character);
    }
    if columns_max > 0 {
        kept.push('…');
    }
    kept
}

/// UAX #11: wide and full-width characters take two columns, marks that sit on others none.
const fn columns(character: char) -> usize {
    match character {
        '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!((width("alice"), width("王小明"), width("客服A组"), width("，")), (5, 6, 7, 2));
    }

    #[test]
    fn names_of_any_script_fill_a_column_exactly() {
        for name in ["", "alice", "王小明", "一个相当长的坐席名字", "mixed 名字 and more", "é"] {
            for columns in 0..24 {
                assert_eq!(width(&fit(name, columns)), columns, "{name} in {columns}");
            }
        }
        assert_eq!(fit("王小明", 5), "王小…");
        assert_eq!(fit("王小明", 4), "王… ");
    }

    #[test]
    fn nothing_from_outside_moves_the_cursor() {
        assert_eq!(fit("a\x1b[2J", 6), "a·[2J ");
    }
}
