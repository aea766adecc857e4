//! DIA-11, DIA-21: thirty reasons why a transfer fails, each brought about on purpose. What can be known before is
//! refused by its rule; what can only be tried is named with class and cause, and the caller is served in any case.

use bell_types::{AgentPresence, LegQuality};

use super::*;

enum Injected {
    /// Known before anything moves.
    Prevented(Result<(), CallRefusal>),
    /// Shows only when it is tried: what happens to the target's leg (3), until it is over.
    Tried(&'static str),
}

fn number(typed: &str) -> Injected {
    Injected::Prevented(complete(typed, &NumberPlan::china(None)).map(|_| ()))
}

fn outside(change: impl FnOnce(&mut Outside<'_>)) -> Injected {
    let plan = NumberPlan::china(None);
    let mut asked =
        Outside { typed: "13900139000", plan: &plan, may: MayTransfer::Anywhere, allowed: &[], trunks: (2, 2) };
    change(&mut asked);
    Injected::Prevented(check_outside(&asked).map(|_| ()))
}

fn colleague(presence: &AgentPresence, reachable: bool, busy: bool) -> Injected {
    Injected::Prevented(check_colleague(&Colleague { presence, reachable, busy }))
}

fn queue(waiting: usize, staffed: bool) -> Injected {
    Injected::Prevented(check_queue(QueueState { waiting: (waiting, 10), staffed }))
}

fn injected() -> Vec<(&'static str, Injected)> {
    let only_hangzhou = ["+86571".to_owned()];
    let lunch = AgentPresence::Break { reason: "lunch".to_owned() };
    vec![
        // Numbers: most of what goes wrong in the field.
        ("area_code_missing", number("87654321")),
        ("area_code_missing", number("+8687654321")),
        ("country_code_missing", number("442079460958")),
        ("number_too_short", number("0571-8765")),
        ("number_too_long", number("+86138001380001")),
        ("number_empty", number(" ")),
        ("number_wrong", number("nobody")),
        // Rights and limits.
        ("may_not_transfer", outside(|asked| asked.may = MayTransfer::Nowhere)),
        ("may_not_transfer_outside", outside(|asked| asked.may = MayTransfer::Inside)),
        ("target_not_allowed", {
            let plan = NumberPlan::china(None);
            let (may, trunks) = (MayTransfer::Anywhere, (2, 2));
            let asked = Outside { typed: "13900139000", plan: &plan, may, allowed: &only_hangzhou, trunks };
            Injected::Prevented(check_outside(&asked).map(|_| ()))
        }),
        ("no_trunk", outside(|asked| asked.trunks = (0, 0))),
        ("trunks_down", outside(|asked| asked.trunks = (2, 0))),
        // Targets.
        ("target_signed_out", colleague(&AgentPresence::SignedOut, true, false)),
        ("target_on_break", colleague(&lunch, true, false)),
        ("target_unreachable", colleague(&AgentPresence::Available, false, false)),
        ("target_busy", colleague(&AgentPresence::Available, true, true)),
        ("queue_full", queue(10, true)),
        ("queue_unstaffed", queue(0, false)),
        // What the other side says.
        ("busy", Injected::Tried("3 status 486")),
        ("declined", Injected::Tried("3 status 603")),
        ("number_unknown", Injected::Tried("3 status 404")),
        ("number_incomplete", Injected::Tried("3 status 484")),
        ("forbidden", Injected::Tried("3 status 403")),
        ("unreachable", Injected::Tried("3 status 480")),
        ("no_common_codec", Injected::Tried("3 status 488")),
        ("peer_failed", Injected::Tried("3 status 500")),
        ("overloaded", Injected::Tried("3 status 503")),
        // What nobody says.
        ("no_answer", Injected::Tried("3 ringing\n after 30000")),
        ("transport_lost", Injected::Tried("3 lost")),
        ("media_failed", Injected::Tried("3 broken")),
    ]
}

#[test]
fn thirty_injected_causes_are_prevented_or_named() {
    let all = injected();
    assert_eq!(all.len(), 30);
    let mut right = 0;
    for (expected, what) in all {
        let found = match what {
            Injected::Prevented(outcome) => outcome.err().map(CallRefusal::code),
            Injected::Tried(script) => tried(script),
        };
        right += u32::from(found == Some(expected));
        if found != Some(expected) {
            println!("{expected}: found {found:?}");
        }
    }
    assert!(right >= 27, "{right} of 30");
}

/// The cause that stands in the facts of a transfer to a colleague.
fn tried(script: &str) -> Option<&'static str> {
    let mut world = World::new();
    world.play(TALKING);
    world.play("cmd alice transfer bob\n 3 ready");
    world.play(script);
    assert_eq!(world.ears(), "1:2 2:1", "{script}: he is back with alice: {}", world.trace);
    let cause = world.facts.iter().find_map(|fact| match &fact.what {
        What::TransferEnded { failed, .. } => *failed,
        _ => None,
    })?;
    assert_ne!(failure_class(cause), FailureClass::Ended);
    assert!(explain(&world.facts).contains("the transfer failed"));
    world.play("1 bye");
    world.assert_over();
    Some(cause.code())
}

/// DIA-21: success is an answered target and two seconds of audio both ways, by type, kind of target and trunk.
#[test]
fn dia_21_transfers_are_counted_by_type_target_and_trunk() {
    let heard = |leg: LegId, packets| What::QualityMeasured {
        leg,
        quality: LegQuality { packets_in: packets, packets_out: packets, ..LegQuality::default() },
    };
    let mut figures = TransferFigures::default();
    for (script, packets) in [
        ("cmd alice transfer bob\n 3 ready\n 3 answered", 100),
        ("cmd alice transfer bob\n 3 ready\n 3 answered", 3),
        ("cmd alice transfer bob\n 3 ready\n 3 busy", 0),
        ("cmd alice consult outside\n 3 ready\n 3 failed\n 4 ready\n 4 answered\n cmd alice complete", 250),
        ("cmd alice consult bob\n 3 ready\n cmd alice complete\n 3 answered", 250),
        ("cmd alice transfer queue:support", 0),
    ] {
        let mut world = World::new();
        world.play(TALKING);
        world.play(script);
        world.play("1 bye");
        world.assert_over();
        world.facts.iter().for_each(|fact| figures.apply(fact));
        for number in [3, 4] {
            let leg = LegId { call: world.leg.call, number };
            let last = Fact { seq: Seq(1000), now: world.now, what: heard(leg, packets) };
            figures.apply(&last);
        }
    }
    let told: Vec<String> = figures
        .tallies()
        .map(|(how, to, tally)| {
            let TransferTally { asked, succeeded, silent, failed } = tally;
            format!("{how:?} {to:?}: {asked} asked, {succeeded} succeeded, {silent} silent, {failed:?}")
        })
        .collect();
    assert_eq!(
        told,
        [
            "Blind Agent: 3 asked, 1 succeeded, 1 silent, {Busy: 1}",
            "Blind Queue: 1 asked, 1 succeeded, 0 silent, {}",
            "Consulted Agent: 1 asked, 1 succeeded, 0 silent, {}",
            "Consulted Trunk(second): 1 asked, 1 succeeded, 0 silent, {}",
        ]
    );
}
