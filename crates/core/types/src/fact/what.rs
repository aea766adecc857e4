//! Everything that can have happened.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    AbsenceEnd, ActorName, AgentActivity, AgentName, AgentPresence, CallId, CallbackOutcome, Caller, Cause, Codec,
    ConsultEnd, Detour, Digit, DigitVia, Direction, Ending, EndpointName, EntryEnd, EntryId, FlowName, KeyEnd, LegId,
    LegQuality, LegRole, ListEntry, ListName, LoginId, ModeName, NodeId, Number, OfferId, OfferOutcome, Overflow,
    OverflowCause, ParkExit, Party, PromptEnd, PromptName, QueueExit, QueueName, Reception, RecordingId,
    RecordingStatus, RegistrationRefusal, RoutingReport, SilenceCause, SupervisionMode, Terms, TrunkName, VoiceReport,
    Wall, Wants,
};

/// What happened. Each variant is in the past tense and is never renamed once released: facts are a file format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The node started. Monotonic time begins anew here.
    NodeStarted {
        /// The node.
        node: NodeId,
        /// The program's version.
        version: String,
    },
    /// The node was shut down in good order.
    NodeStopped {
        /// The node.
        node: NodeId,
    },
    /// A configuration took effect. Live calls keep what they started with.
    ConfigApplied {
        /// Its number, counting from 1.
        version: u64,
        /// SHA-256 of its text, in hex.
        hash: String,
    },

    /// A call arrived.
    CallArrived {
        /// The call.
        call: CallId,
        /// Who calls.
        caller: Caller,
        /// The number that was called.
        called: Number,
        /// The trunk it came in by; none from an endpoint of ours.
        trunk: Option<TrunkName>,
        /// The flow that greets it.
        flow: FlowName,
        /// The flow's version, which the call keeps.
        flow_version: u32,
    },
    /// What was decided about the caller: where he calls from, what the lists say, what is done with him.
    CallReceived {
        /// The call.
        call: CallId,
        /// The decision.
        reception: Reception,
    },
    /// The call is one that we place: an agent's phone rings first, and his caller is who will be called (TEL-09).
    CallPlaced {
        /// The call.
        call: CallId,
        /// Whose phone rings first; none: that of whom the router finds.
        agent: Option<AgentName>,
    },
    /// A call ended, with all its legs.
    CallEnded {
        /// The call.
        call: CallId,
        /// How.
        ending: Ending,
    },

    /// A leg was opened.
    LegOpened {
        /// The leg.
        leg: LegId,
        /// What it is in its call.
        role: LegRole,
        /// Which way.
        direction: Direction,
    },
    /// The phone at the other end rings, or sends sound before the answer.
    LegRinging {
        /// The leg.
        leg: LegId,
        /// Whether the other side sends sound already.
        early_media: bool,
    },
    /// A leg was answered.
    LegAnswered {
        /// The leg.
        leg: LegId,
        /// The codec that was agreed.
        codec: Codec,
    },
    /// The other side put the leg on hold.
    LegHeld {
        /// The leg.
        leg: LegId,
    },
    /// The other side took the leg off hold.
    LegResumed {
        /// The leg.
        leg: LegId,
    },
    /// A leg ended.
    LegEnded {
        /// The leg.
        leg: LegId,
        /// How.
        ending: Ending,
    },
    /// Two legs began to hear each other.
    Bridged {
        /// The one.
        a: LegId,
        /// The other.
        b: LegId,
    },
    /// Two legs ceased to hear each other.
    Unbridged {
        /// The one.
        a: LegId,
        /// The other.
        b: LegId,
    },
    /// A transfer was asked for.
    TransferAsked {
        /// The leg that asked for it.
        by: LegId,
        /// Where to: a number, or the name of an endpoint.
        target: String,
    },
    /// A transfer came to its end.
    TransferEnded {
        /// The leg that asked for it.
        by: LegId,
        /// None: the target answered. Otherwise why it failed; the caller went back to whom he talked with.
        failed: Option<Cause>,
    },
    /// Somebody gave a command about a call, and what became of it: every act on another's call stands here.
    CallCommanded {
        /// The call.
        call: CallId,
        /// Who gave it.
        by: Party,
        /// The command: `transfer agent:bob`.
        command: String,
        /// The code of the rule that refused it; none: it was accepted.
        refused: Option<String>,
    },
    /// An agent began to consult somebody; the caller waits with music.
    ConsultBegan {
        /// The agent's leg.
        by: LegId,
        /// The leg of whom is asked.
        target: LegId,
        /// The agent's second leg, if his phone called on another line; none: he turns by command.
        line: Option<LegId>,
    },
    /// The agent turned to the other one: to the caller, or to whom he consults.
    ConsultSwitched {
        /// The agent's leg.
        by: LegId,
        /// Whether he talks with the caller now.
        to_caller: bool,
    },
    /// A consultation came to its end.
    ConsultEnded {
        /// The agent's leg.
        by: LegId,
        /// The leg of who was asked.
        target: LegId,
        /// How.
        how: ConsultEnd,
    },
    /// A leg could not be set up by one trunk and is tried by the next (DIA-21).
    RouteChanged {
        /// The leg that failed.
        leg: LegId,
        /// Why.
        failed: Cause,
        /// The trunk that is tried now.
        next: TrunkName,
    },
    /// The caller was parked: he hears music until somebody fetches him.
    Parked {
        /// The call.
        call: CallId,
        /// The number of the place.
        slot: u16,
        /// Who parked him.
        by: AgentName,
    },
    /// The caller is parked no more.
    Unparked {
        /// The call.
        call: CallId,
        /// The number of the place.
        slot: u16,
        /// How.
        how: ParkExit,
    },
    /// A supervisor came into a call, or does something else in it now.
    Supervised {
        /// His leg.
        leg: LegId,
        /// Who he is.
        supervisor: AgentName,
        /// What he does.
        mode: SupervisionMode,
    },
    /// An agent asked his supervisors for help (INB-29).
    HelpAsked {
        /// The call.
        call: CallId,
        /// The agent.
        agent: AgentName,
        /// Who may answer.
        supervisors: Vec<AgentName>,
    },

    /// The flow came to a node.
    FlowEntered {
        /// The call.
        call: CallId,
        /// The node.
        node: String,
    },
    /// The flow went this way out of a node that asks, and why.
    FlowDecided {
        /// The call.
        call: CallId,
        /// The node.
        node: String,
        /// Which way: `key 1`, `case 2`, `holiday`.
        way: String,
        /// What it went by.
        because: String,
    },
    /// Another flow greets the call than its number's usual one.
    FlowRedirected {
        /// The call.
        call: CallId,
        /// The usual one.
        usual: FlowName,
        /// Why.
        why: Detour,
    },
    /// A caller is asked what he thinks of how he was served (INB-31).
    SurveyBegan {
        /// The call.
        call: CallId,
        /// Who served him.
        agent: Option<AgentName>,
        /// What is asked.
        question: String,
    },
    /// He gave a score.
    Scored {
        /// The call.
        call: CallId,
        /// Who served him.
        agent: Option<AgentName>,
        /// What was asked.
        question: String,
        /// The score.
        score: u8,
        /// The best that could have been given.
        best: u8,
    },
    /// A caller begins to leave a message: a part of the call's recording, from here on.
    MessageBegan {
        /// The call.
        call: CallId,
        /// Its number within the call.
        message: u16,
        /// Whose people hear it.
        queue: QueueName,
    },
    /// A message is over.
    MessageEnded {
        /// The call.
        call: CallId,
        /// Its number within the call.
        message: u16,
        /// How long it is, from its beginning on.
        length: Duration,
        /// Whether it stands; otherwise the caller recorded it anew, or said nothing.
        kept: bool,
    },
    /// A caller wants to be called back instead of waiting.
    CallbackWished {
        /// The call.
        call: CallId,
        /// By the agents of which queue.
        queue: QueueName,
        /// Which number; none, with the reason, if it cannot be called.
        number: Result<Number, String>,
        /// The number of ours that he called, and will see.
        #[serde(default)]
        shown: Option<Number>,
    },
    /// Somebody switched a number's calls to the numbers for emergencies, or back (DIA-25).
    EmergencySwitched {
        /// The number.
        number: Number,
        /// On or off.
        on: bool,
        /// Whether it is only a drill; calls are forwarded all the same.
        drill: bool,
        /// Where calls go, in order.
        targets: Vec<Number>,
        /// Who did it.
        by: String,
    },
    /// A prompt began to play.
    PromptStarted {
        /// Who hears it.
        leg: LegId,
        /// The prompt.
        prompt: PromptName,
        /// Whether it is the notice that the call is recorded (REC-20).
        notice: bool,
    },
    /// A prompt ended.
    PromptEnded {
        /// Who heard it.
        leg: LegId,
        /// The prompt.
        prompt: PromptName,
        /// How.
        how: PromptEnd,
    },
    /// A key was pressed.
    DigitPressed {
        /// By whom.
        leg: LegId,
        /// The key.
        digit: Digit,
        /// For how long, as far as it is known.
        held: Duration,
        /// How it reached us.
        via: DigitVia,
    },

    /// A call entered a queue.
    Enqueued {
        /// The call.
        call: CallId,
        /// The queue.
        queue: QueueName,
        /// Higher goes ahead.
        priority: u8,
        /// As if it had come so much earlier: what its priority is worth.
        #[serde(default)]
        head_start: Duration,
        /// 1 is next.
        position: u32,
        /// What the call brings with it.
        #[serde(default, skip_serializing_if = "Wants::is_none")]
        wants: Wants,
    },
    /// A caller was told how many are before him and how long it may take (INB-24).
    PositionAnnounced {
        /// The call.
        call: CallId,
        /// 1 is next; none if the caller was told no number, because it has grown since somebody of higher priority
        /// entered.
        position: Option<u32>,
        /// The expected wait; none if no honest figure is known.
        expected_wait: Option<Duration>,
    },
    /// A call left a queue.
    LeftQueue {
        /// The call.
        call: CallId,
        /// The queue.
        queue: QueueName,
        /// How.
        how: QueueExit,
    },
    /// A step of a queue's ladder was taken for a call that waited.
    Overflowed {
        /// The call.
        call: CallId,
        /// The queue it waits in, or leaves by this.
        queue: QueueName,
        /// Why.
        cause: OverflowCause,
        /// What follows.
        to: Overflow,
    },
    /// Somebody has waited in a queue for longer than its alert allows (INB-25).
    QueueAlertBegan {
        /// The queue.
        queue: QueueName,
        /// Who has waited longest.
        call: CallId,
        /// How long.
        waited: Duration,
    },
    /// Nobody in the queue has waited that long any more.
    QueueAlertEnded {
        /// The queue.
        queue: QueueName,
    },
    /// A caller asked to be called back instead of waiting (INB-30).
    CallbackAsked {
        /// The call in which he asked; it names the plan to call him back.
        call: CallId,
        /// The planned call that waits in his place.
        planned: CallId,
        /// The queue.
        queue: QueueName,
        /// Its priority.
        priority: u8,
        /// How long he had waited.
        waited: Duration,
        /// What he wants there.
        #[serde(default, skip_serializing_if = "Wants::is_none")]
        wants: Wants,
    },
    /// A node that started took over the plan to call somebody back; another planned call waits in his place.
    CallbackKept {
        /// The call in which he asked.
        call: CallId,
        /// The planned call.
        planned: CallId,
        /// How long he has waited by now.
        waited: Duration,
    },
    /// He is not called back now: the queue calls nobody at this hour, or there is no room for a call. He keeps his place.
    CallbackHeld {
        /// The call in which he asked.
        call: CallId,
        /// Why.
        because: String,
    },
    /// An agent took a planned call, and the customer is called.
    CallbackAttempted {
        /// The call in which he asked.
        call: CallId,
        /// The call that is made now.
        planned: CallId,
        /// 1 is the first.
        attempt: u32,
        /// The agent.
        agent: AgentName,
    },
    /// The customer was not reached; another planned call will wait in his place.
    CallbackPutOff {
        /// The call in which he asked.
        call: CallId,
        /// The next planned call.
        planned: CallId,
    },
    /// The plan to call somebody back came to its end.
    CallbackEnded {
        /// The call in which he asked.
        call: CallId,
        /// How.
        outcome: CallbackOutcome,
    },
    /// The router decided.
    Routed {
        /// The call.
        call: CallId,
        /// Who was considered, who was filtered, who won.
        report: RoutingReport,
    },
    /// A call was offered to an agent. The offer is a lease: it ends by itself at its deadline.
    Offered {
        /// The offer.
        offer: OfferId,
        /// The agent.
        agent: AgentName,
        /// The endpoint that rings.
        endpoint: EndpointName,
        /// How long it may ring.
        ring_timeout: Duration,
    },
    /// The phone of an offer was heard to ring.
    OfferRang {
        /// The offer.
        offer: OfferId,
        /// The agent.
        agent: AgentName,
    },
    /// An offer ended.
    OfferEnded {
        /// The offer.
        offer: OfferId,
        /// The agent.
        agent: AgentName,
        /// How.
        outcome: OfferOutcome,
    },

    /// An agent's state changed. What he asked for and what calls show are two things.
    AgentChanged {
        /// The agent.
        agent: AgentName,
        /// What he asked for.
        presence: AgentPresence,
        /// What he is doing.
        activity: AgentActivity,
        /// Who or what brought the change about.
        by: Party,
    },
    /// A phone registered, or moved to another address.
    EndpointRegistered {
        /// The endpoint.
        endpoint: EndpointName,
        /// Where from.
        source: SocketAddr,
        /// What it calls itself.
        user_agent: Option<String>,
    },
    /// A contact of a phone gave way to a new one, because the phone may have no more. The phone is still registered.
    ContactReplaced {
        /// The endpoint.
        endpoint: EndpointName,
        /// Where the contact was.
        source: SocketAddr,
        /// Why it is gone.
        cause: Cause,
    },
    /// A phone is gone.
    EndpointGone {
        /// The endpoint.
        endpoint: EndpointName,
        /// Why: unregistered, expired, connection closed.
        cause: Cause,
    },
    /// A registration was refused.
    RegistrationRefused {
        /// The name that was tried.
        endpoint: String,
        /// Where from.
        source: SocketAddr,
        /// Why.
        refusal: RegistrationRefusal,
    },
    /// A trunk can be used.
    TrunkUp {
        /// The trunk.
        trunk: TrunkName,
    },
    /// A trunk cannot be used.
    TrunkDown {
        /// The trunk.
        trunk: TrunkName,
        /// Why.
        cause: Cause,
    },
    /// A call was refused before it began.
    CallRefused {
        /// The trunk it came in by, if it came from one.
        trunk: Option<TrunkName>,
        /// What was called, as received.
        called: String,
        /// Why.
        cause: Cause,
    },

    /// Entries were put on a list.
    ListEntriesAdded {
        /// The list.
        list: ListName,
        /// What they have in common.
        terms: Terms,
        /// The entries.
        entries: Vec<ListEntry>,
    },
    /// Entries that waited for a second person were approved, and count from now on.
    ListEntriesApproved {
        /// The list.
        list: ListName,
        /// By whom.
        by: ActorName,
        /// The entries.
        entries: Vec<EntryId>,
    },
    /// Entries of a list ended.
    ListEntriesEnded {
        /// The list.
        list: ListName,
        /// By whom; none: by themselves.
        by: Option<ActorName>,
        /// How.
        how: EntryEnd,
        /// The entries.
        entries: Vec<EntryId>,
    },

    /// A recording began.
    RecordingStarted {
        /// The recording.
        recording: RecordingId,
    },
    /// A recording is complete on disk and can be played.
    RecordingSealed {
        /// The recording.
        recording: RecordingId,
        /// Whether everything is there.
        status: RecordingStatus,
        /// The length of the audio.
        length: Duration,
        /// SHA-256 of all that was recorded, in hex, whatever key it is under on disk; empty if there is no file.
        sha256: String,
    },
    /// How a leg sounded in the last seconds.
    QualityMeasured {
        /// The leg.
        leg: LegId,
        /// The figures.
        quality: LegQuality,
    },
    /// One direction of a leg fell silent.
    SilenceBegan {
        /// The leg.
        leg: LegId,
        /// Inbound: we hear nothing from it. Outbound: it gets nothing from us.
        direction: Direction,
        /// Why.
        cause: SilenceCause,
    },
    /// The silence is over.
    SilenceEnded {
        /// The leg.
        leg: LegId,
        /// Which direction.
        direction: Direction,
    },
    /// A mobile or fixed line of an agent can be reached by a trunk, or by none any more (TEL-05).
    LineReached {
        /// The line.
        endpoint: EndpointName,
        /// Why it cannot be reached; none: it can.
        down: Option<Cause>,
    },
    /// An agent's leg is called at a line of his.
    LineCalled {
        /// The leg.
        leg: LegId,
        /// The trunk that is tried first.
        trunk: TrunkName,
        /// The number that the line shows; none: withheld.
        shown: Option<Number>,
    },
    /// The line was answered, and whoever did so is asked to take the call by a key: it may be a voicemail.
    ConfirmAsked {
        /// The leg.
        leg: LegId,
        /// How long he may take.
        within: Duration,
    },
    /// The agent at the line has taken the call by the key.
    Confirmed {
        /// The leg.
        leg: LegId,
    },
    /// As many transfers are on their way as ask for attention, or fewer again (DIA-14).
    TransfersWatched {
        /// How many.
        moving: u32,
        /// Whether that asks for attention.
        alert: bool,
    },
    /// A login may register as this phone for a while: somebody has opened the console (TEL-12).
    KeyGiven {
        /// The phone.
        endpoint: EndpointName,
        /// The login.
        login: LoginId,
        /// Until when, unless it asks again.
        until: Wall,
    },
    /// A login may not register as this phone any more.
    KeysEnded {
        /// The phone.
        endpoint: EndpointName,
        /// The login.
        login: LoginId,
        /// Why.
        how: KeyEnd,
    },
    /// The phones of an agent may not register any more, or may again (SEC-06).
    AgentBarred {
        /// The agent.
        agent: AgentName,
        /// Whether they may not.
        barred: bool,
    },
    /// The phone of the agent who talks with the caller was lost, and the caller waits for it to come back (TEL-12).
    AgentMissing {
        /// The call.
        call: CallId,
        /// The agent.
        agent: AgentName,
        /// His phone.
        endpoint: EndpointName,
        /// Why it was lost.
        cause: Cause,
        /// How long the caller waits.
        within: Duration,
    },
    /// The caller does not wait for that phone any more.
    AgentMissingEnded {
        /// The call.
        call: CallId,
        /// The agent.
        agent: AgentName,
        /// How.
        how: AbsenceEnd,
    },
    /// What a leg's microphone delivered since its last such report (DIA-10, DIA-05).
    VoiceMeasured {
        /// The leg.
        leg: LegId,
        /// The figures.
        voice: VoiceReport,
    },
    /// A call that we place is placed by this calling mode (TEL-14).
    DialledBy {
        /// The call.
        call: CallId,
        /// The mode.
        mode: ModeName,
        /// The first call of the attempt to reach this contact, which this one belongs to: itself, unless another way had
        /// failed.
        attempt: CallId,
    },
}
