//! A browser that is lost in a talk, and comes back (TEL-12).

use super::*;

/// A caller who talks with an agent in a browser.
fn talking() -> World {
    let mut world = World::new();
    world.tells_of_others = true;
    world.play("1 ready\n flow answer\n 1 answered\n flow queue sales\n acd offer 1 web\n 2 ready\n 2 answered");
    assert_eq!(world.ears(), "1:2 2:1");
    world.play("after 60000");
    world.trace.clear();
    world
}

fn kinds(record: &CallRecord) -> Vec<String> {
    record.stages.iter().map(|stage| stage.kind.to_string()).collect()
}

/// TEL-12: the page is loaded anew; the caller hears music meanwhile, then his agent, who was never rid of the call.
#[test]
fn tel_12_a_page_that_is_loaded_anew_has_its_call_again() {
    let mut world = talking();
    world.play("2 dead\n after 2000");
    assert_eq!(world.ears(), "1:hold", "he is put aside, and not with a queue");
    world.play("phone other\n phone web-phone\n 3 ready\n 3 answered");
    assert_eq!(world.ears(), "1:3 3:1");
    let told = world.trace.clone();
    assert!(told.contains("await: web-phone") && told.contains("3: Redial"), "{told}");
    assert!(!told.contains("acd: "), "the router hears nothing of it: {told}");
    world.play("after 30000\n 3 bye");
    world.assert_over();
    assert_eq!(world.trace.matches("acd: Released").count(), 1, "{}", world.trace);
    let record = world.record();
    assert_eq!(
        kinds(&record),
        ["talking with web", "waiting for web to come back", "talking with web"],
        "{:?}",
        record.stages
    );
    assert_eq!(record.talk_time(), Duration::from_secs(90));
    let story = explain(&world.facts);
    for line in ["the phone of web is lost", "the caller waits up to 30 s", "web is back"] {
        assert!(story.contains(line), "{line}: {story}");
    }
}

/// TEL-12: after 30 s the caller goes to the front of his queue, and the agent is rid of him.
#[test]
fn tel_12_who_does_not_come_back_is_waited_for_no_longer() {
    let mut world = talking();
    world.play("2 lost\n after 29999");
    assert_eq!(world.ears(), "1:hold");
    assert!(!world.trace.contains("acd: "), "{}", world.trace);
    world.play("after 1");
    let told: Vec<_> = world.trace.lines().filter(|line| line.contains("acd: ")).map(str::trim).collect();
    let [released, lost, enqueued] = told.as_slice() else { panic!("{told:?}") };
    assert!(released.contains("Released") && lost.contains("Lost") && enqueued.contains("priority: 255"), "{told:?}");
    world.play("phone web-phone");
    assert_eq!(world.ears(), "1:music", "it is too late");
    world.play("1 bye");
    world.assert_over();
    assert!(explain(&world.facts).contains("web did not come back in time"));
}

/// TEL-12: whatever else happens meanwhile has an end.
#[test]
fn tel_12_the_wait_ends_with_what_happens() {
    // The caller hangs up, while the phone is away or rings.
    for script in ["2 dead\n 1 bye", "2 dead\n phone web-phone\n 1 bye", "2 dead\n phone web-phone\n 3 ready\n 1 bye"] {
        let mut world = talking();
        world.play(script);
        world.assert_over();
        assert_eq!(world.trace.matches("acd: Released").count(), 1, "{script}: {}", world.trace);
    }
    // The phone is back and does not want the call; or it is lost once more and comes back again.
    let mut world = talking();
    world.play("2 dead\n phone web-phone\n 3 ready\n 3 busy");
    assert_eq!(world.ears(), "1:music");
    let mut world = talking();
    world.play("2 dead\n phone web-phone\n 3 ready\n 3 lost\n after 5000\n phone web-phone\n 4 ready\n 4 answered");
    assert_eq!(world.ears(), "1:4 4:1");
    // It rings and nobody answers.
    let mut world = talking();
    world.play("2 dead\n after 25000\n phone web-phone\n 3 ready\n after 9999");
    assert_eq!(world.ears(), "1:hold 3:-");
    world.play("after 1");
    assert_eq!(world.ears(), "1:music");
    // It is lost again and again: such a phone cannot be talked by.
    let mut world = talking();
    for leg in 2..7 {
        world.play(&format!("{leg} dead\n phone web-phone\n {} ready\n {} answered", leg + 1, leg + 1));
        assert_eq!(world.ears(), format!("1:{} {}:1", leg + 1, leg + 1));
    }
    world.play("7 dead");
    assert_eq!(world.ears(), "1:music");
}

/// TEL-12: a caller who was on hold is on hold again; nobody hears him unawares.
#[test]
fn tel_12_a_held_caller_stays_held() {
    let mut world = talking();
    world.play("cmd web hold\n 2 dead\n phone web-phone\n 3 ready\n 3 answered");
    assert_eq!(world.ears(), "1:hold 3:-");
    world.play("cmd web resume");
    assert_eq!(world.ears(), "1:3 3:1");
}

/// A desk phone does not come back by itself, and who hangs up is not lost.
#[test]
fn tel_12_others_are_not_waited_for() {
    let mut world = talking();
    world.play("2 bye");
    world.assert_over();
    let mut world = World::new();
    world.play(
        "1 ready\n flow answer\n 1 answered\n flow queue sales\n acd offer 1 alice\n 2 ready\n 2 answered\n 2 dead",
    );
    assert_eq!(world.ears(), "1:music");
}

/// TEL-12: she hung up, and her audio was gone before her BYE was here: the caller is not kept waiting for her, and she counts as
/// one who hung up.
#[test]
fn tel_12_who_hangs_up_is_not_waited_for() {
    for script in [
        "2 dead\n after 100\n 2 bye",
        "2 dead\n phone web-phone\n 2 bye",
        "2 dead\n phone web-phone\n 3 ready\n 2 bye",
        "2 dead\n phone web-phone\n 3 ready\n 3 declined",
    ] {
        let mut world = talking();
        world.play(script);
        world.assert_over();
        assert!(!world.trace.contains("acd: Lost"), "{script}: {}", world.trace);
        assert_eq!(world.trace.matches("acd: Released").count(), 1, "{script}: {}", world.trace);
        let ending = world.record().ending;
        assert_eq!(
            (ending.cause, ending.by),
            (Cause::HungUp, Party::Agent(AgentName::new("web").unwrap())),
            "{script}"
        );
        assert!(explain(&world.facts).contains("web had hung up, which was heard only now"), "{script}");
    }
    // The caller goes on to his survey, as after every agent who hangs up.
    let mut world = World::new();
    world.tells_of_others = true;
    world.play(
        "1 ready\n flow answer\n 1 answered\n flow queue-and-rate sales\n acd offer 1 web\n 2 ready\n 2 answered",
    );
    world.play("2 dead\n 2 bye");
    assert!(world.trace.contains("AgentLeft"), "{}", world.trace);
    world.play("after 5000\n 1 bye");
    assert_eq!(kinds(&world.record()).last().map(String::as_str), Some("in the flow"));
    // A page that is there again lets its old leg go, for it has another, and says so: that is no hanging up. Nor is what is
    // heard of a leg that nobody misses.
    let mut world = talking();
    world.play("2 dead\n phone web-phone\n 3 ready\n 2 recovers\n 3 answered\n 2 bye");
    assert_eq!(world.ears(), "1:3 3:1");
    // And one that has lost its audio before we have comes back as any other.
    let mut world = talking();
    world.play("2 recovers\n phone web-phone\n 3 ready\n 3 answered");
    assert_eq!(world.ears(), "1:3 3:1");
}

/// TEL-12: a phone that finds no way for its audio ends the call and says why, or the media host does: its caller goes to the front
/// of his queue at once, and to somebody else. An outside party that says so has hung up.
#[test]
fn tel_12_a_phone_without_a_way_for_its_audio_does_not_cost_the_caller_his_call() {
    let mut world = talking();
    world.play("2 broken");
    assert_eq!(world.ears(), "1:music", "a phone that is there would come back at once, without sound again");
    let mut world = talking();
    world.play("2 gives-up");
    assert_eq!(world.ears(), "1:music");
    let told: Vec<_> = world.trace.lines().filter(|line| line.contains("acd: ")).map(str::trim).collect();
    let [released, lost, enqueued] = told.as_slice() else { panic!("{told:?}") };
    assert!(released.contains("Released") && lost.contains("Lost") && enqueued.contains("priority: 255"), "{told:?}");
    world.play("1 gives-up");
    world.assert_over();
    assert_eq!(world.record().ending.cause, Cause::HungUp);
    assert!(explain(&world.facts).contains("the audio could not be set up"), "{}", explain(&world.facts));
}
