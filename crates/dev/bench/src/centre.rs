//! The centres that are measured: one trunk, one queue and its agents; or as many queues as a large centre has.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use bell_engine::{Snapshot, Source, Text, ZoneTable};
use bell_types::Date;

use crate::Outcome;

/// What callers dial.
pub(crate) const NUMBER: &str = "4001234567";
/// The password of every phone.
pub(crate) const PASSWORD: &str = "bench";

/// More than any scenario has at one time, with those whose transactions linger for half a minute after their end.
const CALLS_MAX: usize = 50_000;

/// A centre to be measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Where it takes SIP.
    pub(crate) centre: SocketAddr,
    /// Where its callers come from.
    pub(crate) callers: SocketAddr,
    /// Its media ports.
    pub(crate) ports: (u16, u16),
    /// Where it shows its health.
    pub(crate) health: Option<SocketAddr>,
    /// Where people sign in.
    pub(crate) console: Option<SocketAddr>,
    /// Where the calls go that agents place. Their phones are browsers then, and they come to work by themselves.
    pub(crate) called: Option<SocketAddr>,
    pub(crate) agents: usize,
    pub(crate) queues: usize,
    /// How many queues each agent serves.
    pub(crate) queues_each: usize,
    /// How many may wait in a queue.
    pub(crate) waiting_max: usize,
}

/// The name of an agent and of the phone.
pub(crate) fn agent(number: usize) -> String {
    format!("agent-{number}")
}

/// The number that leads to a queue; the first is [`NUMBER`].
pub(crate) fn number(queue: usize) -> String {
    format!("{}", 4_001_234_567 + queue)
}

/// The file of the flow that leads to a queue.
pub(crate) fn flow_file(queue: usize) -> String {
    format!("flow-{queue}.toml")
}

/// A flow that answers and lets the caller wait. Nothing is played: a prompt would take its time.
pub(crate) fn flow(queue: usize) -> String {
    format!(
        "flow = \"flow-{queue}\"\nversion = 1\nlanguage = \"zh-CN\"\nstart = \"answer\"\nrecording = \"off\"\n\
         [nodes.answer]\ndo = \"answer\"\nnext = \"wait\"\n\
         [nodes.wait]\ndo = \"queue\"\nqueue = \"queue-{queue}\"\non_timeout = \"end\"\non_full = \"end\"\n\
         on_no_agent = \"end\"\n\
         [nodes.end]\ndo = \"hangup\"\n"
    )
}

impl Plan {
    /// The configuration file.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "[centre]\nname = \"bench\"\nzone = \"Asia/Shanghai\"\narea_code = \"571\"\n\
             [sip]\ndomain = \"bench.belltower\"\nudp = [\"{}\"]\n\
             [media]\naddress = \"{}\"\nports = [{}, {}]\n\
             [policy]\ncalls_max = {CALLS_MAX}\nmissed_max = 0\n\
             [trunk.carrier]\nfrom = [\"{}\"]\ncalls_max = {CALLS_MAX}\n",
            self.centre,
            self.centre.ip(),
            self.ports.0,
            self.ports.1,
            self.callers.ip(),
        );
        if let Some(health) = self.health {
            text += &format!("[health]\nlisten = \"{health}\"\n");
        }
        if let Some(console) = self.console {
            text += &format!("[console]\nlisten = [\"{console}\"]\n");
        }
        if let Some(called) = self.called {
            text += &format!("[trunk.out]\nto = [\"{called}\"]\ncalls_max = {CALLS_MAX}\noptions_interval = \"0s\"\n");
        }
        (0..self.queues).for_each(|queue| self.write_queue(queue, &mut text));
        let (comes, phone) = match self.called {
            Some(_) => ("", "browser = true".to_owned()),
            None => ("sign_in = \"registration\"\n", format!("password = \"{PASSWORD}\"")),
        };
        (0..self.agents).map(agent).for_each(|name| {
            // Writing into a string does not fail.
            let _ = write!(text, "[agent.{name}]\nendpoints = [\"{name}\"]\n{comes}[endpoint.{name}]\n{phone}\n");
        });
        text
    }

    fn write_queue(&self, queue: usize, text: &mut String) {
        let serves = |agent: &usize| (agent + self.queues - queue) % self.queues < self.queues_each;
        let members = (0..self.agents).filter(serves).map(|number| format!("\"{}\"", agent(number)));
        let members = members.collect::<Vec<_>>().join(", ");
        let _ = write!(
            text,
            "[number.{}]\nflow = \"flow-{queue}\"\n[flow.flow-{queue}]\nfile = \"{}\"\n\
             [queue.queue-{queue}]\nagents = [{members}]\nannounce_first = \"0s\"\nwait_max = \"1h\"\n\
             waiting_max = {}\nwait_unstaffed = true\n",
            number(queue),
            flow_file(queue),
            self.waiting_max,
        );
    }

    /// The checked configuration.
    pub(crate) fn snapshot(&self, version: u64) -> Outcome<Arc<Snapshot>> {
        let flows: BTreeMap<String, String> = (0..self.queues).map(|queue| (flow_file(queue), flow(queue))).collect();
        let source = Source {
            version,
            hash: format!("{version:064x}"),
            main: Text { file: "centre.toml".to_owned(), text: self.text() },
            files: flows,
            audio: BTreeMap::new(),
            zone: ZoneTable { first: 8 * 3600, changes: Vec::new() },
            day: Date::parse("2026-12-01").ok_or("a day of the calendar")?,
        };
        let snapshot = Snapshot::build(source).map_err(|mistakes| format!("the centre has mistakes: {mistakes:?}"))?;
        Ok(Arc::new(snapshot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_that_is_measured_has_no_mistakes() {
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let plan = |called| Plan {
            centre: loopback(5060),
            callers: loopback(5080),
            ports: (20_000, 29_999),
            health: Some(loopback(9060)),
            console: Some(loopback(9080)),
            called,
            agents: 4,
            queues: 2,
            queues_each: 2,
            waiting_max: 10,
        };
        for called in [None, Some(loopback(5070))] {
            assert_eq!(plan(called).snapshot(1).unwrap().numbers.len(), 2);
        }
    }
}
