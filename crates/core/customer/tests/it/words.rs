//! What people write and look for.

use bell_customer::prose::{ProseError, block, line};
use bell_customer::{Phase, Reason, Script, Search, SearchTooLong};

use crate::{code, said};

#[test]
fn a_line_is_one_and_markup_in_it_is_text() {
    for (text, read) in [
        (" 退货的条件 ", Ok("退货的条件")),
        ("<script>alert(1)</script>", Ok("<script>alert(1)</script>")),
        ("", Err(ProseError::Empty)),
        ("\u{3000} ", Err(ProseError::Empty)),
        ("a\nb", Err(ProseError::Control)),
        ("a\0b", Err(ProseError::Control)),
        (&"字".repeat(31), Err(ProseError::TooLong(30))),
        (&"字".repeat(30), Ok(&"字".repeat(30))),
    ] {
        assert_eq!(line(text, 30), read.map(str::to_owned), "{text}");
    }
    assert_eq!(block("一\r\n二\t三\n", 30).as_deref(), Ok("一\n二\t三"));
    assert_eq!(block("一\u{7}", 30), Err(ProseError::Control));
}

#[test]
fn agt_07_words_are_parted_by_any_space_and_their_case_does_not_matter() {
    let words = |text: &str| Search::parse(text).map(|search| search.words().to_vec());
    assert_eq!(words("退货\u{3000}USB 口"), Ok(vec!["退货".to_owned(), "usb".to_owned(), "口".to_owned()]));
    assert_eq!(words("  "), Ok(vec![]));
    assert_eq!(words(&"字".repeat(101)), Err(SearchTooLong));
    assert_eq!(words("a b c d e f g h i"), Err(SearchTooLong));
}

#[test]
fn agt_07_an_excerpt_begins_shortly_before_what_was_found() {
    let text = format!("{}\n先换一个 USB 口。{}", "前".repeat(60), "后".repeat(60));
    let excerpt = Search::parse("usb").expect("a search").excerpt(&text, 40);
    assert!(excerpt.starts_with("…前") && excerpt.contains("USB 口") && excerpt.ends_with("后…"), "{excerpt}");
    assert_eq!(excerpt.chars().count(), 42);
    let none = Search::default().excerpt("短文。", 40);
    assert_eq!(none, "短文。");
    assert_eq!(Search::parse("没有").expect("a search").excerpt("短文。", 2), "短文…");
}

#[test]
fn agt_09_agt_14_a_class_may_have_lines_of_its_own_and_the_first_one_greets() {
    let mut script = Script::default();
    script.set(Phase::Opening, None, said("welcome"));
    script.set(Phase::Vip, None, said("your adviser speaks\nask about the last matter"));
    script.set(Phase::Vip, Some(code("gold")), said("gold greets"));
    let lines = |class: Option<&str>| {
        let class = class.map(code);
        let of = script.lines(class.as_ref()).map(|(phase, said)| (phase.code(), said.en.clone()));
        of.collect::<Vec<_>>()
    };
    let (opening, vip) = (("opening", "welcome".to_owned()), "your adviser speaks\nask about the last matter");
    assert_eq!(lines(None), [opening.clone(), ("vip", vip.to_owned())]);
    assert_eq!(lines(Some("gold")), [opening, ("vip", "gold greets".to_owned())]);
    let greetings = script.greetings();
    let greet = |class: &str| greetings.greet(Some(&code(class)), &[Reason::Vip]).map(|(_, said)| said.en.clone());
    assert_eq!(greet("vip").as_deref(), Some("your adviser speaks"));
    assert_eq!(greet("gold").as_deref(), Some("gold greets"));
    assert_eq!(greetings.greet(None, &[Reason::Complaint]), None, "nothing stands there");
    for phase in Phase::ALL {
        assert_eq!(Phase::of_code(phase.code()), Some(phase));
    }
}
