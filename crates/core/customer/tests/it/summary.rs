//! Results and summaries.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_customer::{
    Asked, Choice, Code, CodeError, Dispositions, Effect, Field, Kind, Lacking, Limits, Mistake, Need, Node,
    NotAResult, Rule, State, Summary, Way, Written,
};
use bell_types::Wall;

use crate::{code, codes, said};

const STRICT: Rule = Rule { disposition: Need::Required, resolved: Need::Required, within: Duration::from_secs(60) };
const LENIENT: Rule = Rule { disposition: Need::Optional, resolved: Need::Optional, within: Duration::from_secs(60) };

fn at(secs: i64) -> Wall {
    Wall::from_micros(secs * 1_000_000)
}

fn asked(names: &[&str]) -> Vec<Asked> {
    codes(names).into_iter().map(Asked::by).collect()
}

fn branch(name: &str, required: &[&str], children: Vec<Node>) -> Node {
    Node { code: code(name), said: said(name), required: asked(required), kind: Kind::Branch(children) }
}

fn leaf(name: &str, required: &[&str], effect: Effect) -> Node {
    Node { code: code(name), said: said(name), required: asked(required), kind: Kind::Result(Some(effect)) }
}

fn field(name: &str, way: Way) -> Field {
    Field { code: code(name), said: said(name), way }
}

fn fields() -> Vec<Field> {
    let choices = ["urgent", "normal"].iter().map(|name| Choice { code: code(name), said: said(name) }).collect();
    vec![
        field("topic", Way::Text),
        field("weight", Way::Choice(choices)),
        field("told", Way::YesNo),
        field("day", Way::Date),
    ]
}

/// The results of a vote among owners.
fn vote() -> Vec<Node> {
    let wrong = vec![
        leaf("empty_number", &[], Effect::Invalid),
        leaf("not_the_person", &[], Effect::Invalid),
        leaf("wrong_verification", &[], Effect::UpdateData),
    ];
    vec![
        leaf("voted", &["topic"], Effect::Done),
        leaf("no_answer", &[], Effect::Retry),
        branch("wrong_number", &["told"], wrong),
    ]
}

fn tree() -> Dispositions {
    Dispositions::new(vote(), fields(), Limits::for_tests()).expect("a tree")
}

fn written(path: &[&str], filled: &[(&str, &str)]) -> Written {
    let fields: BTreeMap<_, _> = filled.iter().map(|(name, text)| (code(name), (*text).to_owned())).collect();
    Written { disposition: codes(path), resolved: Some(true), note: String::new(), fields }
}

#[test]
fn agt_05_each_result_says_what_becomes_of_the_contact() {
    let told: &[(&str, &str)] = &[("told", "no")];
    for (path, filled, effect) in [
        (&["voted"][..], &[("topic", "lift")][..], Effect::Done),
        (&["no_answer"], &[], Effect::Retry),
        (&["wrong_number", "empty_number"], told, Effect::Invalid),
        (&["wrong_number", "not_the_person"], told, Effect::Invalid),
        (&["wrong_number", "wrong_verification"], told, Effect::UpdateData),
    ] {
        assert_eq!(STRICT.review(&tree(), &written(path, filled)), Ok(Some(effect)), "{path:?}");
    }
}

#[test]
fn agt_05_a_heading_and_an_unknown_entry_are_no_results() {
    for (path, why) in [
        (&["wrong_number"][..], NotAResult::Branch(code("wrong_number"))),
        (&["moved"], NotAResult::Unknown(code("moved"))),
        (&["no_answer", "deeper"], NotAResult::Unknown(code("deeper"))),
    ] {
        // Even where no result is required, one that is given must be one.
        assert_eq!(LENIENT.review(&tree(), &written(path, &[])), Err(vec![Lacking::NotAResult(why)]), "{path:?}");
    }
}

#[test]
fn agt_04_everything_that_is_missing_is_told_at_once() {
    let nothing = Written::default();
    assert_eq!(STRICT.review(&tree(), &nothing), Err(vec![Lacking::Disposition, Lacking::Resolved]));
    assert_eq!(LENIENT.review(&tree(), &nothing), Ok(None));

    let blank = written(&["voted"], &[("topic", "  "), ("weight", "heavy"), ("told", "maybe"), ("colour", "red")]);
    let lacking = vec![
        Lacking::Field(code("topic")),
        Lacking::UnknownField(code("colour")),
        Lacking::Value(code("told")),
        Lacking::Value(code("weight")),
    ];
    assert_eq!(STRICT.review(&tree(), &blank), Err(lacking));

    // A heading on the way may ask for a field as well.
    let silent = written(&["wrong_number", "empty_number"], &[]);
    assert_eq!(STRICT.review(&tree(), &silent), Err(vec![Lacking::Field(code("told"))]));
}

#[test]
fn agt_04_a_result_may_ask_whether_it_was_resolved_and_for_a_note() {
    let tree = vec![branch("service", &["resolved"], vec![leaf("repair", &["note", "resolved"], Effect::Retry)])];
    let tree = Dispositions::new(tree, vec![], Limits::for_tests()).expect("a tree");
    let mut summary = Written { resolved: None, ..written(&["service", "repair"], &[]) };
    // The rule asks as well: it is told once.
    for rule in [STRICT, LENIENT] {
        assert_eq!(rule.review(&tree, &summary), Err(vec![Lacking::Resolved, Lacking::Note]));
    }
    (summary.resolved, summary.note) = (Some(false), "the base is broken".to_owned());
    assert_eq!(LENIENT.review(&tree, &summary), Ok(Some(Effect::Retry)));
}

#[test]
fn agt_04_a_day_is_a_day_of_the_calendar() {
    for (text, good) in [
        ("2026-11-28", true),
        ("2028-02-29", true),
        ("2026-02-29", false),
        ("2100-02-29", false),
        ("2026-13-01", false),
        ("2026-04-31", false),
        ("2026-00-10", false),
        ("28.11.2026", false),
        ("二〇二六年", false),
    ] {
        let reviewed = LENIENT.review(&tree(), &written(&[], &[("day", text)]));
        assert_eq!(reviewed.is_ok(), good, "{text}: {reviewed:?}");
    }
}

#[test]
fn agt_04_a_note_and_a_text_have_a_limit_in_characters_not_bytes() {
    let full = "电".repeat(200);
    let mut long = written(&["voted"], &[("topic", &full)]);
    long.note = full.clone();
    assert_eq!(STRICT.review(&tree(), &long), Ok(Some(Effect::Done)));
    long.note.push('话');
    assert_eq!(STRICT.review(&tree(), &long), Err(vec![Lacking::NoteTooLong(200)]));
    let longer = written(&["voted"], &[("topic", &(full + "话"))]);
    assert_eq!(STRICT.review(&tree(), &longer), Err(vec![Lacking::Value(code("topic"))]));
}

#[test]
fn agt_04_wrap_up_does_not_end_while_a_required_summary_is_missing() {
    let mut summary = Summary::asked(STRICT, at(100));
    assert_eq!((summary.lets_go(), summary.due()), (false, Some(at(160))));

    assert!(summary.write(at(110), &tree(), &Written::default()).is_err());
    assert_eq!((summary.lets_go(), summary.state()), (false, State::Open { due: at(160) }));

    assert_eq!(summary.write(at(120), &tree(), &written(&["no_answer"], &[])), Ok(Some(Effect::Retry)));
    assert_eq!((summary.lets_go(), summary.due()), (true, None));
    summary.time_out(at(1000));
    assert_eq!(summary.state(), State::Filled { at: at(120) });
    assert!(!summary.was_missed());

    let free = Summary::asked(LENIENT, at(100));
    assert_eq!((free.lets_go(), free.due(), free.was_missed()), (true, None, false));
}

#[test]
fn agt_04_a_time_out_fills_not_filled_and_a_later_summary_does_not_hide_it() {
    let mut summary = Summary::asked(STRICT, at(100));
    summary.time_out(at(159));
    assert!(!summary.was_missed());
    summary.time_out(at(160));
    assert_eq!((summary.state(), summary.lets_go()), (State::NotFilled { since: at(160) }, true));

    summary.write(at(500), &tree(), &written(&["no_answer"], &[])).expect("it may be written late");
    assert_eq!(summary.state(), State::FilledLate { missed: at(160), at: at(500) });
    assert!(summary.was_missed());

    // The clock is asked before the agent is: a node that was down meanwhile counts the same.
    let mut summary = Summary::kept(STRICT, State::Open { due: at(160) });
    summary.write(at(170), &tree(), &written(&["no_answer"], &[])).expect("it may be written late");
    assert_eq!(summary.state(), State::FilledLate { missed: at(160), at: at(170) });
}

#[test]
fn agt_05_a_tree_that_cannot_work_is_refused() {
    let deep = |levels| (0..levels).fold(leaf("end", &[], Effect::Done), |below, _| branch("more", &[], vec![below]));
    let many = (0..51).map(|n| leaf(&format!("n{n}"), &[], Effect::Done)).collect();
    let twice = || leaf("twice", &[], Effect::Done);
    for (tree, mistake) in [
        (vec![twice(), twice()], Mistake::CodeTwice(code("twice"))),
        (vec![branch("empty", &[], vec![])], Mistake::NoResult(code("empty"))),
        (
            vec![leaf("voted", &["colour"], Effect::Done)],
            Mistake::UnknownField { node: code("voted"), field: code("colour") },
        ),
        (vec![deep(4)], Mistake::TooDeep(code("end"))),
        (many, Mistake::TooManyNodes(50)),
    ] {
        assert_eq!(Dispositions::new(tree, fields(), Limits::for_tests()), Err(mistake));
    }
    Dispositions::new(vec![deep(3)], vec![], Limits::for_tests()).expect("as deep as may be");

    let text = |name| field(name, Way::Text);
    let nine = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(text).to_vec();
    for (fields, mistake) in [
        (vec![text("a"), text("a")], Mistake::FieldTwice(code("a"))),
        (vec![field("a", Way::Choice(vec![]))], Mistake::NoChoice(code("a"))),
        (vec![text("note")], Mistake::Reserved(code("note"))),
        (nine, Mistake::TooManyFields(8)),
    ] {
        assert_eq!(Dispositions::new(vec![], fields, Limits::for_tests()), Err(mistake));
    }
}

#[test]
fn a_code_is_short_and_plain() {
    assert_eq!(Code::parse(""), Err(CodeError::Empty));
    assert_eq!(Code::parse("Voted"), Err(CodeError::Character('V')));
    assert_eq!(Code::parse("空号"), Err(CodeError::Character('空')));
    assert_eq!(Code::parse(&"a".repeat(41)), Err(CodeError::TooLong));
    assert!(Code::parse(&"a".repeat(40)).is_ok());
}
