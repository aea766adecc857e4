//! What a fuzzer calls, and a normal test with the corpus: any bytes are a flow's file or a list of mistakes, and any
//! flow brings any caller to an end.

use std::sync::Arc;
use std::time::Duration;

use bell_types::{Cause, Digit, Now, NumberPlan, PromptEnd, Zone};

use crate::flow::Flow;
use crate::limits::{Limits, RunLimits, TreeLimits};
use crate::prove::{Known, Policy, PromptState, prove};
use crate::run::{
    Action, CallerFacts, Context, Event, LookUpFailure, LookUpNumber, MessageNumber, PlayNumber, QueueLeft, Run,
};
use crate::simulate::simulate;
use crate::speech;

/// Events that one input plays at most.
const EVENTS_MAX: usize = 20_000;

/// Reads, proves, simulates and runs whatever the bytes are.
///
/// # Panics
/// If a promise of this crate is broken.
pub fn flow_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    speech::normalize(text, crate::flow::Language::Mandarin);
    let flow = match Flow::parse(text, &NumberPlan::china(Some("571")), &Limits::USUAL) {
        Ok(flow) => Arc::new(flow),
        Err(diagnostics) => {
            let lines = text.matches('\n').count() + 1;
            assert!(!diagnostics.is_empty(), "a refusal says why");
            for diagnostic in diagnostics {
                assert!(diagnostic.place.line as usize <= lines, "{diagnostic} lies in the file");
                assert!(!diagnostic.remedy.is_empty(), "{diagnostic} has a remedy");
            }
            return;
        }
    };
    let known = Known {
        prompts: flow.prompts().into_iter().map(|prompt| (prompt.name, PromptState::Playable)).collect(),
        queues: flow.queues().into_iter().collect(),
        calendars: flow.calendars(),
        lists: None,
        classes: None,
        origins: None,
    };
    let policy = Policy { situations_max: 10_000, ..Policy::USUAL };
    let proved = prove(&flow, &known, &policy).is_ok();
    let tree = simulate(&flow, &RunLimits::USUAL, &TreeLimits::USUAL).to_string();
    assert!(!proved || !tree.contains("STUCK"), "a proved flow goes on:\n{tree}");
    call(&flow, data, proved);
}

/// Takes one caller through the flow; the bytes say what happens.
fn call(flow: &Arc<Flow>, data: &[u8], proved: bool) {
    let context = Context {
        caller: None,
        called: bell_types::Number::Short("110".into()),
        zone: Arc::new(Zone::fixed(28_800)),
        calendars: Arc::default(),
        facts: CallerFacts::unknown("a fuzzer calls"),
    };
    let mut now = Now::default();
    let mut run = Run::start(now, Arc::clone(flow), context, RunLimits::USUAL);
    let mut playing = PlayNumber::default();
    let (mut look_up, mut message) = (LookUpNumber::default(), MessageNumber::default());
    for &byte in data.iter().cycle().take(EVENTS_MAX) {
        while let Some(action) = run.poll_output() {
            match action {
                Action::Play { play, .. } => playing = play,
                Action::Enqueue { .. } | Action::Transfer { .. } => {
                    let lawful = run.is_notice_heard() || flow.recording() == crate::flow::Recording::Off;
                    assert!(!proved || lawful, "no human before the notice");
                }
                Action::Hangup { cause } => assert!(!proved || cause != Cause::FlowFailed, "a proved flow ends well"),
                Action::LookUp { number, .. } => look_up = number,
                Action::RecordMessage { message: begun, .. } => message = begun,
                Action::Entered(_)
                | Action::Decided { .. }
                | Action::StopMessage(_)
                | Action::KeepMessage(_)
                | Action::DropMessage(_)
                | Action::Callback { .. }
                | Action::SurveyBegan { .. }
                | Action::Scored { .. }
                | Action::Answer
                | Action::StopPlaying(_)
                | Action::LeaveQueue => {}
            }
        }
        if run.is_ended() {
            assert_eq!(run.poll_timeout(), None, "what is over waits for nothing");
            return;
        }
        if let Some(due) = run.poll_timeout().filter(|_| byte & 0x80 != 0) {
            now = now.after(due - now.mono);
        }
        let event = match byte % 17 {
            11 => Event::LookedUp { number: look_up, answer: Err(LookUpFailure::Unreachable) },
            12 => Event::LookedUp { number: look_up, answer: Ok(vec![Some("1".into())]) },
            13 => Event::MessageEnded { message, length: Duration::from_millis(u64::from(byte) * 20) },
            14 => Event::CallbackNoted,
            15 => Event::CallbackRefused("".into()),
            16 => Event::AgentLeft,
            _ => event(byte, playing),
        };
        run.handle(now, event);
    }
}

fn event(byte: u8, play: PlayNumber) -> Event {
    const HOWS: [PromptEnd; 4] = [PromptEnd::Completed, PromptEnd::BargedIn, PromptEnd::Stopped, PromptEnd::Failed];
    match byte % 11 {
        0 => Event::Answered,
        1..=3 => Event::PlayEnded { play, how: HOWS[usize::from(byte >> 6)] },
        4 => Event::QueueLeft(QueueLeft::TimedOut),
        5 => Event::QueueLeft(QueueLeft::Full),
        6 => Event::QueueLeft(QueueLeft::NoAgent),
        7 => Event::TransferFailed(Cause::Busy),
        8 => Event::Tick,
        _ => Digit::from_event(byte >> 4).map_or(Event::Tick, Event::Digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafts::{Draft, Seeded};

    const CORPUS: [&str; 14] = [
        include_str!("../examples/shop.toml"),
        include_str!("../examples/company.toml"),
        include_str!("../fuzz-corpus/empty.toml"),
        include_str!("../fuzz-corpus/no-toml.toml"),
        include_str!("../fuzz-corpus/every-field-wrong.toml"),
        include_str!("../fuzz-corpus/round.toml"),
        include_str!("../fuzz-corpus/instant-round.toml"),
        include_str!("../fuzz-corpus/loop-into-itself.toml"),
        include_str!("../fuzz-corpus/hours.toml"),
        include_str!("../fuzz-corpus/collect.toml"),
        include_str!("../fuzz-corpus/queue-only.toml"),
        include_str!("../fuzz-corpus/refuse.toml"),
        include_str!("../fuzz-corpus/reserved-names.toml"),
        include_str!("../fuzz-corpus/back-and-repeat.toml"),
    ];

    #[test]
    fn the_corpus_keeps_every_promise() {
        for text in CORPUS {
            flow_file(text.as_bytes());
        }
    }

    #[test]
    fn damaged_flows_keep_every_promise() {
        for seed in 0..300 {
            let mut seeded = Seeded::new(seed);
            let mut bytes = match seed % 3 {
                0 => CORPUS[seeded.below(CORPUS.len())].as_bytes().to_vec(),
                _ => Draft::grow(seed).text().into_bytes(),
            };
            for _ in 0..seeded.below(4) {
                let place = seeded.below(bytes.len().max(1));
                match seeded.below(3) {
                    _ if bytes.is_empty() => {}
                    0 => bytes[place] = b' ' + seeded.below(94) as u8,
                    1 => drop(bytes.remove(place)),
                    _ => bytes.truncate(place),
                }
            }
            flow_file(&bytes);
        }
    }
}
