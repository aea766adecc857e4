//! What goes on now, in lines for a terminal.

use super::view::{AgentNow, CallNow, NuisanceNow, QueueNow, View};

use crate::cli::width::{cut, fit, width};

/// How many entries of the nuisance rule are shown.
const NUISANCES_SHOWN: usize = 3;

/// The screen's lines, none wider than `columns`.
pub(super) fn lines(view: &View, columns: usize) -> Vec<String> {
    let mut lines = vec![headline(view), view.transfers.to_string()];
    if !view.trunks_down.is_empty() {
        lines.push(format!("trunks down: {}", view.trunks_down.join(", ")));
    }
    nuisances(view, &mut lines);
    queues(view, &mut lines);
    agents(view, &mut lines);
    calls(view, &mut lines);
    lines.iter().map(|line| cut(line.trim_end(), columns)).collect()
}

fn headline(view: &View) -> String {
    let waiting: usize = view.queues.iter().map(|queue| queue.waiting).sum();
    let at_work = view.agents.iter().filter(|agent| agent.state != "signed out").count();
    let calls = counted(view.calls.len(), "call");
    // To the second; nobody reads more while it moves.
    let at = view.at.get(..19).unwrap_or(&view.at).replace('T', " ");
    format!("{at} UTC   {calls}, {waiting} waiting, {at_work} of {} agents at work", view.agents.len())
}

/// The newest ones, and how the newest is taken back.
fn nuisances(view: &View, lines: &mut Vec<String>) {
    for NuisanceNow { list, number, calls, seconds } in view.nuisances.iter().take(NUISANCES_SHOWN) {
        let ago = clock(seconds);
        lines.push(format!("{number} was put on list {list} {ago} ago, after {calls} calls"));
    }
    if let Some(NuisanceNow { list, number, .. }) = view.nuisances.first() {
        lines.push(format!("  to take it back: belltower lists undo {list} {number} --as YOU"));
    }
}

fn queues(view: &View, lines: &mut Vec<String>) {
    if view.queues.is_empty() {
        return;
    }
    let name = column("queue", view.queues.iter().map(|queue| queue.queue.as_str()), 20);
    lines.push(String::new());
    lines.push(format!("{}  waiting  longest  agents", fit("QUEUE", name)));
    for QueueNow { queue, waiting, longest_wait_seconds, alert_seconds, agents } in &view.queues {
        let longest = longest_wait_seconds.map_or_else(|| "-".to_owned(), clock);
        let states = agents.iter().map(|(state, count)| format!("{count} {state}"));
        let alert = alert_seconds.map(|seconds| format!("ALERT for {}", clock(seconds)));
        let states: Vec<String> = alert.into_iter().chain(states).collect();
        lines.push(format!("{}  {waiting:>7}  {longest:>7}  {}", fit(queue, name), states.join(", ")));
    }
}

fn agents(view: &View, lines: &mut Vec<String>) {
    if view.agents.is_empty() {
        return;
    }
    let name = column("agent", view.agents.iter().map(|agent| agent.agent.as_str()), 20);
    lines.push(String::new());
    lines.push(format!("{}  {}  {:>8}  call", fit("AGENT", name), fit("state", 20), "for"));
    for AgentNow { agent, state, reason, seconds, call } in &view.agents {
        let state = reason.as_ref().map_or_else(|| (*state).to_owned(), |reason| format!("{state}: {reason}"));
        let time = seconds.map_or_else(|| "-".to_owned(), clock);
        let call = call.as_deref().unwrap_or_default();
        lines.push(format!("{}  {}  {time:>8}  {call}", fit(agent, name), fit(&state, 20)));
    }
}

fn calls(view: &View, lines: &mut Vec<String>) {
    lines.push(String::new());
    if view.calls.is_empty() {
        lines.push("no call is going on".to_owned());
        return;
    }
    lines.push(format!("{}  {}  {:>8}  stage, and for how long", fit("CALL", 13), fit("caller", 15), "in all"));
    for CallNow { call, caller, stage, offered_to, stage_seconds, seconds, called: _ } in &view.calls {
        let caller = fit(caller.as_deref().unwrap_or("withheld"), 15);
        let rings = offered_to.as_ref().map_or_else(String::new, |agent| format!(" -> {agent}"));
        let (all, here) = (clock(seconds), clock(stage_seconds));
        lines.push(format!("{}  {caller}  {all:>8}  {here} {stage}{rings}", fit(call, 13)));
    }
}

/// As wide as its widest name, but not wider than fits beside the rest.
fn column<'a>(title: &str, names: impl Iterator<Item = &'a str>, columns_max: usize) -> usize {
    names.map(width).max().unwrap_or(0).max(width(title)).min(columns_max)
}

/// `0:07`, `12:34`, `1:02:03`.
fn clock(seconds: impl std::borrow::Borrow<u64>) -> String {
    let seconds = *seconds.borrow();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bell_engine::Moving;

    use super::*;

    fn view() -> View {
        let agent = |agent: &str, state, reason: Option<&str>, seconds, call: Option<&str>| AgentNow {
            agent: agent.to_owned(),
            state,
            reason: reason.map(str::to_owned),
            seconds,
            call: call.map(str::to_owned),
        };
        let call = "1N7M5G4000001";
        View {
            at: "2026-11-27T08:30:00.123456Z".to_owned(),
            config_version: 1,
            calls: vec![CallNow {
                call: call.to_owned(),
                caller: Some("+8613800138000".to_owned()),
                called: "+864008001234".to_owned(),
                stage: "waiting in queue 销售".to_owned(),
                offered_to: Some("王小明".to_owned()),
                stage_seconds: 7,
                seconds: 3723,
            }],
            queues: vec![
                QueueNow {
                    queue: "销售".to_owned(),
                    waiting: 1,
                    longest_wait_seconds: Some(7),
                    alert_seconds: Some(2),
                    agents: BTreeMap::from([("free", 2), ("talking", 1)]),
                },
                QueueNow {
                    queue: "support".to_owned(),
                    waiting: 0,
                    longest_wait_seconds: None,
                    alert_seconds: None,
                    agents: BTreeMap::new(),
                },
            ],
            agents: vec![
                agent("王小明", "ringing", None, Some(5), Some(call)),
                agent("alice", "break", Some("午休"), Some(754), None),
                agent("bob", "signed out", None, None, None),
            ],
            transfers: Moving { now: 2, max: 50, alert_at: 2, alert: true },
            trunks_down: vec!["second".to_owned()],
            nuisances: vec![NuisanceNow {
                list: "blocked".to_owned(),
                number: "+8613800138000".to_owned(),
                calls: 5,
                seconds: 65,
            }],
        }
    }

    #[test]
    fn a_screen_reads_well_and_chinese_aligns() {
        let expected = "\
2026-11-27 08:30:00 UTC   1 call, 1 waiting, 2 of 3 agents at work
ALERT: 2 of at most 50 transfers on their way
trunks down: second
+8613800138000 was put on list blocked 1:05 ago, after 5 calls
  to take it back: belltower lists undo blocked +8613800138000 --as YOU

QUEUE    waiting  longest  agents
销售           1     0:07  ALERT for 0:02, 2 free, 1 talking
support        0        -

AGENT   state                      for  call
王小明  ringing                   0:05  1N7M5G4000001
alice   break: 午休              12:34
bob     signed out                   -

CALL           caller             in all  stage, and for how long
1N7M5G4000001  +8613800138000    1:02:03  0:07 waiting in queue 销售 -> 王小明";
        assert_eq!(lines(&view(), 80).join("\n"), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        for columns in [10, 20, 40, 80, 200] {
            let lines = lines(&view(), columns);
            assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
        }
    }
}
