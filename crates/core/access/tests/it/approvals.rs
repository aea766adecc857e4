//! Four eyes on listed acts.

use std::time::Duration;

use bell_access::audit::Detail;
use bell_access::{
    Act, Actor, Answer, Approval, ApprovalId, ApprovalRefusal, Concern, Condition, ExportSet, Object, Permission,
    Policy, Request, TEXT_LEN_MAX, TenantId, UserId,
};
use bell_types::{CallId, NodeId, Wall};

use crate::world::{COMPANY, EARLY, TENANT, at, somebody};

const SUBJECT: &str = "keep recordings of class general for 90 days";

fn request() -> Request {
    Request {
        approval: ApprovalId(1),
        act: Act::ChangeRetention,
        subject: SUBJECT.to_owned(),
        object: Object::of_tenant(TENANT),
        reason: "agreed with counsel on 2026-11-02".to_owned(),
    }
}

fn root(id: u64) -> Actor {
    somebody(id, COMPANY, &["super_admin"])
}

fn asked() -> Approval {
    Approval::ask(at(0), &root(1), request(), &Policy::for_tests(), 0).expect("a request")
}

fn approved() -> Approval {
    let mut approval = asked();
    approval.approve(at(1), &root(2), &Policy::for_tests()).expect("another person");
    approval
}

fn redeem(approval: &mut Approval, now: Wall, by: u64, act: Act, subject: &str) -> Result<(), ApprovalRefusal> {
    approval.redeem(now, &root(by), (act, subject, &Object::of_tenant(TENANT)), &Policy::for_tests())
}

#[test]
fn every_permission_that_asks_for_approval_has_its_act() {
    for permission in Permission::ALL {
        let asks = permission.conditions().contains(&Condition::Approval);
        assert_eq!(Act::of(*permission).is_some(), asks, "{permission}");
    }
}

#[test]
fn sec_16_an_act_is_asked_for_approved_by_another_and_done_once() {
    let policy = Policy::for_tests();
    let mut approval = asked();
    assert!(approval.waits(at(0), &policy));
    assert_eq!(approval.approve(at(0), &root(1), &policy), Err(ApprovalRefusal::SamePerson));
    let refused = redeem(&mut approval, at(0), 1, Act::ChangeRetention, SUBJECT);
    assert_eq!(refused, Err(ApprovalRefusal::NotApproved));
    assert_eq!(approval.approve(at(1), &root(2), &policy), Ok(()));
    assert_eq!(approval.approve(at(1), &root(3), &policy), Err(ApprovalRefusal::Answered));
    let other_act = redeem(&mut approval, at(1), 1, Act::ChangeSecurity, SUBJECT);
    assert_eq!(other_act, Err(ApprovalRefusal::Different));
    let other_subject = redeem(&mut approval, at(1), 1, Act::ChangeRetention, "keep recordings for 1 day");
    assert_eq!(other_subject, Err(ApprovalRefusal::Different));
    assert_eq!(redeem(&mut approval, at(1), 2, Act::ChangeRetention, SUBJECT), Err(ApprovalRefusal::NotWhoAsked));
    assert_eq!(redeem(&mut approval, at(1), 1, Act::ChangeRetention, SUBJECT), Ok(()));
    assert_eq!(approval.answer, Answer::Used { by: UserId(2), at: at(1) });
    assert_eq!(redeem(&mut approval, at(1), 1, Act::ChangeRetention, SUBJECT), Err(ApprovalRefusal::UsedUp));
}

#[test]
fn a_request_and_an_approval_expire_by_themselves() {
    let policy = Policy::for_tests();
    let just = |end: Wall| Wall::from_micros(end.as_micros() - 1);
    let wait_ends = at(0) + policy.approval_wait;
    assert_eq!(asked().approve(just(wait_ends), &root(2), &policy), Ok(()));
    assert_eq!(asked().approve(wait_ends, &root(2), &policy), Err(ApprovalRefusal::Expired));
    assert!(!asked().waits(wait_ends, &policy));
    let use_ends = at(1) + Duration::from_secs(86_400);
    assert_eq!(redeem(&mut approved(), just(use_ends), 1, Act::ChangeRetention, SUBJECT), Ok(()));
    assert_eq!(redeem(&mut approved(), use_ends, 1, Act::ChangeRetention, SUBJECT), Err(ApprovalRefusal::Expired));
}

#[test]
fn a_request_is_refused_or_taken_back() {
    let policy = Policy::for_tests();
    let mut approval = asked();
    assert_eq!(approval.refuse(at(1), &root(1), "no", &policy), Err(ApprovalRefusal::SamePerson));
    assert_eq!(approval.refuse(at(1), &root(2), &"n".repeat(2 * TEXT_LEN_MAX), &policy), Ok(()));
    let Answer::Refused { reason, .. } = &approval.answer else { panic!("{approval:?}") };
    assert_eq!(reason.len(), TEXT_LEN_MAX, "a long reason is cut");
    assert_eq!(approval.withdraw(at(1), UserId(1)), Err(ApprovalRefusal::Answered));
    let mut approval = approved();
    assert_eq!(approval.withdraw(at(1), UserId(2)), Err(ApprovalRefusal::NotWhoAsked));
    assert_eq!(approval.withdraw(at(1), UserId(1)), Ok(()));
    assert_eq!(redeem(&mut approval, at(1), 1, Act::ChangeRetention, SUBJECT), Err(ApprovalRefusal::Answered));
}

#[test]
fn a_request_says_what_and_why_and_only_so_many_wait() {
    let policy = Policy::for_tests();
    let ask = |request: Request, waiting| Approval::ask(at(0), &root(1), request, &policy, waiting).err();
    let long = "x".repeat(TEXT_LEN_MAX + 1);
    assert_eq!(ask(Request { reason: " ".to_owned(), ..request() }, 0), Some(ApprovalRefusal::Silent));
    assert_eq!(ask(Request { subject: String::new(), ..request() }, 0), Some(ApprovalRefusal::Silent));
    assert_eq!(ask(Request { subject: long, ..request() }, 0), Some(ApprovalRefusal::TooLong));
    assert_eq!(ask(request(), policy.approvals_max), Some(ApprovalRefusal::TooMany));
    assert_eq!(ask(request(), policy.approvals_max - 1), None);
}

#[test]
fn who_may_not_do_the_act_neither_asks_nor_approves() {
    let policy = Policy::for_tests();
    let supervisor = somebody(5, EARLY, &["supervisor"]);
    let asked_by_him = Approval::ask(at(0), &supervisor, request(), &policy, 0);
    assert!(matches!(asked_by_him, Err(ApprovalRefusal::Denied(_))), "{asked_by_him:?}");
    let approved_by_him = asked().approve(at(0), &supervisor, &policy);
    assert!(matches!(approved_by_him, Err(ApprovalRefusal::Denied(_))), "{approved_by_him:?}");
    let mut approval = approved();
    let demoted = somebody(1, EARLY, &["agent"]);
    let act = (Act::ChangeRetention, SUBJECT, &Object::of_tenant(TENANT));
    let used = approval.redeem(at(1), &demoted, act, &policy);
    assert!(matches!(used, Err(ApprovalRefusal::Denied(_))), "{used:?}");
}

#[test]
fn a_department_administrator_approves_no_super_administrator() {
    let policy = Policy::for_tests();
    let object = Object::of_user(TENANT, UserId(9), EARLY);
    let request = Request { act: Act::MakeSuperAdmin, object, ..request() };
    let mut approval = Approval::ask(at(0), &root(1), request, &policy, 0).expect("a request");
    let head = approval.approve(at(0), &somebody(4, EARLY, &["dept_admin"]), &policy);
    assert!(matches!(head, Err(ApprovalRefusal::Denied(_))), "{head:?}");
    assert_eq!(approval.approve(at(0), &root(2), &policy), Ok(()));
}

/// So many calls of a day.
fn calls(count: u32) -> ExportSet {
    ExportSet::of((1..=count).map(|count| CallId::mint(at(0), NodeId(1), count)).collect())
}

/// Somebody of a department asks for what he may export there.
fn export_asked(set: &ExportSet) -> Approval {
    let request = Request { act: Act::ExportRecordings, subject: set.subject(), ..request() };
    Approval::ask(at(0), &somebody(5, EARLY, &["qa"]), request, &Policy::for_tests(), 0).expect("a request")
}

#[test]
fn rec_13_an_export_of_more_than_so_many_recordings_waits_for_a_second_person() {
    let alone = |export_alone_max| Policy { export_alone_max, ..Policy::for_tests() };
    assert!(!calls(1_000).needs_approval(&alone(1_000)), "off, as it is shipped");
    assert!(calls(1).needs_approval(&alone(0)));
    assert!(!calls(3).needs_approval(&alone(3)));
    assert!(calls(4).needs_approval(&alone(3)));
}

#[test]
fn rec_13_the_subject_names_every_recording_and_the_format() {
    let two = calls(2);
    let subject = two.subject();
    assert!(subject.starts_with("2 recordings as WAV, SHA-256 "), "{subject}");
    assert!(two.calls().iter().all(|call| subject.contains(&call.to_string())), "{subject}");
    assert_eq!(ExportSet::read(&subject), Some(two.clone()));
    assert_ne!(subject, calls(1).subject());
    let (one, other) = (*two.calls().first().expect("one"), *two.calls().last().expect("the other"));
    assert_eq!(ExportSet::read(&subject.replace(&one.to_string(), &other.to_string())), None, "the hash is another");
    assert_eq!(ExportSet::read(SUBJECT), None);
    assert!(calls(1_000).subject().len() <= Act::ExportRecordings.subject_len_max(), "as many as the policy lets");
}

#[test]
fn rec_13_an_export_is_approved_by_another_who_may_export_and_done_once() {
    let policy = Policy::for_tests();
    let (qa, object) = (somebody(5, EARLY, &["qa"]), Object::of_tenant(TENANT));
    let (subject, other) = (calls(2).subject(), calls(1).subject());
    let mut approval = export_asked(&calls(2));
    assert_eq!(approval.approve(at(0), &qa, &policy), Err(ApprovalRefusal::SamePerson));
    let supervisor = approval.approve(at(0), &somebody(6, EARLY, &["supervisor"]), &policy);
    assert!(matches!(supervisor, Err(ApprovalRefusal::Denied(_))), "{supervisor:?}");
    let wanted = (Act::ExportRecordings, subject.as_str(), &object);
    assert_eq!(approval.redeem(at(0), &qa, wanted, &policy), Err(ApprovalRefusal::NotApproved));
    assert_eq!(approval.approve(at(0), &somebody(7, EARLY, &["dept_admin"]), &policy), Ok(()));
    let another_set = approval.redeem(at(0), &qa, (Act::ExportRecordings, &other, &object), &policy);
    assert_eq!(another_set, Err(ApprovalRefusal::Different));
    let another_format = subject.replace("WAV", "Opus");
    let another_format = approval.redeem(at(0), &qa, (Act::ExportRecordings, &another_format, &object), &policy);
    assert_eq!(another_format, Err(ApprovalRefusal::Different));
    assert_eq!(approval.redeem(at(0), &qa, wanted, &policy), Ok(()));
    assert_eq!(approval.redeem(at(0), &qa, wanted, &policy), Err(ApprovalRefusal::UsedUp));
    assert!(approval.is_of(UserId(5)) && approval.is_of(UserId(7)) && !approval.is_of(UserId(6)));
}

#[test]
fn rec_13_an_export_that_waits_concerns_who_reaches_all_of_it() {
    let (mut approval, set) = (export_asked(&calls(2)), calls(2));
    let (who_asked, another) = (UserId(5), UserId(7));
    for at_desk in [true, false] {
        assert_eq!(approval.concern(who_asked, at_desk), Concern::Him);
        assert_eq!(approval.concern(another, at_desk), Concern::WhoReaches(Some(set.clone())));
    }
    assert_eq!(approval.approve(at(0), &somebody(6, EARLY, &["dept_admin"]), &Policy::for_tests()), Ok(()));
    assert_eq!(approval.concern(UserId(6), true), Concern::Him, "he has answered it");
    assert_eq!(approval.concern(another, true), Concern::WhoReaches(None), "others have settled it");
    assert_eq!(asked().concern(another, true), Concern::Nobody, "it is for administrators");
    assert_eq!(asked().concern(another, false), Concern::Him);
}

#[test]
fn rec_13_the_log_says_which_recordings_were_asked_for() {
    let set = calls(30);
    assert_eq!(export_asked(&set).subject_in_log(), Detail::Plain(set.subject()), "an id is nobody's number");
    assert_eq!(asked().subject_in_log(), Detail::Words(SUBJECT.to_owned()), "a number is masked");
}

#[test]
fn rec_13_nobody_of_another_tenant_answers_an_export() {
    let request = Request { act: Act::ExportRecordings, object: Object::of_tenant(TenantId(2)), ..request() };
    let asked = Approval::ask(at(0), &somebody(5, EARLY, &["qa"]), request, &Policy::for_tests(), 0);
    assert!(matches!(asked, Err(ApprovalRefusal::Denied(_))), "{asked:?}");
}
