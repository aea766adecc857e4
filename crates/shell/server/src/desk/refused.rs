//! What the node refuses, in words for people at a desk.

use bell_api::doors::{Business, Refused};
use bell_engine::NotDialled;
use bell_types::CallRefusal;

/// A refusal of the node as the desk knows it.
pub(super) fn refused(refused: &bell_engine::Refused) -> Refused {
    match refused {
        bell_engine::Refused::Call(refusal) => Refused::Business(of_call(*refusal)),
        bell_engine::Refused::Lists(refusal) => super::lists::refusal(*refusal),
        bell_engine::Refused::AgentUnknown => Refused::Business(of_call(CallRefusal::AgentUnknown)),
        bell_engine::Refused::NotDialled(no) => {
            let detail_zh = not_dialled(*no).to_owned();
            Refused::Business(Business { code: no.code(), detail: no.to_string(), detail_zh })
        }
        other => {
            let detail = other.to_string();
            Refused::Business(Business { code: "refused", detail_zh: detail.clone(), detail })
        }
    }
}

pub(super) fn of_call(refusal: CallRefusal) -> Business {
    let mut detail = refusal.summary().to_owned();
    if !refusal.remedy().is_empty() {
        detail = format!("{detail}: {}", refusal.remedy());
    }
    let detail_zh = chinese(refusal).map_or_else(|| detail.clone(), str::to_owned);
    Business { code: refusal.code(), detail, detail_zh }
}

const fn not_dialled(no: NotDialled) -> &'static str {
    match no {
        NotDialled::ModeUnknown => "没有这个呼叫方式，请重新选择",
        NotDialled::ModeRetired => "这个呼叫方式已下线，请选择其他方式",
        NotDialled::ModeNotYours => "您没有可用于这个呼叫方式的话机，请联系管理员或选择其他方式",
        NotDialled::AttemptUnknown => "找不到上一次呼叫，请重新拨号",
        NotDialled::AttemptElsewhere => "上一次呼叫的是另一个号码，请重新拨号",
        NotDialled::AttemptRunning => "上一次呼叫尚未结束，请稍候",
        NotDialled::AttemptReached => "对方已接听过，请重新拨号",
        NotDialled::AttemptTried => "这个方式已经试过，请选择其他方式",
        NotDialled::AttemptTooMany => "本次联系的呼叫次数已达上限，请稍后再试",
        NotDialled::AttemptTooLate => "距首次呼叫过久，请重新拨号",
    }
}

/// The catalogue of the core is in English; these are the words of the desk.
const fn chinese(refusal: CallRefusal) -> Option<&'static str> {
    Some(match refusal {
        CallRefusal::CallUnknown => "通话已结束或不存在",
        CallRefusal::NotTalking => "目前没有人与客户通话：请等坐席接听",
        CallRefusal::NotYours => "您不在这通电话中",
        CallRefusal::AlreadyHeld => "客户已在保持中：请先恢复",
        CallRefusal::NotHeld => "客户不在保持中",
        CallRefusal::Consulting => "正在咨询中：请先完成、会议或取消咨询",
        CallRefusal::NotConsulting => "没有正在进行的咨询：请先发起咨询",
        CallRefusal::NotAnswered => "被咨询方尚未接听：请等待或取消",
        CallRefusal::InConference => "多方通话中：请先让其他人离开",
        CallRefusal::NotInConference => "只有一方与客户通话：请挂机或转接",
        CallRefusal::TooManyLegs => "通话参与方已达上限：请先让一方离开",
        CallRefusal::TooManyTransfers => "同时进行的转接已达上限：请稍后再试",
        CallRefusal::MayNotTransfer => "您没有转接权限：请联系管理员",
        CallRefusal::MayNotTransferOutside => "您没有转接外线的权限：请联系管理员",
        CallRefusal::TargetNotAllowed => "号码不在允许转接的名单中：请联系管理员",
        CallRefusal::NumberEmpty => "请输入坐席、队列、流程或号码",
        CallRefusal::NumberWrong => "既不是本中心的名称，也不是号码",
        CallRefusal::NumberTooShort => "号码不完整：缺少数字",
        CallRefusal::NumberTooLong => "号码过长：最多 15 位",
        CallRefusal::AreaCodeMissing => "缺少区号：请在号码前加 0 和区号",
        CallRefusal::CountryCodeMissing => "缺少国家代码：请在号码前加 00 或 + 和国家代码",
        CallRefusal::AgentUnknown => "没有这个坐席",
        CallRefusal::QueueUnknown => "没有这个队列",
        CallRefusal::FlowUnknown => "没有这个流程",
        CallRefusal::TargetSignedOut => "对方未签入：请选择在线的坐席或队列",
        CallRefusal::TargetOnBreak => "对方正在小休：请选择空闲的坐席或队列",
        CallRefusal::TargetBusy => "对方正在通话：请选择其他人或队列",
        CallRefusal::TargetUnreachable => "对方的话机不可达",
        CallRefusal::TargetInCall => "对方已在这通电话中",
        CallRefusal::QueueFull => "队列已满：请选择其他队列",
        CallRefusal::QueueUnstaffed => "队列无人签入：请选择其他队列",
        CallRefusal::TargetHasNoVoice => "队列或流程不能咨询：请咨询坐席或号码，或直接转接",
        CallRefusal::NoTrunk => "没有可用的外线中继",
        CallRefusal::TrunksDown => "外线中继全部中断",
        CallRefusal::SlotTaken => "停泊位已被占用",
        CallRefusal::NoSlot => "停泊位已满：请先取回一通",
        CallRefusal::NotParked => "客户未被停泊，或正在被取回",
        CallRefusal::MayNotSupervise => "您不能监控这个队列的通话",
        CallRefusal::NotSupervising => "您不在监控中：请先监听",
        CallRefusal::NoSupervisor => "没有可联系的班长",
        CallRefusal::ShownUnknown => "要显示的号码不是本中心的号码",
        CallRefusal::NoRoom => "系统通话数已达上限",
        CallRefusal::Busy => "通话正在转移中：请等待结果",
        CallRefusal::NoEscalation => return None,
    })
}
