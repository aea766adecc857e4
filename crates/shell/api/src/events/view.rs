//! The part of what goes on that one viewer sees.

use bell_types::AgentName;
use serde::Serialize;
use utoipa::ToSchema;

use super::Change;
use crate::doors::{
    AgentView, AlertView, CallView, DeskQueueView, DeskView, FiguresView, LegState, Live, PhoneView, QueueView,
    TrunkView, Visible,
};
use crate::time::rfc3339;

/// Whose eyes look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Eyes {
    /// What of the board he may see; none: his own desk alone.
    pub(crate) board: Option<Visible>,
    /// The agent he is.
    pub(crate) agent: Option<AgentName>,
}

/// Everything that goes on, as far as one may see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct LiveMessage {
    /// The number of the last change that is in it.
    pub(crate) seq: u64,
    /// When that was.
    pub(crate) at: String,
    /// The queues.
    pub(crate) queues: Vec<QueueView>,
    /// The agents.
    pub(crate) agents: Vec<AgentView>,
    /// The calls.
    pub(crate) calls: Vec<CallView>,
    /// The trunks.
    pub(crate) trunks: Vec<TrunkView>,
    /// The phones.
    pub(crate) phones: Vec<PhoneView>,
    /// What asks for attention.
    pub(crate) alerts: Vec<AlertView>,
    /// How today fares.
    pub(crate) figures: FiguresView,
}

/// A message to a viewer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Message {
    Snapshot {
        seq: u64,
        live: Option<Box<LiveMessage>>,
        desk: Option<Box<DeskView>>,
    },
    Change(Box<ChangeMessage>),
    /// Something to look at: which list of things is to be read again.
    Notice {
        notice: &'static str,
    },
}

/// What changed, as far as one may see it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct ChangeMessage {
    pub(crate) seq: u64,
    pub(crate) at: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) queues: Vec<QueueView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) agents: Vec<AgentView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) calls: Vec<CallView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) trunks: Vec<TrunkView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) phones: Vec<PhoneView>,
    #[serde(skip_serializing_if = "Gone::is_empty")]
    pub(crate) gone: Gone,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alerts: Option<Vec<AlertView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) figures: Option<FiguresView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) desk: Option<Box<DeskView>>,
}

/// What is not there any more.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Gone {
    pub(crate) calls: Vec<String>,
    pub(crate) agents: Vec<String>,
}

impl Gone {
    fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.agents.is_empty()
    }
}

impl Eyes {
    /// What goes on, for these eyes; nothing of the board for who sees his own desk alone.
    pub(crate) fn live(&self, seq: u64, at: String, live: &Live) -> Option<LiveMessage> {
        let visible = self.board.as_ref()?;
        Some(LiveMessage {
            seq,
            at,
            queues: some(live.queues.values(), |queue| visible.has_queue(&queue.queue)),
            agents: some(live.agents.values(), |agent| visible.has_agent(&agent.agent)),
            calls: some(live.calls.values(), |call| sees_call(visible, call)),
            trunks: some(live.trunks.values(), |_| *visible == Visible::All),
            phones: some(live.phones.values(), |phone| sees_phone(visible, phone)),
            alerts: some(live.alerts.iter(), |alert| sees_alert(visible, alert)),
            figures: live.figures.clone(),
        })
    }

    /// What changed, for these eyes; none if that is nothing.
    pub(crate) fn change(&self, change: &Change) -> Option<ChangeMessage> {
        let visible = self.board.as_ref()?;
        let gone = Gone {
            calls: some(change.calls_gone.iter(), |call| sees_call(visible, call))
                .into_iter()
                .map(|call| call.call)
                .collect(),
            agents: some(change.agents_gone.iter(), |agent| visible.has_agent(agent)),
        };
        let told = ChangeMessage {
            queues: some(change.queues.iter(), |queue| visible.has_queue(&queue.queue)),
            agents: some(change.agents.iter(), |agent| visible.has_agent(&agent.agent)),
            calls: some(change.calls.iter(), |call| sees_call(visible, call)),
            trunks: some(change.trunks.iter(), |_| *visible == Visible::All),
            phones: some(change.phones.iter(), |phone| sees_phone(visible, phone)),
            gone,
            alerts: change.alerts.as_ref().map(|alerts| some(alerts.iter(), |alert| sees_alert(visible, alert))),
            figures: change.figures.clone(),
            ..ChangeMessage::default()
        };
        let is_something = told != ChangeMessage::default();
        is_something.then(|| ChangeMessage { seq: change.seq, at: rfc3339(change.at), ..told })
    }
}

fn some<'a, V: Clone + 'a>(all: impl Iterator<Item = &'a V>, sees: impl Fn(&V) -> bool) -> Vec<V> {
    all.filter(|value| sees(value)).cloned().collect()
}

fn sees_call(visible: &Visible, call: &CallView) -> bool {
    let queue = call.queue.as_ref().is_some_and(|queue| visible.has_queue(queue));
    *visible == Visible::All || call.agents.iter().any(|agent| visible.has_agent(agent)) || queue
}

fn sees_phone(visible: &Visible, phone: &PhoneView) -> bool {
    *visible == Visible::All || phone.agent.as_ref().is_some_and(|agent| visible.has_agent(agent))
}

fn sees_alert(visible: &Visible, alert: &AlertView) -> bool {
    let queue = alert.queue.as_ref().is_some_and(|queue| visible.has_queue(queue));
    *visible == Visible::All || queue || alert.agent.as_ref().is_some_and(|agent| visible.has_agent(agent))
}

/// An agent's own desk; none if he is not configured.
pub(crate) fn desk_of(live: &Live, agent: &AgentName) -> Option<DeskView> {
    let name = agent.as_str();
    let his = live.agents.get(name)?;
    let mine = |call: &&CallView| call.agents.iter().any(|other| other == name);
    let on_leg = |call: &CallView| {
        let on = |leg: &crate::doors::LegNowView| leg.party.as_deref() == Some(name) && leg.state == LegState::Answered;
        call.legs.iter().any(on)
    };
    let (calls, offers): (Vec<&CallView>, Vec<&CallView>) =
        live.calls.values().filter(mine).partition(|call| on_leg(call));
    let queue = |queue: &String| {
        let queue = live.queues.get(queue)?;
        let (waiting, waiting_since) = (queue.waiting, queue.waiting_since.clone());
        let title = queue.title.clone();
        Some(DeskQueueView { queue: queue.queue.clone(), title, waiting, waiting_since })
    };
    Some(DeskView {
        agent: his.agent.clone(),
        presence: his.presence,
        reason: his.reason.clone(),
        activity: his.activity,
        since: his.since.clone(),
        offer: offers.first().map(|call| (*call).clone()),
        calls: calls.into_iter().cloned().collect(),
        today: live.today.get(name).copied().unwrap_or_default(),
        wrap_up_until: his.wrap_up_until.clone(),
        wrap_up_call: his.wrap_up_call.clone(),
        shift: his.shift.clone(),
        queues: his.queues.iter().filter_map(queue).collect(),
        phones: some(live.phones.values(), |phone| phone.agent.as_deref() == Some(name)),
        break_reasons: live.break_reasons.clone(),
    })
}
