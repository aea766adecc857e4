//! The configuration file as it is written: one declarative TOML for the whole centre.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use bell_types::{Srtp, Strategy};
use serde::Deserialize;
use toml::Spanned;

use super::crm::CrmTable;
use super::dispositions::Disposition;
use super::doors::{Calendar, Ivr};
use super::lists::{List, Nuisance};
use super::modes::Mode;
use super::outside::{Oidc, Outgoing};
use super::services::LookUps;
use super::staff::Break;
use super::values::{Secret, Size, Span};

/// A table of named things, in the order of their names, each with its place in the file.
pub(crate) type Named<T> = BTreeMap<Spanned<String>, T>;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) centre: Centre,
    pub(crate) sip: Sip,
    pub(crate) media: Media,
    #[serde(default)]
    pub(crate) tls: Tls,
    #[serde(default)]
    pub(crate) health: Health,
    #[serde(default)]
    pub(crate) console: Console,
    #[serde(default)]
    pub(crate) admin: Admin,
    #[serde(default)]
    pub(crate) outgoing: Outgoing,
    #[serde(default)]
    pub(crate) oidc: Named<Oidc>,
    pub(crate) crm: Option<CrmTable>,
    #[serde(default)]
    pub(crate) policy: Named<Spanned<toml::Value>>,
    #[serde(default)]
    pub(crate) trunk: Named<Trunk>,
    #[serde(default)]
    pub(crate) number: Named<Dialled>,
    #[serde(default)]
    pub(crate) flow: Named<FlowFile>,
    #[serde(default)]
    pub(crate) prompt: Named<Prompt>,
    #[serde(default)]
    pub(crate) queue: Named<Queue>,
    #[serde(default)]
    pub(crate) agent: Named<Agent>,
    #[serde(default, rename = "break")]
    pub(crate) breaks: Named<Break>,
    #[serde(default)]
    pub(crate) endpoint: Named<Endpoint>,
    #[serde(default)]
    pub(crate) disposition: Named<Disposition>,
    #[serde(default)]
    pub(crate) list: Named<List>,
    pub(crate) nuisance: Option<Nuisance>,
    #[serde(default)]
    pub(crate) calendar: Named<Calendar>,
    #[serde(default)]
    pub(crate) mode: Named<Mode>,
    #[serde(default)]
    pub(crate) look_up: LookUps,
    pub(crate) ivr: Option<Ivr>,
}

/// Who we are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Centre {
    /// What the centre is called, on screens and towards phones.
    pub(crate) name: String,
    /// The time zone of hours and reports: `Asia/Shanghai`.
    pub(crate) zone: Spanned<String>,
    /// The language its callers are spoken to in, where nothing else says so: `zh-CN`, `en-US`.
    pub(crate) language: Option<Spanned<String>>,
    /// The area code that a local number belongs to, without the leading 0.
    pub(crate) area_code: Option<Spanned<String>>,
    /// The prompt a caller hears while an agent holds him; what the agent's phone sends if none is named.
    pub(crate) hold_music: Option<Spanned<String>>,
    /// The calendar at whose hours customers are called back, by queues that name none of their own (INB-30).
    pub(crate) callback_calendar: Option<Spanned<String>>,
    /// What agents are asked after calls that came by no queue: those they place (AGT-05).
    pub(crate) disposition: Option<Spanned<String>>,
    /// The beginnings of the numbers that agents may transfer to; all of them if none is named (DIA-14).
    #[serde(default)]
    pub(crate) transfer_numbers: Vec<String>,
    /// The parts that are switched on; none named: all of them (TEL-23).
    pub(crate) modules: Option<Vec<Spanned<String>>>,
}

/// Where SIP comes in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sip {
    /// The domain phones register at, and the digest realm.
    pub(crate) domain: String,
    /// Where to listen for UDP.
    #[serde(default)]
    pub(crate) udp: Vec<SocketAddr>,
    /// Where to listen for TCP.
    #[serde(default)]
    pub(crate) tcp: Vec<SocketAddr>,
    /// Where to listen for WebSockets.
    #[serde(default)]
    pub(crate) ws: Vec<SocketAddr>,
    /// Where to listen for TLS.
    #[serde(default)]
    pub(crate) tls: Vec<SocketAddr>,
    /// Where to listen for WebSockets under TLS.
    #[serde(default)]
    pub(crate) wss: Vec<SocketAddr>,
    /// The address others reach us at, if it is not the one we listen on: behind NAT.
    pub(crate) advertise: Option<IpAddr>,
    /// How phones prove their passwords. Some phones give up when they are offered SHA-256.
    #[serde(default)]
    pub(crate) digest: Digest,
}

/// The certificate we show. The files are read by the program that serves, and never become a part of a version.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// The file with the certificate and those it is signed by, as PEM.
    pub(crate) certificate: Option<Spanned<String>>,
    /// The file with its key, as PEM.
    pub(crate) key: Option<Spanned<String>>,
    /// More names under which we are reached: for the certificate that the node makes.
    #[serde(default)]
    pub(crate) names: Vec<String>,
}

/// How phones prove their passwords.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Digest {
    /// By MD5, as every phone can.
    #[default]
    Md5,
    /// By SHA-256 if the phone can, else by MD5.
    Sha256,
}

/// Where audio comes in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Media {
    /// The address audio comes in at.
    pub(crate) address: IpAddr,
    /// The address others send audio to, if it is not that one: behind NAT.
    pub(crate) advertise: Option<IpAddr>,
    /// The first and the last UDP port for audio.
    #[serde(default = "media_ports")]
    pub(crate) ports: [u16; 2],
    /// The addresses at which browsers are told to reach us, if not the one that others are told.
    #[serde(default)]
    pub(crate) webrtc_advertise: Vec<IpAddr>,
    /// The first and the last UDP port for browsers, one for each core; if not set, the first of `ports`.
    pub(crate) webrtc_ports: Option<[u16; 2]>,
    /// Whether browsers may connect to the same ports by TCP, for networks that let no UDP through.
    #[serde(default = "yes")]
    pub(crate) webrtc_tcp: bool,
}

const fn media_ports() -> [u16; 2] {
    [20_000, 29_999]
}

/// Where health and metrics are shown.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Health {
    /// The address of `/health` and `/metrics`; nowhere if none is given. Best one that only operators reach.
    pub(crate) listen: Option<SocketAddr>,
}

/// Where agents and supervisors work.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Console {
    /// The addresses of the desk; nowhere if none is given.
    #[serde(default)]
    pub(crate) listen: Vec<SocketAddr>,
    /// The proxies that speak TLS for us, and say for whom they ask.
    #[serde(default)]
    pub(crate) proxies: Vec<IpAddr>,
    /// Whether the addresses of the desk and of administrators speak HTTPS, under the certificate of `[tls]`.
    #[serde(default)]
    pub(crate) tls: bool,
}

/// Where administrators work.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Admin {
    /// The addresses; loopback if none is given and there is a console.
    pub(crate) listen: Option<Vec<SocketAddr>>,
}

/// Thresholds, as they hold on the day: each field is a policy of `bell-policy`'s catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    /// How many calls the node takes at one time.
    pub(crate) calls_max: usize,
    /// How long an agent's phone rings before the call goes on to the next (INB-26).
    pub(crate) ring_timeout: Span,
    /// How long the target of a transfer rings.
    pub(crate) transfer_ring_timeout: Span,
    /// Whether wrap-up ends only with a summary, where results are configured (AGT-04).
    pub(crate) summary_required: bool,
    /// How long after his part in a call an agent may leave its summary open.
    pub(crate) summary_within: Span,
    /// How many characters a note or a text of a summary may have.
    pub(crate) summary_text_max: usize,
    /// How deep menus may be nested (INB-02).
    pub(crate) menu_depth_max: u8,
    /// How many options a menu may have; 0, * and # do not count (INB-03, C-3).
    pub(crate) menu_options_max: u8,
    /// From how many options on a menu is worth a warning.
    pub(crate) menu_options_warn: u8,
    /// How many calls in a row an agent may miss before he is put on a break.
    pub(crate) missed_max: u32,
    /// How many wrong passwords in a row lock a source out.
    pub(crate) wrong_passwords_max: u16,
    /// For how long.
    pub(crate) lockout: Span,
    /// Whether phones may speak TLS 1.2.
    pub(crate) sip_tls_1_2: bool,
    /// How long before its end a certificate asks for attention.
    pub(crate) certificate_warn: Span,
    /// After how long without any packet a leg counts as dead.
    pub(crate) media_timeout: Span,
    /// How long a browser may send nothing at all.
    pub(crate) browser_timeout: Span,
    /// What counts for the service level (RPT-12).
    pub(crate) service_level_within: Span,
    /// What it should be, in percent.
    pub(crate) service_level_target: u64,
    /// Who gave up too early to count.
    pub(crate) service_level_abandoned_within: Span,
    /// With less of the disk free than this nothing is recorded (REC-24).
    pub(crate) recording_reserve: Size,
    /// How many recordings are exported at one time (REC-13).
    pub(crate) recording_export_max: usize,
    /// How large they may be together.
    pub(crate) recording_export_bytes_max: Size,
    /// With a smaller share of the disk free than this somebody should make room, in percent (REC-24).
    pub(crate) disk_low_percent: u16,
    /// With a smaller share than this somebody must.
    pub(crate) disk_critical_percent: u16,
    /// With less free than this no call is taken that would be recorded.
    pub(crate) recording_gate_shut: Size,
    /// From so much on it is taken again.
    pub(crate) recording_gate_open: Size,
    /// From how many calls on a number is put on the deny list (INB-22).
    pub(crate) nuisance_calls: usize,
    /// From how many calls on it is put on the watch list.
    pub(crate) nuisance_watch_calls: usize,
    /// The sliding time in which calls count.
    pub(crate) nuisance_window: Span,
    /// For how many days it is on the deny list.
    pub(crate) nuisance_term_days: u16,
    /// For how many days it is left alone after somebody undid that.
    pub(crate) nuisance_exempt_days: u16,
    /// How much earlier each step of priority lets a caller stand (INB-17).
    pub(crate) head_start: Span,
    /// And all of them together at most: nobody is overtaken by who comes later than this.
    pub(crate) head_start_max: Span,
    /// For how long a call is kept for the caller's own agent (INB-17, INB-18).
    pub(crate) own_agent_for: Span,
    /// How many phones ring at once for one call of a queue that rings all.
    pub(crate) ring_all_max: usize,
    /// How often ladders may move a call from queue to queue.
    pub(crate) moves_max: u8,
    /// After how long a wait the alert of a queue begins (INB-25); zero for never.
    pub(crate) alert_after: Span,
    /// For how long the phone of an available agent may be gone before the floor is told (DIA-08).
    pub(crate) phone_lost_grace: Span,
    /// How often a customer is called back at most (INB-30).
    pub(crate) callback_attempts_max: u32,
    /// How long after a failed attempt the next may be.
    pub(crate) callback_gap: Span,
    /// How long an agent may be looked for, before each attempt.
    pub(crate) callback_wait_max: Span,
    /// How many plans to call back there may be.
    pub(crate) callbacks_max: usize,
    /// From how long after midnight on customers are called back, where no calendar says so.
    pub(crate) callback_from: Span,
    /// And until when.
    pub(crate) callback_until: Span,
    /// How long a trunk may show no sign of life before the next one is tried (DIA-21).
    pub(crate) route_timeout: Span,
    /// How long a set-up may take over all trunks (DIA-21).
    pub(crate) setup_max: Span,
    /// How long a trunk that failed a set-up is tried last.
    pub(crate) trunk_rest: Span,
    /// How long a caller may be parked before who parked him is asked to take him back.
    pub(crate) park_max: Span,
    /// How long a caller waits for the browser of his agent to come back.
    pub(crate) agent_return_max: Span,
    /// How many callers may be parked at one time.
    pub(crate) park_slots_max: u16,
    /// How many transfers may be on their way at one time (DIA-14).
    pub(crate) transfers_max: usize,
    /// From how many on somebody should look at it.
    pub(crate) transfers_alert: usize,
    /// How often an agent hears a tone while he is supervised; zero for never (REC-18).
    pub(crate) supervision_tone: Span,
    /// How many calls one attempt to reach a contact has (TEL-14).
    pub(crate) attempt_calls_max: usize,
    /// How long after its first call another way still belongs to it.
    pub(crate) attempt_within: Span,
    /// How long after the end of his shift an agent is signed out (AGT-12).
    pub(crate) shift_grace: Span,
    /// How long the answer to a request with an `Idempotency-Key` is kept.
    pub(crate) idempotency_keep: Span,
    /// How many such answers.
    pub(crate) idempotency_max: u64,
    /// How many requests a second somebody may make who is signed in.
    pub(crate) api_rate: u32,
    /// And at once.
    pub(crate) api_burst: u32,
    /// How many a stranger.
    pub(crate) api_stranger_rate: u32,
    /// And at once.
    pub(crate) api_stranger_burst: u32,
    /// How many connections to the console there may be.
    pub(crate) console_connections_max: usize,
    /// What a desk's network must carry in each direction before a shift (TEL-18).
    pub(crate) device_rate_kbps_min: u64,
    /// How long a way there and back may take.
    pub(crate) device_rtt_max: Span,
    /// How much that may differ.
    pub(crate) device_jitter_max: Span,
    /// How much may be lost, in thousandths.
    pub(crate) device_loss_permille_max: u64,
    /// How long reports of the check of devices are kept (AGT-10).
    pub(crate) device_reports_keep: Span,
    /// How many of each agent.
    pub(crate) device_reports_max: u64,
    /// How long an agent who handed a call on, or whose leg of it broke, is not offered it again.
    pub(crate) parted_rest: Span,
    /// Whether whoever answers an agent's line must take the call by a key: it may be his voicemail (TEL-05).
    pub(crate) line_confirm: bool,
    /// How long he may take for that.
    pub(crate) line_confirm_timeout: Span,
    /// Whether an agent's line shows the customer's number; otherwise the number of ours that he called.
    pub(crate) line_shows_caller: bool,
    /// The least that audio waits to be in order.
    pub(crate) jitter_delay_min: Span,
    /// The most.
    pub(crate) jitter_delay_max: Span,
    /// Below which MOS, in hundredths, a network is called weak.
    pub(crate) weak_mos_centi: usize,
    /// Whether browsers are spoken with in Opus; otherwise in G.711.
    pub(crate) browser_opus: bool,
    /// From which loss on, in thousandths, a browser's next calls begin in Opus (TEL-16).
    pub(crate) opus_loss_permille: u16,
    /// And for how long after it.
    pub(crate) opus_remembered: Span,
    /// How hard the encoder of Opus tries, of 10.
    pub(crate) opus_complexity: usize,
    /// Whether a caller whose agent is lost goes back to the front of his queue; otherwise his call ends.
    pub(crate) lost_agent_requeues: bool,
    /// How long after a call with a customer his data may be seen for it (AGT-02).
    pub(crate) customer_open_for: Span,
    /// How long the system of customers may take (AGT-02).
    pub(crate) crm_timeout: Span,
    /// How many numbers are kept of a customer (AGT-06).
    pub(crate) contacts_max: usize,
    /// How many articles of knowledge there may be (AGT-07).
    pub(crate) articles_max: u64,
    /// How many articles are noted as used in a call (AGT-07).
    pub(crate) call_articles_max: u64,
    /// For how many places there may be lines to say (AGT-14).
    pub(crate) script_places_max: u64,
    /// How far ahead a ticket may promise (AGT-08).
    pub(crate) promise_ahead_max: Span,
    /// After how many thousandths of its time a promise is near.
    pub(crate) promise_near_permille: u32,
    /// So many super administrators raise no warning (SEC-01).
    pub(crate) super_admins_max: usize,
    /// Whether everybody needs a second factor at login (SEC-09).
    pub(crate) second_factor_for_all: bool,
    /// How long a request waits for a second person (SEC-16).
    pub(crate) approval_wait: Span,
    /// How long an approval may be used.
    pub(crate) approval_use_within: Span,
    /// How many requests may wait at one time.
    pub(crate) approvals_max: usize,
    /// How many recordings one person exports alone (REC-13).
    pub(crate) recording_export_alone_max: usize,
    /// How often roles are confirmed (SEC-06).
    pub(crate) access_review_every: Span,
    /// How long an access review may be answered.
    pub(crate) access_review_term: Span,
    /// How often those are reminded who have not answered.
    pub(crate) access_review_remind_every: Span,
    /// Whether roles that nobody confirmed are taken away at its end.
    pub(crate) access_review_removes: bool,
    /// How long an auditor stays in office (SEC-03).
    pub(crate) auditor_term: Span,
    /// How many characters a password has at least (SEC-07).
    pub(crate) password_length_min: usize,
    /// How many passwords may not come again.
    pub(crate) password_history: usize,
    /// How long a password holds (SEC-08).
    pub(crate) password_age: Span,
    /// How long that of a super administrator holds.
    pub(crate) password_age_super_admin: Span,
    /// Whether those of accounts with a second factor hold for ever.
    pub(crate) password_age_waived: bool,
    /// How long a password that somebody else chose may wait for its owner.
    pub(crate) password_given_valid: Span,
    /// How many wrong attempts in a row lock an account (SEC-12).
    pub(crate) login_wrong_max: u32,
    /// For how long, the first time.
    pub(crate) login_lockout: Span,
    /// And at most.
    pub(crate) login_lockout_max: Span,
    /// How many steps the clock of an authenticator app may differ.
    pub(crate) otp_skew_steps: u64,
    /// How long records of audit are kept (SEC-14).
    pub(crate) audit_keep: Span,
    /// On how many devices a person may be logged in (SEC-11).
    pub(crate) devices_max: usize,
    /// Whether one too many ends the login that was idle longest.
    pub(crate) devices_replace: bool,
    /// How long nobody may do anything before a login ends (SEC-26).
    pub(crate) login_idle_max: Span,
    /// How long a login lasts, whatever is done.
    pub(crate) login_length_max: Span,
    /// From how many kilometres on a journey is looked at (SEC-13).
    pub(crate) travel_km_min: u32,
    /// How fast somebody may travel.
    pub(crate) travel_kmh_max: u32,
    /// How long a link "that was not me" works.
    pub(crate) not_me_valid: Span,
    /// How long a code to scan is valid.
    pub(crate) scan_valid: Span,
    /// How many such codes may be shown at one time.
    pub(crate) scans_max: usize,
    /// How many of them at one address.
    pub(crate) scans_at_address_max: usize,
    /// How long a token of a program lasts at most.
    pub(crate) token_length_max: Span,
    /// How many tokens a person may have.
    pub(crate) tokens_max: usize,
    /// How many webhooks there may be.
    pub(crate) webhooks_max: usize,
    /// How long the receiver of a webhook may take to answer.
    pub(crate) webhook_timeout: Span,
    /// How long after a first failure it is tried again.
    pub(crate) webhook_retry_first: Span,
    /// The longest time between two attempts.
    pub(crate) webhook_retry_max: Span,
    /// After how long a failure without an end a receiver is told nothing any more.
    pub(crate) webhook_disable_after: Span,
    /// How long events are kept for those that were away.
    pub(crate) webhook_keep: Span,
}

/// A carrier connection.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trunk {
    /// Networks its calls come from: `203.0.113.0/24`.
    #[serde(default)]
    pub(crate) from: Vec<Spanned<String>>,
    /// Where calls to it go: `sip.carrier.example`, `198.51.100.7:5060`; the first that works is used.
    #[serde(default)]
    pub(crate) to: Vec<Spanned<String>>,
    /// How calls to it travel.
    #[serde(default)]
    pub(crate) transport: Transport,
    /// The name we register with or answer challenges by.
    pub(crate) username: Option<String>,
    /// The password for it.
    pub(crate) password: Option<Secret>,
    /// Whether we register at it.
    #[serde(default)]
    pub(crate) register: bool,
    /// How often it is asked whether it is there; zero for never.
    #[serde(default = "options_interval")]
    pub(crate) options_interval: Span,
    /// How many calls it carries at one time.
    pub(crate) calls_max: usize,
    /// Where the called number stands.
    #[serde(default)]
    pub(crate) called_in: CalledIn,
    /// Where the caller's number stands, and how we send ours.
    #[serde(default)]
    pub(crate) caller_in: CallerIn,
    /// How numbers are written towards it.
    #[serde(default)]
    pub(crate) number_format: NumberFormat,
    /// What is taken off the beginning of numbers that come from it.
    #[serde(default)]
    pub(crate) strip: String,
    /// Reply to the port that a request came from even if it does not ask for that (RFC 3581).
    #[serde(default = "yes")]
    pub(crate) symmetric: bool,
}

const fn yes() -> bool {
    true
}

const fn options_interval() -> Span {
    Span::secs(30)
}

/// How SIP travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Transport {
    #[default]
    Udp,
    Tcp,
}

/// Where a carrier puts the called number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CalledIn {
    #[default]
    RequestUri,
    To,
}

/// Where a carrier puts the caller's number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallerIn {
    #[default]
    From,
    PAssertedIdentity,
    RemotePartyId,
}

/// How a carrier writes numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NumberFormat {
    /// `+8613800138000`.
    #[default]
    Plus,
    /// `8613800138000`.
    International,
    /// `013800138000`, `057187654321`.
    National,
}

/// A number of ours.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dialled {
    /// The flow that greets its callers.
    pub(crate) flow: Spanned<String>,
    /// The prompt its callers hear while a phone rings for them; ring-back tone if none is named (TEL-21).
    pub(crate) ringback: Option<Spanned<String>>,
    /// The calendar that says when `after_hours` greets them.
    pub(crate) calendar: Option<Spanned<String>>,
    /// The flow that greets them when the calendar says closed.
    pub(crate) after_hours: Option<Spanned<String>>,
    /// The numbers its calls go to while its emergency switch is on, in order.
    #[serde(default)]
    pub(crate) emergency: Vec<Spanned<String>>,
}

/// Where a flow's text is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlowFile {
    /// The file, from the directory of the configuration.
    pub(crate) file: Spanned<String>,
}

/// A prompt that flows and queues name: a file, or a text to be spoken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum Prompt {
    /// The file, from the directory of the configuration.
    File(Spanned<String>),
    /// The text.
    Say(Spanned<String>),
}

/// A queue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Queue {
    /// What people call it; its name if nothing is said.
    pub(crate) title: Option<Spanned<String>>,
    /// Who takes its calls, in order.
    pub(crate) agents: Vec<Spanned<String>>,
    /// How it picks among them.
    #[serde(default = "longest_idle")]
    pub(crate) strategy: Strategy,
    /// What an agent must be able to do, each with the lowest level.
    #[serde(default)]
    pub(crate) skills: Named<u8>,
    /// What a waiting caller hears; what rings for his number if nothing is named.
    pub(crate) music: Option<Spanned<String>>,
    /// How many callers may wait.
    #[serde(default = "waiting_max")]
    pub(crate) waiting_max: usize,
    /// How long a caller may wait.
    #[serde(default = "wait_max")]
    pub(crate) wait_max: Span,
    /// When the caller is told his position for the first time; zero for never.
    #[serde(default = "announce_first")]
    pub(crate) announce_first: Span,
    /// And how often after that.
    #[serde(default = "announce_every")]
    pub(crate) announce_every: Span,
    /// Whether callers wait while no agent is signed in; otherwise the flow goes on at once.
    #[serde(default)]
    pub(crate) wait_unstaffed: bool,
    /// The queue for cases that its agents cannot solve (INB-16).
    pub(crate) escalate_to: Option<Spanned<String>>,
    /// What agents are asked after its calls (AGT-04).
    pub(crate) disposition: Option<Spanned<String>>,
    /// What is done for a caller who is not served well, step after step.
    #[serde(default)]
    pub(crate) overflow: Vec<Rung>,
    /// The calendar at whose hours its customers are called back.
    pub(crate) callback_calendar: Option<Spanned<String>>,
    /// After how long a wait this queue's alert begins, if not as everywhere; zero for never.
    pub(crate) alert_after: Option<Span>,
}

/// One step of a queue's ladder: one condition, and what follows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rung {
    pub(crate) when: When,
    pub(crate) then: Then,
}

/// When a step of a ladder is taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum When {
    /// The caller has waited this long in this queue.
    Waited(Span),
    /// So many callers stand before him.
    Length(u32),
    /// Fewer than so many in a hundred were answered in time of late.
    ServiceLevel { percent: u8, within: Span, window: Span },
    /// No agent is signed in.
    NoAgent,
}

/// What follows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum Then {
    /// These skills are needed at these lower levels; 0 for not at all.
    Skills(Named<u8>),
    /// Into another queue, with the time he has waited.
    Queue(Spanned<String>),
    /// Out of the queue, to a number outside.
    External(Spanned<String>),
    /// Out of the queue, so that he may leave a message.
    Voicemail,
    /// Out of the queue, so that he may ask to be called back.
    Callback,
}

const fn longest_idle() -> Strategy {
    Strategy::LongestIdle
}

const fn waiting_max() -> usize {
    100
}

const fn wait_max() -> Span {
    Span::secs(600)
}

const fn announce_first() -> Span {
    Span::secs(10)
}

const fn announce_every() -> Span {
    Span::secs(45)
}

/// A person who takes calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Agent {
    /// His phones, the preferred one first.
    pub(crate) endpoints: Vec<Spanned<String>>,
    /// What he is able to do, each with his level.
    #[serde(default)]
    pub(crate) skills: Named<u8>,
    /// The regions whose callers go to him first.
    #[serde(default)]
    pub(crate) regions: Vec<Spanned<String>>,
    /// How many calls he takes at one time.
    #[serde(default = "one")]
    pub(crate) capacity: u32,
    /// How long he may finish a call's work before the next one comes.
    #[serde(default)]
    pub(crate) wrap_up: Span,
    /// The calendar by which he works; he signs out himself if none is named (AGT-12).
    pub(crate) calendar: Option<Spanned<String>>,
    /// His shift in it; all of its hours if none is named.
    pub(crate) shift: Option<Spanned<String>>,
    /// Whether he is at work as soon as his phone registers, and off when it is gone. Otherwise he signs in himself.
    #[serde(default)]
    pub(crate) sign_in: SignIn,
    /// How far he may transfer calls (DIA-14).
    #[serde(default)]
    pub(crate) transfer: bell_call::MayTransfer,
    /// The queues whose calls he supervises (REC-18, REC-19).
    #[serde(default)]
    pub(crate) supervises: Vec<Spanned<String>>,
    /// The language in which he is asked to take a call at a line: `en-US`; Mandarin if none is named.
    pub(crate) language: Option<Spanned<String>>,
    /// What others call him; his name if nothing is said.
    pub(crate) display_name: Option<Spanned<String>>,
}

const fn one() -> u32 {
    1
}

/// How an agent comes to work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignIn {
    /// By command.
    #[default]
    Command,
    /// By the registration of one of his phones.
    Registration,
}

/// A phone that registers, a browser, or a mobile or fixed line that a trunk leads to (TEL-05).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Endpoint {
    /// The password by which the phone registers. Case matters.
    pub(crate) password: Option<Secret>,
    /// Whether it is a browser, or another client that speaks WebRTC: its calls are offered as that. The console brings
    /// a key that its login got; a password is for other clients.
    #[serde(default)]
    pub(crate) browser: bool,
    /// The number of the line.
    pub(crate) line: Option<Spanned<String>>,
    /// The number of ours that the line shows, if not the one the policy says.
    pub(crate) shown: Option<Spanned<String>>,
    /// Whether the audio of the phone is encrypted under keys of the signalling.
    pub(crate) srtp: Option<Spanned<Srtp>>,
    /// From how many places it may be registered at one time. One more replaces the oldest.
    #[serde(default = "contacts_max")]
    pub(crate) contacts_max: usize,
}

const fn contacts_max() -> usize {
    1
}
