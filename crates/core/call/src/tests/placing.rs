//! Two-leg dialling (TEL-09, INB-30): the agent first, the customer only after him.

use super::*;

fn placed(first: First) -> World {
    let mut world = World::new();
    world.play("1 bye");
    world.facts.clear();
    world.live.clear();
    let id = world.calls.mint(world.now);
    world.leg = LegId { call: id, number: 1 };
    let placement = Placement {
        arrival: Arrival { caller: Caller { number: Some(target()), name: None }, ..arrival() },
        customer: outside().remove(0),
        others: outside().split_off(1),
        first,
        ring_timeout: Duration::from_secs(30),
        dialled: Some(Dialled { mode: ModeName::new("browser").unwrap(), again: None }),
    };
    world.calls.place(world.now, id, placement).unwrap();
    world.drain();
    world.trace.clear();
    world
}

fn alice() -> First {
    let agent = AgentName::new("alice").unwrap();
    let phone = |name: &str| Destination::Endpoint {
        endpoint: EndpointName::new(name).unwrap(),
        agent: AgentName::new("alice").unwrap(),
    };
    First::Agent { agent, phone: phone("alice-phone"), others: vec![phone("alice-home")] }
}

/// TEL-09: the agent answers, then the customer is called; both talk, and the call is recorded from there.
#[test]
fn tel_09_the_agent_first_then_the_customer() {
    let mut world = placed(alice());
    world.play("2 ready\n 2 ringing\n after 2000");
    assert!(!world.live.contains(&1), "the customer is not called before the agent has answered");
    world.play("2 answered");
    assert!(world.live.contains(&1));
    world.play("1 ready\n 1 ringing");
    assert_eq!(world.ears(), "1:- 2:ringback");
    world.play("after 3000\n 1 answered");
    assert_eq!(world.ears(), "1:2 2:1");
    assert!(world.trace.contains("1: Record"));
    world.play("after 60000\n 1 bye");
    world.assert_over();
    let record = world.record();
    assert_eq!(record.talk_time(), Duration::from_secs(60));
    assert!(explain(&world.facts).contains("alice's phone rings first"));
}

/// TEL-09: if the agent does not answer, the customer is never called; whoever fails, the cause is told.
#[test]
fn tel_09_whoever_fails_ends_the_call_with_its_cause() {
    for (script, cause, customer) in [
        ("2 ready\n 2 busy", Cause::Busy, false),
        ("2 ready\n 2 ringing\n after 30000", Cause::NoAnswer, false),
        ("2 broken", Cause::MediaFailed, false),
        ("2 ready\n 2 answered\n 1 ready\n 1 status 404", Cause::NumberUnknown, true),
        ("2 ready\n 2 answered\n 1 ready\n 1 ringing\n after 30000", Cause::NoAnswer, true),
        ("2 ready\n 2 answered\n 1 ready\n 1 ringing\n 2 bye", Cause::HungUp, true),
    ] {
        let mut world = placed(alice());
        world.play(script);
        world.assert_over();
        assert_eq!(world.record().ending.cause, cause, "{script}");
        assert_eq!(world.record().legs.iter().any(|leg| leg.leg.number == 1), customer, "{script}");
    }
}

/// TEL-09, DIA-21: the customer is called by the next trunk if the set-up fails by the first; his leg stays the same.
#[test]
fn tel_09_the_customer_is_called_by_the_next_trunk() {
    for (first, waited) in [("1 status 503", 0), ("1 failed", 0), ("after 8000", 8)] {
        let mut world = placed(alice());
        world.play("2 ready\n 2 answered\n 1 ready");
        world.play(first);
        assert_eq!(world.trace.matches("1: Dial").count(), 2, "{first}: {}", world.trace);
        world.play("1 ringing\n after 1000\n 1 answered");
        assert_eq!(world.ears(), "1:2 2:1", "{first}");
        world.play("1 bye");
        world.assert_over();
        let record = world.record();
        let customer = record.legs.iter().find(|leg| leg.leg.number == 1).unwrap();
        assert_eq!(customer.answered, Some(Duration::from_secs(waited + 1)), "{first}");
        assert!(explain(&world.facts).contains("trunk second is tried next"), "{}", explain(&world.facts));
    }
}

/// TEL-09, DIA-21: all trunks together have the time of the policy, however long each of them may take.
#[test]
fn dia_21_the_trunks_to_a_customer_have_their_time_together() {
    for (script, cause) in [
        ("after 8000\n 1 ringing\n after 3999\n after 1", Cause::NoAnswer),
        ("after 7000\n 1 status 503\n after 4999\n after 1", Cause::NoAnswer),
        ("after 7000\n 1 status 503\n after 4999\n 1 status 503", Cause::Overloaded),
    ] {
        let mut world = placed(alice());
        world.calls.configure(Config { setup_max: Duration::from_secs(12), ..Config::for_tests() });
        world.play("2 ready\n 2 answered\n 1 ready");
        world.play(script);
        world.assert_over();
        let record = world.record();
        assert_eq!(record.ending.cause, cause, "{script}");
        let customer = record.legs.iter().find(|leg| leg.leg.number == 1).unwrap();
        let lasted = customer.ended.as_ref().unwrap().0 - customer.opened;
        assert!(lasted <= Duration::from_secs(12), "{script}: {lasted:?}");
    }
}

/// TEL-09, DIA-21: what lies with the customer is no reason for another trunk.
#[test]
fn dia_21_a_customer_who_is_busy_is_not_called_again() {
    for (script, cause) in [
        ("1 busy", Cause::Busy),
        ("1 status 404", Cause::NumberUnknown),
        ("1 status 503\n 1 status 500", Cause::PeerFailed),
        ("1 status 503\n 1 ringing\n after 30000", Cause::NoAnswer),
    ] {
        let mut world = placed(alice());
        world.play("2 ready\n 2 answered\n 1 ready");
        world.play(script);
        world.assert_over();
        assert_eq!(world.record().ending.cause, cause, "{script}");
    }
}

/// TEL-09: a phone of the agent that cannot be reached is followed by his next one.
#[test]
fn tel_09_the_agents_next_phone_rings_if_the_first_fails() {
    let mut world = placed(alice());
    world.play("2 ready\n 2 status 480\n 3 ready\n 3 answered");
    assert!(world.live.contains(&1), "{}", world.trace);
    world.play("1 ready\n 1 answered");
    assert_eq!(world.ears(), "1:3 3:1");
    world.play("3 bye");
    world.assert_over();
}

/// INB-30: a callback is offered by the router like a call, with the time since when its customer has waited.
#[test]
fn inb_30_the_router_offers_a_callback() {
    let queue = QueueName::new("sales").unwrap();
    let since = World::new().now.mono;
    let mut world = placed(First::Queue { queue, priority: 0, since });
    world.play("acd offer 1 alice\n 2 ready\n 2 declined\n acd offer 2 bob\n 3 ready\n 3 answered");
    assert!(world.live.contains(&1), "{}", world.trace);
    world.play("1 ready\n 1 answered");
    assert_eq!(world.ears(), "1:3 3:1");
    world.play("3 lost");
    assert!(world.live.contains(&1) && world.trace.contains("flow: Enter(welcome)"), "he keeps the customer");
    world.play("1 bye");
    world.assert_over();
    let queue = QueueName::new("sales").unwrap();
    let mut world = placed(First::Queue { queue, priority: 0, since });
    world.play("acd timeout");
    world.assert_over();
    assert_eq!(world.record().ending.cause, Cause::QueueTimeout);
}

/// INB-30: the router learns whether the customer of a callback was reached; one that nobody wants any more ends.
#[test]
fn inb_30_the_router_learns_how_it_went_with_the_customer() {
    for (script, reached) in [("1 ready\n 1 answered", true), ("1 ready\n 1 busy", false), ("2 bye", false)] {
        let mut world = placed(First::Offered);
        world.play("acd offer 1 alice\n 2 ready\n 2 answered");
        world.trace.clear();
        world.play(script);
        assert_eq!(world.trace.contains("acd: CustomerReached"), reached, "{script}: {}", world.trace);
        assert_eq!(world.trace.contains("acd: CustomerMissed"), !reached, "{script}: {}", world.trace);
    }
    let mut world = placed(First::Offered);
    world.play("acd offer 1 alice\n 2 ready");
    world.calls.handle(world.now, Input::GiveUp(world.leg.call));
    world.drain();
    world.assert_over();
    assert_eq!(world.record().ending.cause, Cause::Cancelled);
}

/// INB-30: the record of a planned call has the time it waited before it began, and the offer it began with.
#[test]
fn inb_30_a_planned_call_has_its_time_in_the_queue_in_its_record() {
    let mut world = placed(First::Offered);
    let (call, queue) = (world.leg.call, QueueName::new("sales").unwrap());
    let (agent, endpoint) = (AgentName::new("alice").unwrap(), EndpointName::new("alice-phone").unwrap());
    let entered = What::Enqueued {
        call,
        queue: queue.clone(),
        priority: 0,
        head_start: Duration::ZERO,
        position: 1,
        wants: Wants::default(),
    };
    let (offer, ring_timeout) = (OfferId { call, number: 1 }, Duration::from_secs(30));
    let offered = What::Offered { offer, agent, endpoint, ring_timeout };
    let waited = Duration::from_secs(93);
    let fact = |now, what| Fact { seq: Seq(0), now, what };
    let before = [fact(world.now, entered), fact(world.now.after(waited), offered)];
    world.facts.iter_mut().for_each(|fact| fact.now = fact.now.after(waited));
    world.facts.splice(0..0, before);
    world.now = world.now.after(waited);
    world.play("acd offer 1 alice\n 2 ready\n 2 answered\n 1 ready\n 1 answered\n after 5000\n 1 bye");
    let record = world.record();
    assert_eq!((record.queue(), record.queue_time()), (Some(&queue), waited));
    assert_eq!(record.offers.len(), 1);
    assert_eq!(
        record.stages.iter().map(|stage| stage.length).sum::<Duration>(),
        record.length,
        "the call itself is short"
    );
    assert_eq!(record.length, Duration::from_secs(5));
}
