import type { CallDetail, Microphone, Quality, RecordingRow, SipMessage } from "../../src/api/records.ts";
import type { CallRow } from "../../src/api/types.ts";
import { ok, refuse, type Asked, type Route } from "./server.ts";

// Calls of the last days, made up from one seed: the same each time.

let seed = 7;
/** From 0 to 1, always the same sequence. */
function chance(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(chance() * items.length)]!;

const regions = ["北京", "上海", "广东 深圳", "广东 广州", "浙江 杭州", "四川 成都", "湖北 武汉", "江苏 南京", "陕西 西安", "山东 青岛", null];
const queues = ["售前咨询", "售后服务", "技术支持", "投诉处理"];
const agents = ["a1001", "a1002", "a1003", "a1004", "a1005", "a1006", "a1007", "a1008", "a1011", "a1012"];
const topics = [["咨询", "价格"], ["咨询", "功能"], ["售后", "退货"], ["售后", "维修"], ["投诉", "物流"], null];

function row(place: number, at: number): CallRow {
  const outbound = chance() < 0.14;
  const fate = chance();
  const outcome = outbound ? (fate < 0.7 ? "answered" : "missed") : fate < 0.86 ? "answered" : fate < 0.93 ? "abandoned" : fate < 0.96 ? "left" : fate < 0.98 ? "timed_out" : "failed";
  const talked = outcome === "answered";
  const queue = outcome === "left" ? null : pick(queues);
  const mobile = `1${pick(["38", "39", "52", "86", "88", "99"])}${String(Math.floor(chance() * 1e8)).padStart(8, "0")}`;
  const ours = "4008001234";
  const talk = talked ? Math.round(20_000 + chance() ** 2 * 900_000) : 0;
  return {
    call: `c-${20_000 - place}`,
    started: new Date(at).toISOString(),
    direction: outbound ? "outbound" : "inbound",
    caller: outbound ? ours : mobile,
    called: outbound ? mobile : ours,
    queue: outbound ? null : queue,
    agent: talked || outbound ? pick(agents) : null,
    region: pick(regions),
    outcome,
    cause: talked || outcome === "abandoned" ? "hung_up" : outcome === "timed_out" ? "queue_timeout" : outcome === "left" ? "flow_ended" : outbound ? "no_answer" : "media_failed",
    ivr_ms: outbound ? 0 : Math.round(8_000 + chance() * 20_000),
    wait_ms: outbound || !queue ? 0 : Math.round(chance() ** 2 * 70_000),
    ring_ms: Math.round(2_000 + chance() * 9_000),
    talk_ms: talk,
    hold_ms: chance() < 0.2 ? Math.round(talk * 0.15) : 0,
    wrap_up_ms: talked ? Math.round(5_000 + chance() * 40_000) : 0,
    recordings: talked && chance() < 0.97 ? [`r-${20_000 - place}`] : [],
    disposition: talked ? pick(topics) : null,
  };
}

const calls: CallRow[] = [];
{
  // The one that pages are looked at with: transferred calls, digits, a bad five seconds.
  let at = Date.now() - 6 * 60_000;
  calls.push({ ...row(0, at), call: "c-1", caller: "13800138000", called: "4008001234", direction: "inbound", outcome: "answered", cause: "hung_up", queue: "技术支持", agent: "a1006", region: "广东 深圳", ivr_ms: 14_200, wait_ms: 31_800, ring_ms: 6_900, talk_ms: 186_000, hold_ms: 24_000, wrap_up_ms: 18_000, recordings: ["r-1"], disposition: ["售后", "维修"] });
  for (let place = 1; place < 1_400; place += 1) {
    at -= 20_000 + chance() * 500_000;
    calls.push(row(place, at));
  }
}

function matching({ query }: Asked): CallRow[] {
  const want = (name: string) => query.get(name);
  const [from, to, number, talk] = [want("from"), want("to"), want("number"), Number(want("min_talk_ms") ?? 0)];
  return calls.filter(
    (call) =>
      (!from || call.started >= from) &&
      (!to || call.started < to) &&
      (!number || call.caller?.includes(number) || call.called.includes(number)) &&
      (["agent", "queue", "direction", "outcome"] as const).every((name) => !want(name) || call[name] === want(name)) &&
      call.talk_ms >= talk,
  );
}

function paged<Item>(items: Item[], query: URLSearchParams): { items: Item[]; next: string | null } {
  const from = Number(query.get("cursor") ?? 0);
  const limit = Math.min(Number(query.get("limit") ?? 50), 200);
  return { items: items.slice(from, from + limit), next: from + limit < items.length ? String(from + limit) : null };
}

const carrier = "203.0.113.5:5060";
const ours = "192.0.2.10:5060";
const phone = "192.0.2.77:5062";

const fine = { code: "fine", zh: "正常", en: "it is as it should be", remedy_zh: "", remedy_en: "" };
const quiet = { code: "quiet", zh: "音量偏低", en: "it is too quiet", remedy_zh: "把麦克风移近嘴边两指处，调高输入音量", remedy_en: "put the microphone two fingers from the mouth, and turn its level up" };
const loudspeaker = { code: "loudspeaker", zh: "此方的扬声器声音进入了麦克风，对方听到自己的回声", en: "this party's loudspeaker is heard by its microphone: the other side hears itself", remedy_zh: "改用耳机，或调低扬声器音量", remedy_en: "use a headset, or turn the loudspeaker down" };

function detail(record: CallRow): CallDetail & { story: object; trace: { messages: SipMessage[] } } {
  const start = Date.parse(record.started);
  const at = (ms: number) => new Date(start + ms).toISOString();
  const { ivr_ms: ivr, wait_ms: wait, ring_ms: ring, talk_ms: talk, hold_ms: hold, wrap_up_ms: wrap = 0 } = record;
  const rang = ivr + wait;
  const took = rang + ring;
  const over = took + talk;
  const talked = record.outcome === "answered";
  const holdFrom = took + talk * 0.5;
  const quality: Quality[] = [];
  for (let ms = 5_000; ms < over; ms += 5_000) {
    for (const leg of [1, 2]) {
      if (leg === 2 && ms < took + 5_000) continue;
      const bad = leg === 2 && ms > took + talk * 0.28 && ms < took + talk * 0.36;
      const wobble = ((ms / 5_000) * 37 + leg * 11) % 10;
      quality.push({ leg, at: at(ms), packets_in: 250, packets_out: 250, level_in_dbov: -24 - wobble, level_out_dbov: -22, loss_in_permille: bad ? 62 : wobble > 8 ? 4 : 0, loss_out_permille: 0, jitter_ms: bad ? 48 : 4 + wobble, round_trip_ms: 38 + wobble, mos: bad ? 2.9 + wobble / 30 : 4.4 - wobble / 60 });
    }
  }
  const worst = [1, 2].flatMap((leg) => {
    const least = quality.filter((one) => one.leg === leg).sort((a, b) => a.mos - b.mos)[0];
    const words = least && least.mos < 3.6 ? { cause: "loss_in", zh: "来路丢包", en: "packets were lost on the way to us", remedy_zh: "检查对方的网络：改用有线，停止下载，或使用低带宽编码", remedy_en: "check that party's network: a cable, no downloads, or the low-bandwidth codec" } : { cause: "none", zh: "没有听得出的问题", en: "nothing that can be heard", remedy_zh: "", remedy_en: "" };
    return least ? [{ leg, at: least.at, mos: least.mos, ...words }] : [];
  });
  const voice: Microphone[] = [];
  for (let ms = 30_000; ms < over; ms += 30_000) {
    const wobble = ((ms / 30_000) * 7) % 6;
    voice.push({ leg: 1, at: at(ms), level_dbov: ms < rang ? -26 - wobble : -22 - wobble, noise_dbov: -58 + wobble, clipped_permille: 0, microphone: fine });
    if (ms < took + 30_000) continue;
    const echoes = ms > took + talk * 0.6;
    voice.push({ leg: 2, at: at(ms), level_dbov: -43 + wobble / 2, noise_dbov: -61, clipped_permille: 0, microphone: quiet, ...(echoes && { echo: loudspeaker, echo_delay_ms: 180, echo_loss_db: 14 }) });
  }
  const via = (branch: string) => `Via: SIP/2.0/UDP ${ours};branch=z9hG4bK${branch}`;
  let sequence = 0;
  const message = (ms: number, leg: number, way: "in" | "out", peer: string, first: string, cseq: string, sdp = false): SipMessage => {
    sequence += 1;
    const body = sdp ? "\r\n\r\nv=0\r\no=- 0 0 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 20014 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv" : "\r\n\r\n";
    return {
      at: at(ms), leg, way, from: way === "in" ? peer : ours, to: way === "in" ? ours : peer, first_line: first,
      text: `${first}\r\n${via(`${leg}${cseq.replace(" ", "")}`)}\r\nFrom: <sip:138****8000@carrier.example>;tag=a${leg}\r\nTo: <sip:4008001234@callcentre.example>\r\nCall-ID: ${leg}-6f1c@192.0.2.10\r\nCSeq: ${cseq}\r\nX-Sequence: ${sequence}${sdp ? "\r\nContent-Type: application/sdp" : ""}${body}`,
    };
  };
  const messages: SipMessage[] = [
    message(0, 1, "in", carrier, "INVITE sip:4008001234@callcentre.example SIP/2.0", "1 INVITE", true),
    message(3, 1, "out", carrier, "SIP/2.0 100 Trying", "1 INVITE"),
    message(42, 1, "out", carrier, "SIP/2.0 200 OK", "1 INVITE", true),
    message(78, 1, "in", carrier, "ACK sip:4008001234@192.0.2.10 SIP/2.0", "1 ACK"),
    ...(talked
      ? [
          message(rang + 12, 2, "out", phone, "INVITE sip:1006@192.0.2.77:5062 SIP/2.0", "1 INVITE", true),
          message(rang + 512, 2, "out", phone, "INVITE sip:1006@192.0.2.77:5062 SIP/2.0", "1 INVITE", true),
          message(rang + 540, 2, "in", phone, "SIP/2.0 180 Ringing", "1 INVITE"),
          message(took, 2, "in", phone, "SIP/2.0 200 OK", "1 INVITE", true),
          message(took + 2, 2, "out", phone, "ACK sip:1006@192.0.2.77:5062 SIP/2.0", "1 ACK"),
          message(over, 1, "in", carrier, "BYE sip:4008001234@192.0.2.10 SIP/2.0", "2 BYE"),
          message(over + 2, 1, "out", carrier, "SIP/2.0 200 OK", "2 BYE"),
          message(over + 4, 2, "out", phone, "BYE sip:1006@192.0.2.77:5062 SIP/2.0", "2 BYE"),
          message(over + 31, 2, "in", phone, "SIP/2.0 200 OK", "2 BYE"),
        ]
      : []),
  ];
  const facts = [
    ["call_arrived", 0, `来电：${record.caller} 呼叫 ${record.called}`, `the call arrived: ${record.caller} calls ${record.called}`],
    ["flow_entered", 30, "进入流程 welcome 第 3 版", "flow welcome, version 3"],
    ["leg_answered", 42, "已应答，开始录音", "answered; recording begins"],
    ["digit_pressed", ivr - 3_000, "按键 3", "pressed 3"],
    ["enqueued", ivr, `进入队列 ${record.queue ?? ""}，位置 3`, `queue ${record.queue ?? ""}, place 3`],
    ["offered", rang, `分配给 ${record.agent ?? ""}`, `offered to ${record.agent ?? ""}`],
    ["bridged", took, "坐席接听，双方接通", "the agent answers; both talk"],
    ["leg_ended", over, "主叫挂机", "the caller hangs up"],
    ["call_ended", over + 5, "通话结束", "the call ends"],
  ] as const;
  const line = (ms: number, text: string) => `${(ms / 1000).toFixed(3)}s ${text}`;
  return {
    record: { ...record, answered: at(42), ended: at(over + 5), flow: "welcome", flow_version: 3 },
    legs: [
      { leg: 1, role: "caller", party: record.caller ?? "", opened: at(0), answered: at(42), ended: at(over), cause: "hung_up", held: hold > 0 ? [{ from: at(holdFrom), to: at(holdFrom + hold) }] : [] },
      ...(talked ? [{ leg: 2, role: "agent", party: record.agent ?? "", opened: at(rang), ringing: at(rang + 540), answered: at(took), ended: at(over + 31), cause: "hung_up", held: [] }] : []),
    ],
    facts: facts.map(([code, ms, text_zh, text_en], seq) => ({ seq: 9_000 + seq, at: at(ms), code, text_zh, text_en })),
    decisions: record.queue
      ? [
          { at: at(ivr + 4), queue: record.queue, strategy: "longest_idle", waited_ms: 0, needs: [{ skill: "网络", level: 3 }], kept_for: null, candidates: [], candidates_total: 0, filtered: [{ agent: "a1006", reason: "wrapping_up" }, { agent: "a1007", reason: "offered" }, { agent: "a1010", reason: "no_endpoint" }, { agent: "a1003", reason: "on_break" }, { agent: "a1009", reason: "signed_out" }], filtered_totals: [{ reason: "wrapping_up", count: 1 }, { reason: "offered", count: 1 }, { reason: "no_endpoint", count: 1 }, { reason: "on_break", count: 1 }, { reason: "signed_out", count: 1 }], winner: null },
          ...(talked ? [{ at: at(rang - 1), queue: record.queue, strategy: "longest_idle", waited_ms: wait, needs: [{ skill: "网络", level: 3 }], kept_for: null, candidates: [{ agent: record.agent ?? "", score: 48_211, tie: 0 }, { agent: "a1007", score: 12_904, tie: 0 }], candidates_total: 2, filtered: [{ agent: "a1004", reason: "lacks_skill" }, { agent: "a1010", reason: "no_endpoint" }, { agent: "a1003", reason: "on_break" }], filtered_totals: [{ reason: "lacks_skill", count: 1 }, { reason: "no_endpoint", count: 1 }, { reason: "on_break", count: 1 }], winner: record.agent ?? null }] : []),
        ]
      : [],
    quality,
    voice,
    worst,
    digits: ivr > 4_000 ? [{ at: at(ivr - 6_000), leg: 1, digit: "1", held_ms: 120, via: "telephone_event" }, { at: at(ivr - 3_000), leg: 1, digit: "3", held_ms: 96, via: "telephone_event" }] : [],
    agent_actions: talked ? [{ at: at(took), by: record.agent ?? "", action: "answer" }, ...(hold > 0 ? [{ at: at(holdFrom), by: record.agent ?? "", action: "hold" }, { at: at(holdFrom + hold), by: record.agent ?? "", action: "resume" }] : []), { at: at(over + wrap), by: record.agent ?? "", action: "end_wrap_up" }] : [],
    story: {
      stages: [
        { stage: "ivr", from: at(0), to: at(ivr), ms: ivr },
        ...(record.queue ? [{ stage: "queue", from: at(ivr), to: at(rang), ms: wait }] : []),
        ...(talked ? [{ stage: "ringing", from: at(rang), to: at(took), ms: ring }, ...(hold > 0 ? [{ stage: "talk", from: at(took), to: at(holdFrom), ms: holdFrom - took }, { stage: "hold", from: at(holdFrom), to: at(holdFrom + hold), ms: hold }, { stage: "talk", from: at(holdFrom + hold), to: at(over), ms: over - holdFrom - hold }] : [{ stage: "talk", from: at(took), to: at(over), ms: talk }]), { stage: "wrap_up", from: at(over), to: at(over + wrap), ms: wrap }] : []),
      ],
      lines: [
        line(0, `${record.caller}（${record.region ?? "归属地未知"}）呼叫 ${record.called}，由运营商甲送达`),
        line(42, "流程 welcome 第 3 版应答了来电，开始录音"),
        line(2_100, "播放录音告知，主叫听完"),
        line(Math.max(ivr - 6_000, 0), "主叫按 1，进入服务菜单"),
        line(Math.max(ivr - 3_000, 0), "主叫按 3：技术支持"),
        ...(record.queue ? [line(ivr, `进入队列 ${record.queue}，前面有 2 人；没有合适的坐席：1 人话后处理，1 人振铃，1 人话机不可达，1 人小休`)] : []),
        ...(talked ? [line(rang, `等待 ${Math.round(wait / 1000)} 秒后分配给 ${record.agent}：2 名候选中空闲最久（48.2 秒）`), line(took, "坐席接听，双方通话"), ...(hold > 0 ? [line(holdFrom, "坐席保持通话，主叫听到等待音"), line(holdFrom + hold, "坐席恢复通话")] : []), line(over, "主叫挂机"), line(over + wrap, `话后处理 ${Math.round(wrap / 1000)} 秒，小结：${record.disposition?.join(" / ") ?? "无"}`)] : [line(ivr + wait, "主叫放弃")]),
      ],
    },
    trace: { messages },
  };
}

const find = (id: string | undefined): CallRow | undefined => calls.find(({ call }) => call === id) ?? (id?.startsWith("c-30") ? { ...calls[0]!, call: id } : undefined);

function recordingOf(call: CallRow): RecordingRow[] {
  return call.recordings.map((recording) => {
    const begins = call.direction === "outbound" ? call.ring_ms : 42;
    const number = Number(recording.slice(2));
    const status = number % 61 === 0 ? "failed" : number % 29 === 0 ? "partial" : "recorded";
    return { recording, call: call.call, started: new Date(Date.parse(call.started) + begins).toISOString(), length_ms: call.ivr_ms + call.wait_ms + call.ring_ms + call.talk_ms - begins, agent: call.agent, caller: call.caller, called: call.called, direction: call.direction, queue: call.queue, status, ...(status === "partial" && { missing_ms: 12_000 }), ...(status === "failed" && { reason: "磁盘空间不足，录音未能写入" }) };
  });
}

/** A tone for each side, in A-law WAV as the server keeps it. */
function tone(lengthMs: number): Buffer {
  const samples = Math.min(Math.floor(lengthMs * 8), 8 * 240_000);
  const data = Buffer.alloc(samples * 2);
  for (let place = 0; place < samples; place += 1) {
    const speaks = Math.floor(place / 16_000) % 3;
    const wave = Math.sin((place / 8_000) * 2 * Math.PI * (speaks === 0 ? 440 : 620)) * (0.4 + 0.4 * Math.sin(place / 900));
    data[place * 2] = speaks === 0 ? 0xd5 ^ Math.floor(Math.abs(wave) * 90) : 0xd5;
    data[place * 2 + 1] = speaks === 1 ? 0xd5 ^ Math.floor(Math.abs(wave) * 90) : 0xd5;
  }
  const head = Buffer.alloc(44);
  head.write("RIFF", 0); head.writeUInt32LE(36 + data.length, 4); head.write("WAVEfmt ", 8); head.writeUInt32LE(16, 16);
  head.writeUInt16LE(6, 20); head.writeUInt16LE(2, 22); head.writeUInt32LE(8_000, 24); head.writeUInt32LE(16_000, 28); head.writeUInt16LE(2, 32); head.writeUInt16LE(8, 34);
  head.write("data", 36); head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

function audio({ params, request, response }: Asked) {
  const row = calls.flatMap(recordingOf).find(({ recording }) => recording === params["id"]);
  if (!row || row.status === "failed") return refuse(404, "not_found", "没有这段录音");
  const whole = tone(row.length_ms ?? 0);
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "") ?? [];
  const [first, last] = [Number(from ?? 0), to ? Number(to) : whole.length - 1];
  response.writeHead(from === undefined ? 200 : 206, { "Content-Type": "audio/wav", "Accept-Ranges": "bytes", "Content-Length": last - first + 1, ...(from !== undefined && { "Content-Range": `bytes ${first}-${last}/${whole.length}` }) });
  response.end(whole.subarray(first, last + 1));
  return undefined;
}

function peaks({ params, query }: Asked) {
  const row = calls.flatMap(recordingOf).find(({ recording }) => recording === params["id"]);
  if (!row) return refuse(404, "not_found", "没有这段录音");
  const points = Math.min(Number(query.get("points") ?? 1000), 10_000);
  const side = (turn: number) => Array.from({ length: points }, (_, place) => {
    const ms = (place / points) * (row.length_ms ?? 0);
    const syllable = 0.35 + 0.3 * Math.abs(Math.sin(ms / 130 + turn)) + 0.25 * Math.abs(Math.sin(ms / 47));
    return Math.floor(ms / 5_200 + Math.sin(ms / 9_000)) % 2 === turn ? Number(syllable.toFixed(3)) : 0.015;
  });
  return ok({ length_ms: row.length_ms, left: side(0), right: side(1) });
}

export const recordRoutes: Route[] = [
  ["GET", "/calls", (asked) => ok(paged(matching(asked), asked.query))],
  ["GET", "/calls/{call}", ({ params }) => {
    const call = find(params["call"]);
    if (!call) return refuse(404, "not_found", "没有这通电话", { remedy: "请检查通话编号，或确认您有权查看" });
    return ok({ ...detail(call), story: undefined, trace: undefined });
  }],
  ["GET", "/calls/{call}/story", ({ params }) => ok(detail(find(params["call"]) ?? calls[0]!).story)],
  ["GET", "/calls/{call}/trace", ({ params, me }) => (me?.permissions["trace.read"] ? ok(detail(find(params["call"]) ?? calls[0]!).trace) : refuse(403, "forbidden", "没有权限"))],
  ["GET", "/recordings", (asked) => {
    const call = asked.query.get("call");
    return ok(paged((call ? calls.filter((one) => one.call === call) : matching(asked)).flatMap(recordingOf), asked.query));
  }],
  ["GET", "/recordings/{id}/audio", audio],
  ["GET", "/recordings/{id}/peaks", peaks],
];

/** For reports: every call there is. */
export const everyCall: readonly CallRow[] = calls;
