//! What stands between an agent and his calls, as far as the server sees it: the server's part of the diagnosis by one
//! button (DIA-03). A shell gathers a [`Picture`], [`examine`] says what it shows and what to do about it.

use std::net::IpAddr;

use bell_media::voice::Microphone;
use bell_types::{
    AgentActivity, AgentName, AgentPresence, CallId, Cause, EndpointName, LegQuality, RegistrationRefusal, TrunkName,
    VoiceReport,
};

use crate::gate::Gate;

/// Of so many pairs of ports a node should have one free: fewer, and calls will fail soon.
const PORTS_LOW: u64 = 10;
/// Speech that is quieter than this is hardly understood, in dBov: a muted or broken microphone.
const QUIET_DBOV: i8 = -55;

/// What a shell has gathered about somebody who asks.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The agent he is; none: his account takes no calls.
    pub agent: Option<Standing>,
    /// Where he asks from.
    pub visitor: IpAddr,
    /// Where browsers are told to send their audio.
    pub media: Vec<IpAddr>,
    /// How many legs can still get ports.
    pub ports_free: u64,
    /// Which new calls are taken.
    pub gate: Gate,
    /// The trunks, each with what keeps it from being used.
    pub trunks: Vec<(TrunkName, Option<Cause>)>,
    /// How many numbers of ours lead to flows.
    pub numbers: usize,
    /// The last call he had; none: there is none, or it cannot be read.
    pub last_call: Option<LastCall>,
    /// Below which MOS, in hundredths, a network is called weak.
    pub weak_mos_centi: u16,
}

/// How an agent stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// His name.
    pub name: AgentName,
    /// Whether the configuration knows him.
    pub configured: bool,
    /// What he asked for and does; none: nothing was heard of him since the node's start.
    pub state: Option<(AgentPresence, AgentActivity)>,
    /// How many queues he serves.
    pub queues: usize,
    /// His phones.
    pub phones: Vec<PhoneStanding>,
}

/// How a phone stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneStanding {
    /// Its name.
    pub endpoint: EndpointName,
    /// Whether it is a browser.
    pub browser: bool,
    /// Whether it can be reached.
    pub reached: bool,
    /// Why it is gone; none: it never came.
    pub gone: Option<Cause>,
    /// Why it was refused last, if that was after it was there.
    pub refused: Option<RegistrationRefusal>,
}

/// How the agent's leg of a call sounded.
#[derive(Clone, Debug, PartialEq)]
pub struct LastCall {
    /// The call.
    pub call: CallId,
    /// The reports of his leg, in order.
    pub reports: Vec<LegQuality>,
    /// What his microphone delivered, in order.
    pub voice: Vec<VoiceReport>,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// There was nothing to look at.
    Skipped,
    /// As it should be.
    Ok,
    /// Calls work, less well or not all of them.
    Warning,
    /// Calls do not work.
    Failed,
}

/// What was found, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What: `login`, `agent`, `phone`, `trunk`, `numbers`, `media`, `service`, `last_call`, `microphone`.
    pub check: &'static str,
    /// How it came out.
    pub level: Level,
    /// As programs know it; never renamed.
    pub code: &'static str,
    /// What was found.
    pub found: Words,
    /// What to do about it.
    pub remedy: Option<Words>,
}

/// Looks at everything, in the order a call goes.
pub fn examine(picture: &Picture) -> Vec<Check> {
    let mut checks = vec![login(picture)];
    if let Some(agent) = &picture.agent {
        checks.push(state(agent));
        checks.push(queues(agent));
        checks.extend(agent.phones.iter().map(phone));
        if agent.phones.is_empty() {
            checks.push(failed(
                "phone",
                "no_phone",
                words("没有为您配置话机", "no phone is configured for you"),
                words("请管理员为您添加话机或浏览器分机", "ask an administrator for a phone or a browser endpoint"),
            ));
        }
    }
    checks.extend([trunks(&picture.trunks), numbers(picture.numbers), service(picture.gate), media(picture)]);
    checks.push(last_call(picture));
    checks.extend(microphone(picture));
    checks
}

fn login(picture: &Picture) -> Check {
    match &picture.agent {
        Some(agent) if agent.configured => ok(
            "login",
            "signed_in",
            words(format!("已登录，坐席 {}", agent.name), format!("signed in as {}", agent.name)),
        ),
        Some(agent) => failed(
            "login",
            "not_configured",
            words(
                format!("配置中没有坐席 {}", agent.name),
                format!("agent {} is not in the configuration", agent.name),
            ),
            words("请联系管理员", "ask an administrator"),
        ),
        None => Check {
            level: Level::Warning,
            ..failed(
                "login",
                "no_agent",
                words("此账号不对应坐席，不会来电", "this account is no agent: no calls come to it"),
                words("请管理员把账号与坐席关联", "ask an administrator to make the account an agent's"),
            )
        },
    }
}

fn state(agent: &Standing) -> Check {
    let warning = |code, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str| Check {
        level: Level::Warning,
        ..failed("agent", code, words(zh, en), words(remedy_zh, remedy_en))
    };
    match &agent.state {
        None | Some((AgentPresence::SignedOut, _)) => {
            warning("signed_out", "尚未签入", "you are signed out", "请签入", "sign in to work")
        }
        Some((AgentPresence::Break { reason }, _)) if reason == bell_acd::MISSED_CALLS => {
            let en = "you were put on a break after missing calls in a row";
            warning("missed_calls", "连续未接，系统已置为小休", en, "请点击「空闲」", "become available again")
        }
        Some((AgentPresence::Break { .. }, _)) => {
            warning("on_break", "正在小休", "you are on a break", "请点击「空闲」", "become available")
        }
        Some((AgentPresence::Available, AgentActivity::Unreachable)) => failed(
            "agent",
            "unreachable",
            words("已签入，但没有可用的话机", "you are signed in, and no phone of yours can be reached"),
            words("请看下面的话机检查", "see the checks of your phones below"),
        ),
        Some((AgentPresence::Available, AgentActivity::WrapUp)) => warning(
            "wrap_up",
            "正在话后处理",
            "you finish the last call's work",
            "请结束话后处理",
            "end the wrap-up to get calls",
        ),
        Some((AgentPresence::Available, AgentActivity::Idle)) => ok("agent", "available", words("空闲", "available")),
        Some((AgentPresence::Available, AgentActivity::Offered | AgentActivity::Talking)) => {
            ok("agent", "busy", words("正在振铃或通话", "in a call, or one is ringing"))
        }
    }
}

fn queues(agent: &Standing) -> Check {
    if agent.queues > 0 {
        let found = words(format!("服务 {} 个队列", agent.queues), format!("serves {} queues", agent.queues));
        return ok("queues", "serves", found);
    }
    Check {
        level: Level::Warning,
        ..failed(
            "queues",
            "no_queue",
            words("不属于任何队列", "you serve no queue"),
            words("请班长把您加入队列", "ask a supervisor for a queue"),
        )
    }
}

fn phone(phone: &PhoneStanding) -> Check {
    let name = &phone.endpoint;
    if phone.reached {
        return ok("phone", "registered", words(format!("话机 {name} 在线"), format!("phone {name} is registered")));
    }
    let (code, found, remedy) = if let Some(refusal) = phone.refused {
        refused(name, refusal)
    } else if let Some(cause) = phone.gone {
        lost(name, cause)
    } else if phone.browser {
        (
            "never_registered",
            words(format!("浏览器分机 {name} 没有连上"), format!("the browser has not connected as {name}")),
            words("请刷新本页；若在其他标签页，请用那个标签页", "reload this page, or use the tab that is the phone"),
        )
    } else {
        (
            "never_registered",
            words(format!("话机 {name} 从未注册"), format!("phone {name} has never registered")),
            words("请检查话机的服务器地址、账号和密码", "check the phone's server, user name and password"),
        )
    };
    failed("phone", code, found, remedy)
}

fn refused(name: &EndpointName, refusal: RegistrationRefusal) -> (&'static str, Words, Words) {
    let (code, zh, en, remedy) = match refusal {
        RegistrationRefusal::WrongPassword { .. } => (
            "wrong_password",
            "密码错误",
            "its password is wrong",
            words("请在话机上重新填写密码，或请管理员重置", "enter the password again, or have it reset"),
        ),
        RegistrationRefusal::LockedOut => (
            "locked_out",
            "密码错误过多，暂时锁定",
            "it tried too many wrong passwords",
            words("请改正密码后稍等", "correct the password and wait a while"),
        ),
        RegistrationRefusal::UnknownEndpoint => (
            "unknown_endpoint",
            "账号不存在",
            "there is no such endpoint",
            words("请检查话机账号", "check the phone's user name"),
        ),
        RegistrationRefusal::TooManyContacts => (
            "too_many_contacts",
            "同一账号登录的设备过多",
            "too many devices use it",
            words("请退出其他设备", "sign the other devices off"),
        ),
        RegistrationRefusal::KeyOver => {
            ("key_over", "浏览器的登录已结束", "the browser's login is over", words("请重新登录", "sign in again"))
        }
        RegistrationRefusal::Barred => {
            ("barred", "坐席已被停用", "its agent may not work", words("请联系管理员", "ask an administrator"))
        }
        RegistrationRefusal::InTheClear => (
            "in_the_clear",
            "话机信令未加密，语音密钥会以明文传输",
            "its signalling is not encrypted, and the keys of its audio would travel by it",
            words("请把话机的传输方式改为 TLS", "let the phone register over TLS"),
        ),
    };
    (code, words(format!("话机 {name} 注册被拒：{zh}"), format!("phone {name} was refused: {en}")), remedy)
}

fn lost(name: &EndpointName, cause: Cause) -> (&'static str, Words, Words) {
    let remedy = match cause {
        Cause::TransportLost => words(
            "请检查网络（优先有线），关闭会断开连接的安全软件或省电模式",
            "check the network, a cable is best, and software that cuts connections or saves power",
        ),
        Cause::Forbidden => words("请重新登录", "sign in again"),
        _ => words("请检查话机是否开机、网络是否通畅", "check that the phone is on and its network works"),
    };
    let found =
        words(format!("话机 {name} 已离线（{}）", cause.code()), format!("phone {name} is gone: {}", cause.summary()));
    ("phone_lost", found, remedy)
}

fn trunks(trunks: &[(TrunkName, Option<Cause>)]) -> Check {
    let down: Vec<String> =
        trunks.iter().filter(|(_, down)| down.is_some()).map(|(name, _)| name.to_string()).collect();
    if trunks.is_empty() {
        return skipped("trunk", "no_trunk", words("没有探测中的中继", "no trunk is watched"));
    }
    if down.is_empty() {
        let found = words(format!("{} 条中继可用", trunks.len()), format!("{} trunks can be used", trunks.len()));
        return ok("trunk", "up", found);
    }
    let all = down.len() == trunks.len();
    let names = down.join(", ");
    Check {
        level: if all { Level::Failed } else { Level::Warning },
        ..failed(
            "trunk",
            if all { "all_down" } else { "some_down" },
            words(format!("中继不可用：{names}"), format!("trunks are down: {names}")),
            words("请告诉管理员，与运营商核对线路", "tell an administrator: the carrier's line must be looked at"),
        )
    }
}

fn numbers(numbers: usize) -> Check {
    if numbers > 0 {
        return ok(
            "numbers",
            "answered",
            words(format!("{numbers} 个号码有流程接听"), format!("{numbers} numbers are answered")),
        );
    }
    let remedy = words("请管理员为号码配置流程", "ask an administrator to give a number its flow");
    failed("numbers", "none", words("没有任何号码有流程接听", "no number is answered by a flow"), remedy)
}

fn service(gate: Gate) -> Check {
    match gate {
        Gate::Open => ok("service", "open", words("系统正常接入新来电", "new calls are taken")),
        Gate::Unrecorded(cause) | Gate::Shut(cause) => failed(
            "service",
            "shut",
            words(format!("系统暂不接入来电（{}）", cause.code()), format!("calls are not taken: {}", cause.summary())),
            words("请立即告诉管理员", "tell an administrator at once"),
        ),
    }
}

fn media(picture: &Picture) -> Check {
    let is_near = picture.visitor.is_loopback();
    if !is_near && !picture.media.is_empty() && picture.media.iter().all(IpAddr::is_loopback) {
        return failed(
            "media",
            "address_local",
            words(
                "语音地址只在服务器本机可达，通话会没有声音",
                "audio is offered at an address of the server alone: calls will be silent",
            ),
            words(
                "请管理员设置 [media] advertised 为可达的地址",
                "ask an administrator to set [media] advertised to one that you reach",
            ),
        );
    }
    let found = words(
        format!("还能接通 {} 路语音", picture.ports_free),
        format!("ports for {} more legs are free", picture.ports_free),
    );
    let remedy = words("请管理员扩大 [media] ports", "ask an administrator to widen [media] ports");
    match picture.ports_free {
        0 => failed("media", "no_ports", found, remedy),
        free if free < PORTS_LOW => Check { level: Level::Warning, ..failed("media", "few_ports", found, remedy) },
        _ => ok("media", "ports_free", found),
    }
}

fn last_call(picture: &Picture) -> Check {
    let Some(LastCall { call, reports, .. }) = picture.last_call.as_ref().filter(|last| !last.reports.is_empty())
    else {
        return skipped("last_call", "none", words("没有可供检查的通话", "there is no call to look at"));
    };
    let arrived: u64 = reports.iter().map(|report| u64::from(report.packets_in)).sum();
    let loudest = reports.iter().filter_map(|report| report.level_in_dbov).max();
    let worst = reports.iter().map(|report| report.mos_centi).min().unwrap_or_default();
    let of = |zh: &str, en: &str| words(format!("上一通 {call}：{zh}"), format!("last call {call}: {en}"));
    if arrived == 0 {
        return failed(
            "last_call",
            "not_heard",
            of("没有收到您的声音", "nothing of your voice arrived"),
            words("请检查麦克风权限和防火墙（UDP）", "check the microphone's permission and the firewall for UDP"),
        );
    }
    if loudest.is_none_or(|loudest| loudest < QUIET_DBOV) {
        return failed(
            "last_call",
            "silent",
            of("收到的是静音", "what arrived was silence"),
            words("请检查麦克风是否静音、是否选对设备", "check that the microphone is not muted and is the right one"),
        );
    }
    let mos = f64::from(worst) / 100.0;
    if worst < picture.weak_mos_centi {
        let found = of(&format!("最差 5 秒 MOS {mos:.1}"), &format!("the worst 5 s had a MOS of {mos:.1}"));
        let remedy = words("请改用有线网络，关闭下载和视频", "use a cable, and stop downloads and videos");
        return Check { level: Level::Warning, ..failed("last_call", "weak", found, remedy) };
    }
    ok(
        "last_call",
        "good",
        of(&format!("音质正常，MOS {mos:.1} 以上"), &format!("it sounded well, MOS {mos:.1} or better")),
    )
}

/// What the microphone delivered in the last call, if it was measured.
fn microphone(picture: &Picture) -> Option<Check> {
    let voice = &picture.last_call.as_ref()?.voice;
    let worst = voice.iter().find(|report| Microphone::of(report) != Microphone::Fine);
    let report = worst.or(voice.last())?;
    let level = report.level_dbov.map_or("–".to_owned(), |level| level.to_string());
    let (noise, clipped) = (report.noise_dbov, f64::from(report.clipped_permille) / 10.0);
    let found = words(
        format!("上一通的麦克风：说话 {level} dBov，底噪 {noise} dBov，削波 {clipped:.1}%"),
        format!("microphone in the last call: voice {level} dBov, noise {noise} dBov, {clipped:.1} % clipped"),
    );
    let remedy = match Microphone::of(report) {
        Microphone::Fine if voice.iter().any(|report| report.echo.is_some()) => {
            words("对方可能听到回声：请改用耳机", "the other side may hear itself: use a headset")
        }
        Microphone::Fine => return Some(ok("microphone", "fine", found)),
        Microphone::Silent => words("请检查麦克风是否静音", "check that the microphone is not muted"),
        Microphone::Quiet => words("请把麦克风移近，调高输入音量", "move the microphone nearer, and turn it up"),
        Microphone::Clipping => words("请把麦克风移远，调低输入音量", "move the microphone away, and turn it down"),
        Microphone::Noisy => words("请使用降噪耳机，远离噪声", "use a noise-cancelling headset, away from noise"),
    };
    let code = match Microphone::of(report) {
        Microphone::Fine => "echo",
        other => other.code(),
    };
    Some(Check { level: Level::Warning, ..failed("microphone", code, found, remedy) })
}

fn words(zh: impl Into<String>, en: impl Into<String>) -> Words {
    Words { zh: zh.into(), en: en.into() }
}

fn ok(check: &'static str, code: &'static str, found: Words) -> Check {
    Check { check, level: Level::Ok, code, found, remedy: None }
}

fn skipped(check: &'static str, code: &'static str, found: Words) -> Check {
    Check { level: Level::Skipped, ..ok(check, code, found) }
}

fn failed(check: &'static str, code: &'static str, found: Words, remedy: Words) -> Check {
    Check { check, level: Level::Failed, code, found, remedy: Some(remedy) }
}

#[cfg(test)]
mod tests;
