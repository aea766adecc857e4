//! What a flow is once its file has been read: nodes with typed exits, right by construction.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bell_types::{
    CalendarName, ClassName, Digit, FlowName, ListName, NodeName, Number, OpeningHours, PromptName, QueueName,
    SkillName, VariableName,
};

use crate::check::Check;
use crate::numbers::NumberPrefix;
use crate::template::Template;

/// A flow: one published version of one file. It never changes; a call keeps the one it started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub(crate) name: FlowName,
    pub(crate) version: u32,
    pub(crate) language: Language,
    pub(crate) recording: Recording,
    pub(crate) start: NodeIndex,
    pub(crate) nodes: Vec<Node>,
    pub(crate) hash: FlowHash,
}

/// The place of a node in its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIndex(pub(crate) u16);

/// SHA-256 of a flow's text: two versions with one hash are one version. Printed in hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowHash(pub(crate) [u8; 32]);

/// A language prompts are spoken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// `zh-CN`: standard Mandarin.
    Mandarin,
    /// `en-US`: English.
    English,
}

/// Whether calls of the flow are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// From answer to hang-up. The caller must hear the notice before a human joins (REC-20).
    On,
    /// Never.
    Off,
}

/// A place in the flow's file, both counted from 1; columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

/// One node: a name, and what is done there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name in the file.
    pub name: NodeName,
    /// Where the file defines it.
    pub place: Place,
    /// What is done there.
    pub step: Step,
}

/// What a node does. The vocabulary of the language, complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Answer the call; from here on it costs money and can carry speech.
    Answer(Answer),
    /// Play prompts and go on.
    Play(Arc<Play>),
    /// Play prompts and let a key choose.
    Menu(Arc<Menu>),
    /// Take a run of digits into a variable.
    Collect(Arc<Collect>),
    /// Ask the clock and the calendar.
    Hours(Hours),
    /// Ask a calendar of the centre.
    Calendar(CalendarStep),
    /// Ask who calls, what was called, or what a variable holds.
    Branch(Branch),
    /// Let a key choose the language of what follows.
    Language(Arc<ChooseLanguage>),
    /// Ask the caller for a score (INB-31).
    Survey(Arc<Survey>),
    /// Ask a service for what it knows.
    LookUp(Arc<LookUp>),
    /// Take a message.
    Record(Arc<Record>),
    /// Note that somebody is to be called back.
    Callback(Callback),
    /// Give a variable a value.
    Set(Set),
    /// Go round again, a counted number of times.
    Loop(Loop),
    /// Wait for an agent.
    Queue(Arc<Queue>),
    /// Call a number and connect the caller with it.
    Transfer(Arc<Transfer>),
    /// End the call; before the answer, refuse it.
    HangUp(HangUp),
}

/// `do = "answer"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What follows.
    pub next: NodeIndex,
}

/// `do = "play"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Play {
    /// What is heard, in order; never empty.
    pub prompts: Vec<Prompt>,
    /// Whether this is the notice that the call may be recorded.
    pub notice: Notice,
    /// Whether a key ends it. A notice is not ended by a key unless the file says so.
    pub barge_in: BargeIn,
    /// What follows.
    pub next: NodeIndex,
}

/// Whether something played is the notice that the call may be recorded (REC-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// Whether a key ends what is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BargeIn {
    /// A key ends it.
    Yes,
    /// Keys are kept for later, and it goes on.
    No,
}

/// `do = "menu"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// What is heard; a key always ends it.
    pub prompts: Vec<Prompt>,
    /// Where each key leads; never empty, in the order of the keys.
    pub keys: Vec<(Digit, Choice)>,
    /// How long to wait for a key after the prompt.
    pub timeout: Duration,
    /// How often the prompt is played in one visit: no key, a wrong key and `repeat` all use one up.
    pub attempts: u8,
    /// Said before the prompt comes again after a key that is not in the menu.
    pub wrong_key: Vec<Prompt>,
    /// Said before the prompt comes again when no key came.
    pub no_key: Vec<Prompt>,
    /// Where it goes when the attempts are used up.
    pub otherwise: NodeIndex,
}

/// Where a key of a menu leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// To a node.
    Go(NodeIndex),
    /// To this menu's prompt once more.
    Repeat,
    /// To the menu before this one; in the first menu, the same as repeat.
    Back,
}

/// `do = "collect"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collect {
    /// What is heard; a key always ends it.
    pub prompts: Vec<Prompt>,
    /// The variable that takes the digits.
    pub into: VariableName,
    /// How many digits at least.
    pub min: u8,
    /// How many digits at most; the last one ends the run by itself.
    pub max: u8,
    /// The key that ends the run early.
    pub terminator: Option<Digit>,
    /// How long to wait for the first key after the prompt.
    pub first_key: Duration,
    /// How long to wait for each next key.
    pub next_key: Duration,
    /// How often the caller may try in one visit.
    pub attempts: u8,
    /// What the digits must be; checked before they are read back.
    pub check: Option<Check>,
    /// Said before another attempt after too few digits or digits that fail the check.
    pub wrong: Vec<Prompt>,
    /// Reading the digits back for confirmation, by language, the flow's own first; empty if they are not.
    pub read_back: Vec<(Language, ReadBack)>,
    /// What follows when the variable is set.
    pub next: NodeIndex,
    /// Where it goes when the attempts are used up.
    pub otherwise: NodeIndex,
}

/// Digits are read back, and the key 1 confirms them; any other key begins a new attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBack {
    /// Said before the digits; may be empty.
    pub before: Vec<Prompt>,
    /// The prompt of each digit 0 to 9, and of `*` and `#`.
    pub digits: Vec<(Digit, Prompt)>,
    /// Said after the digits: which key confirms; may be empty.
    pub after: Vec<Prompt>,
}

/// `do = "hours"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// When it is open.
    pub opening: OpeningHours,
    /// Where it goes when open.
    pub open: NodeIndex,
    /// Where it goes when closed.
    pub closed: NodeIndex,
}

/// `do = "calendar"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarStep {
    /// The calendar; it stands in the centre's configuration.
    pub calendar: CalendarName,
    /// Where it goes when open.
    pub open: NodeIndex,
    /// Where it goes instead while a shift works.
    pub shifts: Vec<(Box<str>, NodeIndex)>,
    /// Where it goes on holidays; the same as `closed` unless the file says otherwise.
    pub holiday: NodeIndex,
    /// Where it goes when closed.
    pub closed: NodeIndex,
}

/// `do = "branch"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The first case that holds decides.
    pub cases: Vec<Case>,
    /// Where it goes when none holds.
    pub otherwise: NodeIndex,
}

/// One case of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// When it holds.
    pub condition: Condition,
    /// Where it goes then.
    pub then: NodeIndex,
}

/// When a case of a branch holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The caller's number is one of these. A caller without a number is none of them.
    Caller(Vec<Number>),
    /// The caller's number begins with one of these.
    CallerPrefix(Vec<NumberPrefix>),
    /// The number that was called is one of these.
    Called(Vec<Number>),
    /// The caller's number belongs to one of these provinces, cities or area codes. A number whose region is not known
    /// belongs to none.
    Region(Vec<Box<str>>),
    /// The caller is in one of these classes.
    Class(Vec<ClassName>),
    /// The caller's number is in one of these lists.
    InList(Vec<ListName>),
    /// The caller has chosen one of these languages.
    Language(Vec<Language>),
    /// What a variable holds. A variable that was never set holds nothing, and no test of it holds.
    Variable(VariableName, Test),
}

/// What is asked of a variable's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is one of these.
    Is(Vec<Box<str>>),
    /// It begins with one of these.
    Begins(Vec<Box<str>>),
    /// It is a number, and so large at least.
    AtLeast(i64),
    /// It is a number, and smaller than this.
    Below(i64),
}

/// `do = "language"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChooseLanguage {
    /// What is heard; a key always ends it.
    pub prompts: Vec<Prompt>,
    /// Which key chooses which language; never empty.
    pub keys: Vec<(Digit, Language)>,
    /// How long to wait for a key after the prompt.
    pub timeout: Duration,
    /// How often the prompt is played.
    pub attempts: u8,
    /// What follows. Without a key, the language stays what it was.
    pub next: NodeIndex,
}

/// `do = "survey"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// What is asked, for the figures.
    pub question: VariableName,
    /// What is heard; a key always ends it.
    pub prompts: Vec<Prompt>,
    /// Which key stands for which score; never empty.
    pub scores: Vec<(Digit, u8)>,
    /// How long to wait for a key after the prompt.
    pub timeout: Duration,
    /// How often the prompt is played.
    pub attempts: u8,
    /// What follows, with a score or without.
    pub next: NodeIndex,
}

/// `do = "look_up"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// What is asked. Its host stands in it as it is; only what follows may have holes.
    pub url: Template,
    /// Scheme, host and port of the url: what the configuration must allow.
    pub origin: Box<str>,
    /// How long the answer may take.
    pub timeout: Duration,
    /// Which variable takes which field of the answer (RFC 6901).
    pub into: Vec<(VariableName, Box<str>)>,
    /// What a variable holds if the answer does not say, or does not come.
    pub default: Vec<(VariableName, Box<str>)>,
    /// What follows the answer.
    pub next: NodeIndex,
    /// Where it goes if no answer comes; the same as `next` unless the file says otherwise.
    pub otherwise: NodeIndex,
}

/// `do = "record"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The queue whose people hear the message.
    pub queue: QueueName,
    /// What is heard before the beep; a key ends it.
    pub prompts: Vec<Prompt>,
    /// How long a message may be.
    pub max: Duration,
    /// The key that completes it.
    pub terminator: Option<Digit>,
    /// Said when it is complete: 1 keeps it, 2 records it anew, 3 plays it, no key keeps it. Empty: it is kept.
    pub review: Vec<Prompt>,
    /// How often the caller may try in one visit.
    pub attempts: u8,
    /// What follows when a message is kept.
    pub next: NodeIndex,
    /// Where it goes when the attempts are used up.
    pub otherwise: NodeIndex,
}

/// `do = "callback"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The queue whose agents call back. The caller keeps the place he has waited for.
    pub queue: QueueName,
    /// Which number is called.
    pub number: CallbackNumber,
    /// What follows when it is noted.
    pub next: NodeIndex,
    /// Where it goes if it cannot be: no number, or one that may not be called.
    pub otherwise: NodeIndex,
}

/// Which number is called back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackNumber {
    /// The number the caller calls from.
    Caller,
    /// What a variable holds.
    Variable(VariableName),
}

/// `do = "set"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The variable.
    pub variable: VariableName,
    /// What it holds from now on.
    pub value: Template,
    /// What follows.
    pub next: NodeIndex,
}

/// `do = "loop"`. The count belongs to the call and never starts anew, so that every call comes to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// How often it goes to `again` in one call.
    pub times: u8,
    /// Where it goes while the count lasts.
    pub again: NodeIndex,
    /// Where it goes afterwards.
    pub done: NodeIndex,
}

/// `do = "queue"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The queue.
    pub queue: QueueName,
    /// Higher goes first.
    pub priority: u8,
    /// What an agent must be able to do for this caller, beside what the queue asks for, each with the lowest level.
    pub skills: Vec<(SkillName, u8)>,
    /// Keys by which the caller leaves the queue.
    pub keys: Vec<(Digit, NodeIndex)>,
    /// Where it goes after the longest wait; none ends the call.
    pub on_timeout: Option<NodeIndex>,
    /// Where it goes if the queue is full; none ends the call.
    pub on_full: Option<NodeIndex>,
    /// Where it goes if no agent is signed in; none ends the call.
    pub on_no_agent: Option<NodeIndex>,
    /// Where it goes if the queue's ladder says that the caller may leave a message; none: as after the longest wait.
    pub on_voicemail: Option<NodeIndex>,
    /// Where it goes if the ladder says that he may be called back; none: as after the longest wait.
    pub on_callback: Option<NodeIndex>,
    /// Where the caller goes on after the agent has hung up; none ends the call.
    pub after_agent: Option<NodeIndex>,
}

/// `do = "transfer"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The number to call.
    pub number: Number,
    /// How long it may ring.
    pub ring_timeout: Duration,
    /// Where it goes if nobody answers there; none ends the call.
    pub on_failure: Option<NodeIndex>,
}

/// `do = "hangup"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HangUp {
    /// What the caller's network is told if the call was not answered (INB-19).
    pub refusal: Refusal,
    /// Heard before; may be empty.
    pub prompts: Vec<Prompt>,
}

/// How a call is refused that was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Declined: the caller hears his network's words for it.
    Decline,
    /// Busy: the caller hears the busy tone.
    Busy,
}

/// One piece of what a caller hears. Which audio belongs to its name is settled when the flow is published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prompt {
    /// The name: of the uploaded file, or derived from the words that are spoken.
    pub name: PromptName,
    /// Where its audio comes from.
    pub source: PromptSource,
    /// What is heard instead by callers who have chosen another language.
    pub variants: Vec<(Language, Prompt)>,
}

/// Where the audio of a prompt comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PromptSource {
    /// It was uploaded under its name.
    File,
    /// It is spoken from text.
    Speech {
        /// The words as the author wrote them; [`speech::normalize`](crate::speech::normalize) readies them.
        text: Arc<str>,
        /// The language they are in.
        language: Language,
    },
}

impl Prompt {
    /// What a caller has said himself, to be played to him: it is made while he calls, and nobody uploads it.
    pub(crate) fn own_message() -> Self {
        let name = PromptName::new(OWN_MESSAGE).expect("letters and a dot are a name");
        Self { name, source: PromptSource::File, variants: Vec::new() }
    }
}

/// The name under which a caller's own message is played to him.
pub const OWN_MESSAGE: &str = "belltower.message";

impl Flow {
    /// The name of the flow.
    pub fn name(&self) -> &FlowName {
        &self.name
    }

    /// The version the author gave it.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The language of its prompts, where they do not say otherwise.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether its calls are recorded.
    pub fn recording(&self) -> Recording {
        self.recording
    }

    /// SHA-256 of its text.
    pub fn hash(&self) -> FlowHash {
        self.hash
    }

    /// Where a call begins.
    pub fn start(&self) -> NodeIndex {
        self.start
    }

    /// The nodes, in the order of the file.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// One node.
    ///
    /// # Panics
    /// If the index is another flow's.
    pub fn node(&self, index: NodeIndex) -> &Node {
        &self.nodes[usize::from(index.0)]
    }

    /// The node of this name.
    pub fn find(&self, name: &str) -> Option<NodeIndex> {
        self.indices().find(|&index| self.node(index).name.as_str() == name)
    }

    /// Every prompt that can be heard, once each, by name.
    pub fn prompts(&self) -> Vec<Prompt> {
        let all = self.nodes.iter().flat_map(|node| node.step.prompts());
        let alone = |prompt: &Prompt| Prompt { variants: Vec::new(), ..prompt.clone() };
        let all: BTreeSet<_> = all.map(alone).collect();
        all.into_iter().collect()
    }

    /// Every queue the flow leads to, once each, by name.
    pub fn queues(&self) -> Vec<QueueName> {
        let all: BTreeSet<_> = self.nodes.iter().filter_map(|node| node.step.queue()).collect();
        all.into_iter().cloned().collect()
    }

    /// Every calendar the flow asks, with the shifts it tells apart.
    pub fn calendars(&self) -> BTreeMap<CalendarName, Vec<Box<str>>> {
        let mut calendars: BTreeMap<CalendarName, Vec<Box<str>>> = BTreeMap::new();
        for node in &self.nodes {
            if let Step::Calendar(step) = &node.step {
                let shifts = step.shifts.iter().map(|(shift, _)| shift.clone());
                calendars.entry(step.calendar.clone()).or_default().extend(shifts);
            }
        }
        calendars
    }

    /// Every service the flow asks: scheme, host and port.
    pub fn origins(&self) -> BTreeSet<Box<str>> {
        let origin = |node: &Node| match &node.step {
            Step::LookUp(look_up) => Some(look_up.origin.clone()),
            Step::Answer(_)
            | Step::Play(_)
            | Step::Menu(_)
            | Step::Collect(_)
            | Step::Hours(_)
            | Step::Calendar(_)
            | Step::Branch(_)
            | Step::Language(_)
            | Step::Survey(_)
            | Step::Record(_)
            | Step::Callback(_)
            | Step::Set(_)
            | Step::Loop(_)
            | Step::Queue(_)
            | Step::Transfer(_)
            | Step::HangUp(_) => None,
        };
        self.nodes.iter().filter_map(origin).collect()
    }

    /// Every language a caller can hear.
    pub fn languages(&self) -> BTreeSet<Language> {
        let chosen = self.nodes.iter().flat_map(|node| match &node.step {
            Step::Language(choose) => choose.keys.iter().map(|(_, language)| *language).collect(),
            Step::Answer(_)
            | Step::Play(_)
            | Step::Menu(_)
            | Step::Collect(_)
            | Step::Hours(_)
            | Step::Calendar(_)
            | Step::Branch(_)
            | Step::Survey(_)
            | Step::LookUp(_)
            | Step::Record(_)
            | Step::Callback(_)
            | Step::Set(_)
            | Step::Loop(_)
            | Step::Queue(_)
            | Step::Transfer(_)
            | Step::HangUp(_) => Vec::new(),
        });
        chosen.chain([self.language]).collect()
    }

    pub(crate) fn indices(&self) -> impl Iterator<Item = NodeIndex> + use<> {
        // A flow has at most u16::MAX nodes: the reader refuses more.
        (0..self.nodes.len() as u16).map(NodeIndex)
    }
}

impl Step {
    /// The word of the language: what stands after `do =`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::Play(_) => "play",
            Self::Menu(_) => "menu",
            Self::Collect(_) => "collect",
            Self::Hours(_) => "hours",
            Self::Calendar(_) => "calendar",
            Self::Branch(_) => "branch",
            Self::Language(_) => "language",
            Self::Survey(_) => "survey",
            Self::LookUp(_) => "look_up",
            Self::Record(_) => "record",
            Self::Callback(_) => "callback",
            Self::Set(_) => "set",
            Self::Loop(_) => "loop",
            Self::Queue(_) => "queue",
            Self::Transfer(_) => "transfer",
            Self::HangUp(_) => "hangup",
        }
    }

    /// Everything that can be heard here, in any language.
    pub fn prompts(&self) -> Vec<&Prompt> {
        let own: Vec<&Prompt> = match self {
            Self::Play(play) => play.prompts.iter().collect(),
            Self::Menu(menu) => [&menu.prompts, &menu.wrong_key, &menu.no_key].into_iter().flatten().collect(),
            Self::Collect(collect) => {
                let own = collect.prompts.iter().chain(&collect.wrong);
                own.chain(collect.read_back.iter().flat_map(|(_, read_back)| read_back.prompts())).collect()
            }
            Self::Language(choose) => choose.prompts.iter().collect(),
            Self::Survey(survey) => survey.prompts.iter().collect(),
            Self::Record(record) => record.prompts.iter().chain(&record.review).collect(),
            Self::HangUp(hang_up) => hang_up.prompts.iter().collect(),
            Self::Answer(_)
            | Self::Hours(_)
            | Self::Calendar(_)
            | Self::Branch(_)
            | Self::LookUp(_)
            | Self::Callback(_)
            | Self::Set(_)
            | Self::Loop(_)
            | Self::Queue(_)
            | Self::Transfer(_) => Vec::new(),
        };
        own.into_iter()
            .flat_map(|prompt| std::iter::once(prompt).chain(prompt.variants.iter().map(|(_, own)| own)))
            .collect()
    }

    pub(crate) fn queue(&self) -> Option<&QueueName> {
        match self {
            Self::Queue(queue) => Some(&queue.queue),
            Self::Record(record) => Some(&record.queue),
            Self::Callback(callback) => Some(&callback.queue),
            Self::Answer(_)
            | Self::Play(_)
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Hours(_)
            | Self::Calendar(_)
            | Self::Branch(_)
            | Self::Language(_)
            | Self::Survey(_)
            | Self::LookUp(_)
            | Self::Set(_)
            | Self::Loop(_)
            | Self::Transfer(_)
            | Self::HangUp(_) => None,
        }
    }

    /// Whether a human can join the call here.
    pub(crate) fn reaches_human(&self) -> bool {
        matches!(self, Self::Queue(_) | Self::Transfer(_))
    }
}

impl Prompt {
    /// The prompt in this language, as far as there is one.
    pub fn name_in(&self, language: Language) -> &PromptName {
        let variant = self.variants.iter().find(|(own, _)| *own == language);
        variant.map_or(&self.name, |(_, variant)| &variant.name)
    }
}

impl Collect {
    /// How digits are read back in this language, as far as there is one.
    pub(crate) fn read_back_in(&self, language: Language) -> Option<&ReadBack> {
        let own = self.read_back.iter().find(|(own, _)| *own == language);
        own.or(self.read_back.first()).map(|(_, read_back)| read_back)
    }
}

impl ReadBack {
    fn prompts(&self) -> impl Iterator<Item = &Prompt> {
        let digits = self.digits.iter().map(|(_, prompt)| prompt);
        self.before.iter().chain(digits).chain(&self.after)
    }
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Mandarin, Self::English];

    /// The tag (RFC 5646): `zh-CN`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Mandarin => "zh-CN",
            Self::English => "en-US",
        }
    }

    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

impl fmt::Display for FlowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FlowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}
