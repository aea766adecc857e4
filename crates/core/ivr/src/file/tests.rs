use std::collections::BTreeSet;

use bell_types::Digit;
use expect_test::{Expect, expect};

use crate::drafts::{known, plan};
use crate::flow::Language;
use crate::flow::{BargeIn, Choice, Flow, Notice, Prompt, PromptSource, Step};
use crate::limits::Limits;
use crate::prove::{Policy, prove};

const SHOP: &str = include_str!("../../examples/shop.toml");

fn check(text: &str, expected: &Expect) {
    let found = Flow::parse(text, &plan(), &Limits::USUAL).expect_err("mistakes");
    expected.assert_eq(&found.iter().map(|diagnostic| format!("{diagnostic}\n")).collect::<String>());
}

/// INB-07: the sample menu (1 product, 2 technical, 3 after-sales, 0 human) as a file a shop owner can read.
#[test]
fn the_sample_reads_as_it_says() {
    let flow = Flow::parse(SHOP, &plan(), &Limits::USUAL).unwrap();
    assert_eq!((flow.name().as_str(), flow.version(), flow.language()), ("shop", 1, Language::Mandarin));
    let names: Vec<_> = flow.nodes().iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names[..4], ["welcome", "greeting", "notice", "main-menu"], "in the order of the file");
    let Step::Menu(menu) = &flow.node(flow.find("main-menu").unwrap()).step else { panic!() };
    assert_eq!(menu.keys.len(), 5);
    assert!(menu.keys.contains(&(Digit::from_char('#').unwrap(), Choice::Repeat)));
    let Step::Play(notice) = &flow.node(flow.find("notice").unwrap()).step else { panic!() };
    assert_eq!((notice.notice, notice.barge_in), (Notice::Yes, BargeIn::No));
    assert_eq!(flow.queues().len(), 3);
}

#[test]
fn a_version_is_known_by_its_text() {
    let parse = |text: &str| Flow::parse(text, &plan(), &Limits::USUAL).unwrap().hash().to_string();
    assert_eq!(parse(SHOP), parse(SHOP));
    assert_ne!(parse(SHOP), parse(&format!("{SHOP}\n")));
    assert_eq!(parse(SHOP).len(), 64);
}

#[test]
fn prompts_are_listed_once_by_name_and_kind() {
    let text = include_str!("../../examples/company.toml");
    let prompts = Flow::parse(text, &plan(), &Limits::USUAL).unwrap().prompts();
    let files: Vec<_> = prompts.iter().filter(|prompt| prompt.source == PromptSource::File).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].name.as_str(), "jingle");
    assert!(prompts.is_sorted_by(|a, b| a.name < b.name), "once each");
    assert!(prompts.contains(&Prompt::speech("幺", Language::Mandarin)), "digits that are read back");
    let (here, there) = (Prompt::speech("OK", Language::Mandarin), Prompt::speech("OK", Language::English));
    assert_ne!(here.name, there.name);
}

#[test]
fn a_key_that_leads_nowhere_is_named_with_its_place() {
    check(
        &SHOP.replace("1 = \"sales\"", "1 = \"slaes\""),
        &expect![[r#"
        line 27, column 14: no node is named "slaes": did you mean "sales"?
    "#]],
    );
}

#[test]
fn what_is_no_toml_is_said_so() {
    check(
        include_str!("../../fuzz-corpus/no-toml.toml"),
        &expect![[r#"
        line 1, column 8: string values must be quoted, expected literal string: write it as TOML (toml.io)
        line 2, column 7: key with no value, expected `=`: write it as TOML (toml.io)
        line 2, column 7: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`: write it as TOML (toml.io)
    "#]],
    );
    check(
        "flow = \"a\"\nflow = \"b\"\n",
        &expect![[r#"
        line 2, column 1: duplicate key: write it as TOML (toml.io)
    "#]],
    );
}

#[test]
fn an_empty_file_lacks_everything() {
    check(
        "",
        &expect![[r#"
        line 1, column 1: the file lacks the field "flow": add flow = "main"
        line 1, column 1: the file lacks the field "language": add language = "zh-CN"
        line 1, column 1: the file lacks the field "nodes": add [nodes.welcome]
        line 1, column 1: the file lacks the field "start": add start = "welcome"
        line 1, column 1: the file lacks the field "version": add version = 1
    "#]],
    );
}

#[test]
fn all_mistakes_come_at_once_each_with_a_remedy() {
    check(
        include_str!("../../fuzz-corpus/every-field-wrong.toml"),
        &expect![[r##"
            line 1, column 10: 2 is out of range: write 1
            line 2, column 8: ' ' may not stand in a name: use letters, digits, '-', '_' or '.': rename it
            line 3, column 11: 0 is out of range: write a whole number from 1 to 4294967295
            line 4, column 12: "de-DE" has no meaning here: use one of: zh-CN, en-US
            line 5, column 13: "maybe" has no meaning here: use one of: on, off
            line 6, column 9: a value of TOML's type integer cannot stand here: write a text in quotes
            line 7, column 1: the file has no field "colour": use one of: format, flow, version, language, recording, nodes, start
            line 10, column 10: a value of TOML's type integer is no prompt: write the words in quotes, or { file = "name" }
            line 11, column 19: "A" is no telephone key: write one of 0-9, "*", "#"
            line 11, column 28: "12" is no telephone key: write one of 0-9, "*", "#"
            line 12, column 11: "soon" is no time that can be: write a time such as "5s" or "500ms", at most 60 s
            line 13, column 12: 0 is out of range: write a whole number from 1 to 10
            line 14, column 13: no node is named "nowhere": use one of: a, b, c, d, e, f
            line 16, column 6: "dance" has no meaning here: use one of: answer, play, menu, collect, hours, calendar, branch, language, survey, look_up, record, callback, set, loop, queue, transfer, hangup
            line 19, column 10: 'a' does not belong into a telephone number: write the number as it is dialled
            line 20, column 16: "9m" is no time that can be: write a time such as "5s" or "500ms", at most 120 s
            line 23, column 10: "friday" is no day of the week: write mon, tue, wed, thu, fri, sat, sun, or mon-fri
            line 23, column 19: "9-10" are no hours: write "09:00-12:00, 13:30-18:00" or "closed"
            line 23, column 37: "09:00" are no hours: write "09:00-12:00, 13:30-18:00" or "closed"
            line 24, column 12: "2026-02-30" is no day, or too many days: write "2026-10-01" or "2026-10-01..2026-10-07"
            line 24, column 37: "2026-01-01..2027-01-01" is no day, or too many days: write "2026-10-01" or "2026-10-01..2026-10-07"
            line 29, column 10: the case asks for nothing: use one of: caller, caller_prefix, called, region, class, in_list, language, variable
            line 29, column 86: "x" begins no number: write digits, with + for a country
            line 33, column 10: the list is empty: write at least one entry, or remove the field
            line 34, column 8: a name may not be empty: rename it
            line 35, column 7: 9 is out of range: write a whole number from 1 to 3
            line 37, column 13: the text holds {digits} 0 times: write {digits} once, where the digits are to be heard
        "##]],
    );
}

#[test]
fn the_words_of_the_language_are_no_names() {
    check(
        include_str!("../../fuzz-corpus/reserved-names.toml"),
        &expect![[r#"
        line 9, column 8: "back" is a word of the language and no name: rename the node
        line 11, column 8: "repeat" is a word of the language and no name: rename the node
    "#]],
    );
}

#[test]
fn a_file_beyond_a_limit_is_refused() {
    let limits = Limits { file_bytes_max: 10, ..Limits::USUAL };
    let found = Flow::parse(SHOP, &plan(), &limits).unwrap_err();
    assert_eq!(found[0].problem, "the file has more than 10 bytes");
    let limits = Limits { nodes_max: 2, ..Limits::USUAL };
    let found = Flow::parse(SHOP, &plan(), &limits).unwrap_err();
    assert!(found.iter().any(|one| one.problem == "the flow has more than 2 nodes"), "{found:#?}");
    let limits = Limits { speech_chars_max: 5, diagnostics_max: 3, ..Limits::USUAL };
    let found = Flow::parse(SHOP, &plan(), &limits).unwrap_err();
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].problem, "more than 5 characters to speak");
}

/// Of two lines for one day, none may win in silence.
#[test]
fn a_day_has_its_hours_once() {
    let company = include_str!("../../examples/company.toml");
    let twice = company
        .replace("sat = \"10:00-16:00\"", "wed-sat = \"closed\"")
        .replace("\"2026-10-10\" =", "\"2026-10-07\" =");
    check(
        &twice,
        &expect![[r#"
        line 46, column 48: the hours of fri stand here twice: name each day once
        line 46, column 48: the hours of thu stand here twice: name each day once
        line 46, column 48: the hours of wed stand here twice: name each day once
        line 53, column 1: the hours of 2026-10-07 stand here twice: name each day once
    "#]],
    );
}

#[test]
fn the_reference_is_a_flow_that_can_be_proved() {
    let reference = include_str!("../../LANGUAGE.md");
    let blocks = reference.split("```toml\n").skip(1).filter_map(|block| block.split("```").next());
    let flow = Flow::parse(&blocks.collect::<String>(), &plan(), &Limits::USUAL).unwrap();
    prove(&flow, &known(&flow), &Policy::USUAL).unwrap();
    let words: BTreeSet<_> = flow.nodes().iter().map(|node| node.step.word()).collect();
    assert_eq!(words.len(), 17, "every word of the language is shown");
}

#[test]
fn a_file_cannot_take_the_name_of_a_spoken_prompt() {
    let file = SHOP.replace("\"对不起，您的输入有误。\"", "{ file = \"say-hello\" }");
    check(
        &file,
        &expect![[r#"
        line 29, column 22: "say-hello" is a name of spoken prompts: let no file's name begin with "say-"
    "#]],
    );
}
