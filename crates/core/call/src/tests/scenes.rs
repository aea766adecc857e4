//! Failed transfers as scenes: the questions of support, answered from the facts (DIA-11), and the counter of transfers
//! (DIA-14).

use super::*;

fn scene_of(script: &str) -> (Scene, World) {
    let mut world = World::new();
    world.play(TALKING);
    world.play("after 6000");
    world.play(script);
    let scene = scenes(&world.facts).pop().expect("a transfer");
    (scene, world)
}

/// DIA-11: dropped at once or an announcement? when, which number, by which trunk? And what is likely behind it.
#[test]
fn dia_11_a_failed_transfer_has_a_scene_and_likely_causes() {
    for (script, class, likely) in [
        (
            "3 ready\n 3 early\n after 4000\n 3 status 404",
            "number",
            "the carrier announced that the number is not in service",
        ),
        ("3 ready\n after 300\n 3 status 403", "permission", "it was dropped at once"),
        (
            "3 ready\n 3 ringing\n after 9000\n 3 status 480\n 4 ready\n 4 status 480",
            "target",
            "the telephone is switched off",
        ),
        ("3 ready\n 3 ringing\n after 30000", "target", "nobody sits there now"),
        ("3 ready\n 3 busy", "target", "the line is busy"),
        ("3 ready\n 3 status 484", "number", "the number lacks digits"),
    ] {
        let (scene, _) = scene_of(&format!("cmd alice transfer outside\n {script}"));
        assert_eq!(scene.class().map(FailureClass::word), Some(class), "{script}");
        let told = scene.likely();
        assert!(told[0].what.contains(likely) && !told[0].remedy.is_empty(), "{script}: {told:?}");
    }
}

/// DIA-11, DIA-12: the scene holds target, times of each leg that was called, how it ended, and by which trunk.
#[test]
fn dia_12_a_scene_tells_both_legs_by_one_clock() {
    let (scene, _) = scene_of(
        "cmd alice transfer outside\n after 100\n 3 ready\n after 900\n 3 status 503
         after 200\n 4 ready\n 4 ringing\n after 5000\n 4 status 486",
    );
    let [first, second] = scene.attempts.as_slice() else { panic!("{scene:#?}") };
    let millis = |at: Duration| at.as_millis();
    assert_eq!((scene.target.as_str(), millis(scene.at)), ("outside", 10_020));
    let trunk = |attempt: &Attempt| match &attempt.role {
        LegRole::External { trunk, .. } => trunk.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!((trunk(first), trunk(second)), ("first".to_owned(), "second".to_owned()));
    assert_eq!((millis(first.called), first.rang), (10_020, None));
    let (at, ending) = first.ended.clone().unwrap();
    assert_eq!((millis(at), ending.sip_status), (11_020, Some(503)));
    assert_eq!(second.rang.map(millis), Some(11_220));
    assert_eq!(scene.end, Some(SceneEnd { at: Duration::from_millis(16_220), failed: Some(Cause::Busy) }));
}

#[test]
fn scenes_follow_each_other_and_a_consultation_is_one() {
    let (scene, mut world) = scene_of("cmd alice consult bob\n 3 ready\n 3 answered\n cmd alice complete");
    assert_eq!((scene.how, scene.target.as_str()), (TransferType::Consulted, "agent:bob"));
    assert_eq!((scene.end.unwrap().failed, scene.likely()), (None, Vec::new()));
    world.play("cmd bob transfer carol\n 4 ready\n 4 declined");
    let told = scenes(&world.facts);
    assert_eq!(told.len(), 2);
    assert_eq!(told[1].end.unwrap().failed, Some(Cause::Declined));
    assert_eq!(told[1].likely()[0].what, Cause::Declined.summary(), "no better word is known");
}

/// DIA-14: so many transfers at one time ask for attention: told once, and once when they are fewer.
#[test]
fn dia_14_many_transfers_at_one_time_raise_an_alert() {
    let mut config = Config::for_tests();
    config.transfers_alert = 2;
    let mut world = World::new();
    world.calls.configure(config);
    world.play(TALKING);
    let mut others = Vec::new();
    for _ in 0..2 {
        let mut other = World::new();
        std::mem::swap(&mut other.calls, &mut world.calls);
        other.leg = other.calls.arrive(other.now, arrival()).unwrap();
        other.play(TALKING);
        other.play("cmd alice transfer bob");
        std::mem::swap(&mut other.calls, &mut world.calls);
        others.push(other);
    }
    let alerts = |world: &World| -> Vec<(u32, bool)> {
        let told = |fact: &Fact| match fact.what {
            What::TransfersWatched { moving, alert } => Some((moving, alert)),
            _ => None,
        };
        world.facts.iter().filter_map(told).collect()
    };
    assert_eq!((alerts(&others[0]), alerts(&others[1])), (vec![], vec![(2, true)]));
    let mut last = others.pop().unwrap();
    std::mem::swap(&mut last.calls, &mut world.calls);
    last.play("3 ready\n 3 answered");
    assert_eq!(alerts(&last), [(2, true), (1, false)]);
}
