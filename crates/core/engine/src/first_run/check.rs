//! What came of asking a carrier, in plain words.

/// What was heard of him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// His name leads to no address.
    NoSuchName,
    /// Nothing can be sent to his address from here.
    Unreachable,
    /// No answer came in time.
    Silence,
    /// He answered a question whether he is there.
    Options(u16),
    /// He answered our user name and password; none were needed if `asked` is false.
    Registration {
        /// His last answer.
        status: u16,
        /// Whether he asked for the password.
        asked: bool,
    },
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Well.
    Ok,
    /// It may work.
    Warning,
    /// It does not work so.
    Failed,
}

/// What is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// As programs know it.
    pub code: &'static str,
    /// How it stands.
    pub level: Level,
    /// What happened, in Chinese and English.
    pub words: [String; 2],
    /// What to do about it; empty if nothing is to be done.
    pub remedy: [String; 2],
}

impl Level {
    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

/// What an answer, or none, means to somebody who knows nothing of telephony.
pub fn advise(heard: Heard) -> Advice {
    match heard {
        Heard::NoSuchName => advice(
            "no_such_name",
            Level::Failed,
            [
                "找不到运营商的服务器：域名没有对应的地址。",
                "The carrier's server was not found: its name leads to no address.",
            ],
            [
                "请核对地址的拼写；如仍不行，请向运营商索取 IP 地址，或检查本机的 DNS 设置。",
                "Check the spelling. If it is right, ask the carrier for an IP address, or look at this machine's DNS settings.",
            ],
        ),
        Heard::Unreachable => advice(
            "unreachable",
            Level::Failed,
            [
                "无法连接运营商的服务器：网络不通或端口关闭。",
                "The carrier's server cannot be reached: no way leads there, or its port is shut.",
            ],
            [
                "请核对地址和端口，并让网络管理员放行到该地址的连接；如果运营商只支持 UDP，请把传输方式改为 UDP。",
                "Check address and port, and let the firewall pass connections to it; if the carrier takes UDP only, choose UDP.",
            ],
        ),
        Heard::Silence => advice(
            "no_answer",
            Level::Failed,
            ["运营商没有应答。", "The carrier did not answer."],
            [
                "请核对地址和端口；放行防火墙的 SIP 端口；并请运营商确认已将本机的公网 IP 加入白名单。",
                "Check address and port, let SIP pass the firewall, and ask the carrier whether this machine's public address is known to him.",
            ],
        ),
        Heard::Options(status) => of_options(status),
        Heard::Registration { status, asked } => of_registration(status, asked),
    }
}

fn of_options(status: u16) -> Advice {
    match status {
        200..=299 => answered(),
        401 | 403 | 407 => advice(
            "not_known",
            Level::Warning,
            [
                format!("运营商有应答，但不认识本机（{status}）。"),
                format!("The carrier answers, and does not know this machine ({status})."),
            ],
            [
                "如果运营商给了用户名和密码，请改用“注册”方式；否则请运营商把本机的 IP 地址加入白名单。",
                "If he gave you a user name and password, choose registration; otherwise ask him to let this machine's address in.",
            ],
        ),
        // 404, 405, 481, 501 and their like: somebody is there who takes no questions.
        400..=499 | 501 => answered(),
        _ => trouble(status),
    }
}

fn of_registration(status: u16, asked: bool) -> Advice {
    match status {
        200..=299 => advice(
            "registered",
            Level::Ok,
            ["运营商有应答，用户名和密码正确。", "The carrier answered; user name and password are right."],
            ["", ""],
        ),
        401 | 403 | 407 if asked => advice(
            "wrong_password",
            Level::Failed,
            [
                format!("运营商有应答，但拒绝了用户名或密码（{status}）。"),
                format!("The carrier answered, and refused user name or password ({status})."),
            ],
            [
                "请重新输入（区分大小写）；如果确认无误，请让运营商重置密码，并询问是否限制了登录的 IP 地址。",
                "Enter them again (case matters). If they are right, ask the carrier to reset the password, and whether he binds it to an address.",
            ],
        ),
        401 | 403 | 407 => advice(
            "not_allowed",
            Level::Failed,
            [
                format!("运营商有应答，但不允许本机注册（{status}）。"),
                format!("The carrier answered, and does not let this machine register ({status})."),
            ],
            [
                "请让运营商放行本机的 IP 地址，或改用“按地址”方式接入。",
                "Ask the carrier to let this machine's address in, or choose to be known by address.",
            ],
        ),
        404 => advice(
            "unknown_user",
            Level::Failed,
            ["运营商有应答，但没有这个用户名（404）。", "The carrier answered, and knows no such user name (404)."],
            [
                "请核对用户名，通常是运营商给的中继号码。",
                "Check the user name; it is usually the number that the carrier gave you.",
            ],
        ),
        405 | 501 => advice(
            "no_registration",
            Level::Failed,
            [
                format!("运营商有应答，但不接受注册（{status}）。"),
                format!("The carrier answered, and takes no registrations ({status})."),
            ],
            ["请改用“按地址”方式接入。", "Choose to be known by address."],
        ),
        _ => trouble(status),
    }
}

fn answered() -> Advice {
    advice("answered", Level::Ok, ["运营商有应答。", "The carrier answered."], ["", ""])
}

fn trouble(status: u16) -> Advice {
    advice(
        "trouble",
        Level::Warning,
        [format!("运营商有应答，但返回了错误 {status}。"), format!("The carrier answered with an error, {status}.")],
        [
            "请稍后再试；如果一直如此，请把这个错误码告诉运营商。",
            "Try again later; if it stays so, tell the carrier this number.",
        ],
    )
}

fn advice(code: &'static str, level: Level, words: [impl Into<String>; 2], remedy: [&str; 2]) -> Advice {
    Advice { code, level, words: words.map(Into::into), remedy: remedy.map(str::to_owned) }
}
