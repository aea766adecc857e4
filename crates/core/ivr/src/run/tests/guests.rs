//! The nodes that ask lists, calendars, services and the caller himself.

use std::sync::Arc;
use std::time::Duration;

use bell_types::{ClassName, ListName};
use expect_test::expect;

use super::{Call, HEAD, check, check_with, menu, nobody};
use crate::calendar::CalendarBuilder;
use crate::limits::RunLimits;
use crate::run::{CallerFacts, Context, Event, MessageNumber, Region};

fn flow(nodes: &str) -> String {
    format!(
        "{HEAD}\n[nodes.a]\ndo = \"answer\"\nnext = \"b\"\n{nodes}\n[nodes.bye]\ndo = \"hangup\"\nprompt = \"再见。\"\n"
    )
}

fn with_facts(facts: CallerFacts) -> Context {
    let caller = Some("+8613800138000".to_owned().try_into().unwrap());
    Context { caller, facts, ..nobody() }
}

const WHO: &str = "
[nodes.b]
do = \"branch\"
cases = [
  { in_list = [\"vip\", \"board\"], then = \"list\" },
  { class = \"gold\", then = \"class\" },
  { region = [\"北京\", \"0571\"], then = \"region\" },
]
otherwise = \"bye\"
[nodes.list]
do = \"hangup\"
[nodes.class]
do = \"hangup\"
[nodes.region]
do = \"hangup\"
";

/// INB-14: an unknown region goes the default way with that reason.
#[test]
fn inb_14_lists_classes_and_regions_choose_the_way_and_say_why() {
    let hangzhou = Region {
        province: Some("浙江".into()),
        city: Some("杭州".into()),
        area_code: Some("0571".into()),
        carrier: None,
    };
    let mut told = String::new();
    for facts in [
        CallerFacts { region: Ok(hangzhou.clone()), class: None, lists: Vec::new() },
        CallerFacts { region: Ok(hangzhou.clone()), class: Some(ClassName::new("gold").unwrap()), lists: Vec::new() },
        CallerFacts {
            region: Ok(hangzhou),
            class: Some(ClassName::new("gold").unwrap()),
            lists: vec![ListName::new("watch").unwrap(), ListName::new("board").unwrap()],
        },
        CallerFacts::unknown("the prefix 1700 is in no table"),
    ] {
        let call = check_with_any(WHO, with_facts(facts));
        let lines = call.lines().skip_while(|line| !line.contains("[b]")).map(str::trim);
        told.push_str(&lines.collect::<Vec<_>>().join(" / "));
        told.push('\n');
    }
    expect![[r#"
        [b] / case 3: the caller's region is 0571 / [region] / hang up: flow_ended
        [b] / case 2: the caller's class is gold / [class] / hang up: flow_ended
        [b] / case 1: the caller is in list board / [list] / hang up: flow_ended
        [b] / no case: the caller's region is not known: the prefix 1700 is in no table / [bye] / play 1: 再见。, keys kept / until 600s
    "#]]
    .assert_eq(&told);
}

fn check_with_any(nodes: &str, context: Context) -> String {
    let mut call = Call::start(&flow(nodes), context, RunLimits::USUAL);
    call.step("answered");
    call.trace
}

/// INB-32: 2026-10-26 is a Monday, 16:30 in China.
#[test]
fn inb_32_a_calendar_leads_by_shift_holiday_and_hours() {
    let nodes = "
[nodes.b]
do = \"calendar\"
calendar = \"office\"
open = \"open\"
shifts = { late = \"late\" }
holiday = \"holiday\"
closed = \"bye\"
[nodes.open]
do = \"hangup\"
[nodes.late]
do = \"hangup\"
[nodes.holiday]
do = \"hangup\"
";
    let mut told = String::new();
    for (week, except) in [("09:00-18:00", ""), ("late", ""), ("09:00-18:00", "holiday"), ("09:00-16:00", "")] {
        let mut office = CalendarBuilder::default();
        office.shift("late", "16:00-20:00").unwrap();
        office.week("mon-fri", week).unwrap();
        if !except.is_empty() {
            office.except("2026-10-26", except).unwrap();
        }
        let calendars = [("office".parse().unwrap(), Arc::new(office.build()))].into();
        let trace = check_with_any(nodes, Context { calendars: Arc::new(calendars), ..nobody() });
        let way = trace.lines().skip_while(|line| !line.contains("[b]")).skip(1).take(2).map(str::trim);
        told.push_str(&way.collect::<Vec<_>>().join(" / "));
        told.push('\n');
    }
    expect![[r#"
        open: calendar office: open on 2026-10-26 (mon) / [open]
        shift 1: calendar office: open on 2026-10-26 (mon), shift late / [late]
        holiday: calendar office: closed on 2026-10-26 (mon, a day of its own) / [holiday]
        closed: calendar office: closed on 2026-10-26 (mon) / [bye]
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_language_is_chosen_once_and_heard_from_then_on() {
    let nodes = "
[nodes.b]
do = \"language\"
prompt = [\"中文请按1。\", { say = \"For English, press 2.\", language = \"en-US\" }]
keys = { 1 = \"zh-CN\", 2 = \"en-US\" }
next = \"c\"
[nodes.c]
do = \"collect\"
prompt = { zh-CN = \"请输入订单号。\", en-US = \"Please enter your order number.\" }
into = \"order\"
max = 2
read_back = { zh-CN = \"您输入的是{digits}。\", en-US = \"You entered {digits}.\" }
next = \"d\"
otherwise = \"d\"
[nodes.d]
do = \"branch\"
cases = [{ language = \"en-US\", then = \"bye\" }]
otherwise = \"bye\"
";
    check(
        &flow(nodes),
        &["answered", "keys 9", "keys 2", "keys 12", "keys 1"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                play 1: 中文请按1。 | For English, press 2.
                until 600s
            keys 9
                stop 1
                play 2: 中文请按1。 | For English, press 2.
                until 600s
            keys 2
                stop 2
                key 2: the language is en-US
                [c]
                play 3: Please enter your order number.
                until 600s
            keys 12
                stop 3
                play 4: You entered | one | two
                until 600s
            keys 1
                stop 4
                [d]
                case 1: the language is en-US
                [bye]
                play 5: 再见。, keys kept
                until 600s
        "#]],
    );
}

#[test]
fn without_a_key_the_language_stays() {
    let nodes = "
[nodes.b]
do = \"language\"
prompt = \"For English, press 2.\"
keys = { 2 = \"en-US\" }
attempts = 1
next = \"c\"
[nodes.c]
do = \"hangup\"
prompt = { zh-CN = \"再见。\", en-US = \"Goodbye.\" }
";
    check(
        &flow(nodes),
        &["answered", "played", "wait"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                play 1: For English, press 2.
                until 600s
            played
                until 5s
            wait
                [c]
                play 2: 再见。, keys kept
                until 600s
        "#]],
    );
}

const SURVEY: &str = "
[nodes.b]
do = \"queue\"
queue = \"sales\"
after_agent = \"rate\"
[nodes.rate]
do = \"survey\"
question = \"service\"
prompt = \"满意请按1，一般请按2，不满意请按3。\"
scores = { 1 = 5, 2 = 3, 3 = 1 }
attempts = 2
next = \"bye\"
";

/// INB-31: whether or not the driver said that the agent joined.
#[test]
fn inb_31_after_the_agent_hangs_up_the_caller_gives_a_score() {
    check(
        &flow(SURVEY),
        &["answered", "connected", "keys 1", "agent-left", "keys 9", "keys 2"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                enqueue sales, priority 0, and goes on
            connected
            keys 1
            agent-left
                [rate]
                survey service
                play 1: 满意请按1，一般请按2，不满意请按3。
                until 600s
            keys 9
                stop 1
                play 2: 满意请按1，一般请按2，不满意请按3。
                until 600s
            keys 2
                stop 2
                scored service 3 of 5
                [bye]
                play 3: 再见。, keys kept
                until 600s
        "#]],
    );
    let call = check(
        &flow(SURVEY),
        &["answered", "agent-left", "played", "wait", "played", "wait"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                enqueue sales, priority 0, and goes on
            agent-left
                [rate]
                survey service
                play 1: 满意请按1，一般请按2，不满意请按3。
                until 600s
            played
                until 5s
            wait
                play 2: 满意请按1，一般请按2，不满意请按3。
                until 600s
            played
                until 5s
            wait
                [bye]
                play 3: 再见。, keys kept
                until 600s
        "#]],
    );
    assert!(!call.trace.contains("scored"));
}

const LOOK_UP: &str = "
[nodes.b]
do = \"look_up\"
url = \"https://crm.example/customers/{caller}?to={called}\"
timeout = \"3s\"
into = { level = \"/level\", name = \"/name\" }
default = { level = \"ordinary\" }
next = \"c\"
otherwise = \"d\"
[nodes.c]
do = \"branch\"
cases = [{ variable = \"level\", is = \"gold\", then = \"gold\" }]
otherwise = \"bye\"
[nodes.d]
do = \"branch\"
cases = [{ variable = \"level\", is = \"ordinary\", then = \"bye\" }, { variable = \"name\", begins = \"王\", then = \"gold\" }]
otherwise = \"gold\"
[nodes.gold]
do = \"hangup\"
";

#[test]
fn a_look_up_sets_variables_and_its_failure_sets_the_defaults() {
    let known = || with_facts(CallerFacts::unknown("no table"));
    check_with(
        &flow(LOOK_UP),
        known(),
        RunLimits::USUAL,
        &["answered", "told gold -"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                look up https://crm.example/customers/%2B8613800138000?to=4008001234, 3s: /level /name
                until 3s
            told gold -
                then: https://crm.example answered
                [c]
                case 1: variable level is gold
                [gold]
                hang up: flow_ended
        "#]],
    );
    check_with(
        &flow(LOOK_UP),
        known(),
        RunLimits::USUAL,
        &["answered", "wait", "told gold -"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                look up https://crm.example/customers/%2B8613800138000?to=4008001234, 3s: /level /name
                until 3s
            wait
                no answer to the look-up: https://crm.example: no answer in time
                [d]
                case 1: variable level is ordinary
                [bye]
                play 1: 再见。, keys kept
                until 600s
            told gold -
                until 600s
        "#]],
    );
    check(
        &flow(LOOK_UP),
        &["answered", "unreachable"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                look up https://crm.example/customers/?to=4008001234, 3s: /level /name
                until 3s
            unreachable
                no answer to the look-up: https://crm.example: cannot be reached
                [d]
                case 1: variable level is ordinary
                [bye]
                play 1: 再见。, keys kept
                until 600s
        "#]],
    );
}

const RECORD: &str = "
[nodes.b]
do = \"record\"
queue = \"sales\"
prompt = \"请在提示音后留言，按井号键结束。\"
max = \"90s\"
review = \"保留请按1，重录请按2，试听请按3。\"
attempts = 2
next = \"bye\"
otherwise = \"bye\"
";

#[test]
fn a_message_is_taken_reviewed_and_kept() {
    check(
        &flow(RECORD),
        &["answered", "played", "keys 5", "keys #", "spoke 8000", "keys 2", "barged", "spoke 9000", "played", "wait"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                play 1: 请在提示音后留言，按井号键结束。
                until 600s
            played
                record message 1 for sales
                until 90s
            keys 5
                until 90s
            keys #
                stop message 1
                until 90s
            spoke 8000
                play 2: 保留请按1，重录请按2，试听请按3。
                until 600s
            keys 2
                stop 2
                drop message 1
                play 3: 请在提示音后留言，按井号键结束。
                until 600s
            barged
                record message 2 for sales
                until 90s
            spoke 9000
                play 4: 保留请按1，重录请按2，试听请按3。
                until 600s
            played
                until 5s
            wait
                keep message 2
                [bye]
                play 5: 再见。, keys kept
                until 600s
        "#]],
    );
}

/// Whoever is led into another flow while he speaks leaves a second message there, which is not taken for the first: late news
/// of that change nothing.
#[test]
fn messages_are_numbered_through_the_flows_of_a_call() {
    let mut call = Call::start(&flow(RECORD), nobody(), RunLimits::USUAL);
    let speaks = |call: &mut Call| ["answered", "played"].iter().for_each(|step| call.step(step));
    speaks(&mut call);
    let first = call.message;
    call.run = call.run.lead_into(call.now, Arc::clone(call.run.flow()));
    call.drain();
    speaks(&mut call);
    assert_eq!((first, call.message), (MessageNumber(1), MessageNumber(2)));
    call.trace.clear();
    call.run.handle(call.now, Event::MessageEnded { message: first, length: Duration::from_secs(9) });
    call.drain();
    assert!(!call.trace.contains("play"), "the second goes on: {}", call.trace);
    ["spoke 9000", "played", "wait"].iter().for_each(|step| call.step(step));
    assert!(call.trace.contains("keep message 2"), "{}", call.trace);
}

/// Whoever has left a message listens to it as often as is allowed, and loses it by no key but the one that records anew.
#[test]
fn a_message_is_listened_to_before_it_is_kept() {
    check(
        &flow(RECORD),
        &["answered", "played", "spoke 8000", "keys 3", "played", "keys 9", "keys 333", "keys 3"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                play 1: 请在提示音后留言，按井号键结束。
                until 600s
            played
                record message 1 for sales
                until 90s
            spoke 8000
                play 2: 保留请按1，重录请按2，试听请按3。
                until 600s
            keys 3
                stop 2
                play 3: <belltower.message> | 保留请按1，重录请按2，试听请按3。
                until 600s
            played
                until 5s
            keys 9
                play 4: 保留请按1，重录请按2，试听请按3。
                until 600s
            keys 333
                stop 4
                play 5: <belltower.message> | 保留请按1，重录请按2，试听请按3。
                stop 5
                play 6: <belltower.message> | 保留请按1，重录请按2，试听请按3。
                stop 6
                play 7: <belltower.message> | 保留请按1，重录请按2，试听请按3。
                until 600s
            keys 3
                stop 7
                keep message 1
                [bye]
                play 8: 再见。, keys kept
                until 600s
        "#]],
    );
    check(
        &flow(RECORD),
        &["answered", "played", "spoke 8000", "keys 2", "played", "spoke 9000", "played", "keys 2"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                play 1: 请在提示音后留言，按井号键结束。
                until 600s
            played
                record message 1 for sales
                until 90s
            spoke 8000
                play 2: 保留请按1，重录请按2，试听请按3。
                until 600s
            keys 2
                stop 2
                drop message 1
                play 3: 请在提示音后留言，按井号键结束。
                until 600s
            played
                record message 2 for sales
                until 90s
            spoke 9000
                play 4: 保留请按1，重录请按2，试听请按3。
                until 600s
            played
                until 5s
            keys 2
                keep message 2
                [bye]
                play 5: 再见。, keys kept
                until 600s
        "#]],
    );
}

#[test]
fn a_message_too_short_is_none_and_one_that_never_ends_is_given_up() {
    check(
        &flow(RECORD),
        &["answered", "played", "spoke 400", "played", "spoke 0"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                play 1: 请在提示音后留言，按井号键结束。
                until 600s
            played
                record message 1 for sales
                until 90s
            spoke 400
                drop message 1
                play 2: 请在提示音后留言，按井号键结束。
                until 600s
            played
                record message 2 for sales
                until 90s
            spoke 0
                drop message 2
                [bye]
                play 3: 再见。, keys kept
                until 600s
        "#]],
    );
    check(
        &flow(RECORD),
        &["answered", "played", "wait"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                play 1: 请在提示音后留言，按井号键结束。
                until 600s
            played
                record message 1 for sales
                until 90s
            wait
                stop message 1
                play 2: 保留请按1，重录请按2，试听请按3。
                until 600s
        "#]],
    );
}

#[test]
fn a_callback_needs_a_number() {
    let nodes = "
[nodes.b]
do = \"callback\"
queue = \"sales\"
next = \"bye\"
otherwise = \"c\"
[nodes.c]
do = \"collect\"
prompt = \"请输入手机号。\"
into = \"number\"
check = \"mobile\"
wrong = \"号码有误。\"
next = \"d\"
otherwise = \"bye\"
[nodes.d]
do = \"callback\"
queue = \"sales\"
number = \"number\"
next = \"bye\"
otherwise = \"bye\"
";
    check(
        &flow(nodes),
        &["answered", "keys 12800138000", "keys 13800138000", "refused not between 9 and 20 o'clock"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                no callback: no number is known
                [c]
                play 1: 请输入手机号。
                until 600s
            keys 12800138000
                stop 1
                play 2: 号码有误。 | 请输入手机号。
                until 600s
            keys 13800138000
                stop 2
                [d]
                callback 13800138000 by sales
            refused not between 9 and 20 o'clock
                no callback: not between 9 and 20 o'clock
                [bye]
                play 3: 再见。, keys kept
                until 600s
        "#]],
    );
    check_with(
        &flow(nodes),
        with_facts(CallerFacts::unknown("no table")),
        RunLimits::USUAL,
        &["answered", "noted"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [b]
                callback +8613800138000 by sales
            noted
                [bye]
                play 1: 再见。, keys kept
                until 600s
        "#]],
    );
}

#[test]
fn a_variable_takes_words_with_holes_and_is_compared_as_a_number() {
    let nodes = "
[nodes.b]
do = \"set\"
variable = \"code\"
value = \"12\"
next = \"c\"
[nodes.c]
do = \"set\"
variable = \"code\"
value = \"{code}0\"
next = \"d\"
[nodes.d]
do = \"branch\"
cases = [
  { variable = \"code\", at_least = 121, then = \"bye\" },
  { variable = \"code\", below = 120, then = \"bye\" },
  { variable = \"code\", begins = [\"13\", \"120\"], then = \"bye\" },
]
otherwise = \"bye\"
";
    let trace = check_with_any(nodes, nobody());
    assert!(trace.contains("case 3: variable code begins with 13 or 120"), "{trace}");
}

/// INB-19: the busy tone is one of the ways to refuse.
#[test]
fn inb_19_a_caller_can_be_refused_as_busy() {
    let text = format!("{HEAD}\n[nodes.a]\ndo = \"hangup\"\nrefuse = \"busy\"\n");
    check(
        &text,
        &[],
        &expect![[r#"
            call
                [a]
                hang up: busy
        "#]],
    );
}

const LADDER: &str = "skills = { english = 2 }\non_timeout = \"late\"\non_voicemail = \"said\"\non_callback = \"called\"\n\
    [nodes.late]\ndo = \"hangup\"\n[nodes.said]\ndo = \"hangup\"\n[nodes.called]\ndo = \"hangup\"";

/// INB-30: the ladder of a queue leads to the flow's own ways for a message and for a callback; a number outside that does
/// not answer to the way of who has waited too long. What an agent must be able to do goes into the queue.
#[test]
fn inb_30_a_ladder_leads_to_the_flows_own_ways() {
    let ways = [
        (vec!["voicemail"], "[said]"),
        (vec!["callback"], "[called]"),
        (vec!["overflowed 4001234567"], "transfer 4001234567, 25s"),
        (vec!["overflowed 4001234567", "unanswered"], "[late]"),
    ];
    for (script, way) in ways {
        let mut call = Call::start(&menu(LADDER), nobody(), RunLimits::USUAL);
        ["answered", "keys 1"].into_iter().chain(script).for_each(|line| call.step(line));
        assert!(call.trace.contains("enqueue sales, priority 0, needs english 2"), "{}", call.trace);
        assert!(call.trace.contains(way), "{way}: {}", call.trace);
    }
    let mut call = Call::start(&menu("on_timeout = \"n\""), nobody(), RunLimits::USUAL);
    ["answered", "keys 1", "callback"].into_iter().for_each(|line| call.step(line));
    assert!(call.trace.contains("callback\n    [n]"), "without a way of its own: {}", call.trace);
}
