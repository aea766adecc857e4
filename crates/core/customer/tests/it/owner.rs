//! What agents learn about owners, and how those are greeted.

use bell_customer::{
    Change, Contact, Correction, Effect, Greetings, Owner, PersonName, PersonNameError, Reason, Refused, Source,
    Verdict, What,
};
use bell_types::{AgentName, CallId, Number, NumberPlan, Wall};

use crate::{code, said};

const CALLED: &str = "13800138000";
const OTHER: &str = "13900139000";

fn number(text: &str) -> Number {
    Number::parse(text, &NumberPlan::china(None)).expect("a number")
}

fn name(text: &str) -> PersonName {
    PersonName::parse(text).expect("a name")
}

fn contact(text: &str, who: Option<&str>, verdict: Verdict) -> Contact {
    Contact { number: number(text), name: who.map(name), verdict }
}

fn source() -> Source {
    let by = AgentName::new("1001").expect("a name");
    Source { by, at: Wall::from_micros(7), call: Some(CallId::from_u64(3)) }
}

fn owner() -> Owner {
    Owner::new(Some(name("王伟")), vec![contact(CALLED, None, Verdict::Good)], 3)
}

/// Corrects, and says what changed after checking that each change knows who, when and in which call.
fn correct(owner: &mut Owner, correction: Correction) -> Vec<What> {
    let changes = owner.correct(&number(CALLED), &source(), correction).expect("a correction");
    changes
        .into_iter()
        .map(|Change { source: from, what }| {
            assert_eq!(from, source());
            what
        })
        .collect()
}

#[test]
fn agt_06_a_wrong_number_is_marked_and_the_right_one_recorded() {
    let mut owner = owner();
    let correction = Correction::WrongNumber(Some((number(OTHER), Some(name("王薇")))));
    assert_eq!(correction.effect(Some(Effect::Done)), Some(Effect::Invalid));
    let new = contact(OTHER, Some("王薇"), Verdict::Good);
    let judged = What::Judged { number: number(CALLED), old: Verdict::Good, new: Verdict::Wrong };
    assert_eq!(correct(&mut owner, correction.clone()), [What::Added(new.clone()), judged]);
    assert_eq!(owner.contacts(), [contact(CALLED, None, Verdict::Wrong), new]);
    assert_eq!(owner.name(), Some(&name("王伟")));

    assert_eq!(correct(&mut owner, correction), [], "told twice, it changes nothing");
}

#[test]
fn agt_06_a_wrong_number_without_a_new_one_is_only_marked() {
    let mut owner = owner();
    let judged = What::Judged { number: number(CALLED), old: Verdict::Good, new: Verdict::Wrong };
    assert_eq!(correct(&mut owner, Correction::WrongNumber(None)), [judged]);
    assert_eq!(owner.contacts(), [contact(CALLED, None, Verdict::Wrong)]);
}

#[test]
fn agt_06_a_wrong_name_is_put_right_and_the_result_stays_true() {
    let mut owner = owner();
    let correction = Correction::WrongName(name("王维"));
    for chosen in [None, Some(Effect::Done), Some(Effect::Retry)] {
        assert_eq!(correction.effect(chosen), chosen);
    }
    let renamed = What::Name { old: Some(name("王伟")), new: name("王维") };
    assert_eq!(correct(&mut owner, correction.clone()), [renamed]);
    assert_eq!(owner.name(), Some(&name("王维")));
    assert_eq!(owner.contacts(), [contact(CALLED, None, Verdict::Good)]);
    assert_eq!(correct(&mut owner, correction), []);
}

#[test]
fn agt_06_an_extra_contact_is_added_and_the_call_counts_as_notified() {
    let mut owner = owner();
    let correction = Correction::ExtraContact(number(OTHER), Some(name("李娜")));
    assert_eq!(correction.effect(None), Some(Effect::Done));
    let extra = contact(OTHER, Some("李娜"), Verdict::Good);
    assert_eq!(correct(&mut owner, correction), [What::Added(extra.clone())]);
    assert_eq!(owner.contacts(), [contact(CALLED, None, Verdict::Good), extra]);

    let renamed = What::ContactName { number: number(OTHER), old: Some(name("李娜")), new: name("李讷") };
    assert_eq!(correct(&mut owner, Correction::ExtraContact(number(OTHER), Some(name("李讷")))), [renamed]);
}

#[test]
fn agt_06_a_number_that_was_wrong_is_good_again_when_it_is_told_anew() {
    let contacts = vec![contact(CALLED, None, Verdict::Good), contact(OTHER, None, Verdict::Wrong)];
    let mut owner = Owner::new(None, contacts, 3);
    let judged = What::Judged { number: number(OTHER), old: Verdict::Wrong, new: Verdict::Good };
    assert_eq!(correct(&mut owner, Correction::ExtraContact(number(OTHER), None)), [judged]);
}

#[test]
fn agt_06_what_is_refused_changes_nothing() {
    let extra = |text| Correction::ExtraContact(number(text), None);
    let wrong = |text| Correction::WrongNumber(Some((number(text), None)));
    let contacts = || {
        let texts = [CALLED, "13700137000", "13600136000"];
        texts.map(|text| contact(text, None, Verdict::Good)).to_vec()
    };
    for (called, correction, why) in [
        (OTHER, extra("13500135000"), Refused::NotHis),
        (CALLED, extra(CALLED), Refused::SameNumber),
        (CALLED, wrong(CALLED), Refused::SameNumber),
        (CALLED, extra(OTHER), Refused::TooMany(3)),
        (CALLED, wrong(OTHER), Refused::TooMany(3)),
    ] {
        let mut owner = Owner::new(None, contacts(), 3);
        assert_eq!(owner.correct(&number(called), &source(), correction), Err(why));
        assert_eq!(owner.contacts(), contacts(), "after {why:?}");
    }
}

#[test]
fn agt_06_a_name_is_a_text_and_markup_in_it_only_odd() {
    let odd = "<script>alert(1)</script>";
    assert_eq!(name(odd).as_str(), odd);
    assert_eq!(name(" 王伟 "), name("王伟"));
    assert_eq!(PersonName::parse(" \t"), Err(PersonNameError::Empty));
    assert_eq!(PersonName::parse("王\n伟"), Err(PersonNameError::Control));
    assert!(PersonName::parse(&"王".repeat(100)).is_ok());
    assert_eq!(PersonName::parse(&"王".repeat(101)), Err(PersonNameError::TooLong));
}

#[test]
fn agt_09_the_greeting_follows_the_class_and_the_most_pressing_reason() {
    let mut greetings = Greetings::default();
    greetings.set(Reason::Vip, None, said("dear customer"));
    greetings.set(Reason::Vip, Some(code("gold")), said("dear gold customer"));
    greetings.set(Reason::Complaint, None, said("we are sorry"));
    greetings.set(Reason::Transferred, None, said("i know what it is about"));
    let gold = code("gold");
    let silver = code("silver");
    for (class, reasons, expected) in [
        (None, &[][..], None),
        (Some(&gold), &[Reason::Vip], Some((Reason::Vip, "dear gold customer"))),
        (Some(&silver), &[Reason::Vip], Some((Reason::Vip, "dear customer"))),
        (Some(&gold), &[Reason::Vip, Reason::Transferred], Some((Reason::Transferred, "i know what it is about"))),
        (
            Some(&gold),
            &[Reason::Vip, Reason::Transferred, Reason::Complaint],
            Some((Reason::Complaint, "we are sorry")),
        ),
    ] {
        let greeted = greetings.greet(class, reasons).map(|(reason, said)| (reason, said.en.as_str()));
        assert_eq!(greeted, expected);
    }

    let mut only_vip = Greetings::default();
    only_vip.set(Reason::Vip, None, said("dear customer"));
    let greeted = only_vip.greet(None, &[Reason::Complaint, Reason::Vip]);
    assert_eq!(greeted, Some((Reason::Vip, &said("dear customer"))), "a reason without a greeting hides no other");
}
