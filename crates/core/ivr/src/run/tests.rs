mod collecting;
mod guests;

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use bell_types::{Cause, Digit, Now, PromptEnd, Wall, Zone};
use expect_test::{Expect, expect};

use super::{
    Action, CallerFacts, Context, Event, GoesOn, LookUpFailure, LookUpNumber, MessageNumber, PlayNumber, QueueLeft, Run,
};
use crate::drafts::plan;
use crate::flow::{BargeIn, Flow, Notice, PromptSource};
use crate::limits::{Limits, RunLimits};

const HEAD: &str = "flow = \"test\"\nversion = 1\nlanguage = \"zh-CN\"\nrecording = \"off\"\nstart = \"a\"\n";
const COMPANY: &str = include_str!("../../examples/company.toml");

/// A call under test: a script of what happens, a trace of what the flow wants.
struct Call {
    run: Run,
    now: Now,
    playing: PlayNumber,
    look_up: LookUpNumber,
    message: MessageNumber,
    trace: String,
}

impl Call {
    fn start(text: &str, context: Context, limits: RunLimits) -> Self {
        let flow = match Flow::parse(text, &plan(), &Limits::USUAL) {
            Ok(flow) => Arc::new(flow),
            Err(found) => panic!("{found:#?}"),
        };
        // Monday, 2026-10-26, 16:30 in China.
        let wall = Wall::from_micros(1_793_003_400_000_000);
        let now = Now { wall, ..Now::default() };
        let mut call = Self {
            run: Run::start(now, flow, context, limits),
            now,
            playing: PlayNumber::default(),
            look_up: LookUpNumber::default(),
            message: MessageNumber::default(),
            trace: "call\n".to_owned(),
        };
        call.drain();
        call
    }

    fn drain(&mut self) {
        while let Some(action) = self.run.poll_output() {
            let line = match action {
                Action::Entered(node) => format!("[{node}]"),
                Action::Decided { node: _, way, because } => format!("{way}: {because}"),
                Action::Answer => "answer".to_owned(),
                Action::Play { play, prompts, barge_in, notice } => {
                    self.playing = play;
                    let words: Vec<_> = prompts.iter().map(|name| self.words(name.as_str())).collect();
                    let kept = if barge_in == BargeIn::No { ", keys kept" } else { "" };
                    let notice = if notice == Notice::Yes { ", notice" } else { "" };
                    format!("play {}: {}{kept}{notice}", play.0, words.join(" | "))
                }
                Action::StopPlaying(play) => format!("stop {}", play.0),
                Action::Enqueue { queue, priority, skills, goes_on } => {
                    let on = if goes_on == GoesOn::Yes { ", and goes on" } else { "" };
                    let needs: String =
                        skills.iter().map(|(skill, level)| format!(", needs {skill} {level}")).collect();
                    format!("enqueue {queue}, priority {priority}{needs}{on}")
                }
                Action::LookUp { number, url, timeout, fields } => {
                    self.look_up = number;
                    format!("look up {url}, {timeout:?}: {}", fields.join(" "))
                }
                Action::RecordMessage { message, queue } => {
                    self.message = message;
                    format!("record message {} for {queue}", message.0)
                }
                Action::StopMessage(message) => format!("stop message {}", message.0),
                Action::KeepMessage(message) => format!("keep message {}", message.0),
                Action::DropMessage(message) => format!("drop message {}", message.0),
                Action::Callback { queue, number } => format!("callback {number} by {queue}"),
                Action::SurveyBegan { question } => format!("survey {question}"),
                Action::Scored { question, score, best } => format!("scored {question} {score} of {best}"),
                Action::LeaveQueue => "leave queue".to_owned(),
                Action::Transfer { number, ring_timeout } => format!("transfer {number}, {ring_timeout:?}"),
                Action::Hangup { cause } => format!("hang up: {}", cause.code()),
            };
            writeln!(self.trace, "    {line}").unwrap();
        }
        if let Some(due) = self.run.poll_timeout() {
            writeln!(self.trace, "    until {:?}", due - self.now.mono).unwrap();
        }
    }

    fn words(&self, name: &str) -> String {
        let prompts = self.run.flow().prompts();
        // What the caller has said himself stands in no flow.
        let Some(prompt) = prompts.into_iter().find(|prompt| prompt.name.as_str() == name) else {
            return format!("<{name}>");
        };
        match prompt.source {
            PromptSource::File => format!("<{name}>"),
            PromptSource::Speech { text, .. } => text.to_string(),
        }
    }

    fn step(&mut self, line: &str) {
        writeln!(self.trace, "{line}").unwrap();
        let ended = |how| Event::PlayEnded { play: self.playing, how };
        let event = match line.split_once(' ').unwrap_or((line, "")) {
            ("answered", _) => Event::Answered,
            ("played", _) => ended(PromptEnd::Completed),
            ("barged", _) => ended(PromptEnd::BargedIn),
            ("failed", _) => ended(PromptEnd::Failed),
            ("late", _) => Event::PlayEnded { play: PlayNumber(1), how: PromptEnd::Stopped },
            ("agent-left", _) => Event::AgentLeft,
            ("told", words) => {
                let fields = words.split(' ').map(|word| (word != "-").then(|| word.into())).collect();
                Event::LookedUp { number: self.look_up, answer: Ok(fields) }
            }
            ("unreachable", _) => Event::LookedUp { number: self.look_up, answer: Err(LookUpFailure::Unreachable) },
            ("spoke", millis) => {
                Event::MessageEnded { message: self.message, length: Duration::from_millis(millis.parse().unwrap()) }
            }
            ("noted", _) => Event::CallbackNoted,
            ("refused", why) => Event::CallbackRefused(why.into()),
            ("full", _) => Event::QueueLeft(QueueLeft::Full),
            ("timed-out", _) => Event::QueueLeft(QueueLeft::TimedOut),
            ("voicemail", _) => Event::QueueLeft(QueueLeft::Voicemail),
            ("callback", _) => Event::QueueLeft(QueueLeft::Callback),
            ("unanswered", _) => Event::TransferFailed(Cause::NoAnswer),
            ("overflowed", number) => Event::OverflowedTo {
                number: number.to_owned().try_into().unwrap(),
                ring_timeout: Duration::from_secs(25),
            },
            ("busy", _) => Event::TransferFailed(Cause::Busy),
            ("connected", _) => Event::Connected,
            ("tick", _) => Event::Tick,
            ("wait", _) => {
                let due = self.run.poll_timeout().expect("something to wait for");
                self.now = self.now.after(due - self.now.mono);
                Event::Tick
            }
            ("minutes", minutes) => {
                self.now = self.now.after(Duration::from_secs(60 * minutes.parse::<u64>().unwrap()));
                return;
            }
            ("keys", keys) => {
                for key in keys.chars() {
                    self.run.handle(self.now, Event::Digit(Digit::from_char(key).unwrap()));
                }
                return self.drain();
            }
            (other, _) => panic!("{other}"),
        };
        self.run.handle(self.now, event);
        self.drain();
    }
}

fn nobody() -> Context {
    Context {
        caller: None,
        called: "4008001234".to_owned().try_into().unwrap(),
        zone: Arc::new(Zone::fixed(28_800)),
        calendars: Arc::default(),
        facts: CallerFacts::unknown("no table"),
    }
}

fn check_with(text: &str, context: Context, limits: RunLimits, script: &[&str], expected: &Expect) -> Call {
    let mut call = Call::start(text, context, limits);
    for line in script {
        call.step(line);
    }
    expected.assert_eq(&call.trace);
    call
}

fn check(text: &str, script: &[&str], expected: &Expect) -> Call {
    check_with(text, nobody(), RunLimits::USUAL, script, expected)
}

fn menu(more: &str) -> String {
    format!(
        "{HEAD}
[nodes.a]
do = \"answer\"
next = \"m\"
[nodes.m]
do = \"menu\"
prompt = \"请选择。\"
keys = {{ 1 = \"q\", 2 = \"n\", \"#\" = \"repeat\", \"*\" = \"back\" }}
wrong_key = \"输入有误。\"
no_key = \"没有按键。\"
attempts = 2
otherwise = \"q\"
[nodes.n]
do = \"menu\"
prompt = \"再选择。\"
keys = {{ 1 = \"q\", \"*\" = \"back\" }}
otherwise = \"q\"
[nodes.q]
do = \"queue\"
queue = \"sales\"
{more}
"
    )
}

#[test]
fn inb_01_the_usual_way_to_an_agent() {
    let shop = include_str!("../../examples/shop.toml");
    let script = ["answered", "played", "played", "played", "keys 1", "connected", "keys 5", "full"];
    let call = check(
        shop,
        &script,
        &expect![[r#"
            call
                [welcome]
                answer
            answered
                [greeting]
                play 1: 您好，欢迎致电星光商店。
                until 600s
            played
                [notice]
                play 2: 本次通话可能录音，用于服务质量优化。, keys kept, notice
                until 600s
            played
                [main-menu]
                play 3: 产品咨询请按1，技术支持请按2，售后服务请按3，人工服务请按0，重听请按井号键。
                until 600s
            played
                until 6s
            keys 1
                key 1: the caller pressed it
                [sales]
                enqueue sales, priority 0
            connected
            keys 5
            full
        "#]],
    );
    assert!(call.run.is_ended() && call.run.is_notice_heard());
}

#[test]
fn keys_typed_ahead_wait_for_their_menu_but_never_cut_the_notice() {
    let script = ["answered", "keys 2", "keys 1", "played", "connected"];
    let text = include_str!("../../examples/shop.toml").replace("next = \"greeting\"", "next = \"notice\"");
    check(
        &text,
        &script,
        &expect![[r#"
            call
                [welcome]
                answer
            answered
                [notice]
                play 1: 本次通话可能录音，用于服务质量优化。, keys kept, notice
                until 600s
            keys 2
                until 600s
            keys 1
                until 600s
            played
                [main-menu]
                key 2: the caller pressed it
                [support]
                enqueue support, priority 0
            connected
        "#]],
    );
}

#[test]
fn typing_ahead_has_a_limit() {
    let limits = RunLimits { typed_ahead_max: 1, ..RunLimits::USUAL };
    check_with(
        &menu(""),
        nobody(),
        limits,
        &["keys 21", "answered"],
        &expect![[r#"
            call
                [a]
                answer
            keys 21
            answered
                [m]
                key 2: the caller pressed it
                [n]
                play 1: 再选择。
                until 600s
        "#]],
    );
}

#[test]
fn rec_20_a_notice_that_failed_is_played_again_and_then_the_call_ends() {
    let shop = include_str!("../../examples/shop.toml");
    check(
        shop,
        &["answered", "played", "failed", "failed", "tick"],
        &expect![[r#"
            call
                [welcome]
                answer
            answered
                [greeting]
                play 1: 您好，欢迎致电星光商店。
                until 600s
            played
                [notice]
                play 2: 本次通话可能录音，用于服务质量优化。, keys kept, notice
                until 600s
            failed
                play 3: 本次通话可能录音，用于服务质量优化。, keys kept, notice
                until 600s
            failed
                hang up: prompt_broken
            tick
        "#]],
    );
}

#[test]
fn a_menu_counts_wrong_keys_silence_and_repeats() {
    check(
        &menu(""),
        &["answered", "keys 9", "played", "wait", "connected"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 600s
            keys 9
                stop 1
                play 2: 输入有误。 | 请选择。
                until 600s
            played
                until 5s
            wait
                attempts used up: 2 attempts
                [q]
                enqueue sales, priority 0
            connected
        "#]],
    );
    check(
        &menu(""),
        &["answered", "keys #", "keys #"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 600s
            keys #
                stop 1
                play 2: 请选择。
                until 600s
            keys #
                stop 2
                attempts used up: 2 attempts
                [q]
                enqueue sales, priority 0
        "#]],
    );
}

#[test]
fn back_leads_to_the_menu_before_and_is_counted() {
    let limits = RunLimits { backs_max: 1, ..RunLimits::USUAL };
    let script = ["answered", "keys 2", "keys *", "keys 2", "keys *"];
    check_with(
        &menu(""),
        nobody(),
        limits,
        &script,
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 600s
            keys 2
                stop 1
                key 2: the caller pressed it
                [n]
                play 2: 再选择。
                until 600s
            keys *
                stop 2
                back: the caller pressed it
                [m]
                play 3: 请选择。
                until 600s
            keys 2
                stop 3
                key 2: the caller pressed it
                [n]
                play 4: 再选择。
                until 600s
            keys *
                stop 4
                [q]
                enqueue sales, priority 0
        "#]],
    );
    check(
        &menu(""),
        &["answered", "keys *"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 600s
            keys *
                stop 1
                play 2: 请选择。
                until 600s
        "#]],
    );
}

#[test]
fn a_voice_taken_for_a_letter_key_chooses_nothing() {
    check(
        &menu(""),
        &["answered", "keys ABCD", "keys 1"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 600s
            keys ABCD
                until 600s
            keys 1
                stop 1
                key 1: the caller pressed it
                [q]
                enqueue sales, priority 0
        "#]],
    );
}

/// Field complaint 54: the key out of the queue leads somewhere that waits for the next key.
#[test]
fn a_key_leaves_the_queue_and_the_next_menu_waits() {
    let text = menu("keys = { 9 = \"n\" }");
    let script = ["answered", "keys 1", "keys 3", "keys 9", "connected", "played", "keys 1"];
    check(
        &text,
        &script,
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 600s
            keys 1
                stop 1
                key 1: the caller pressed it
                [q]
                enqueue sales, priority 0
            keys 3
            keys 9
                leave queue
                [n]
                play 2: 再选择。
                until 600s
            connected
                until 600s
            played
                until 5s
            keys 1
                key 1: the caller pressed it
                [q]
                enqueue sales, priority 0
        "#]],
    );
}

/// Field complaint 16: nothing is heard any more once the call has gone on, and late news change nothing.
#[test]
fn what_is_played_stops_with_its_node() {
    check(
        &menu(""),
        &["answered", "keys 1", "late", "tick", "timed-out", "late"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 600s
            keys 1
                stop 1
                key 1: the caller pressed it
                [q]
                enqueue sales, priority 0
            late
            tick
            timed-out
                hang up: queue_timeout
            late
        "#]],
    );
}

#[test]
fn a_playing_that_never_ends_is_given_up() {
    let limits = RunLimits { play_max: Duration::from_secs(30), ..RunLimits::USUAL };
    check_with(
        &menu(""),
        nobody(),
        limits,
        &["answered", "tick", "wait", "barged", "wait"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 30s
            tick
                until 30s
            wait
                stop 1
                until 5s
            barged
                until 5s
            wait
                play 2: 没有按键。 | 请选择。
                until 30s
        "#]],
    );
}

/// TEL-01: the same number serves mobile and fixed callers by the same flow.
#[test]
fn a_branch_looks_at_caller_called_and_variable() {
    let context = |caller: &str, called: &str| Context {
        caller: bell_types::Number::parse(caller, &plan()).ok(),
        called: bell_types::Number::parse(called, &plan()).unwrap(),
        ..nobody()
    };
    let entered = |context| {
        let mut call = Call::start(COMPANY, context, RunLimits::USUAL);
        call.step("answered");
        call.step("played");
        let nodes = call.trace.lines().map(str::trim).filter(|line| line.starts_with('['));
        nodes.collect::<Vec<_>>().join(" ")
    };
    for (caller, called, nodes) in [
        ("13800138000", "4008001234", "[who-calls] [answer] [notice] [office-hours] [vip] [main-menu]"),
        ("057187654321", "4008001234", "[who-calls] [answer] [notice] [office-hours] [vip] [main-menu]"),
        ("", "4008001234", "[who-calls] [answer] [notice] [office-hours] [vip] [main-menu]"),
        ("010-12345678", "4008001234", "[who-calls] [refuse]"),
        (
            "0085221234567",
            "4008001234",
            "[who-calls] [mark-abroad] [answer] [notice] [office-hours] [vip] [english-menu]",
        ),
        ("13800138000", "95105105", "[who-calls] [mark-vip] [answer] [notice] [office-hours] [vip] [vip-queue]"),
    ] {
        assert_eq!(entered(context(caller, called)), nodes, "{caller}");
    }
}

#[test]
fn hours_follow_the_tenants_zone() {
    let here = Context { zone: Arc::new(Zone::fixed(4 * 3600)), ..nobody() };
    // 12:30 there: the lunch break.
    check_with(
        COMPANY,
        here,
        RunLimits::USUAL,
        &["answered", "played", "keys 1", "busy"],
        &expect![[r#"
            call
                [who-calls]
                no case: the caller's number is withheld
                [answer]
                answer
            answered
                [notice]
                play 1: 欢迎致电星光科技。 | 本次通话可能录音，用于服务质量优化。, keys kept, notice
                until 600s
            played
                [office-hours]
                closed: it is 2026-10-26 (mon)
                [night-menu]
                play 2: 现在是下班时间，紧急故障报修请按1，收听服务时间请按2，转值班人员请按0。
                until 600s
            keys 1
                stop 2
                key 1: the caller pressed it
                [on-call]
                transfer +8613800138000, 25s
            busy
                [goodbye]
                play 3: 感谢您的来电，再见。, keys kept
                until 600s
        "#]],
    );
}

#[test]
fn before_the_answer_a_hang_up_refuses() {
    let text = format!("{HEAD}[nodes.a]\ndo = \"hangup\"\nprompt = \"再见。\"\n");
    check(
        &text,
        &["answered"],
        &expect![[r#"
            call
                [a]
                hang up: declined
            answered
        "#]],
    );
}

/// Field complaint 55: a loop goes round as often as it says, and a flow that was never proved ends all the same.
#[test]
fn rounds_are_counted_and_a_flow_without_end_is_ended() {
    let text =
        format!("{HEAD}[nodes.a]\ndo = \"loop\"\ntimes = 2\nagain = \"a\"\ndone = \"b\"\n[nodes.b]\ndo = \"hangup\"\n");
    check(
        &text,
        &[],
        &expect![[r#"
            call
                [a]
                again: round 1 of 2
                [a]
                again: round 2 of 2
                [a]
                count used up: 2 rounds are over
                [b]
                hang up: declined
        "#]],
    );
    let limits = RunLimits { steps_max: 3, ..RunLimits::USUAL };
    let endless = text.replace("done = \"b\"", "done = \"a\"");
    check_with(
        &endless,
        nobody(),
        limits,
        &[],
        &expect![[r#"
            call
                [a]
                again: round 1 of 2
                [a]
                again: round 2 of 2
                [a]
                count used up: 2 rounds are over
                hang up: flow_failed
        "#]],
    );
}

/// TEL-02: whoever cannot be served hears why; the cause stands in the record.
#[test]
fn tel_02_a_full_queue_leads_on_or_ends_with_its_cause() {
    check(
        &menu("on_full = \"q2\"\n[nodes.q2]\ndo = \"queue\"\nqueue = \"other\""),
        &["answered", "keys 1", "full", "timed-out"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [m]
                play 1: 请选择。
                until 600s
            keys 1
                stop 1
                key 1: the caller pressed it
                [q]
                enqueue sales, priority 0
            full
                [q2]
                enqueue other, priority 0
            timed-out
                hang up: queue_timeout
        "#]],
    );
}
