use std::sync::Arc;
use std::time::Duration;

use bell_types::{Cause, Digit, Now, PromptEnd, Zone};

use super::{CounterExample, Known, Policy, Problem, PromptState, prove};
use crate::drafts::{Draft, Seeded, known, plan, quoted};
use crate::flow::Flow;
use crate::graph::{Label, Target, exits};
use crate::limits::{Limits, RunLimits, TreeLimits};
use crate::run::{Action, CallerFacts, Context, Event, LookUpFailure, QueueLeft, Run};
use crate::simulate::tests::walk;
use crate::simulate::{Outcome, simulate};

const GOOD_FLOWS: u64 = 1000;
const SPOILT_FLOWS: u64 = 544;

#[test]
fn inb_09_good_flows_are_proved_and_never_reach_a_dead_end() {
    for seed in 0..GOOD_FLOWS {
        let draft = Draft::grow(seed);
        let flow = draft.parse();
        if let Err(found) = prove(&flow, &known(&flow), &Policy::USUAL) {
            panic!("seed {seed}: {}\n{}", print(&found), draft.text());
        }
        let flow = Arc::new(flow);
        let tree = simulate(&flow, &RunLimits::USUAL, &TreeLimits::USUAL);
        assert!(!tree.cut, "seed {seed}");
        assert_alive(&tree.root, seed);
        for caller in 0..20 {
            call(&flow, seed * 1000 + caller);
        }
    }
}

fn assert_alive(outcome: &Outcome, seed: u64) {
    match outcome {
        Outcome::Goes(branching) => {
            assert!(!branching.ways.is_empty(), "seed {seed}: {} has no way on", branching.name);
            branching.ways.iter().for_each(|(_, to)| assert_alive(to, seed));
        }
        Outcome::Shown(_) | Outcome::Human(_) => {}
        Outcome::Ends(cause) => assert_ne!(*cause, Cause::FlowFailed, "seed {seed}"),
        Outcome::Stuck | Outcome::Cut => panic!("seed {seed}: {outcome:?}"),
    }
}

/// A caller who does anything at all comes to an end, and never to a human without having heard the notice.
fn call(flow: &Arc<Flow>, seed: u64) {
    let mut seeded = Seeded::new(seed);
    let context = Context {
        caller: seeded.pick(&[None, Some("+8613900139000".to_owned().try_into().unwrap())]).clone(),
        called: "4008001234".to_owned().try_into().unwrap(),
        zone: Arc::new(Zone::fixed(0)),
        calendars: Arc::default(),
        facts: CallerFacts::unknown("a test"),
    };
    let mut now = Now::default();
    let mut run = Run::start(now, Arc::clone(flow), context, RunLimits::USUAL);
    let (mut playing, mut asked, mut served) = (None, None, false);
    for _ in 0..5000 {
        while let Some(action) = run.poll_output() {
            match action {
                Action::Play { play, prompts, .. } => {
                    assert!(!prompts.is_empty());
                    assert_eq!(playing.replace(play), None, "seed {seed}: two things are played at once");
                }
                Action::StopPlaying(play) => assert_eq!(playing.take(), Some(play)),
                Action::Enqueue { .. } | Action::Transfer { .. } => {
                    assert!(run.is_notice_heard(), "seed {seed}");
                    assert_eq!(playing, None, "seed {seed}: something is played into the queue");
                    asked = Some(action);
                }
                Action::Answer | Action::LookUp { .. } | Action::RecordMessage { .. } | Action::Callback { .. } => {
                    asked = Some(action);
                }
                Action::Hangup { cause } => assert_ne!(cause, Cause::FlowFailed, "seed {seed}"),
                Action::Entered(_) | Action::LeaveQueue => asked = None,
                Action::Decided { .. }
                | Action::StopMessage(_)
                | Action::KeepMessage(_)
                | Action::DropMessage(_)
                | Action::SurveyBegan { .. }
                | Action::Scored { .. } => {}
            }
        }
        if run.is_ended() || served {
            return;
        }
        let event = match (asked.clone(), playing) {
            (Some(Action::Answer), _) => Event::Answered,
            (Some(Action::Enqueue { .. }), _) => match seeded.below(8) {
                0 => Event::QueueLeft(QueueLeft::TimedOut),
                1 => Event::QueueLeft(QueueLeft::Full),
                2 => Event::QueueLeft(QueueLeft::NoAgent),
                6 => Event::QueueLeft(QueueLeft::Voicemail),
                7 => Event::QueueLeft(QueueLeft::Callback),
                3 => seeded.pick(&[Event::Connected, Event::AgentLeft]).clone(),
                _ => Event::Digit(digit(&mut seeded)),
            },
            (Some(Action::Transfer { .. }), _) => {
                let ways = [Event::TransferFailed(Cause::Busy), Event::Connected];
                seeded.pick(&ways).clone()
            }
            (Some(Action::LookUp { number, .. }), _) => {
                let answers = [Ok(vec![Some("vip".into())]), Err(LookUpFailure::Status(500))];
                asked = None;
                Event::LookedUp { number, answer: seeded.pick(&answers).clone() }
            }
            (Some(Action::RecordMessage { message, .. }), _) => {
                let length = Duration::from_millis(500 * seeded.below(5) as u64);
                asked = None;
                Event::MessageEnded { message, length }
            }
            (Some(Action::Callback { .. }), _) => {
                let ways = [Event::CallbackNoted, Event::CallbackRefused("no".into())];
                asked = None;
                seeded.pick(&ways).clone()
            }
            (_, Some(play)) if seeded.below(2) == 0 => {
                playing = None;
                Event::PlayEnded { play, how: PromptEnd::Completed }
            }
            (_, None) if seeded.below(3) == 0 => {
                let due = run.poll_timeout().expect("a run that waits for nothing never ends");
                now = now.after(due - now.mono);
                Event::Tick
            }
            (_, Some(_) | None) => Event::Digit(digit(&mut seeded)),
        };
        served = event == Event::Connected;
        run.handle(now, event);
    }
    panic!("seed {seed}: the call does not end");
}

fn digit(seeded: &mut Seeded) -> Digit {
    Digit::from_event(seeded.below(12) as u8).unwrap()
}

/// A way to spoil a good flow, and whether the problem fits. None: this flow cannot be spoilt so.
type Spoiler = fn(&mut Draft, &mut Seeded) -> Option<()>;
type Fits = fn(&Problem) -> bool;

const SPOILERS: [(&str, Spoiler, Fits); 17] = [
    ("a node nobody leads to", add_orphan, |p| matches!(p, Problem::Unreachable { .. })),
    ("no notice", drop_notice, |p| matches!(p, Problem::NoticeMissing)),
    ("a notice that can be cut", cut_notice, |p| matches!(p, Problem::NoticeMissing)),
    ("a way round the notice", skip_notice, |p| matches!(p, Problem::NoticeMissing)),
    ("no answer", skip_answer, |p| matches!(p, Problem::NotAnswered)),
    ("a round without counter", close_round, |p| matches!(p, Problem::EndlessLoop)),
    ("a counter that is passed by", pass_counter, |p| matches!(p, Problem::EndlessLoop)),
    ("too many levels", deepen, |p| matches!(p, Problem::TooDeep { depth: 4, max: 3 })),
    ("too many options", widen, |p| matches!(p, Problem::TooManyOptions { options: 6, max: 5, .. })),
    ("no human", send_away, |p| matches!(p, Problem::NoHuman { .. })),
    ("no such queue", rename_queue, |p| matches!(p, Problem::QueueUnknown { .. })),
    ("a survey before an agent", ask_too_early, |p| matches!(p, Problem::SurveyTooEarly)),
    ("no such calendar", add_calendar, |p| matches!(p, Problem::CalendarUnknown { .. })),
    ("no such shift", add_shift, |p| matches!(p, Problem::ShiftUnknown { .. })),
    ("no such list", add_list, |p| matches!(p, Problem::ListUnknown { .. })),
    ("a service that may not be asked", ask_stranger, |p| matches!(p, Problem::OriginUnknown { .. })),
    ("no such prompt", lose_prompt, |p| matches!(p, Problem::PromptMissing { .. })),
];

#[test]
fn inb_09_spoilt_flows_are_refused_with_a_way_that_shows_it() {
    let mut spoilt = [0; SPOILERS.len()];
    for seed in 0..SPOILT_FLOWS {
        let kind = seed as usize % SPOILERS.len();
        let (what, spoil, fits) = SPOILERS[kind];
        let mut draft = Draft::grow(seed);
        if spoil(&mut draft, &mut Seeded::new(seed)).is_none() {
            continue;
        }
        spoilt[kind] += 1;
        let flow = Arc::new(draft.parse());
        let mut known = known(&flow);
        known.prompts.retain(|prompt, _| prompt.as_str() != "lost");
        let found = prove(&flow, &known, &Policy::USUAL).expect_err(what);
        let fitting = found.iter().find(|example| fits(&example.problem));
        let Some(example) = fitting else {
            panic!("seed {seed}, {what}: {}\n{}", print(&found), draft.text());
        };
        assert_shows(&flow, example, seed);
    }
    assert!(spoilt.iter().sum::<i32>() >= 200 && spoilt.iter().all(|times| *times >= 5), "{spoilt:?}");
}

fn print(found: &[CounterExample]) -> String {
    found.iter().map(|example| format!("{example}\n")).collect()
}

/// The way begins where calls begin, ends where the problem is, and a caller can go it.
fn assert_shows(flow: &Arc<Flow>, example: &CounterExample, seed: u64) {
    let nodes: Vec<_> = example.path.hops.iter().map(|hop| flow.find(hop.node.as_str()).unwrap()).collect();
    let Some((first, last)) = nodes.first().zip(nodes.last()) else {
        assert!(matches!(example.problem, Problem::Unreachable { .. }), "seed {seed}");
        return;
    };
    assert_eq!(*first, flow.start(), "seed {seed}");
    assert_eq!(flow.node(*last).place, example.place, "seed {seed}");
    for (pair, hop) in nodes.windows(2).zip(&example.path.hops[1..]) {
        let leads = exits(&flow.node(pair[0]).step).into_iter().any(|exit| {
            Some(exit.label) == hop.by && matches!(exit.target, Target::Back) || exit.target == Target::Node(pair[1])
        });
        assert!(leads, "seed {seed}: {}", example.path);
    }
    // A key that cut the notice would choose in the next menu too.
    if example.path.hops.iter().all(|hop| hop.by != Some(Label::NoticeCut)) {
        let caller = walk(flow, &example.path);
        assert_eq!(caller.node(), *last, "seed {seed}");
        assert!(example.problem != Problem::NoticeMissing || !caller.has_heard_notice(), "seed {seed}");
    }
    if example.problem == Problem::EndlessLoop {
        assert!(nodes[..nodes.len() - 1].contains(last), "seed {seed}: {}", example.path);
    }
}

fn add_orphan(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    draft.add("hangup", &[]);
    Some(())
}

fn notice(draft: &Draft) -> usize {
    let plays = draft.all("play");
    *plays.iter().find(|place| draft.nodes[**place].fields.contains_key("notice")).unwrap()
}

fn drop_notice(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let place = notice(draft);
    draft.nodes[place].fields.remove("notice");
    Some(())
}

fn cut_notice(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let place = notice(draft);
    draft.set(place, "barge_in", "true");
    Some(())
}

fn skip_notice(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let (notice, answer) = (notice(draft), draft.all("answer")[0]);
    let (open, closed) = (quoted(&draft.nodes[notice].name), draft.nodes[notice].fields["next"].clone());
    let hours = draft.add("hours", &[("week", "{ sun = \"00:00-24:00\" }"), ("open", &open), ("closed", &closed)]);
    draft.set(answer, "next", &hours);
    Some(())
}

fn skip_answer(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    draft.start = quoted(&draft.nodes[notice(draft)].name);
    Some(())
}

fn close_round(draft: &mut Draft, seeded: &mut Seeded) -> Option<()> {
    let endings = draft.all("hangup");
    let spoken: Vec<_> =
        endings.into_iter().filter(|place| draft.nodes[*place].fields.contains_key("prompt")).collect();
    let place = (!spoken.is_empty()).then(|| *seeded.pick(&spoken))?;
    // The first node is the topmost menu, above every ending that is spoken.
    let top = quoted(&draft.nodes[0].name);
    draft.set(place, "do", "\"play\"");
    draft.set(place, "next", &top);
    Some(())
}

fn pass_counter(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let place = *draft.all("loop").first()?;
    let again = draft.nodes[place].fields["again"].clone();
    draft.set(place, "done", &again);
    Some(())
}

fn deepen(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let place = notice(draft);
    let mut below = draft.nodes[place].fields["next"].clone();
    for _ in 0..3 {
        let human = draft.add("queue", &[("queue", "\"sales\"")]);
        let keys = format!("{{ 0 = {human}, 1 = {below} }}");
        below = draft.add("menu", &[("prompt", "\"请选择。\""), ("keys", &keys), ("otherwise", &human)]);
    }
    draft.set(place, "next", &below);
    Some(())
}

fn widen(draft: &mut Draft, seeded: &mut Seeded) -> Option<()> {
    let place = *seeded.pick(&draft.all("menu"));
    let human = draft.add("queue", &[("queue", "\"sales\"")]);
    let keys = draft.nodes[place].fields["keys"].clone();
    let more: String = (1..=9)
        .filter(|key| !keys.contains(&format!(" {key} =")))
        .take(6 - (1..=9).filter(|key| keys.contains(&format!(" {key} ="))).count())
        .map(|key| format!(", {key} = {human} }}").replace(" }", ""))
        .collect();
    draft.set(place, "keys", &keys.replace(" }", &format!("{more} }}")));
    Some(())
}

fn send_away(draft: &mut Draft, seeded: &mut Seeded) -> Option<()> {
    let place = *seeded.pick(&draft.all("menu"));
    let away = draft.add("hangup", &[]);
    draft.set(place, "keys", &format!("{{ 1 = {away}, \"#\" = \"repeat\", \"*\" = \"back\" }}"));
    Some(())
}

fn rename_queue(draft: &mut Draft, seeded: &mut Seeded) -> Option<()> {
    let queues = draft.all("queue");
    let place = (!queues.is_empty()).then(|| *seeded.pick(&queues))?;
    draft.set(place, "queue", "\"slaes\"");
    Some(())
}

/// Puts a node between the notice and what follows it.
fn after_notice(draft: &mut Draft, word: &str, fields: &[(&str, &str)], exits: &[&str]) -> Option<()> {
    let notice = notice(draft);
    let next = draft.nodes[notice].fields["next"].clone();
    let exits = exits.iter().map(|exit| (*exit, &*next));
    let fields: Vec<_> = fields.iter().copied().chain(exits).collect();
    let added = draft.add(word, &fields);
    draft.set(notice, "next", &added);
    Some(())
}

fn ask_too_early(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let fields = [("question", "\"service\""), ("prompt", "\"请评价。\""), ("scores", "{ 1 = 1 }")];
    after_notice(draft, "survey", &fields, &["next"])
}

fn add_calendar(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    after_notice(draft, "calendar", &[("calendar", "\"ofice\"")], &["open", "closed"])
}

fn add_shift(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let next = draft.nodes[notice(draft)].fields["next"].clone();
    let shifts = format!("{{ late = {next} }}");
    after_notice(draft, "calendar", &[("calendar", "\"office\""), ("shifts", &shifts)], &["open", "closed"])
}

fn add_list(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let next = draft.nodes[notice(draft)].fields["next"].clone();
    let cases = format!("[{{ in_list = \"vips\", then = {next} }}]");
    after_notice(draft, "branch", &[("cases", &cases)], &["otherwise"])
}

fn ask_stranger(draft: &mut Draft, _: &mut Seeded) -> Option<()> {
    let fields = [("url", "\"http://elsewhere.example/\""), ("into", "{ level = \"\" }")];
    after_notice(draft, "look_up", &fields, &["next"])
}

fn lose_prompt(draft: &mut Draft, seeded: &mut Seeded) -> Option<()> {
    let place = *seeded.pick(&draft.all("menu"));
    draft.set(place, "prompt", "{ file = \"lost\" }");
    Some(())
}

#[test]
fn a_slip_of_the_pen_is_refused_where_it_stands() {
    for seed in 0..100 {
        let mut draft = Draft::grow(seed);
        let mut seeded = Seeded::new(seed);
        let menus = draft.all("menu");
        let place = *seeded.pick(&menus);
        let (wrong, problem) = if seed % 2 == 0 {
            draft.set(place, "otherwise", "\"nowhere\"");
            ("otherwise = \"nowhere\"", "no node is named \"nowhere\"")
        } else {
            draft.set(place, "timout", "\"5s\"");
            ("timout = ", "no field \"timout\"")
        };
        let text = draft.text();
        let diagnostics = Flow::parse(&text, &plan(), &Limits::USUAL).unwrap_err();
        assert_eq!(diagnostics.len(), 1, "seed {seed}: {diagnostics:#?}");
        let found = &diagnostics[0];
        assert!(found.problem.contains(problem), "seed {seed}: {found}");
        let line = text.lines().nth(found.place.line as usize - 1).unwrap();
        assert!(line.starts_with(wrong), "seed {seed}: {line}");
        assert!(!found.remedy.is_empty());
    }
}

fn shop(change: impl Fn(&str) -> String) -> Flow {
    let text = change(include_str!("../../examples/shop.toml"));
    Flow::parse(&text, &plan(), &Limits::USUAL).unwrap()
}

/// The whole refusal as text, with its place, its key path and its remedy.
fn check(change: impl Fn(&str) -> String, policy: &Policy, expected: &expect_test::Expect) {
    let flow = shop(change);
    let found = prove(&flow, &known(&flow), policy).map(|_| String::new());
    expected.assert_eq(&found.map_or_else(|found| print(&found), |_| "proved\n".to_owned()));
}

#[test]
fn the_samples_are_proved() {
    check(
        str::to_owned,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        proved
    "#]],
    );
    let text = include_str!("../../examples/company.toml");
    let flow = Flow::parse(text, &plan(), &Limits::USUAL).unwrap();
    let mut known = known(&flow);
    known.queues.extend(flow.queues());
    let proof = prove(&flow, &known, &Policy::USUAL).unwrap();
    assert_eq!(proof.depth, 3);
    assert_eq!(proof.warnings, []);
}

#[test]
fn rec_20_a_queue_before_the_notice_is_refused() {
    let to_queue = |text: &str| text.replace("next = \"notice\"", "next = \"sales\"");
    check(
        to_queue,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        line 18, column 8: no call can come to [notice]
          remedy: lead a key or a `next` to it, or remove it
        line 24, column 8: no call can come to [main-menu]
          remedy: lead a key or a `next` to it, or remove it
        line 39, column 8: no call can come to [support]
          remedy: lead a key or a `next` to it, or remove it
        line 46, column 8: no call can come to [service]
          remedy: lead a key or a `next` to it, or remove it
        line 32, column 8: a human joins a recorded call whose caller has not heard the notice
          call -> [welcome] -> [greeting] -> [sales]
          remedy: play a node with notice = true before it, without barge_in, on every way; or set recording = "off"
    "#]],
    );
    let cut = |text: &str| text.replace("notice = true", "notice = true\nbarge_in = true");
    check(
        cut,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        line 47, column 8: a human joins a recorded call whose caller has not heard the notice
          call -> [welcome] -> [greeting] -> [notice] -> a key cuts the notice short -> [main-menu] -> key 0 -> [service]
          remedy: play a node with notice = true before it, without barge_in, on every way; or set recording = "off"
        line 33, column 8: a human joins a recorded call whose caller has not heard the notice
          call -> [welcome] -> [greeting] -> [notice] -> a key cuts the notice short -> [main-menu] -> key 1 -> [sales]
          remedy: play a node with notice = true before it, without barge_in, on every way; or set recording = "off"
        line 40, column 8: a human joins a recorded call whose caller has not heard the notice
          call -> [welcome] -> [greeting] -> [notice] -> a key cuts the notice short -> [main-menu] -> key 2 -> [support]
          remedy: play a node with notice = true before it, without barge_in, on every way; or set recording = "off"
    "#]],
    );
    let off = |text: &str| text.replace("notice = true", "").replace("start =", "recording = \"off\"\nstart =");
    check(
        off,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        proved
    "#]],
    );
}

/// TEL-21: who is not recorded may hear it ring, and is answered when a human is; but nothing is spoken to him before.
#[test]
fn tel_21_a_caller_may_be_queued_before_the_answer() {
    let direct = |recording: &str, last: &str| {
        let text = format!(
            "flow = \"direct\"\nversion = 1\nlanguage = \"zh-CN\"\nrecording = \"{recording}\"\nstart = \"sales\"\n\
             [nodes.sales]\ndo = \"queue\"\nqueue = \"sales\"\non_timeout = \"end\"\non_full = \"end\"\n\
             on_no_agent = \"end\"\n[nodes.end]\ndo = \"hangup\"\n{last}"
        );
        let flow = Flow::parse(&text, &plan(), &Limits::USUAL).unwrap();
        prove(&flow, &known(&flow), &Policy::USUAL).map(drop).map_err(|found| print(&found))
    };
    assert_eq!(direct("off", ""), Ok(()));
    assert!(direct("off", "prompt = \"再见。\"\n").unwrap_err().contains("the call is not answered yet"));
    assert!(direct("on", "").unwrap_err().contains("has not heard the notice"), "REC-20");
}

/// A message is a part of its call's recording.
#[test]
fn a_message_in_a_call_that_is_not_recorded_is_refused() {
    let text = "flow = \"night\"\nversion = 1\nlanguage = \"zh-CN\"\nrecording = \"off\"\nstart = \"a\"\n\
        [nodes.a]\ndo = \"answer\"\nnext = \"b\"\n\
        [nodes.b]\ndo = \"record\"\nqueue = \"sales\"\nprompt = \"请留言。\"\nnext = \"c\"\notherwise = \"c\"\n\
        [nodes.c]\ndo = \"hangup\"\n";
    let flow = Flow::parse(text, &plan(), &Limits::USUAL).unwrap();
    let found = prove(&flow, &known(&flow), &Policy::USUAL).unwrap_err();
    assert_eq!(found.len(), 1, "{}", print(&found));
    assert_eq!(found[0].problem, Problem::MessageUnrecorded);
    let recorded = Flow::parse(&text.replace("\"off\"", "\"on\""), &plan(), &Limits::USUAL).unwrap();
    assert!(prove(&recorded, &known(&recorded), &Policy::USUAL).is_ok());
}

#[test]
fn inb_03_options_are_counted_without_human_repeat_and_back() {
    let keys = |more: &'static str| move |text: &str| text.replace("0 = \"service\",", more);
    let flow = shop(keys("0 = \"service\", 4 = \"sales\", \"*\" = \"back\","));
    let proof = prove(&flow, &known(&flow), &Policy::USUAL).unwrap();
    expect_test::expect!["menu [main-menu] has 4 options: callers remember three"]
        .assert_eq(&proof.warnings[0].to_string());
    let six = keys("4 = \"sales\", 5 = \"sales\", 6 = \"sales\",");
    check(
        six,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        line 24, column 8: menu [main-menu] has 6 options, and at most 5 are allowed
          call -> [welcome] -> [greeting] -> [notice] -> [main-menu]
          remedy: move what is asked for less into another menu
    "#]],
    );
}

#[test]
fn inb_02_the_depth_is_policy() {
    let shallow = Policy { depth_max: 0, ..Policy::USUAL };
    check(
        str::to_owned,
        &shallow,
        &expect_test::expect![[r#"
        line 24, column 8: 1 menu levels, and at most 0 are allowed
          call -> [welcome] -> [greeting] -> [notice] -> [main-menu]
          remedy: join menus, or lead to a queue earlier
    "#]],
    );
}

#[test]
fn inb_04_every_menu_reaches_a_human_by_a_key() {
    let no_human = |text: &str| {
        let keys = "{ 1 = \"sales\", 2 = \"support\", 3 = \"service\", 0 = \"service\", \"#\" = \"repeat\" }";
        text.replace(keys, "{ 1 = \"closed\", \"*\" = \"back\" }")
    };
    check(
        no_human,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        line 32, column 8: no call can come to [sales]
          remedy: lead a key or a `next` to it, or remove it
        line 39, column 8: no call can come to [support]
          remedy: lead a key or a `next` to it, or remove it
        line 24, column 8: none of the keys of menu [main-menu] leads to a human: * 1
          call -> [welcome] -> [greeting] -> [notice] -> [main-menu]
          remedy: lead one key, best 0, to a queue or a transfer
    "#]],
    );
}

/// Field complaint 55: a round must have an end on every path.
#[test]
fn a_round_needs_a_counter_and_its_end_is_no_counter() {
    let round = |text: &str| text.replace("on_timeout = \"busy\"", "on_timeout = \"main-menu\"");
    check(
        round,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        line 24, column 8: a call can go round for ever
          call -> [welcome] -> [greeting] -> [notice] -> [main-menu] -> key 0 -> [service] -> longest wait over -> [main-menu]
          remedy: put a node with do = "loop" into the round, or use "repeat" or "back" on the key
    "#]],
    );
    let counted = |text: &str| {
        let text = text.replace("on_timeout = \"busy\"", "on_timeout = \"again\"");
        format!("{text}\n[nodes.again]\ndo = \"loop\"\ntimes = 2\nagain = \"main-menu\"\ndone = \"busy\"\n")
    };
    check(
        counted,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        proved
    "#]],
    );
    let endless = |text: &str| counted(text).replace("done = \"busy\"", "done = \"main-menu\"");
    check(
        endless,
        &Policy::USUAL,
        &expect_test::expect![[r#"
        line 24, column 8: a call can go round for ever
          call -> [welcome] -> [greeting] -> [notice] -> [main-menu] -> key 0 -> [service] -> longest wait over -> [again] -> count used up -> [main-menu]
          remedy: put a node with do = "loop" into the round, or use "repeat" or "back" on the key
    "#]],
    );
}

#[test]
fn inb_06_missing_and_broken_prompts_block() {
    let flow = shop(|text| text.replace("\"您好，欢迎致电星光商店。\"", "{ file = \"hello\" }"));
    let mut world = known(&flow);
    let broken = PromptState::Broken { reason: "no audio in it".to_owned() };
    world.prompts.insert("hello".parse().unwrap(), broken);
    let found = prove(&flow, &world, &Policy::USUAL).unwrap_err();
    expect_test::expect![[r#"
        line 12, column 8: prompt hello cannot be played: no audio in it
          call -> [welcome] -> [greeting]
          remedy: upload it again as WAV, MP3 or Ogg
    "#]]
    .assert_eq(&print(&found));
    let empty = Known::default();
    let found = prove(&flow, &empty, &Policy::USUAL).unwrap_err();
    let missing = found.iter().filter(|example| matches!(example.problem, Problem::PromptMissing { .. }));
    assert_eq!(missing.count(), flow.prompts().len());
    let unknown = found.iter().filter(|example| matches!(example.problem, Problem::QueueUnknown { .. }));
    assert_eq!(unknown.count(), flow.queues().len());
}

#[test]
fn a_flow_with_too_many_situations_is_refused() {
    let small = Policy { situations_max: 3, ..Policy::USUAL };
    check(
        str::to_owned,
        &small,
        &expect_test::expect![[r#"
        line 24, column 8: the flow has more than 3 situations
          call -> [welcome] -> [greeting] -> [notice] -> [main-menu]
          remedy: split the flow into several
    "#]],
    );
}
