//! The flow as a plain graph: what can be reached, by which way, and which rounds no counter ends.

use std::collections::{BTreeSet, VecDeque};

use super::{Hop, Path};
use crate::flow::{Choice, Flow, Menu, NodeIndex};
use crate::graph::{Label, successors};

/// The shortest way to every node.
pub(super) struct Roads<'f> {
    flow: &'f Flow,
    /// For each node how it is reached first: by which way out of which node. None: not at all.
    reached: Vec<Option<Arrival>>,
}

#[derive(Clone, Copy)]
enum Arrival {
    Start,
    From(NodeIndex, Label),
}

/// A way round, from a node back to itself.
pub(super) struct Round {
    pub(super) first: NodeIndex,
    pub(super) hops: Vec<Hop>,
}

impl<'f> Roads<'f> {
    pub(super) fn of(flow: &'f Flow) -> Self {
        let mut roads = Self { flow, reached: vec![None; flow.nodes().len()] };
        let mut next = VecDeque::from([flow.start()]);
        roads.reached[usize::from(flow.start().0)] = Some(Arrival::Start);
        while let Some(node) = next.pop_front() {
            for (label, to) in successors(flow, node) {
                let arrival = &mut roads.reached[usize::from(to.0)];
                if arrival.is_none() {
                    *arrival = Some(Arrival::From(node, label));
                    next.push_back(to);
                }
            }
        }
        roads
    }

    pub(super) fn reaches(&self, node: NodeIndex) -> bool {
        self.reached[usize::from(node.0)].is_some()
    }

    pub(super) fn path_to(&self, node: NodeIndex) -> Path {
        let mut hops = Vec::new();
        let mut at = node;
        while let Some(arrival) = self.reached[usize::from(at.0)] {
            let (by, before) = match arrival {
                Arrival::Start => (None, None),
                Arrival::From(node, label) => (Some(label), Some(node)),
            };
            hops.push(self.hop(by, at));
            match before {
                Some(node) => at = node,
                None => break,
            }
        }
        hops.reverse();
        Path { hops }
    }

    fn hop(&self, by: Option<Label>, node: NodeIndex) -> Hop {
        let node = self.flow.node(node).name.clone();
        Hop { by, node }
    }

    /// Whether some key of the menu leads to a human without coming back to the menu first.
    pub(super) fn key_reaches_human(&self, index: NodeIndex, menu: &Menu) -> bool {
        let mut seen = BTreeSet::from([index]);
        let mut next: Vec<_> = menu
            .keys
            .iter()
            .filter_map(|(_, choice)| match choice {
                Choice::Go(node) => Some(*node),
                Choice::Repeat | Choice::Back => None,
            })
            .collect();
        while let Some(node) = next.pop() {
            if !seen.insert(node) {
                continue;
            }
            if self.flow.node(node).step.reaches_human() {
                return true;
            }
            next.extend(successors(self.flow, node).map(|(_, to)| to));
        }
        false
    }

    /// A way round that a call could take for ever. Only the `again` of a loop is counted; its `done` is not, for it
    /// is open ever after. `repeat` and `back` are counted by the menu and the call.
    pub(super) fn uncounted_round(&self) -> Option<Round> {
        let endless = self.endless();
        let mut at = *endless.first()?;
        let mut way = Vec::new();
        let mut seen: Vec<NodeIndex> = Vec::new();
        // Every endless node leads to an endless node, so that a walk among them comes round.
        while !seen.contains(&at) {
            seen.push(at);
            let (label, to) = uncounted(self.flow, at).find(|(_, to)| endless.contains(to))?;
            way.push(self.hop(Some(label), to));
            at = to;
        }
        let entry = seen.iter().position(|node| *node == at)?;
        Some(Round { first: at, hops: way.split_off(entry) })
    }

    /// The reachable nodes that are left when those which only lead to ends are taken away, again and again.
    fn endless(&self) -> BTreeSet<NodeIndex> {
        let mut left: BTreeSet<_> = self.flow.indices().filter(|node| self.reaches(*node)).collect();
        loop {
            let leads_on = |node: &NodeIndex| uncounted(self.flow, *node).any(|(_, to)| left.contains(&to));
            let kept: BTreeSet<_> = left.iter().copied().filter(leads_on).collect();
            if kept.len() == left.len() {
                return kept;
            }
            left = kept;
        }
    }
}

fn uncounted(flow: &Flow, node: NodeIndex) -> impl Iterator<Item = (Label, NodeIndex)> {
    successors(flow, node).filter(|(label, _)| *label != Label::Again)
}
