//! How a caller is received: the most exact entry decides.

use bell_callers::{Config, Purpose};
use bell_types::{Origin, PromptName, QueueName, Refusal, RegionUnknown, Service, Term, Treatment};

use crate::desk::{Desk, list, number};

#[test]
fn a_prefix_covers_everybody_who_begins_alike() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "+86170*", Term::Days(7)).unwrap();
    desk.add("wang", "blocked", "9510*", Term::Days(7)).unwrap();
    assert_eq!(desk.treated("17012345678"), "blocked by blocked 1");
    assert_eq!(desk.treated("17112345678"), "usual");
    assert_eq!(desk.treated("95105105"), "blocked by blocked 2");
    assert_eq!(desk.treated("95588"), "usual");
    desk.remove("wang", "blocked", "+86170*").unwrap();
    assert_eq!(desk.treated("17012345678"), "usual");
}

/// One number before a prefix, a longer prefix before a shorter one, allowing before denying.
#[test]
fn the_most_exact_entry_decides() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "+86170*", Term::Days(7)).unwrap();
    desk.add("wang", "friends", "17012345678", Term::Days(7)).unwrap();
    assert_eq!(desk.treated("17012345678"), "favoured by friends 2");
    desk.add("wang", "friends", "+8617055*", Term::Days(7)).unwrap();
    assert_eq!(desk.treated("17055000000"), "favoured by friends 3");
    desk.add("wang", "blocked", "17055000000", Term::Days(7)).unwrap();
    assert_eq!(desk.treated("17055000000"), "blocked by blocked 4");
    desk.add("wang", "friends", "17055000000", Term::Days(7)).unwrap();
    assert_eq!(desk.treated("17055000000"), "favoured by friends 5", "a customer is not turned away by accident");
}

/// INB-19: the list says how its callers are turned away.
#[test]
fn inb_19_the_list_says_how() {
    let prompt = Refusal::Prompt(PromptName::new("sorry").unwrap());
    for how in [Refusal::Busy, Refusal::Announcement, prompt] {
        let mut config = Config::for_tests();
        config.lists.get_mut(&list("blocked")).unwrap().purpose = Purpose::Deny(how.clone());
        let mut desk = Desk::with(config);
        desk.add("wang", "blocked", "13800138000", Term::Days(7)).unwrap();
        let treatment = desk.call("13800138000").treatment;
        let Treatment::Blocked { how: told, .. } = treatment else { panic!("{treatment:?}") };
        assert_eq!(told, how);
    }
}

/// INB-17, INB-18: an allow list names queue, greeting, agent and place; an entry may say otherwise. Its callers have the
/// list's class.
#[test]
fn inb_18_list_and_entry_together_say_what_a_friend_gets() {
    let queue = |name: &str| Some(QueueName::new(name).unwrap());
    let mut config = Config::for_tests();
    let usual = Service { queue: queue("vip"), priority: Some(7), ..Service::default() };
    config.lists.get_mut(&list("friends")).unwrap().purpose = Purpose::Allow(usual);
    let mut desk = Desk::with(config);
    let mut own = crate::desk::terms("wang", "test");
    own.service.queue = queue("gold");
    let group = bell_callers::Group { terms: own, entries: vec![(crate::desk::pattern("13800138001"), Term::Days(7))] };
    let change = bell_callers::Change::Add { list: list("friends"), groups: vec![group] };
    desk.change("wang", &change).unwrap();
    desk.add("wang", "friends", "13800138000", Term::Days(7)).unwrap();
    for (from, expected) in [("13800138000", "vip"), ("13800138001", "gold")] {
        let reception = desk.call(from);
        assert_eq!(reception.class.as_ref().map(bell_types::ClassName::as_str), Some("vip"), "INB-17");
        let Treatment::Favoured { service, .. } = reception.treatment else { panic!("{reception:?}") };
        assert_eq!((service.queue, service.priority), (queue(expected), Some(7)));
    }
}

/// INB-14, INB-17: what is known of a caller does not depend on what is done with him.
#[test]
fn inb_14_region_and_class_are_told() {
    let mut desk = Desk::new();
    desk.add("wang", "vip", "057187654321", Term::Permanent).unwrap();
    let reception = desk.call("057187654321");
    assert_eq!(reception.class.as_ref().map(bell_types::ClassName::as_str), Some("vip"));
    assert_eq!(reception.region.region().map(|region| region.city.as_str()), Some("杭州市"));
    assert_eq!(reception.treatment, Treatment::Usual);
    let withheld = desk.callers.decide(desk.now.wall, None);
    assert_eq!(withheld.region, Origin::Unknown(RegionUnknown::Withheld));
    assert_eq!(withheld.treatment, Treatment::Usual);
}

#[test]
fn a_list_that_is_not_configured_any_more_does_nothing() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "13800138000", Term::Days(7)).unwrap();
    desk.callers.configure(Config::none());
    assert_eq!(desk.treated("13800138000"), "usual");
    desk.callers.configure(Config::for_tests());
    assert_eq!(desk.treated("13800138000"), "blocked by blocked 1");
}

/// Asking changes nothing: the same question has the same answer, however often calls are decided.
#[test]
fn deciding_is_pure() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "13800138000", Term::Days(7)).unwrap();
    let first = desk.callers.decide(desk.now.wall, Some(&number("13800138000")));
    for _ in 0..10 {
        assert_eq!(desk.callers.decide(desk.now.wall, Some(&number("13800138000"))), first);
    }
    assert_eq!(desk.happened().len(), 1);
}
