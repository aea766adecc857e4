//! The words of problems in both languages, and the catalogue of their codes. A code is never renamed once released.

use bell_access::{
    ApprovalRefusal, Denied, FactorRefusal, Freeze, GrantRefusal, PASSWORD_LEN_MAX, ScanRefusal, Shut, TokenRefusal,
    Weakness,
};

use crate::doors::{Field, LoginRefused};
use crate::language::Text;

pub(crate) struct Entry {
    pub(crate) code: &'static str,
    pub(crate) status: u16,
    pub(crate) title_zh: &'static str,
    pub(crate) title: &'static str,
    pub(crate) remedy_zh: &'static str,
    pub(crate) remedy: &'static str,
}

// The catalogue: variant, code, status, then title and remedy in Chinese and in English.
macro_rules! codes {
    ($($variant:ident $code:literal $status:literal $zh:literal $en:literal $remedy_zh:literal $remedy:literal;)+) => {
        /// What can go wrong with a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code { $($variant,)+ }

        impl Code {
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)+];

            pub(crate) const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry {
                        code: $code, status: $status, title_zh: $zh, title: $en, remedy_zh: $remedy_zh, remedy: $remedy,
                    },)+
                }
            }
        }
    };
}

codes! {
    NotSignedIn "not_signed_in" 401 "尚未登录" "nobody is signed in" "请重新登录" "sign in again";
    LoginRefused "login_refused" 401 "登录未成功" "the sign-in was refused" "" "";
    Forbidden "forbidden" 403 "没有权限" "this is not permitted" "" "";
    OtherOrigin "other_origin" 403 "请求来自其他网站" "the request comes from another site"
        "请在本控制台的页面中操作" "use a page of this console";
    SetUpElsewhere "set_up_elsewhere" 403 "首个管理员只能在本机创建，或使用启动时显示的一次性代码"
        "the first administrator is created on the machine itself, or with the code printed at its start"
        "请输入程序启动时显示的代码" "enter the code that the program printed at its start";
    NotFound "not_found" 404 "没有找到，或您无权查看" "there is no such thing, or none that you may see" "" "";
    NoSuchPath "no_such_path" 404 "没有这个接口" "there is no such end point here"
        "管理类接口只在管理监听地址上提供" "what administers is served at the administration listener only";
    ModuleOff "module_off" 404 "此功能模块未启用" "this part is not switched on"
        "请管理员在配置中启用该模块" "an administrator switches it on in the configuration";
    NotAllowed "method_not_allowed" 405 "此接口不支持该方法" "this end point does not know the method" "" "";
    Changed "changed_meanwhile" 409 "内容已被他人修改" "somebody else has changed it meanwhile"
        "请刷新后再修改" "load it again, and change what is there now";
    ConfigChanged "config_changed" 409 "其他人已修改配置" "somebody else has changed the configuration since it was read"
        "请查看差异，在新版本上重新修改" "look at the difference, and change what is there now";
    SetUpDone "set_up_done" 409 "系统已完成初始化" "the centre is set up already" "请直接登录" "sign in";
    Refused "refused" 409 "目前无法执行" "it cannot be done as things stand" "" "";
    ApprovalNeeded "approval_needed" 409 "需要另一位有权限的人审批，申请已提交"
        "a second person must approve this first; the request was made"
        "审批通过后再次提交" "ask again once it is approved";
    ApprovalRefused "approval_refused" 409 "审批无法继续" "the approval does not go on" "" "";
    ScanRefused "scan_refused" 409 "扫码登录无法继续" "the sign-in by a scanned code does not go on"
        "请显示新的二维码，或使用密码登录" "show a new code, or sign in with your password";
    SummaryMissing "summary_missing" 409 "小结还没有填写，不能结束话后处理" "wrap-up does not end without the summary of the call"
        "请填写标出的项目" "fill in what is marked";
    SummaryIncomplete "summary_incomplete" 422 "小结还没有填完整" "the summary is not complete"
        "请补充或更正标出的项目" "fill in or correct what is marked";
    KeyRunning "idempotency_running" 409 "同一请求正在处理" "the same request is being carried out"
        "请稍后用同一个键重试" "ask again with the same key in a moment";
    KeyUnknown "idempotency_unknown" 409 "程序曾在处理该请求时停止，结果未知"
        "the program stopped while it carried this out, and nobody knows whether it did"
        "请先查看是否已完成，再用新的键提交" "look whether it was done, and ask with another key if not";
    ShownOnce "shown_once" 409 "该请求已完成，其内容只显示一次" "it was done, and what it showed is shown once"
        "请重新生成" "have it made anew";
    KeyReused "idempotency_key_reused" 422 "该键已用于另一个请求" "another request was sent with this key"
        "请为每个请求使用新的键" "use a new key for each request";
    TooLarge "too_large" 413 "请求内容过大" "the request is too large" "请缩短内容" "send less";
    NotJson "not_json" 415 "请求须为 JSON" "the request must be JSON"
        "请设置 Content-Type: application/json" "set content-type: application/json";
    SpeaksHttps "speaks_https" 400 "此地址仅支持 HTTPS" "this address speaks HTTPS only"
        "请改用 https:// 开头的地址" "use the address that begins with https://";
    Malformed "malformed" 400 "请求格式有误" "the request cannot be read" "" "";
    Invalid "invalid" 422 "填写有误" "something is not filled in as it must be" "" "";
    PasswordWeak "password_weak" 422 "密码强度不足" "the password is too weak"
        "请使用更长、不含常见词的密码" "choose a longer one without common words";
    PasswordReused "password_reused" 422 "不能使用最近用过的密码" "it is one of the last passwords"
        "请换一个新密码" "choose another one";
    FactorRefused "factor_refused" 422 "二次验证设置未成功" "the second factor was not set up" "" "";
    GrantRefused "grant_refused" 422 "角色或账号无法这样修改" "the role or account cannot be changed like this" "" "";
    RoleRefused "role_refused" 422 "角色无法这样组成" "the role cannot be composed like this" "" "";
    UnitsRefused "units_refused" 422 "组织结构有误" "the organisation is not a tree" "" "";
    RulesRefused "rules_refused" 422 "登录规则有误" "the rules of login cannot be taken" "" "";
    TokenRefused "token_refused" 422 "令牌无法创建" "the token cannot be made" "" "";
    ConfigWrong "config_wrong" 422 "配置有误，未作任何更改" "the configuration is wrong, and nothing has changed"
        "请按指出的位置修改" "mend it at the places that are named";
    FlowBroken "flow_broken" 422 "流程没有通过证明，不能发布" "the flow is not proved, and is not published"
        "请查看反例并修改流程" "look at what speaks against it, and mend the flow";
    PromptUnfit "prompt_unfit" 422 "这段音频或文字不能用作提示音" "this cannot become a prompt" "" "";
    ReasonNeeded "reason_needed" 422 "请填写原因" "a reason is needed" "原因会记入审计日志" "it stands in the audit log";
    TooMany "too_many_requests" 429 "请求过于频繁" "there were too many requests" "请稍后再试" "wait a moment";
    TooSlow "too_slow" 503 "处理超时" "it took too long" "请稍后再试" "try again";
    Unavailable "unavailable" 503 "服务暂时不可用" "it cannot be answered now"
        "请稍后再试；持续出现请查看健康页" "try again; if it stays so, see the health page";
    Broken "internal_error" 500 "程序内部错误" "something broke inside"
        "请稍后再试，并把时间告诉管理员" "try again, and tell an administrator when it happened";
}

/// Several texts as one sentence each.
pub(crate) fn joined(texts: impl Iterator<Item = Text>) -> Text {
    let (zh, en): (Vec<_>, Vec<_>) = texts.map(|text| (text.zh, text.en)).unzip();
    Text::new(zh.join(";"), en.join("; "))
}

/// A text of a core that has no Chinese: both languages get it as it is, behind the title that has.
pub(crate) fn english(error: &dyn std::error::Error) -> Text {
    Text::new(error.to_string(), error.to_string())
}

pub(crate) fn field(field: &Field) -> Text {
    let Field { field, problem } = field;
    let (zh, en) = match *problem {
        "missing" => ("必须填写", "must be there"),
        "taken" => ("已被使用", "is taken already"),
        "unknown" => ("不存在", "names nothing there is"),
        "too_long" => ("过长", "is too long"),
        "too_many" => ("过多", "has too many parts"),
        "control" => ("含有不可见字符", "has characters that cannot be seen"),
        "passed" => ("必须是将来的时间", "must be a time to come"),
        "elsewhere" => ("由客户系统提供，请在该系统中修改", "comes from the system of customers, and is changed there"),
        "too_far" => ("超出允许的期限", "is further ahead than may be"),
        _ => ("格式不正确", "cannot be read"),
    };
    Text::new(format!("{field} {zh}"), format!("{field} {en}"))
}

/// Somebody writes for queues that are not his.
pub(crate) fn other_queues() -> Text {
    Text::new(
        "只能编辑您所带班组服务的队列的内容；全部队列共用的内容请由管理员编辑",
        "what is for these queues is written by who leads them, what is for all queues by who leads the centre",
    )
}

pub(crate) fn denied(denied: &Denied) -> Text {
    let zh = match denied {
        Denied::NotHeld(permission) => format!("您的角色都不包含权限 {permission}"),
        Denied::OutOfScope(permission, scope) => format!("权限 {permission} 的范围只到 {scope}"),
        Denied::OtherTenant => "属于其他企业".to_owned(),
        Denied::NotInToken(permission) => format!("此令牌不含权限 {permission}"),
        Denied::SecondFactorNeeded(role) => format!("角色 {role} 要求二次验证，本次登录未使用"),
        Denied::DutiesNotSeparate(_) => "您同时持有必须由不同人担任的角色".to_owned(),
    };
    Text::new(zh, denied.to_string())
}

pub(crate) fn denied_remedy(denied: &Denied) -> Text {
    let zh = match denied {
        Denied::NotHeld(_) => "请联系管理员授予包含该权限的角色",
        Denied::OutOfScope(..) => "请联系该班组或部门的人员",
        Denied::OtherTenant => "请登录所属企业",
        Denied::NotInToken(_) => "请创建包含该权限的令牌",
        Denied::SecondFactorNeeded(_) => "请设置身份验证器或通行密钥后重新登录",
        Denied::DutiesNotSeparate(_) => "请管理员取消其中一个角色",
    };
    Text::new(zh, denied.remedy())
}

pub(crate) fn login(refused: &LoginRefused) -> Text {
    let (zh, en) = match refused {
        LoginRefused::Wrong { left } => (
            format!("用户名或密码错误（区分大小写），还可尝试 {left} 次"),
            format!("name or password is wrong (case matters); {left} attempts are left"),
        ),
        LoginRefused::WrongCode { left } => (
            format!("验证码错误或已使用，还可尝试 {left} 次"),
            format!("the code is wrong or was used before; {left} attempts are left"),
        ),
        LoginRefused::PasskeyWrong => {
            ("通行密钥验证未通过".to_owned(), "the passkey did not prove that it is one of this account".to_owned())
        }
        LoginRefused::PasskeyCopied => (
            "此通行密钥可能已被复制，不再接受".to_owned(),
            "this passkey seems to have been copied, and is not taken any more".to_owned(),
        ),
        LoginRefused::Shut(shut) => (shut_zh(shut), shut.to_string()),
        LoginRefused::Rule(rule) => {
            (format!("登录规则「{rule}」不允许此次登录"), format!("rule {rule} refuses this sign-in"))
        }
        LoginRefused::FactorMissing => (
            "此次登录要求二次验证，而账号尚未设置".to_owned(),
            "this sign-in needs a second factor, and the account has none".to_owned(),
        ),
        LoginRefused::TooManyDevices(devices) => {
            (format!("已在 {devices} 台设备上登录"), format!("signed in on {devices} devices already"))
        }
        LoginRefused::TicketOver => ("登录步骤已超时".to_owned(), "this sign-in was begun too long ago".to_owned()),
        LoginRefused::Busy => ("同时登录的人过多".to_owned(), "too many people sign in at this moment".to_owned()),
    };
    Text::new(zh, en)
}

/// Why an account is shut.
pub(crate) fn shut(shut: &Shut) -> Text {
    Text::new(shut_zh(shut), shut.to_string())
}

fn shut_zh(shut: &Shut) -> String {
    match shut {
        Shut::WrongPasswords { until } => format!("密码错误次数过多，锁定至 {until}"),
        Shut::WrongCodes { until } => format!("验证码错误次数过多，锁定至 {until}"),
        Shut::GivenPasswordEnded { at } => format!("初始密码已于 {at} 失效"),
        Shut::Frozen(Freeze::NotMe { at }) => format!("账号自 {at} 起冻结：本人表示不是自己登录"),
        Shut::Frozen(Freeze::ByAdministrator { at, reason }) => format!("账号自 {at} 起被管理员冻结：{reason}"),
        Shut::Frozen(Freeze::Left { at }) => format!("账号自 {at} 起停用"),
    }
}

/// As programs know it.
pub(crate) const fn login_code(refused: &LoginRefused) -> &'static str {
    match refused {
        LoginRefused::Wrong { .. } => "wrong",
        LoginRefused::WrongCode { .. } => "wrong_code",
        LoginRefused::PasskeyWrong => "passkey_wrong",
        LoginRefused::PasskeyCopied => "passkey_copied",
        LoginRefused::Shut(shut) => shut.code(),
        LoginRefused::Rule(_) => "rule",
        LoginRefused::FactorMissing => "factor_missing",
        LoginRefused::TooManyDevices(_) => "too_many_devices",
        LoginRefused::TicketOver => "ticket_over",
        LoginRefused::Busy => "busy",
    }
}

pub(crate) fn login_remedy(refused: &LoginRefused) -> Text {
    let (zh, en) = match refused {
        LoginRefused::Wrong { .. } => ("检查大小写锁定键后重试", "check the caps-lock key and try again"),
        LoginRefused::WrongCode { .. } => {
            ("等待新的验证码并检查手机时间", "wait for the next code, and check the clock of the phone")
        }
        LoginRefused::PasskeyWrong => ("请重试或使用其他验证方式", "try again, or use another factor"),
        LoginRefused::PasskeyCopied => {
            ("请使用其他验证方式登录，并删除此通行密钥", "sign in by another factor, and remove this passkey")
        }
        LoginRefused::Shut(shut) => (shut_remedy_zh(shut), shut.remedy()),
        LoginRefused::Rule(_) => (
            "请联系管理员，或在允许的地点、时间和设备上登录",
            "ask an administrator, or come from where, when and with what the rule lets in",
        ),
        LoginRefused::FactorMissing => {
            ("请在不要求二次验证的地点设置后再试", "set one up where the rule asks for none, then try again")
        }
        LoginRefused::TooManyDevices(_) => ("请先在其中一台设备上退出", "sign out on one of them"),
        LoginRefused::TicketOver => ("请重新登录", "begin again"),
        LoginRefused::Busy => ("请稍后再试", "try again in a moment"),
    };
    Text::new(zh, en)
}

const fn shut_remedy_zh(shut: &Shut) -> &'static str {
    match shut {
        Shut::WrongPasswords { .. } => "可用身份验证器、通行密钥或恢复码解锁，或等待",
        Shut::WrongCodes { .. } => "请使用通行密钥、联系管理员，或等待",
        Shut::GivenPasswordEnded { .. } => "请联系管理员重新设置",
        Shut::Frozen(Freeze::NotMe { .. }) => "请出示二次验证并更换密码",
        Shut::Frozen(Freeze::ByAdministrator { .. }) => "请联系管理员",
        Shut::Frozen(Freeze::Left { .. }) => "如已复职请联系管理员",
    }
}

pub(crate) fn weakness(weakness: &Weakness) -> Text {
    let zh = match weakness {
        Weakness::TooShort { has, needs } => format!("只有 {has} 个字符，至少需要 {needs} 个"),
        Weakness::TooLong => format!("最多 {PASSWORD_LEN_MAX} 个字符"),
        Weakness::NoUpper => "缺少大写字母".to_owned(),
        Weakness::NoLower => "缺少小写字母".to_owned(),
        Weakness::NoDigit => "缺少数字".to_owned(),
        Weakness::NoSpecial => "缺少符号".to_owned(),
        Weakness::Personal(word) => format!("包含个人信息「{word}」"),
        Weakness::Guessable { counts, needs, pieces } => {
            format!("含有容易猜到的内容（{})，只相当于 {counts} 个字符，至少需要 {needs} 个", pieces.join("、"))
        }
    };
    Text::new(zh, weakness.to_string())
}

/// As programs know it.
pub(crate) const fn weakness_code(weakness: &Weakness) -> &'static str {
    match weakness {
        Weakness::TooShort { .. } => "too_short",
        Weakness::TooLong => "too_long",
        Weakness::NoUpper => "no_upper",
        Weakness::NoLower => "no_lower",
        Weakness::NoDigit => "no_digit",
        Weakness::NoSpecial => "no_special",
        Weakness::Personal(_) => "personal",
        Weakness::Guessable { .. } => "guessable",
    }
}

pub(crate) fn factor(refusal: FactorRefusal) -> Text {
    let zh = match refusal {
        FactorRefusal::WrongCode => "验证码不正确，请检查手机时间",
        FactorRefusal::Twice => "此通行密钥已设置",
        FactorRefusal::TooMany => "通行密钥数量已达上限",
        FactorRefusal::Name => "请为通行密钥取一个不太长的名称",
        FactorRefusal::Unknown => "没有这个验证方式",
        FactorRefusal::Last => "必须保留一种二次验证方式，请先设置另一种",
    };
    Text::new(zh, refusal.to_string())
}

pub(crate) fn grant(refusal: &GrantRefusal) -> Text {
    let zh = match refusal {
        GrantRefusal::RoleUnknown(role) => format!("没有角色 {role}"),
        GrantRefusal::ToOneself => "不能给自己授予角色，请由另一位管理员操作".to_owned(),
        GrantRefusal::Denied(denied) => self::denied(denied).zh,
        GrantRefusal::BeyondGiver(role) => format!("角色 {role} 的范围超出您的权限"),
        GrantRefusal::Twice(role) => format!("此人已有角色 {role}"),
        GrantRefusal::TooMany => "此人的角色数量已达上限，请先取消一个".to_owned(),
        GrantRefusal::PlaceUnknown => "没有这个部门或项目".to_owned(),
        GrantRefusal::Duties(_) => "这些角色必须由不同的人担任".to_owned(),
    };
    Text::new(zh, refusal.to_string())
}

pub(crate) fn approval(refusal: &ApprovalRefusal) -> Text {
    let zh = match refusal {
        ApprovalRefusal::Denied(denied) => self::denied(denied).zh,
        ApprovalRefusal::Silent => "请说明要做什么以及原因".to_owned(),
        ApprovalRefusal::TooLong => "说明或原因过长".to_owned(),
        ApprovalRefusal::TooMany => "待审批的申请过多，请先处理一些".to_owned(),
        ApprovalRefusal::SamePerson => "申请人不能审批自己的申请".to_owned(),
        ApprovalRefusal::NotWhoAsked => "只有申请人可以这样做".to_owned(),
        ApprovalRefusal::Expired => "申请已过期，请重新申请".to_owned(),
        ApprovalRefusal::Answered => "申请已被处理".to_owned(),
        ApprovalRefusal::NotApproved => "申请尚未通过".to_owned(),
        ApprovalRefusal::UsedUp => "审批只能使用一次，请重新申请".to_owned(),
        ApprovalRefusal::Different => "操作与审批内容不一致，请重新申请".to_owned(),
    };
    Text::new(zh, refusal.to_string())
}

pub(crate) fn token(refusal: &TokenRefusal) -> Text {
    let zh = match refusal {
        TokenRefusal::Denied(denied) => self::denied(denied).zh,
        TokenRefusal::BeyondOwner(permission) => format!("您没有权限 {permission}"),
        TokenRefusal::Empty => "请选择令牌的权限".to_owned(),
        TokenRefusal::Name => "请为令牌取一个不太长的名称".to_owned(),
        TokenRefusal::Ends => "到期时间须在将来，且不超过规定的时长".to_owned(),
        TokenRefusal::TooMany => "令牌过多，请先撤销不用的令牌".to_owned(),
    };
    Text::new(zh, refusal.to_string())
}

pub(crate) fn scan(refusal: ScanRefusal) -> Text {
    let zh = match refusal {
        ScanRefusal::TooMany => "当前显示的二维码过多",
        ScanRefusal::Unknown => "二维码无效，请扫描屏幕上的二维码",
        ScanRefusal::Expired => "二维码已过期",
        ScanRefusal::ScannedByOther => "此二维码已被他人扫描",
        ScanRefusal::Used => "此二维码已使用",
        ScanRefusal::Refused => "手机上已拒绝此次登录",
        ScanRefusal::Elsewhere => "浏览器的网络地址已变化，与手机上显示的不一致",
        ScanRefusal::NotConfirmed => "请先在手机上扫描并确认",
    };
    Text::new(zh, refusal.to_string())
}

/// As programs know it.
pub(crate) const fn scan_code(refusal: ScanRefusal) -> &'static str {
    match refusal {
        ScanRefusal::TooMany => "too_many",
        ScanRefusal::Unknown => "unknown",
        ScanRefusal::Expired => "expired",
        ScanRefusal::ScannedByOther => "scanned_by_other",
        ScanRefusal::Used => "used",
        ScanRefusal::Refused => "refused",
        ScanRefusal::Elsewhere => "elsewhere",
        ScanRefusal::NotConfirmed => "not_confirmed",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_there_once_with_words_in_both_languages() {
        let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.entry().code).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            let entry = code.entry();
            assert!(!entry.title.is_empty() && entry.title.is_ascii(), "{}", entry.code);
            assert!(!entry.title_zh.is_ascii(), "{}", entry.code);
            assert_eq!(entry.remedy.is_empty(), entry.remedy_zh.is_empty(), "{}", entry.code);
            assert!((400..600).contains(&entry.status));
        }
    }
}
