//! One call to the millisecond: SIP messages, digits, decisions, media, in the order in which they happened.

use std::time::Duration;

use bell_types::{DigitVia, Fact, LegQuality, LegRole, Mono, Now, PromptEnd, VoiceReport, Wall, What};
use serde::Serialize;

use super::width::fit;
use crate::trace::Shown;

/// One thing that happened.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Moment {
    at: Wall,
    /// Since the call arrived.
    seconds: f64,
    /// The same.
    #[serde(skip)]
    pub(super) since: Duration,
    /// The leg it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) leg: Option<u16>,
    kind: &'static str,
    pub(super) text: String,
    /// What belongs to it, such as a decision's candidates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more: Vec<String>,
    /// The whole SIP message.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// The facts of a call and its SIP messages as one line of time. Facts come in their order; a message stands before the
/// first fact that is not older, because what arrives leads to facts.
pub(super) fn of(facts: &[Fact], messages: &[Shown]) -> Vec<Moment> {
    let Some(first) = facts.first() else { return Vec::new() };
    let mut since = Since { began: first.now, newest: first.now.mono, restarted: false };
    let mut messages = messages.iter().peekable();
    let mut moments = Vec::new();
    let mut last = Duration::ZERO;
    for fact in facts {
        let at = since.at(fact.now).max(last);
        while let Some(message) = messages.next_if(|message| message.at <= fact.now.wall) {
            // Messages have the wall clock's time only, facts both: they may differ by a microsecond, or by a step.
            last = after(first.now.wall, message.at).clamp(last, at);
            moments.push(sip(message, last));
        }
        last = at;
        moments.extend(moment(fact, at));
    }
    moments.extend(messages.map(|message| sip(message, after(first.now.wall, message.at).max(last))));
    moments
}

/// In lines.
pub(super) fn print(moments: &[Moment]) {
    for Moment { seconds, kind, text, more, .. } in moments {
        println!("{seconds:>9.3}  {}  {text}", fit(kind, 9));
        for more in more {
            println!("{:>9}  {}    {more}", "", fit("", 9));
        }
    }
}

/// Monotonic time begins anew with each start of the node; across one only the wall clock can tell.
struct Since {
    began: Now,
    newest: Mono,
    restarted: bool,
}

impl Since {
    fn at(&mut self, now: Now) -> Duration {
        self.restarted |= now.mono < self.newest;
        self.newest = now.mono;
        if self.restarted { after(self.began.wall, now.wall) } else { now.mono.since(self.began.mono) }
    }
}

fn after(from: Wall, to: Wall) -> Duration {
    Duration::from_micros(u64::try_from(to.as_micros() - from.as_micros()).unwrap_or(0))
}

fn sip(message: &Shown, at: Duration) -> Moment {
    let header = |name: &str| message.text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let first = message.text.lines().next().unwrap_or_default();
    // A request says what it is by itself; a response by what it answers.
    let text = match (first.strip_prefix("SIP/2.0 "), header("CSeq:")) {
        (Some(status), Some(answered)) => format!("{status} ({answered})"),
        (Some(status), None) => status.to_owned(),
        (None, _) => first.trim_end_matches(" SIP/2.0").to_owned(),
    };
    let arrow = if message.way == "in" { "<-" } else { "->" };
    Moment {
        at: message.at,
        seconds: at.as_secs_f64(),
        since: at,
        leg: Some(message.leg),
        kind: "sip",
        text: format!("{arrow} {}  {text}", message.peer),
        more: Vec::new(),
        message: Some(message.text.clone()),
    }
}

fn moment(fact: &Fact, at: Duration) -> Option<Moment> {
    let mut lines = lines(fact).into_iter();
    let text = lines.next()?;
    let (wall, seconds, leg) = (fact.now.wall, at.as_secs_f64(), leg(&fact.what));
    let (kind, more) = (fact.what.about(), lines.collect());
    Some(Moment { at: wall, seconds, since: at, leg, kind, text, more, message: None })
}

/// The leg a fact is about, of those that are about one alone.
const fn leg(what: &What) -> Option<u16> {
    match what {
        What::LegOpened { leg, .. }
        | What::LegRinging { leg, .. }
        | What::LegAnswered { leg, .. }
        | What::LegEnded { leg, .. }
        | What::LegHeld { leg }
        | What::LegResumed { leg }
        | What::LineCalled { leg, .. }
        | What::ConfirmAsked { leg, .. }
        | What::Confirmed { leg }
        | What::RouteChanged { leg, .. }
        | What::DigitPressed { leg, .. }
        | What::VoiceMeasured { leg, .. }
        | What::QualityMeasured { leg, .. } => Some(leg.number),
        _ => None,
    }
}

/// What a microphone delivered.
fn microphone(voice: &VoiceReport) -> String {
    let level = voice.level_dbov.map_or("no voice".to_owned(), |level| format!("voice {level} dBov"));
    let echo =
        voice.echo.map_or(String::new(), |echo| format!(", echo after {} ms, {} dB down", echo.delay_ms, echo.loss_db));
    let (noise, clipped) = (voice.noise_dbov, f64::from(voice.clipped_permille) / 10.0);
    format!("{level}, noise {noise} dBov, {clipped:.1} % clipped{echo}")
}

/// The words of the story, and for what the story leaves out, words of its own.
fn lines(fact: &Fact) -> Vec<String> {
    match &fact.what {
        What::VoiceMeasured { leg, voice } => return vec![format!("leg {}: {}", leg.number, microphone(voice))],
        What::QualityMeasured { leg, quality } => return vec![format!("leg {}: {}", leg.number, heard(quality))],
        What::DigitPressed { leg, digit, held, via } => {
            let (held, via) = (held.as_millis(), by(*via));
            return vec![format!("leg {}: pressed {digit} for {held} ms, by {via}", leg.number)];
        }
        What::PromptEnded { prompt, how: PromptEnd::Completed, .. } => {
            return vec![format!("{prompt} played to its end")];
        }
        What::LegOpened { leg, role: LegRole::Caller, .. } => return vec![format!("leg {}: the caller", leg.number)],
        _ => {}
    }
    // Each line of the story begins with its time, ten columns wide.
    let story = bell_call::explain(std::slice::from_ref(fact));
    story.lines().map(|line| line.get(10..).unwrap_or(line).trim_start().to_owned()).collect()
}

const fn by(via: DigitVia) -> &'static str {
    match via {
        DigitVia::TelephoneEvent => "telephone-event",
        DigitVia::SipInfo => "SIP INFO",
        DigitVia::InBand => "tones in the audio",
    }
}

fn heard(quality: &LegQuality) -> String {
    let LegQuality { packets_in, packets_out, loss_in_permille, jitter_us, round_trip_us, mos_centi, .. } = quality;
    let level = |level: Option<i8>| level.map_or("silent".to_owned(), |level| format!("{level} dBov"));
    let (level_in, level_out) = (level(quality.level_in_dbov), level(quality.level_out_dbov));
    let trip = round_trip_us.map_or(String::new(), |trip| format!(", round trip {:.1} ms", f64::from(trip) / 1e3));
    format!(
        "{packets_in} packets in ({level_in}), {packets_out} out ({level_out}), loss {:.1} %, jitter {:.1} ms{trip}, \
         MOS {:.2}",
        f64::from(*loss_in_permille) / 10.0,
        f64::from(*jitter_us) / 1e3,
        f64::from(*mos_centi) / 100.0
    )
}

#[cfg(test)]
mod tests {
    use bell_types::{CallId, Cause, Ending, Party, Seq};

    use super::*;

    fn fact(micros: u64, what: What) -> Fact {
        let now = Now { mono: Mono::from_micros(micros), wall: Wall::from_micros(1_000_000_000 + micros as i64) };
        Fact { seq: Seq(micros), now, what }
    }

    fn message(micros: i64, way: &str, text: &str) -> Shown {
        let peer = "127.0.0.1:5076".parse().unwrap();
        Shown {
            at: Wall::from_micros(1_000_000_000 + micros),
            leg: 1,
            way: way.to_owned(),
            peer,
            text: text.to_owned(),
        }
    }

    #[test]
    fn messages_stand_where_they_came() {
        let call = CallId::from_u64(1);
        let ending = Ending { cause: Cause::NodeFailed, by: Party::System, sip_status: None, q850: None };
        let facts = [
            fact(0, What::FlowEntered { call, node: "greeting".to_owned() }),
            fact(2500, What::CallEnded { call, ending }),
        ];
        let messages = [
            message(0, "in", "INVITE sip:4008001234@127.0.0.1 SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n"),
            message(1200, "out", "SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n"),
            message(9000, "in", "BYE sip:4008001234@127.0.0.1 SIP/2.0\r\nCSeq: 2 BYE\r\n\r\n"),
        ];
        let moments = of(&facts, &messages);
        let told: Vec<_> = moments.iter().map(|it| (format!("{:.4}", it.seconds), it.kind, it.text.as_str())).collect();
        let expected = [
            ("0.0000".to_owned(), "sip", "<- 127.0.0.1:5076  INVITE sip:4008001234@127.0.0.1"),
            ("0.0000".to_owned(), "flow", "flow: greeting"),
            ("0.0012".to_owned(), "sip", "-> 127.0.0.1:5076  200 OK (1 INVITE)"),
            ("0.0025".to_owned(), "call", moments[3].text.as_str()),
            ("0.0090".to_owned(), "sip", "<- 127.0.0.1:5076  BYE sip:4008001234@127.0.0.1"),
        ];
        assert_eq!(told, expected);
    }
}
