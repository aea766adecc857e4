//! The door to the first run: what a new centre lacks, and each step of it.

use std::collections::BTreeSet;

use bell_types::{AgentName, LoginId, Wall};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::doors::{ConfigApplied, Doing, VoiceKey};

/// The first run, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstRunView {
    /// The version of the configuration it was read from.
    pub version: u64,
    /// The steps, in order.
    pub steps: Vec<FirstRunStepView>,
    /// The first step that is open; none: nothing is left to do.
    pub next: Option<&'static str>,
    /// Whether somebody has closed it.
    pub closed: bool,
    /// The company.
    pub company: CompanySent,
    /// The first trunk.
    pub trunk: Option<FirstTrunkView>,
    /// The first number.
    pub number: Option<FirstNumberView>,
    /// The first agent with a phone in the browser.
    pub agent: Option<FirstAgentView>,
    /// Where agents sign in.
    pub desk: Vec<String>,
}

/// A step, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstRunStepView {
    /// `company`, `trunk`, `number`, `agent` or `test_call`.
    pub step: &'static str,
    /// `done`, `open` or `skipped`.
    pub state: &'static str,
    /// What it lacks: `name`, `trunk`, `number`, `browser_phone`, `queue`, `account`, `test_call`.
    pub lacks: Vec<&'static str>,
}

/// What the company is called, and how it speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CompanySent {
    /// Its name.
    pub name: String,
    /// Its time zone.
    pub zone: String,
    /// The language its callers are spoken to in: `zh-CN` or `en-US`.
    pub language: String,
}

/// A trunk, without its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstTrunkView {
    /// Its name in the configuration.
    pub name: String,
    /// Where calls to it go.
    pub address: Option<String>,
    /// Where its calls come from.
    pub from: Vec<String>,
    /// `udp` or `tcp`.
    pub transport: String,
    /// Whether we register.
    pub register: bool,
    /// By which name.
    pub username: Option<String>,
    /// Whether a password is kept.
    pub has_password: bool,
    /// What it puts before numbers.
    pub strip: String,
}

/// A carrier, as he says who we are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct FirstTrunkSent {
    /// His server: a name or an address, with a port if it is not the usual one.
    pub address: String,
    /// `udp` or `tcp`.
    #[serde(default = "udp")]
    pub transport: String,
    /// Whether we register.
    #[serde(default)]
    pub register: bool,
    /// By which name.
    pub username: Option<String>,
    /// The password; none: the one that is kept.
    pub password: Option<String>,
    /// Networks his calls come from, beside what his server's name leads to.
    #[serde(default)]
    pub from: Vec<String>,
}

fn udp() -> String {
    "udp".to_owned()
}

/// Hours that are the same on each of some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoursSent {
    /// Monday is 1.
    pub days: Vec<u8>,
    /// `09:00`.
    pub from: String,
    /// `18:00`.
    pub until: String,
}

/// A number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstNumberView {
    /// As people dial it.
    pub number: String,
    /// As the trunk shows it, if otherwise.
    pub arrives_as: Option<String>,
    /// The flow that greets its callers.
    pub flow: String,
    /// When somebody is there, if that is the same on some days.
    pub hours: Option<HoursSent>,
}

/// A number, and what its callers hear.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct FirstNumberSent {
    /// As people dial it.
    pub number: String,
    /// As the trunk shows it, if otherwise.
    pub arrives_as: Option<String>,
    /// What the trunk puts before it.
    #[serde(default)]
    pub strip: String,
    /// The template of its flow; none: the flow stays.
    pub template: Option<String>,
    /// The first words its callers hear, where the template has a place for them.
    pub greeting: Option<String>,
    /// When somebody is there; none: always.
    pub hours: Option<HoursSent>,
}

/// The first agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstAgentView {
    /// His name in the configuration.
    pub agent: String,
    /// What others call him.
    pub display_name: Option<String>,
}

/// The first agent, as somebody wants him.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct FirstAgentSent {
    /// His name in the configuration: `1001`.
    pub agent: String,
    /// What others call him.
    pub display_name: String,
    /// Whether it is whoever asks: his own account becomes this agent's.
    #[serde(default)]
    pub me: bool,
}

/// What came of a check, in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FirstAdviceView {
    /// As programs know it.
    pub code: &'static str,
    /// `ok`, `warning` or `failed`.
    pub level: &'static str,
    /// What happened, in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
    /// What to do about it, in Chinese; empty if nothing is to be done.
    pub remedy_zh: String,
    /// And in English.
    pub remedy_en: String,
}

/// What arrived from the carrier since somebody began to watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ArrivalsView {
    /// The calls, in order.
    pub items: Vec<ArrivalView>,
    /// What they mean, or why there may be none.
    pub advice: FirstAdviceView,
    /// Until when it was looked.
    pub at: String,
}

/// A call that arrived from the carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ArrivalView {
    /// When.
    pub at: String,
    /// The trunk.
    pub trunk: Option<String>,
    /// The called number, as the carrier shows it.
    pub called: String,
    /// Who called, if that was shown.
    pub caller: Option<String>,
    /// The call, if it was taken.
    pub call: Option<String>,
    /// Why it was not.
    pub cause: Option<String>,
}

/// A step that changes the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstRunWanted {
    /// The company.
    Company(CompanySent),
    /// The carrier.
    Trunk(FirstTrunkSent),
    /// The number.
    Number(FirstNumberSent),
    /// The agent.
    Agent(FirstAgentSent),
}

/// The first run.
pub trait FirstRun: Send + Sync {
    /// How it stands. `accounts`: the agents whom somebody can sign in as.
    fn first_run(&self, accounts: BTreeSet<AgentName>) -> Doing<'_, FirstRunView>;
    /// Carries a step out: one version of the configuration.
    fn first_step(&self, wanted: FirstRunWanted, base: u64, by: String) -> Doing<'_, ConfigApplied>;
    /// Does without a step for now, or takes it up again. An unknown step is not there.
    fn first_skip<'a>(&'a self, step: &'a str, skipped: bool) -> Doing<'a, ()>;
    /// Closes it, or opens it again.
    fn first_close(&self, closed: bool) -> Doing<'_, ()>;
    /// Asks a carrier, without any change.
    fn first_ask(&self, trunk: FirstTrunkSent) -> Doing<'_, FirstAdviceView>;
    /// A key for the phone by which a test call is placed, and the number to be called. `login`: whose browser places it.
    fn first_call(&self, login: LoginId, until: Wall, by: String) -> Doing<'_, (VoiceKey, String)>;
    /// A caller talks with an agent now: the test call has passed.
    fn first_passed(&self) -> Doing<'_, ()>;
    /// What has arrived from the carrier since then.
    fn first_arrivals(&self, since: Wall) -> Doing<'_, ArrivalsView>;
}
