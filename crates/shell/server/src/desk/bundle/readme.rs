//! What a bundle says to who opens it, in both languages.

use super::{About, Trace};

pub(super) fn written(about: &About) -> String {
    let About { call, made_at, made_by, program, config, config_now, .. } = about;
    let version = |version: &Option<u64>| version.map_or("?".to_owned(), |version| version.to_string());
    let (config, config_now) = (version(config), version(config_now));
    let (sip_zh, sip_en) = trace(about.trace);
    format!(
        "钟楼 Belltower：一通电话的诊断包 / the support bundle of one call\n\
         ================================================================\n\n\
         通话 / call            {call}\n\
         生成 / made            {made_at}  {made_by}\n\
         程序版本 / program     belltower {program}\n\
         配置版本 / configuration  通话开始时 {config}，当前 {config_now} / {config} when the call began, {config_now} now\n\n\
         中文\n----\n\
         about.json       本诊断包的说明：版本、时间、生成人\n\
         call.json        话单：各阶段用时、各通话段、挂断原因\n\
         story.txt        通话经过，逐行说明发生了什么、为什么\n\
         facts.jsonl      全部事实，每行一条，seq 连续无缺\n\
         decisions.jsonl  路由决策：考虑了谁、谁因何被排除、给了谁\n\
         quality.jsonl    每 5 秒的通话质量：丢包、抖动、时延、MOS\n\
         voice.jsonl      每 30 秒的麦克风音量、底噪、削波和回声\n\
         keys.jsonl       何时按过键（按了什么已隐去）\n\
         actions.jsonl    坐席和班长的操作\n\
         {sip_zh}\n\n\
         已隐去：电话号码的中间四位、主叫姓名、按键内容、SIP 认证信息、媒体密钥、未列入白名单的 SIP 头。\n\
         时间均为 UTC（RFC 3339）。单个文件最长 4 MiB，超出部分不收录，并在末行注明。\n\
         不含录音。生成本包已记入审计日志。\n\n\
         English\n-------\n\
         about.json       what this is: versions, time, who made it\n\
         call.json        the record: how long each stage took, the legs, why it ended\n\
         story.txt        what happened and why, a line each\n\
         facts.jsonl      every fact, one a line; seq has no gap within the node\n\
         decisions.jsonl  routing: who was considered, who was held back and why, who got the call\n\
         quality.jsonl    the quality of each 5 s: loss, jitter, delay, MOS\n\
         voice.jsonl      every 30 s: how loud the microphone was, its noise, what was clipped, echo\n\
         keys.jsonl       when keys were pressed (which ones is hidden)\n\
         actions.jsonl    what agents and supervisors asked for\n\
         {sip_en}\n\n\
         Hidden: the middle four digits of telephone numbers, names of callers, which keys were pressed, SIP credentials, \
         media keys, and SIP fields that are not known to be harmless.\n\
         Times are UTC (RFC 3339). A file has at most 4 MiB; what is beyond is left out, and its last line says so.\n\
         No recording is in it. That this bundle was taken stands in the audit log.\n"
    )
}

const fn trace(trace: Trace) -> (&'static str, &'static str) {
    match trace {
        Trace::Included => (
            "sip.txt          SIP 信令：先是每行一条的时序，再是全文",
            "sip.txt          SIP messages: first who sent what when, a line each, then all of them",
        ),
        Trace::NotKept => (
            "（没有 sip.txt：SIP 信令只在内存中保留最近的通话，这通已不在）",
            "(no sip.txt: SIP messages are kept in memory for the last calls, and this one's are gone)",
        ),
        Trace::NotPermitted => (
            "（没有 sip.txt：生成人没有查看信令的权限 trace.read）",
            "(no sip.txt: who made the bundle may not see SIP messages, permission trace.read)",
        ),
    }
}
