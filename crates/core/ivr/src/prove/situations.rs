//! Every situation a call can be in: at which node, answered or not, notice heard or not, how deep in menus.

use std::collections::BTreeSet;

use super::{Hop, Path, Policy, Problem, Prover};
use crate::flow::{Flow, NodeIndex, Notice, Recording, Step};
use crate::graph::{Exit, Label, Target, exits};

/// What is known of a call that comes to a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Situation {
    node: NodeIndex,
    answered: bool,
    notice_heard: bool,
    /// An agent has talked with the caller and hung up.
    served: bool,
    /// The menus gone down since the call began or last waited for a human; the present one last.
    menus: Vec<NodeIndex>,
}

/// What a search saw.
pub(super) struct Searched {
    pub(super) depth: usize,
    pub(super) situations: usize,
}

/// The situations found so far, each with the one it came from; those from `next` on are not followed yet.
struct Search<'f> {
    flow: &'f Flow,
    known: BTreeSet<Situation>,
    found: Vec<(Situation, Option<(usize, Label)>)>,
}

impl Prover<'_> {
    /// Looks at every situation, the shortest ways first, so that the first counter-example is the simplest.
    pub(super) fn every_situation_is_lawful(&mut self, policy: &Policy) -> Searched {
        let mut search = Search::of(self.flow);
        let mut reported = BTreeSet::new();
        let mut next = 0;
        let mut depth = 0;
        while let Some((situation, _)) = search.found.get(next).cloned() {
            depth = depth.max(situation.menus.len());
            let wrong = wrong_in(self.flow, &situation, policy);
            let too_deep = matches!(wrong, Some(Problem::TooDeep { .. }));
            if let Some(problem) = wrong {
                let kind = std::mem::discriminant(&problem);
                if reported.insert((situation.node, format!("{kind:?}"))) {
                    self.refuse(situation.node, problem, search.path_to(next));
                }
            }
            if search.found.len() > policy.situations_max {
                let max = policy.situations_max;
                self.refuse(situation.node, Problem::TooComplex { max }, search.path_to(next));
                break;
            }
            // Nothing below a menu that is too deep needs to be shown as well.
            if !too_deep {
                search.follow(next, &situation);
            }
            next += 1;
        }
        Searched { depth, situations: search.found.len() }
    }
}

fn wrong_in(flow: &Flow, situation: &Situation, policy: &Policy) -> Option<Problem> {
    let step = &flow.node(situation.node).step;
    if !situation.answered && needs_answer(step) {
        return Some(Problem::NotAnswered);
    }
    if flow.recording() == Recording::On && step.reaches_human() && !situation.notice_heard {
        return Some(Problem::NoticeMissing);
    }
    if flow.recording() == Recording::Off && matches!(step, Step::Record(_)) {
        return Some(Problem::MessageUnrecorded);
    }
    if matches!(step, Step::Survey(_)) && !situation.served {
        return Some(Problem::SurveyTooEarly);
    }
    let (depth, max) = (situation.menus.len(), policy.depth_max);
    (depth > max).then_some(Problem::TooDeep { depth, max })
}

fn needs_answer(step: &Step) -> bool {
    match step {
        Step::Play(_) | Step::Menu(_) | Step::Collect(_) | Step::Language(_) | Step::Survey(_) | Step::Record(_) => {
            true
        }
        Step::HangUp(hang_up) => !hang_up.prompts.is_empty(),
        // While a phone rings for him the caller hears ring-back, and he is answered when it is.
        Step::Queue(_) | Step::Transfer(_) => false,
        Step::Answer(_)
        | Step::Hours(_)
        | Step::Calendar(_)
        | Step::Branch(_)
        | Step::LookUp(_)
        | Step::Callback(_)
        | Step::Set(_)
        | Step::Loop(_) => false,
    }
}

impl<'f> Search<'f> {
    fn of(flow: &'f Flow) -> Self {
        let mut search = Self { flow, known: BTreeSet::new(), found: Vec::new() };
        let start =
            Situation { node: flow.start(), answered: false, notice_heard: false, served: false, menus: Vec::new() };
        search.note(search.arrived(start), None);
        search
    }

    /// The situation after coming to its node.
    fn arrived(&self, mut situation: Situation) -> Situation {
        let node = situation.node;
        let step = &self.flow.node(node).step;
        let menus = &mut situation.menus;
        if step.reaches_human() {
            menus.clear();
        } else if matches!(step, Step::Menu(_)) {
            match menus.iter().position(|known| *known == node) {
                Some(place) => menus.truncate(place + 1),
                None => menus.push(node),
            }
        }
        situation
    }

    fn note(&mut self, situation: Situation, from: Option<(usize, Label)>) {
        if self.known.insert(situation.clone()) {
            self.found.push((situation, from));
        }
    }

    fn follow(&mut self, index: usize, situation: &Situation) {
        let step = &self.flow.node(situation.node).step;
        for Exit { label, target } in exits(step) {
            let to = match target {
                Target::Node(to) => to,
                Target::Back => match situation.menus.as_slice() {
                    &[.., before, _] => before,
                    _ => continue,
                },
                Target::Repeat | Target::End(_) => continue,
            };
            let answered = situation.answered || matches!(step, Step::Answer(_));
            let heard = situation.notice_heard || (is_notice(step) && label == Label::Next);
            let served = situation.served || label == Label::AgentLeft;
            let menus = situation.menus.clone();
            let arrived = self.arrived(Situation { node: to, answered, notice_heard: heard, served, menus });
            self.note(arrived, Some((index, label)));
        }
    }

    fn path_to(&self, index: usize) -> Path {
        let mut hops = Vec::new();
        let mut at = Some(index);
        while let Some((situation, from)) = at.and_then(|index| self.found.get(index)) {
            hops.push(Hop { by: from.map(|(_, label)| label), node: self.flow.node(situation.node).name.clone() });
            at = from.map(|(before, _)| before);
        }
        hops.reverse();
        Path { hops }
    }
}

fn is_notice(step: &Step) -> bool {
    match step {
        Step::Play(play) => play.notice == Notice::Yes,
        Step::Answer(_)
        | Step::Menu(_)
        | Step::Collect(_)
        | Step::Hours(_)
        | Step::Calendar(_)
        | Step::Branch(_)
        | Step::Language(_)
        | Step::Survey(_)
        | Step::LookUp(_)
        | Step::Record(_)
        | Step::Callback(_)
        | Step::Set(_)
        | Step::Loop(_)
        | Step::Queue(_)
        | Step::Transfer(_)
        | Step::HangUp(_) => false,
    }
}
