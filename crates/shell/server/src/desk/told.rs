//! What of a call's facts is told in words of its own: what people did, and when it sounded worst.

use std::collections::BTreeMap;

use bell_api::doors::{ActionView, AdviceView, MicrophoneView, WorstView};
use bell_api::time::rfc3339;
use bell_media::quality::{LikelyCause, Worst};
use bell_media::voice::{EchoCause, Microphone};
use bell_types::{Fact, LegId, LegQuality, LegRole, Party, SupervisionMode, Wall, What};

/// What agents and supervisors did, in order.
pub(super) fn actions(facts: &[Fact]) -> Vec<ActionView> {
    let mut people: BTreeMap<LegId, String> = BTreeMap::new();
    let mut actions = Vec::new();
    for fact in facts {
        if let What::LegOpened { leg, role: LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. }, .. } =
            &fact.what
        {
            people.insert(*leg, agent.to_string());
        }
        actions.extend(action(fact, &people));
    }
    actions
}

fn action(fact: &Fact, people: &BTreeMap<LegId, String>) -> Option<ActionView> {
    let of = |by: Option<String>, action: &str| ActionView {
        at: rfc3339(fact.now.wall),
        by,
        action: action.to_owned(),
        target: None,
        outcome: None,
    };
    // Whoever talks to us from outside holds the line too: only what people of the house do is theirs.
    let at_phone = |leg: &LegId, action| people.get(leg).map(|who| of(Some(who.clone()), action));
    match &fact.what {
        What::CallCommanded { by, command, refused, .. } => {
            let (action, target) = command.split_once(' ').map_or((&**command, None), |(a, t)| (a, Some(t.to_owned())));
            let outcome = Some(refused.clone().unwrap_or_else(|| "accepted".to_owned()));
            Some(ActionView { target, outcome, ..of(name(by), action) })
        }
        What::Supervised { supervisor, mode, .. } => Some(of(Some(supervisor.to_string()), mode_name(*mode))),
        What::HelpAsked { agent, .. } => Some(of(Some(agent.to_string()), "help")),
        What::LegHeld { leg } => at_phone(leg, "hold"),
        What::LegResumed { leg } => at_phone(leg, "resume"),
        _ => None,
    }
}

fn name(party: &Party) -> Option<String> {
    match party {
        Party::Agent(agent) => Some(agent.to_string()),
        Party::Caller => Some("caller".to_owned()),
        Party::External => Some("external".to_owned()),
        Party::Operator => Some("operator".to_owned()),
        Party::System => None,
    }
}

const fn mode_name(mode: SupervisionMode) -> &'static str {
    match mode {
        SupervisionMode::Listen => "listen",
        SupervisionMode::Whisper => "whisper",
        SupervisionMode::Barge => "barge",
        SupervisionMode::Intercept => "intercept",
    }
}

/// When each leg sounded worst, and why it likely did.
pub(super) fn worst(facts: &[Fact]) -> Vec<WorstView> {
    let mut legs: BTreeMap<u16, Vec<(Wall, &LegQuality)>> = BTreeMap::new();
    for fact in facts {
        if let What::QualityMeasured { leg, quality } = &fact.what {
            legs.entry(leg.number).or_default().push((fact.now.wall, quality));
        }
    }
    let view = |(leg, reports)| {
        let Worst { at, quality, cause } = Worst::of(reports)?;
        let (zh, en, remedy_zh, remedy_en) = likely(cause);
        Some(WorstView {
            leg,
            at: rfc3339(at),
            mos: f32::from(quality.mos_centi) / 100.0,
            cause: cause.code(),
            zh,
            en,
            remedy_zh,
            remedy_en,
        })
    };
    legs.into_iter().filter_map(view).collect()
}

const fn likely(cause: LikelyCause) -> (&'static str, &'static str, &'static str, &'static str) {
    match cause {
        LikelyCause::Nothing => ("没有听得出的问题", "nothing that can be heard", "", ""),
        LikelyCause::Silence => (
            "没有收到语音包",
            "no audio arrived",
            "检查防火墙和 NAT 是否放行 UDP，麦克风是否可用",
            "check that firewall and NAT let UDP through, and that the microphone works",
        ),
        LikelyCause::LossIn => (
            "来路丢包",
            "packets were lost on the way to us",
            "检查对方的网络：改用有线，停止下载，或使用低带宽编码",
            "check that party's network: a cable, no downloads, or the low-bandwidth codec",
        ),
        LikelyCause::LossOut => (
            "去路丢包，对方听不清",
            "packets were lost on the way from us: the other side hears it",
            "检查对方的下行网络和本机房的出口带宽",
            "check that party's network, and the bandwidth out of this site",
        ),
        LikelyCause::Jitter => (
            "抖动大，语音包来得太晚",
            "packets came too unevenly",
            "避开 Wi-Fi，给语音做 QoS，关闭占用带宽的程序",
            "avoid Wi-Fi, give voice priority, and stop what takes the bandwidth",
        ),
        LikelyCause::Delay => (
            "时延大",
            "the way is long",
            "不要经 VPN 或境外线路，换用更近的节点",
            "avoid VPNs and lines through abroad, and use a nearer node",
        ),
    }
}

/// What each leg's microphone delivered, and whether it heard its own loudspeaker.
pub(super) fn voice(facts: &[Fact]) -> Vec<MicrophoneView> {
    let mut ways: BTreeMap<LegId, u16> = BTreeMap::new();
    let mut views = Vec::new();
    for fact in facts {
        match &fact.what {
            What::QualityMeasured { leg, quality } => {
                let round_trip = quality.round_trip_us.map(|us| u16::try_from(us / 1000).unwrap_or(u16::MAX));
                ways.extend(round_trip.map(|ms| (*leg, ms)));
            }
            What::VoiceMeasured { leg, voice } => {
                let round_trip_ms = ways.get(leg).copied().unwrap_or(0);
                views.push(MicrophoneView {
                    leg: leg.number,
                    at: rfc3339(fact.now.wall),
                    level_dbov: voice.level_dbov,
                    noise_dbov: voice.noise_dbov,
                    clipped_permille: voice.clipped_permille,
                    microphone: microphone(Microphone::of(voice)),
                    echo_delay_ms: voice.echo.map(|echo| echo.delay_ms),
                    echo_loss_db: voice.echo.map(|echo| echo.loss_db),
                    echo: voice.echo.map(|heard| echo(EchoCause::of(&heard, round_trip_ms))),
                });
            }
            _ => {}
        }
    }
    views
}

const fn microphone(found: Microphone) -> AdviceView {
    let (zh, en, remedy_zh, remedy_en) = match found {
        Microphone::Fine => ("正常", "it is as it should be", "", ""),
        Microphone::Silent => (
            "没有听到说话",
            "nobody was heard to speak",
            "检查麦克风是否静音、是否选对设备",
            "check that the microphone is not muted and is the right one",
        ),
        Microphone::Quiet => (
            "音量偏低",
            "it is too quiet",
            "把麦克风移近嘴边两指处，调高输入音量",
            "put the microphone two fingers from the mouth, and turn its level up",
        ),
        Microphone::Clipping => (
            "音量过大，声音被削波",
            "it is too loud: peaks are cut off",
            "把麦克风移远一些，调低输入音量，关闭麦克风增强",
            "move the microphone away, turn its level down, and switch boost off",
        ),
        Microphone::Noisy => (
            "环境噪声大",
            "it is noisy around",
            "使用带降噪的 USB 耳机，远离风扇和他人",
            "use a noise-cancelling USB headset, away from fans and other people",
        ),
    };
    AdviceView { code: found.code(), zh, en, remedy_zh, remedy_en }
}

const fn echo(cause: EchoCause) -> AdviceView {
    let (zh, en, remedy_zh, remedy_en) = match cause {
        EchoCause::Loudspeaker => (
            "此方的扬声器声音进入了麦克风，对方听到自己的回声",
            "this party's loudspeaker is heard by its microphone: the other side hears itself",
            "改用耳机，或调低扬声器音量",
            "use a headset, or turn the loudspeaker down",
        ),
        EchoCause::Headset => (
            "耳机或听筒有轻微漏音",
            "the headset or hand-set leaks a little",
            "调低耳机音量，把麦克风移离耳罩",
            "turn the headset down, and move its microphone away from the ear",
        ),
        EchoCause::Line => (
            "模拟线路的混合线圈产生回声",
            "the fork of an analogue line sends it back",
            "请运营商或网关开启回声消除",
            "have the carrier or the gateway switch echo cancellation on",
        ),
        EchoCause::LongWay => (
            "时延大，轻微的回声也听得出",
            "the way is long, so that even faint echo is heard",
            "避开 VPN 和境外线路，并使用耳机",
            "avoid VPNs and lines through abroad, and use a headset",
        ),
    };
    AdviceView { code: cause.code(), zh, en, remedy_zh, remedy_en }
}

#[cfg(test)]
mod tests {
    use bell_types::{AgentName, CallId, Direction, EndpointName, Now, Seq};

    use super::*;

    #[test]
    fn dia_09_what_people_did_is_readable() {
        let call = CallId::from_u64(7);
        let leg = |number| LegId { call, number };
        let alice = AgentName::new("alice").unwrap();
        let role = LegRole::Agent { agent: alice.clone(), endpoint: EndpointName::new("alice").unwrap() };
        let command = "transfer agent:bob".to_owned();
        let refused = Some("target_busy".to_owned());
        let facts: Vec<Fact> = [
            What::LegOpened { leg: leg(1), role: LegRole::Caller, direction: Direction::Inbound },
            What::LegOpened { leg: leg(2), role, direction: Direction::Outbound },
            What::LegHeld { leg: leg(1) },
            What::LegHeld { leg: leg(2) },
            What::CallCommanded { call, by: Party::Agent(alice.clone()), command, refused },
            What::Supervised { leg: leg(3), supervisor: alice, mode: SupervisionMode::Listen },
        ]
        .into_iter()
        .map(|what| Fact { seq: Seq(1), now: Now::default(), what })
        .collect();
        let told: Vec<_> = actions(&facts)
            .into_iter()
            .map(|action| {
                [action.by, Some(action.action), action.target, action.outcome].map(Option::unwrap_or_default)
            })
            .collect();
        let expected =
            [["alice", "hold", "", ""], ["alice", "transfer", "agent:bob", "target_busy"], ["alice", "listen", "", ""]];
        assert_eq!(told, expected.map(|line| line.map(str::to_owned)));
    }
}
