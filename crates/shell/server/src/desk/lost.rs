//! Why a phone was lost, and what to do, in the words of both languages: Chinese and English.

use bell_api::doors::{AlertKind, AlertView, PhoneLostView};
use bell_api::time::rfc3339;
use bell_engine::LostPhone;
use bell_engine::presence::Lost;
use bell_types::{Cause, KeyEnd};

type Words = (&'static str, &'static str);

/// The code and the words of a reason.
pub(super) const fn why(lost: Lost) -> (&'static str, Words) {
    match lost {
        Lost::Gone(cause) => {
            let words = match cause {
                Cause::TransportLost => ("与话机的连接断开", cause.summary()),
                // As the registrar calls it when a phone takes its registration back.
                Cause::Moved => ("话机主动注销", "the phone has signed off by itself"),
                Cause::Forbidden => ("登录已结束", "the login is over"),
                Cause::Timeout | Cause::SessionExpired => {
                    ("话机到期没有续注册", "the phone did not register again in time")
                }
                _ => ("话机离线", cause.summary()),
            };
            (cause.code(), words)
        }
        Lost::Key(KeyEnd::LoginOver) => ("login_over", ("登录已结束", "the login is over")),
        Lost::Key(KeyEnd::Expired) => {
            ("key_expired", ("浏览器没有按时续期", "the browser did not ask for its key again in time"))
        }
        Lost::Key(KeyEnd::Replaced) => ("key_replaced", ("在其他设备登录", "another login took the phone over")),
        Lost::Key(KeyEnd::Removed) => ("key_removed", ("配置中已没有这个分机", "the configuration has it no more")),
        Lost::NodeStarted => ("node_started", ("服务器重新启动", "the server was started again")),
    }
}

/// What the agent or his team lead does.
const fn remedy(lost: Lost) -> Words {
    match lost {
        Lost::Gone(Cause::Moved) => ("请坐席打开工作台或启动话机", "let the agent open the console or start the phone"),
        Lost::Gone(Cause::Forbidden) | Lost::Key(KeyEnd::LoginOver) => {
            ("请坐席重新登录", "let the agent sign in again")
        }
        Lost::Key(KeyEnd::Expired) => (
            "请坐席重新加载工作台；再次出现时检查网络、休眠设置和安全软件",
            "let the agent load the console anew; if it comes again, check the network, sleep mode and security software",
        ),
        Lost::Key(KeyEnd::Replaced) => (
            "请坐席只在一台设备上登录，并在该设备上重新登录",
            "let the agent use one device alone, and sign in there again",
        ),
        Lost::Key(KeyEnd::Removed) => ("请管理员检查坐席的分机配置", "let an administrator check the agent's phones"),
        Lost::Gone(_) | Lost::NodeStarted => (
            "检查话机的网络、电源和安全软件，或换用其他网络；恢复后自动重新注册",
            "check the network, power and security software of the phone, or try another network; it registers again by itself",
        ),
    }
}

/// None of his phones has registered since the node was started.
const NEVER: (&str, Words, Words) = (
    "never_registered",
    ("服务器启动后没有话机注册", "no phone has registered since the server was started"),
    (
        "请坐席打开工作台或启动话机，并检查网络",
        "let the agent open the console or start the phone, and check the network",
    ),
);

/// What whoever sees the agent is told.
pub(super) fn alert(lost: LostPhone) -> AlertView {
    let LostPhone { agent, since, last } = lost;
    let told = last.as_ref().map(|(_, lost)| (why(*lost), remedy(*lost)));
    let (why, (zh, en), (remedy_zh, remedy_en)) = told.map_or(NEVER, |((code, words), remedy)| (code, words, remedy));
    let view = PhoneLostView {
        phone: last.map(|(phone, _)| phone.to_string()),
        why: why.to_owned(),
        zh: zh.to_owned(),
        en: en.to_owned(),
        remedy_zh: remedy_zh.to_owned(),
        remedy_en: remedy_en.to_owned(),
    };
    AlertView {
        kind: AlertKind::PhoneLost,
        subject: agent.to_string(),
        queue: None,
        agent: Some(agent.to_string()),
        since: rfc3339(since),
        lost: Some(view),
    }
}
