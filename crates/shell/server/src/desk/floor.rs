//! The door to the floor.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bell_api::doors::{
    Activity, By, CallAct, CallingModeView, CallingModesView, DecisionView, DialWanted, Doing, Field, Floor, Live,
    Parties, PhoneThenView, Presence, Refused, StateWanted, TargetSeen, WhyNoCallsView, WhyView,
};
use bell_api::time::rfc3339;
use bell_call::{MayTransfer, Outside, check_inside, check_outside};
use bell_engine::why_not::{NotReached, Phone, WhyNot};
use bell_engine::{Command, DialBy, Mode, Snapshot};
use bell_types::{AgentActivity, AgentName, AgentPresence, CallId, CallRefusal, ModeName, Module, QueueName, Wall};
use tokio::sync::watch;

use super::act::{command, of_call, of_state};
use super::board;
use super::today::Today;
use super::work::WorkDoor;
use crate::clock::wall;
use crate::control::Context;

/// How far around a time decisions are looked at.
const WINDOW: Duration = Duration::from_secs(600);
/// How many targets are shown.
const TARGETS_MAX: usize = 50;

pub(super) struct FloorDoor {
    context: Context,
    today: Today,
    work: Arc<WorkDoor>,
}

impl FloorDoor {
    pub(super) fn new(context: Context, today: Today, work: Arc<WorkDoor>) -> Self {
        Self { context, today, work }
    }

    fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.context.windows.state().snapshot.clone()
    }

    fn knows_reason(&self, reason: &str) -> bool {
        self.snapshot().is_some_and(|snapshot| snapshot.breaks.iter().any(|known| known.code == reason))
    }
}

impl Floor for FloorDoor {
    fn modules(&self) -> BTreeSet<Module> {
        self.snapshot().map(|snapshot| snapshot.modules.clone()).unwrap_or_default()
    }

    fn live(&self) -> Live {
        board::live(&self.context.windows, &self.today.so_far(), wall())
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.context.windows.changes()
    }

    fn queues_of(&self, agents: &BTreeSet<AgentName>) -> BTreeSet<QueueName> {
        let Some(snapshot) = self.snapshot() else { return BTreeSet::new() };
        let serve = |queue: &&bell_acd::QueueConfig| queue.members.iter().any(|member| agents.contains(member));
        snapshot.acd.queues.iter().filter(serve).map(|queue| queue.name.clone()).collect()
    }

    fn parties(&self, call: CallId) -> Option<Parties> {
        let live = self.context.windows.live();
        let record = live.calls().find(|record| record.call == call)?;
        Some(board::parties(record, &live))
    }

    fn set_state<'a>(&'a self, agent: &'a AgentName, wanted: StateWanted) -> Doing<'a, ()> {
        Box::pin(async move {
            if let StateWanted::Break(reason) = &wanted
                && !self.knows_reason(reason)
            {
                return Err(Field::unknown("reason").into());
            }
            if wanted.ends_wrap_up() {
                self.work.lets_go(agent).await?;
            }
            command(&self.context, Command::Agent(agent.clone(), of_state(wanted))).await
        })
    }

    fn why_no_calls<'a>(&'a self, agent: &'a AgentName, at: Wall) -> Doing<'a, WhyNoCallsView> {
        let (context, agent) = (self.context.clone(), agent.clone());
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || {
                let mut question = WhyNot::new(agent, at, WINDOW);
                crate::cli::read_why_not(&mut question, &context.dirs).map_err(|error| error.to_string())?;
                Ok::<_, String>(question.answer())
            });
            let answer = asked.await.map_err(Refused::unavailable)?.map_err(Refused::unavailable)?;
            Ok(why(&answer))
        })
    }

    fn calling_modes(&self, agent: &AgentName) -> CallingModesView {
        self.snapshot().map_or_else(CallingModesView::default, |snapshot| modes(&snapshot, agent, wall()))
    }

    fn dial<'a>(&'a self, agent: &'a AgentName, wanted: DialWanted) -> Doing<'a, Option<CallId>> {
        let own = || Some(self.snapshot()?.numbers.keys().next()?.to_string());
        let DialWanted { to: customer, shown, mode, again } = wanted;
        let shown = shown.or_else(own).unwrap_or_default();
        let dial = DialBy { agent: agent.clone(), customer, shown, mode, again };
        Box::pin(async move {
            command(&self.context, Command::DialBy(dial)).await?;
            let live = self.context.windows.live();
            // Ids grow with time: the last one of the agent's is the one that has just begun.
            let his = live
                .calls()
                .filter(|record| board::call(record, &live).agents.iter().any(|other| other == agent.as_str()));
            Ok(his.map(|record| record.call).max())
        })
    }

    fn act<'a>(&'a self, by: By, call: CallId, act: CallAct) -> Doing<'a, ()> {
        Box::pin(async move {
            if act == CallAct::Release && matches!(by, By::Centre(_)) {
                return command(&self.context, Command::Release(call)).await;
            }
            let (by, ask) = of_call(by, act)?;
            command(&self.context, Command::Call { call, by, ask }).await
        })
    }

    fn targets<'a>(&'a self, agent: &'a AgentName, text: &'a str) -> Doing<'a, Vec<TargetSeen>> {
        Box::pin(async move {
            let Some(snapshot) = self.snapshot() else { return Ok(Vec::new()) };
            let live = self.live();
            Ok(targets(&snapshot, &live, agent, text))
        })
    }
}

/// The ways in which an agent calls, and those that are retired.
fn modes(snapshot: &Snapshot, agent: &AgentName, now: Wall) -> CallingModesView {
    let today = snapshot.zone.local(now).date;
    let view = |name: &ModeName, mode: &Mode| CallingModeView {
        mode: name.to_string(),
        zh: mode.zh.clone(),
        en: mode.en.clone(),
        hint_zh: mode.hint_zh.clone(),
        hint_en: mode.hint_en.clone(),
        retired_at: mode.retired_at.filter(|_| mode.is_retired(today)).map(|day| rfc3339(snapshot.zone.begin_of(day))),
        help: mode.help.clone(),
    };
    let his = snapshot.modes_of(agent, today);
    let preferred = his.first().map(ToString::to_string);
    let open = his.into_iter().filter_map(|name| Some(view(name, snapshot.agent_rules.modes.get(name)?)));
    let retired = snapshot
        .agent_rules
        .modes
        .iter()
        .filter(|(_, mode)| mode.is_retired(today))
        .map(|(name, mode)| view(name, mode));
    CallingModesView { items: open.chain(retired).collect(), preferred }
}

/// Whom a caller can be transferred to, and whether that would begin now.
fn targets(snapshot: &Snapshot, live: &Live, agent: &AgentName, text: &str) -> Vec<TargetSeen> {
    let may = snapshot.may_transfer.get(agent).copied().unwrap_or(MayTransfer::Anywhere);
    let inside = check_inside(may).err();
    let small = text.to_lowercase();
    let fits = |name: &str| name.to_lowercase().contains(&small);
    let agents = live.agents.values().filter(|other| fits(&other.agent) && other.agent != agent.as_str());
    let agents = agents.map(|other| {
        let no = inside.or(match (other.presence, other.activity) {
            (Presence::SignedOut, _) => Some(CallRefusal::TargetSignedOut),
            (Presence::Break, _) => Some(CallRefusal::TargetOnBreak),
            (Presence::Available, Activity::Talking | Activity::Offered) => Some(CallRefusal::TargetBusy),
            (Presence::Available, Activity::Unreachable) => Some(CallRefusal::TargetUnreachable),
            (Presence::Available, Activity::Idle | Activity::WrapUp) => None,
        });
        seen("agent", &other.agent, Some(other.activity.code().to_owned()), no)
    });
    let queues = live
        .queues
        .values()
        .filter(|queue| fits(&queue.queue) || queue.title.as_deref().is_some_and(fits))
        .map(|queue| {
            let config = snapshot.acd.queues.iter().find(|config| config.name.as_str() == queue.queue);
            let full = config.is_some_and(|config| queue.waiting >= config.waiting_max as u64);
            let unstaffed = queue.agents.signed_in == 0;
            let no =
                inside.or(full.then_some(CallRefusal::QueueFull)).or(unstaffed.then_some(CallRefusal::QueueUnstaffed));
            let label = queue.title.as_ref().unwrap_or(&queue.queue).clone();
            TargetSeen { label, ..seen("queue", &queue.queue, Some(queue.waiting.to_string()), no) }
        });
    let flows = snapshot.flows.keys().filter(|flow| fits(flow.as_str()));
    let flows = flows.map(|flow| seen("flow", flow.as_str(), None, inside));
    let is_number = text.len() >= 3 && text.starts_with(|c: char| c.is_ascii_digit() || "+(".contains(c));
    let number = is_number.then(|| {
        let up = snapshot.outbound.iter().filter(|trunk| live.trunks.get(trunk.as_str()).is_none_or(|trunk| trunk.up));
        let outside = Outside {
            typed: text,
            plan: &snapshot.plan,
            may,
            allowed: &snapshot.transfer_numbers,
            trunks: (snapshot.outbound.len(), up.count()),
        };
        match check_outside(&outside) {
            Ok(number) => TargetSeen { label: number.to_string(), ..seen("number", text, None, None) },
            Err(no) => seen("number", text, None, Some(no)),
        }
    });
    number.into_iter().chain(agents).chain(queues).chain(flows).take(TARGETS_MAX).collect()
}

fn seen(kind: &'static str, name: &str, state: Option<String>, no: Option<CallRefusal>) -> TargetSeen {
    let (can, why, remedy) = (no.is_none(), no.map(CallRefusal::code), no.map(CallRefusal::remedy));
    TargetSeen { kind, name: name.to_owned(), label: name.to_owned(), state, can, why, remedy }
}

fn why(answer: &NotReached) -> WhyNoCallsView {
    let decisions = answer.decisions.iter().rev().map(|decision| DecisionView {
        at: rfc3339(decision.at),
        call: decision.call.to_string(),
        queue: decision.queue.to_string(),
        winner: decision.winner.as_ref().map(ToString::to_string),
        verdict: decision.told(),
    });
    let trunks = answer.trunks_down.iter().map(|(trunk, cause)| PhoneThenView {
        name: trunk.to_string(),
        state: "gone",
        since: None,
        cause: Some(cause.code()),
    });
    WhyNoCallsView {
        at: rfc3339(answer.at),
        reasons: reasons(answer),
        decisions: decisions.collect(),
        phones: answer.phones.iter().map(|(name, phone)| phone_then(name.as_str(), phone)).collect(),
        trunks_down: trunks.collect(),
        queues: answer.queues.iter().map(ToString::to_string).collect(),
        skills: answer.skills.iter().map(|(skill, level)| (skill.to_string(), *level)).collect(),
        missed: answer.missed,
        known_from: answer.known_from.map(rfc3339),
    }
}

fn phone_then(name: &str, phone: &Phone) -> PhoneThenView {
    let (state, since, cause) = match phone {
        Phone::Unknown => ("unknown", None, None),
        Phone::Registered(since) => ("registered", Some(*since), None),
        Phone::Reached(since) => ("reached", Some(*since), None),
        Phone::Gone(since, cause) => ("gone", Some(*since), Some(cause.code())),
    };
    PhoneThenView { name: name.to_owned(), state, since: since.map(rfc3339), cause }
}

/// What stands in the way, the most telling first.
fn reasons(answer: &NotReached) -> Vec<WhyView> {
    let state = answer.state.as_ref();
    let configured = (!answer.configured).then_some(Stands::NotConfigured);
    let queue = answer.queues.is_empty().then_some(Stands::NoQueue);
    let presence = by_presence(state.map(|state| &state.presence));
    let activity = state.and_then(|state| by_activity(state.activity));
    let found: Vec<_> = [configured, queue, presence, activity].into_iter().flatten().collect();
    let quiet = (found.is_empty() && answer.decisions.is_empty()).then_some(Stands::NoCalls);
    found.into_iter().chain(quiet).map(Stands::told).collect()
}

/// What can stand between an agent and a call.
#[derive(Clone, Copy)]
enum Stands {
    NotConfigured,
    NoQueue,
    SignedOut,
    MissedCalls,
    OnBreak,
    InACall,
    WrapUp,
    Ringing,
    NoPhone,
    NoCalls,
}

fn by_presence(presence: Option<&AgentPresence>) -> Option<Stands> {
    match presence {
        None | Some(AgentPresence::SignedOut) => Some(Stands::SignedOut),
        Some(AgentPresence::Break { reason }) if reason == bell_acd::MISSED_CALLS => Some(Stands::MissedCalls),
        Some(AgentPresence::Break { .. }) => Some(Stands::OnBreak),
        Some(AgentPresence::Available) => None,
    }
}

fn by_activity(activity: AgentActivity) -> Option<Stands> {
    match activity {
        AgentActivity::Talking => Some(Stands::InACall),
        AgentActivity::WrapUp => Some(Stands::WrapUp),
        AgentActivity::Offered => Some(Stands::Ringing),
        AgentActivity::Unreachable => Some(Stands::NoPhone),
        AgentActivity::Idle => None,
    }
}

impl Stands {
    fn told(self) -> WhyView {
        let (code, zh, en, remedy_zh, remedy_en) = match self {
            Self::NotConfigured => (
                "not_configured",
                "配置中没有这个坐席",
                "this agent is not in the configuration",
                "请联系管理员",
                "ask an administrator",
            ),
            Self::NoQueue => (
                "no_queue",
                "不属于任何队列",
                "he serves no queue",
                "请班长把您加入队列",
                "ask a supervisor for a queue",
            ),
            Self::SignedOut => ("signed_out", "尚未签入", "he is signed out", "请签入", "sign in to work"),
            Self::MissedCalls => {
                let en = "he was put on a break after missing calls in a row";
                ("missed_calls", "连续未接，系统已置为小休", en, "请点击「空闲」", "become available again")
            }
            Self::OnBreak => ("on_break", "正在小休", "he is on a break", "请点击「空闲」", "become available"),
            Self::InACall => {
                ("in_a_call", "正在通话", "he is in a call", "通话结束后会再来电", "calls come when it has ended")
            }
            Self::WrapUp => {
                let en = "he finishes the last call's work";
                (
                    "wrap_up",
                    "正在话后处理",
                    en,
                    "请填写小结，并结束话后处理",
                    "write what is asked, and end the wrap-up",
                )
            }
            Self::Ringing => ("ringing", "正在振铃", "a call is being offered to him", "请接听", "answer it"),
            Self::NoPhone => {
                let remedy = "check that the phone or the browser is registered";
                ("no_phone", "没有可用的话机", "no phone of his can be reached", "请检查话机注册或浏览器连接", remedy)
            }
            Self::NoCalls => {
                let en = "no call of his queues had to be given to anybody";
                ("no_calls", "这段时间您的队列没有来电", en, "请等待来电", "wait for a call")
            }
        };
        WhyView { code, zh: zh.to_owned(), en: en.to_owned(), remedy_zh, remedy_en }
    }
}
