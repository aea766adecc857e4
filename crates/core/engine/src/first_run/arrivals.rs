//! What arrived while somebody calls his own number: the calls that were taken, and those that were not, with why.

use bell_types::{CallId, Cause, Fact, TrunkName, Wall, What};

use super::check::{Advice, Level};

/// So many are kept, the newest.
const ARRIVALS_MAX: usize = 20;

/// A call that arrived from a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When.
    pub at: Wall,
    /// The trunk.
    pub trunk: Option<TrunkName>,
    /// The called number, as the carrier shows it.
    pub called: String,
    /// Who called, if that was shown.
    pub caller: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a call at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Taken(CallId),
    /// It was not.
    Refused(Cause),
}

/// The calls since somebody began to watch.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    seen: Vec<Arrival>,
}

impl Arrivals {
    /// The facts it wants to see.
    pub const KINDS: [&'static str; 2] = ["call_arrived", "call_refused"];

    /// Takes a fact in.
    pub fn apply(&mut self, fact: &Fact) {
        let at = fact.now.wall;
        let arrival = match &fact.what {
            What::CallArrived { call, caller, called, trunk: Some(trunk), .. } => Arrival {
                at,
                trunk: Some(trunk.clone()),
                called: called.to_string(),
                caller: caller.number.as_ref().map(ToString::to_string),
                outcome: Outcome::Taken(*call),
            },
            What::CallRefused { trunk: Some(trunk), called, cause } => Arrival {
                at,
                trunk: Some(trunk.clone()),
                called: called.clone(),
                caller: None,
                outcome: Outcome::Refused(*cause),
            },
            _ => return,
        };
        if self.seen.len() == ARRIVALS_MAX {
            self.seen.remove(0);
        }
        self.seen.push(arrival);
    }

    /// They, in order.
    pub fn seen(&self) -> &[Arrival] {
        &self.seen
    }

    /// What the last of them means; if there is none, what may keep calls away. `down`: why the trunk cannot be used.
    pub fn advise(&self, trunks: usize, down: Option<Cause>) -> Advice {
        let Some(last) = self.seen.last() else { return nothing(trunks, down) };
        match last.outcome {
            Outcome::Taken(_) => advice(
                "arrived",
                Level::Ok,
                ["来电已到达，正在按流程接听。".to_owned(), "Your call has arrived, and is being answered.".to_owned()],
                ["", ""],
            ),
            Outcome::Refused(Cause::NumberUnknown) => advice(
                "number_unknown",
                Level::Failed,
                [
                    format!("来电已到达，但线路显示的号码是 {}，系统里没有这个号码。", last.called),
                    format!("A call arrived; the trunk shows the number as {}, which is none of ours.", last.called),
                ],
                [
                    "请返回“号码”一步，把它填为“线路显示的号码”。",
                    "Go back to the number, and enter this as the number that the trunk shows.",
                ],
            ),
            Outcome::Refused(cause) => advice(
                "refused",
                Level::Failed,
                [
                    format!("来电已到达，但没有接听：{}（{}）。", cause.summary(), cause.code()),
                    format!("A call arrived and was not taken: {} ({}).", cause.summary(), cause.code()),
                ],
                ["请打开“健康”页面查看原因。", "See the page about health."],
            ),
        }
    }
}

fn nothing(trunks: usize, down: Option<Cause>) -> Advice {
    match (trunks, down) {
        (0, _) => advice(
            "no_trunk",
            Level::Warning,
            [
                "还没有接入线路，外面的来电到不了这里。".to_owned(),
                "There is no trunk yet: calls from outside cannot come.".to_owned(),
            ],
            ["请先完成“线路”一步。", "Set the trunk up first."],
        ),
        (_, Some(cause)) => advice(
            "trunk_down",
            Level::Failed,
            [format!("线路不可用（{}）。", cause.code()), format!("The trunk cannot be used ({}).", cause.code())],
            ["请返回“线路”一步，再检测一次。", "Go back to the trunk, and check it again."],
        ),
        (_, None) => advice(
            "nothing",
            Level::Warning,
            ["还没有来电到达。".to_owned(), "No call has arrived yet.".to_owned()],
            [
                "请拨打您的号码。如果听到忙音或空号：请运营商确认号码已指向本机的地址，放行防火墙的 SIP 端口，并核对“线路”一步里运营商来电的地址。",
                "Call your number. If you hear that it is not in service: ask the carrier whether it leads to this machine, let SIP pass the firewall, and check the addresses of the carrier at the trunk.",
            ],
        ),
    }
}

fn advice(code: &'static str, level: Level, words: [String; 2], remedy: [&str; 2]) -> Advice {
    Advice { code, level, words, remedy: remedy.map(str::to_owned) }
}
