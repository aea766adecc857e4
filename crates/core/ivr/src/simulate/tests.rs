use std::collections::VecDeque;
use std::sync::Arc;

use bell_types::Cause;

use expect_test::{Expect, expect, expect_file};

use super::caller::Caller;
use super::simulate;
use crate::drafts::plan;
use crate::flow::{Flow, Step};
use crate::graph::Label;
use crate::limits::{Limits, RunLimits, TreeLimits};
use crate::prove::{Hop, Path};
use crate::run::{Event, LookUpFailure};

/// Takes a caller along a way, hop by hop, and returns him at its end.
pub(crate) fn walk(flow: &Arc<Flow>, path: &Path) -> Caller {
    let mut caller = Caller::dial(flow, &RunLimits::USUAL);
    let mut entered: VecDeque<_> = caller.news().into();
    for hop in &path.hops {
        if entered.is_empty() {
            take(flow, &mut caller, hop);
            entered = caller.news().into();
        }
        let node = entered.pop_front().unwrap_or_else(|| panic!("{path}: stuck before [{}]", hop.node));
        assert_eq!(flow.node(node).name, hop.node, "{path}");
    }
    caller
}

fn take(flow: &Flow, caller: &mut Caller, hop: &Hop) {
    let step = &flow.node(caller.node()).step;
    let to = flow.find(hop.node.as_str()).unwrap();
    match (hop.by.unwrap(), step) {
        (Label::Next, Step::Answer(_)) => caller.meets(Event::Answered),
        (Label::Next, Step::Collect(collect)) => caller.types(collect),
        (Label::Next, Step::LookUp(look_up)) => caller.is_told(Ok(vec![None; look_up.into.len()])),
        (Label::Next, Step::Record(record)) => caller.leaves_message(record),
        (Label::Next, Step::Callback(_)) => caller.meets(Event::CallbackNoted),
        (Label::LookUpFailed, _) => caller.is_told(Err(LookUpFailure::NoJson)),
        (Label::CallbackRefused, _) => caller.meets(Event::CallbackRefused("no".into())),
        (Label::AgentLeft, _) => caller.meets(Event::AgentLeft),
        (Label::Back, _) => panic!("back is a key"),
        (Label::Next, _) => caller.listens(),
        (Label::NoticeCut, _) => caller.presses_any(),
        (Label::Key(digit), _) => caller.presses(digit),
        (Label::AttemptsUsedUp, Step::Record(_)) => caller.persists(u8::MAX, Caller::says_nothing),
        (Label::AttemptsUsedUp, _) => caller.persists(u8::MAX, Caller::waits),
        (Label::QueueLeft(why), _) => caller.meets(Event::QueueLeft(why)),
        (Label::TransferFailed, _) => caller.meets(Event::TransferFailed(Cause::Busy)),
        (
            Label::Open
            | Label::Closed
            | Label::Shift(_)
            | Label::Holiday
            | Label::Case(_)
            | Label::NoCase
            | Label::Again
            | Label::Done,
            _,
        ) => {
            caller.is_led_to(to);
        }
    }
}

fn check(text: &str, limits: &TreeLimits, expected: &Expect) {
    let flow = Arc::new(Flow::parse(text, &plan(), &Limits::USUAL).unwrap());
    let tree = simulate(&flow, &RunLimits::USUAL, limits);
    expected.assert_eq(&format!("{tree}\n"));
}

#[test]
fn inb_08_every_way_of_the_shop_is_drawn() {
    check(
        include_str!("../../examples/shop.toml"),
        &TreeLimits::USUAL,
        &expect![[r#"
            call -> [welcome] answer
               -> [greeting] play "您好，欢迎致电星光商店。"
               -> [notice] play "本次通话可能录音，用于服务质量优化。"
               -> [main-menu] menu "产品咨询请按1，技术支持请按2，售后服务请按3，…"
            ├─ key # (repeat) -> [main-menu], shown above
            ├─ key 0 -> [service] queue service, priority 0
            │  ├─ an agent answers -> talks with an agent of service
            │  ├─ longest wait over -> [busy] hangup "对不起，客服人员正忙，请您稍后再拨。感谢您的来电…"
            │  │     -> the call ends
            │  ├─ queue full -> [busy], shown above
            │  └─ no agent -> [closed] hangup "对不起，现在没有客服人员值班，我们的服务时间是9…"
            │        -> the call ends
            ├─ key 1 -> [sales] queue sales, priority 0
            │  ├─ an agent answers -> talks with an agent of sales
            │  ├─ longest wait over -> [busy], shown above
            │  ├─ queue full -> [busy], shown above
            │  └─ no agent -> [closed], shown above
            ├─ key 2 -> [support] queue support, priority 0
            │  ├─ an agent answers -> talks with an agent of support
            │  ├─ longest wait over -> [busy], shown above
            │  ├─ queue full -> [busy], shown above
            │  └─ no agent -> [closed], shown above
            ├─ key 3 -> [service], shown above
            ├─ wrong keys -> [service], shown above
            └─ no key -> [service], shown above
        "#]],
    );
}

/// The tree ships beside the sample, as an example of what the simulator prints.
#[test]
fn inb_08_every_way_of_the_company_is_drawn() {
    let company = include_str!("../../examples/company.toml");
    let flow = Arc::new(Flow::parse(company, &plan(), &Limits::USUAL).unwrap());
    let tree = simulate(&flow, &RunLimits::USUAL, &TreeLimits::USUAL);
    expect_file!["../../examples/company.tree.txt"].assert_eq(&format!("{tree}\n"));
}

#[test]
fn digits_back_and_rounds_are_drawn() {
    check(
        include_str!("../../fuzz-corpus/collect.toml"),
        &TreeLimits::USUAL,
        &expect![[r#"
            call -> [a] answer
               -> [b] collect n <ask>
            ├─ digits typed -> [c] branch
            │  ├─ case 1 -> [d] hangup "再见。"
            │  │     -> the call ends
            │  └─ no case -> [d], shown above
            └─ no digits -> [c], shown above
        "#]],
    );
    check(
        include_str!("../../fuzz-corpus/back-and-repeat.toml"),
        &TreeLimits::USUAL,
        &expect![[r#"
            call -> [a] answer
               -> [b] menu "请选择。"
            ├─ key # (repeat) -> [d] transfer to 95588
            │  ├─ answers -> talks with 95588
            │  └─ no answer -> [b], shown above
            ├─ key * (back) -> [d], shown above
            ├─ key 0 -> [d], shown above
            ├─ key 1 -> [c] menu "请再选择。"
            │  ├─ key * (back) -> [b], shown above
            │  ├─ key 0 -> [d], shown above
            │  ├─ key 1 -> [b], shown above
            │  ├─ wrong keys -> [b], shown above
            │  └─ no key -> [b], shown above
            ├─ wrong keys -> [d], shown above
            └─ no key -> [d], shown above
        "#]],
    );
}

/// A flow that was never proved is drawn all the same.
#[test]
fn a_way_round_is_drawn_once() {
    check(
        include_str!("../../fuzz-corpus/instant-round.toml"),
        &TreeLimits::USUAL,
        &expect![[r#"
            call -> [a] set v = "1"
               -> [a], shown above
        "#]],
    );
    check(
        include_str!("../../fuzz-corpus/loop-into-itself.toml"),
        &TreeLimits::USUAL,
        &expect![[r#"
            call -> [a] loop, 20 times
            ├─ again -> [a], shown above
            └─ count used up -> [a], shown above
        "#]],
    );
    check(
        include_str!("../../fuzz-corpus/queue-only.toml"),
        &TreeLimits::USUAL,
        &expect![[r#"
            call -> [a] queue sales, priority 255
            ├─ an agent answers -> talks with an agent of sales
            ├─ key # -> [a], shown above
            ├─ key 1 -> [a], shown above
            ├─ longest wait over -> the call ends: the longest wait of the queue is over
            ├─ queue full -> [a], shown above
            └─ no agent -> the call ends: no agent is signed in to the queue
        "#]],
    );
}

#[test]
fn a_tree_that_grows_too_large_is_cut_and_says_so() {
    let limits = TreeLimits { lines_max: 6, depth_max: 200 };
    check(
        include_str!("../../examples/shop.toml"),
        &limits,
        &expect![[r#"
        call -> [welcome] answer
           -> [greeting] play "您好，欢迎致电星光商店。"
           -> [notice] play "本次通话可能录音，用于服务质量优化。"
           -> [main-menu] menu "产品咨询请按1，技术支持请按2，售后服务请按3，…"
        ├─ key # (repeat) -> [main-menu], shown above
        ├─ key 0 -> …
        ├─ key 1 -> …
        ├─ key 2 -> …
        ├─ key 3 -> [service], shown above
        ├─ wrong keys -> [service], shown above
        └─ no key -> [service], shown above
        (cut: the tree is too large to be shown whole)
    "#]],
    );
}
