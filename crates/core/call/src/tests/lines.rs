//! Mobile and fixed lines of agents (TEL-05): by one trunk or the other, and not before somebody has pressed the key.

use super::*;

/// A caller who has been queued and is offered to alice at her mobile, which has been called.
fn offered() -> World {
    let mut world = World::new();
    world.play("1 ready\n flow answer\n 1 answered\n flow queue sales\n after 1000\n acd offer-line 1 alice\n 2 ready");
    world
}

fn told(world: &World, word: &str) -> usize {
    world.trace.matches(word).count()
}

/// TEL-05: the agent answers at her mobile and presses 1; both talk, and the record names the endpoint that answered.
#[test]
fn tel_05_an_agent_takes_a_call_at_her_mobile_by_a_key() {
    let mut world = offered();
    world.play("2 early\n after 4000\n 2 answered");
    assert_eq!(world.ears(), "1:music 2:press-1", "a voicemail would hear nobody, and nobody it");
    assert_eq!(told(&world, "Accepted"), 0, "the offer is not taken yet");
    assert!(world.trace.contains("acd: OfferConfirming"), "{}", world.trace);
    world.play("2 key 5\n after 2000");
    assert_eq!(world.ears(), "1:music 2:press-1", "any other key is none");
    world.play("2 key 1");
    assert_eq!(world.ears(), "1:2 2:1");
    assert_eq!(told(&world, "Accepted"), 1);
    world.play("2 key 1\n after 60000\n 2 bye");
    world.assert_over();
    let record = world.record();
    assert_eq!(record.talk_time(), Duration::from_secs(60));
    let LegRole::Agent { endpoint, .. } = &record.legs[1].role else { panic!("{:?}", record.legs) };
    assert_eq!(endpoint.as_str(), "alice-mobile");
    let story = explain(&world.facts);
    for line in
        ["calling agent alice at alice-mobile", "by trunk first, showing 4001234567", "takes the call by the key"]
    {
        assert!(story.contains(line), "{line}: {story}");
    }
}

/// TEL-05: the line does not show the customer's number unless that is wanted, and never his name.
#[test]
fn tel_05_a_line_shows_what_it_may() {
    let world = offered();
    let dialled = world.trace.lines().find(|line| line.contains("2: Dial")).unwrap();
    assert!(dialled.contains("caller: Caller { number: Some(4001234567), name: None }"), "{dialled}");
    for (shown, number) in [(Shown::Caller, arrival().caller.number), (Shown::Number(target()), Some(target()))] {
        let Destination::Line(line) = line("alice") else { unreachable!() };
        let mut world = World::new();
        world.play("1 ready\n flow answer\n 1 answered\n flow queue sales");
        let offer = OfferId { call: world.leg.call, number: 1 };
        let to = Destination::Line(AgentLine { shown, ..line });
        world.calls.handle(world.now, Input::Acd(world.leg.call, AcdInput::Offer { offer, to }));
        world.drain();
        let called = |fact: &Fact| match &fact.what {
            What::LineCalled { shown, .. } => Some(shown.clone()),
            _ => None,
        };
        assert_eq!(world.facts.iter().find_map(called), Some(number));
    }
}

/// TEL-05: a voicemail answers and presses nothing, hangs up, or rings on: the offer ends, and the router goes on.
#[test]
fn tel_05_a_voicemail_takes_no_call() {
    for (script, outcome) in [
        ("2 answered\n after 9999\n after 1", "Unconfirmed"),
        ("2 answered\n after 3000\n 2 bye", "Unconfirmed"),
        ("2 answered\n 2 dead", "Unconfirmed"),
        ("2 busy", "Busy"),
        ("2 status 404", "Failed"),
    ] {
        let mut world = offered();
        world.play(script);
        let expected = format!("OfferEnded(OfferId {{ call: 6NQRFH0000001, number: 1 }}, {outcome})");
        assert!(world.trace.contains(&expected), "{script}: {}", world.trace);
        assert_eq!(world.ears(), "1:music", "{script}: he waits on");
        assert!(!world.trace.contains("Released"), "{script}: nobody had the call");
        world.play("acd offer 2 bob\n 3 ready\n 3 answered");
        assert_eq!(world.ears(), "1:3 3:1", "{script}");
        world.play("1 bye");
        world.assert_over();
    }
}

/// TEL-05, DIA-21: a line that cannot be set up by the first trunk is called by the second, within the same offer.
#[test]
fn tel_05_a_line_is_called_by_the_next_trunk() {
    for first in ["2 status 503", "2 failed", "after 8000"] {
        let mut world = offered();
        world.play(first);
        assert_eq!(told(&world, "2: Dial"), 2, "{first}: {}", world.trace);
        assert_eq!(told(&world, "OfferEnded"), 0, "{first}");
        world.play("2 ringing\n 2 answered\n 2 key 1");
        assert_eq!(world.ears(), "1:2 2:1", "{first}");
        world.play("1 bye");
        world.assert_over();
        assert!(explain(&world.facts).contains("trunk second is tried next"));
    }
    let mut world = offered();
    world.play("2 status 503\n 2 status 503");
    assert!(world.trace.contains("Failed)"), "no trunk is left: {}", world.trace);
    world.play("1 bye");
    world.assert_over();
}

/// TEL-05: transfers and consultations lead to lines as well; until the key, whoever waits hears it ring, and if it is
/// not pressed the next phone of the same agent rings, or the agent has his caller back.
#[test]
fn tel_05_a_caller_is_transferred_to_a_mobile() {
    let mut world = World::new();
    world.play(TALKING);
    world.play("cmd alice transfer line:bob\n 3 ready\n 3 early\n after 29000\n 3 answered\n after 9000");
    assert_eq!(world.ears(), "1:ringback 2:- 3:press-1");
    world.play("3 key 1");
    assert_eq!(world.ears(), "1:3 3:1");
    world.play("1 bye");
    world.assert_over();

    let mut world = World::new();
    world.play(TALKING);
    world.play("cmd alice transfer line:bob\n 3 ready\n 3 answered\n after 10000\n 4 ready\n 4 answered");
    assert_eq!(world.ears(), "1:4 4:1", "his desk phone");
    world.play("1 bye");
    world.assert_over();

    let mut world = World::new();
    world.play(TALKING);
    world.play("cmd alice consult line:bob\n 3 ready\n 3 answered");
    assert_eq!(world.ears(), "1:hold 2:ringback 3:press-1");
    world.play("cmd alice complete\n after 5000");
    assert_eq!(world.ears(), "1:ringback 2:- 3:press-1");
    world.play("after 5000");
    assert_eq!(world.ears(), "1:2 2:1", "nobody pressed it: she has her caller back");
    world.play("1 bye");
    world.assert_over();
    assert!(explain(&world.facts).contains("the transfer failed (target): the line answered"));
}

/// TEL-05: a parked caller is fetched from a mobile, and goes back there when he was parked from it.
#[test]
fn tel_05_a_parked_caller_is_fetched_from_a_mobile() {
    let mut world = World::new();
    world.play(TALKING);
    world.play("cmd alice park\n cmd op retrieve line:bob\n 3 ready\n 3 answered\n after 9000\n 3 key 1");
    assert_eq!(world.ears(), "1:3 3:1");
    world.play("cmd bob park\n after 120000\n 4 ready");
    assert!(explain(&world.facts).contains("leg 4: calling agent bob at bob-mobile"));
    world.play("4 answered\n after 10000");
    assert!(world.trace.contains("Enqueue"), "nobody took him back: {}", world.trace);
    world.play("1 bye");
    world.assert_over();
}
