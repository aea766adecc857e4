//! The first run: from an empty directory to a call, over HTTP and in a real browser.

use std::net::UdpSocket;
use std::time::Duration;

use bell_testkit::{KitError, Ready, Server, ServerPlan, TonePhone};
use serde_json::{Value, json};

use crate::accounts::code;
use crate::centre::{CALLER_HZ, asked_until};
use crate::chromium::Chromium;
use crate::desk::Visitor;

const PASSWORD: &str = "Lotos-Kettle7!Rain";

/// A server in an empty directory, on ports of its own.
pub(crate) fn empty() -> Result<Server, KitError> {
    let ready = Ready::Http("http://127.0.0.1:{port:health}/health".to_owned());
    // Administrators have the port after the desk's: both must be free.
    let script = "exec \"$0\" serve --dir {dir}/node --address 127.0.0.1 --sip-port {port:sip} \
                  --health-port {port:health} --console-port {port:console}";
    Server::start(ServerPlan::new("sh", ready).args(&["-c", script, env!("CARGO_BIN_EXE_belltower")]))
}

/// The administrator's visitor, who has set the centre up.
fn administrator(server: &Server) -> Visitor {
    let mut boss = Visitor::of(([127, 0, 0, 1], server.port("console") + 1).into());
    let wanted = json!({ "company": "星光商店", "name": "boss", "password": PASSWORD, "language": "zh-CN" });
    let (_, step) = boss.ask("POST", "/v1/setup", &wanted);
    assert_eq!(step["state"], "enrol_totp", "{step}");
    let code = code(step["secret"].as_str().expect("a secret"), 0);
    let (_, step) = boss.ask("POST", "/v1/session/totp", &json!({ "ticket": step["ticket"], "code": code }));
    assert_eq!(step["state"], "signed_in", "{step}");
    boss
}

/// How the steps stand: `company open, …`.
fn states(view: &Value) -> String {
    let step =
        |step: &Value| format!("{} {}", step["step"].as_str().unwrap_or("?"), step["state"].as_str().unwrap_or("?"));
    view["steps"].as_array().expect("steps").iter().map(step).collect::<Vec<_>>().join(", ")
}

fn put(boss: &mut Visitor, step: &str, form: &Value) -> Value {
    let (_, before) = boss.ask("GET", "/v1/first-run", &Value::Null);
    let at = format!("/v1/first-run/{step}?base_version={}", before["version"]);
    let (status, view) = boss.ask("PUT", &at, form);
    assert_eq!(status, 200, "{step}: {view}");
    view
}

/// A carrier that answers every question by this status, and asks for a password first if `asks`.
fn carrier(status: &'static str, asks: bool) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok((read, from)) = socket.recv_from(&mut bytes) {
            let request = String::from_utf8_lossy(&bytes[..read]).into_owned();
            let kept =
                |line: &&str| ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].iter().any(|name| line.starts_with(name));
            let fields = request.lines().filter(kept).map(|line| format!("{line}\r\n")).collect::<String>();
            let fields = fields.replace(">\r\nCall-ID", ">;tag=c\r\nCall-ID");
            let first = asks && !request.contains("Authorization:");
            let (status, more) = if first {
                ("401 Unauthorized", "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n\", qop=\"auth\"\r\n")
            } else {
                (status, "")
            };
            let answer = format!("SIP/2.0 {status}\r\n{fields}{more}Content-Length: 0\r\n\r\n");
            // Who has hung up hears nothing.
            let _ = socket.send_to(answer.as_bytes(), from);
        }
    });
    address
}

/// INB-35, TEL-23: from an empty directory to a first call, each step one version with a comment; resumed after a restart,
/// steps left out and taken up; no password is shown again, and what is wrong changes nothing.
#[test]
fn inb_35_from_an_empty_directory_to_a_first_call() -> Result<(), KitError> {
    let mut server = empty()?;
    // It says where to begin.
    server.wait_line("/setup", Duration::from_secs(30))?;
    let mut boss = administrator(&server);
    let (status, view) = boss.ask("GET", "/v1/first-run", &Value::Null);
    assert_eq!((status, &view["next"], &view["version"]), (200, &json!("company"), &json!(1)), "{view}");
    let (_, me) = boss.ask("GET", "/v1/me", &Value::Null);
    assert_eq!(me["modules"], json!([]), "a simple centre: {me}");

    let company = json!({ "name": "星光商店", "zone": "Asia/Nowhere", "language": "zh-CN" });
    let (status, wrong) = boss.ask("PUT", "/v1/first-run/company?base_version=1", &company);
    assert_eq!((status, &wrong["code"]), (422, &json!("config_wrong")), "{wrong}");
    assert!(wrong["mistakes"][0]["remedy"].as_str().is_some_and(|remedy| remedy.contains("Asia/Shanghai")), "{wrong}");
    let company = json!({ "name": "星光商店", "zone": "Asia/Shanghai", "language": "zh-CN" });
    let view = put(&mut boss, "company", &company);
    assert_eq!((&view["version"], &view["next"]), (&json!(2), &json!("trunk")), "{view}");
    let (status, stale) = boss.ask(
        "PUT",
        "/v1/first-run/company?base_version=1",
        &json!({ "name": "b", "zone": "Asia/Shanghai", "language": "zh-CN" }),
    );
    assert_eq!((status, &stale["code"]), (409, &json!("config_changed")), "{stale}");

    let trunk = json!({ "address": "127.0.0.1:5999", "register": true, "username": "0571", "password": "Tiger-7!" });
    let view = put(&mut boss, "trunk", &trunk);
    assert_eq!(
        (&view["trunk"]["has_password"], &view["trunk"]["from"]),
        (&json!(true), &json!(["127.0.0.1"])),
        "{view}"
    );
    assert!(!view.to_string().contains("Tiger-7"), "no password is shown again: {view}");
    let (status, lacking) = boss.ask("PUT", "/v1/first-run/number?base_version=3", &json!({ "number": "4001234567" }));
    assert_eq!((status, &lacking["fields"][0]["field"]), (422, &json!("template")), "{lacking}");
    let number = json!({ "number": "4001234567", "template": "service", "greeting": "您好，这里是星光商店。",
                         "hours": { "days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "until": "24:00" } });
    let view = put(&mut boss, "number", &number);
    assert_eq!(
        (&view["next"], &view["number"]["hours"]["days"]),
        (&json!("agent"), &json!([1, 2, 3, 4, 5, 6, 7])),
        "{view}"
    );
    let view = put(&mut boss, "agent", &json!({ "agent": "1001", "display_name": "陈小雨", "me": true }));
    assert_eq!(states(&view), "company done, trunk done, number done, agent done, test_call open", "{view}");
    let (_, me) = boss.ask("GET", "/v1/me", &Value::Null);
    assert_eq!(me["agent"]["name"], "1001", "whoever is alone takes calls: {me}");

    let (_, versions) = boss.ask("GET", "/v1/config/versions", &Value::Null);
    let comments: Vec<&Value> =
        versions["items"].as_array().expect("versions").iter().map(|one| &one["comment"]).collect();
    let steps = ["first run: agent", "first run: number", "first run: trunk", "first run: company", "first start"];
    assert_eq!(json!(comments), json!(steps), "each step is one version");

    let (status, skipped) = boss.ask("POST", "/v1/first-run/test_call/skip", &json!({ "skipped": true }));
    assert_eq!((status, &skipped["next"]), (200, &Value::Null), "{skipped}");
    assert_eq!(boss.ask("POST", "/v1/first-run/nothing/skip", &json!({ "skipped": true })).0, 404);
    assert!(server.stop()?.success(), "{}", server.log());
    server.restart()?;
    let (_, view) = boss.ask("GET", "/v1/first-run", &Value::Null);
    assert_eq!(
        states(&view),
        "company done, trunk done, number done, agent done, test_call skipped",
        "resumed: {view}"
    );
    let (_, view) = boss.ask("POST", "/v1/first-run/test_call/skip", &json!({ "skipped": false }));
    assert_eq!(view["next"], "test_call", "{view}");

    let (status, refused) = boss.ask("POST", "/v1/first-run/test-call/passed", &Value::Null);
    assert_eq!((status, &refused["code"]), (409, &json!("not_talking")), "{refused}");
    let (status, key) = boss.ask("POST", "/v1/first-run/test-call", &Value::Null);
    assert_eq!((status, &key["number"]), (200, &json!("4001234567")), "{key}");
    arrives(&server, &mut boss)
}

/// A call from the carrier arrives, and one for a number that is none of ours says so.
fn arrives(server: &Server, boss: &mut Visitor) -> Result<(), KitError> {
    let since = "2026-01-01T00:00:00Z";
    let at = format!("/v1/first-run/arrivals?since={since}");
    let mut customer = TonePhone::new(CALLER_HZ)?;
    let sip = server.address("sip");
    let mut wrong = customer.call(&format!("sip:057100000000@{sip}"))?;
    assert!(wrong.wait_settled()?.is_some(), "it is none of ours");
    let seen = |boss: &mut Visitor, code: &str| {
        let mut last = Value::Null;
        let found = asked_until(Duration::from_secs(30), || {
            let (status, arrivals) = boss.ask("GET", &at, &Value::Null);
            assert_eq!(status, 200, "{arrivals}");
            last = arrivals;
            (last["advice"]["code"] == code).then_some(())
        });
        assert!(found.is_some(), "{code} is not seen: {last}");
        last
    };
    let unknown = seen(boss, "number_unknown");
    assert!(unknown["advice"]["en"].as_str().is_some_and(|words| words.contains("0571")), "{unknown}");
    let mut call = customer.call(&format!("sip:4001234567@{sip}"))?;
    call.wait_answered()?;
    let taken = seen(boss, "arrived");
    assert!(taken["items"].as_array().is_some_and(|items| items.len() == 2), "{taken}");
    call.hang_up()
}

/// INB-35: what the carrier says becomes plain words: no such name, silence, a wrong password, a right one, no password.
#[test]
fn inb_35_a_carrier_is_asked_before_anything_is_changed() -> Result<(), KitError> {
    let server = empty()?;
    let mut boss = administrator(&server);
    let quiet = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let silent = quiet.local_addr().expect("an address").to_string();
    let by_password =
        |address: &str| json!({ "address": address, "register": true, "username": "0571", "password": "Tiger-7!" });
    let by_address = |address: &str| json!({ "address": address });
    let cases = [
        (by_address("no-such-carrier.invalid"), "no_such_name", "failed"),
        (by_address(&silent), "no_answer", "failed"),
        (by_address(&carrier("200 OK", false)), "answered", "ok"),
        (by_address(&carrier("403 Forbidden", false)), "not_known", "warning"),
        (by_password(&carrier("200 OK", true)), "registered", "ok"),
        (by_password(&carrier("403 Forbidden", true)), "wrong_password", "failed"),
        (by_password(&carrier("404 Not Found", false)), "unknown_user", "failed"),
    ];
    for (form, code, level) in cases {
        let (status, advice) = boss.ask("POST", "/v1/first-run/trunk/check", &form);
        assert_eq!((status, &advice["code"], &advice["level"]), (200, &json!(code), &json!(level)), "{form}: {advice}");
        assert_eq!(advice["remedy_zh"] == "", level == "ok", "what to do: {advice}");
    }
    let (status, wrong) = boss.ask("POST", "/v1/first-run/trunk/check", &json!({ "address": "a b" }));
    assert_eq!((status, &wrong["fields"][0]["field"]), (422, &json!("address")), "{wrong}");
    let (_, view) = boss.ask("GET", "/v1/first-run", &Value::Null);
    assert_eq!(view["version"], 1, "nothing has changed: {view}");
    Ok(())
}

/// What the page is used by: its labels and buttons, and what its calls sound like. The microphone is a tone.
const HANDS: &str = "
    const connections = [];
    const Plain = RTCPeerConnection;
    window.RTCPeerConnection = class extends Plain {
        constructor(...how) {
            super(...how);
            connections.push(this);
        }
    };
    navigator.mediaDevices.getUserMedia = async () => {
        const context = new AudioContext();
        const tone = context.createOscillator();
        tone.frequency.value = 700;
        const said = context.createMediaStreamDestination();
        tone.connect(said);
        tone.start();
        return said.stream;
    };
    window.hands = {
        until: async (what, look) => {
            for (let tries = 0; tries < 600; tries += 1) {
                const found = await look();
                if (found) return found;
                await new Promise((done) => setTimeout(done, 50));
            }
            throw new Error(`${what} did not come: ${document.body.innerText}`);
        },
        fill: async (label, value) => {
            const named = () => [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === label);
            const input = document.getElementById((await hands.until(label, named)).htmlFor);
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, value);
            input.dispatchEvent(new Event('input', { bubbles: true }));
        },
        press: async (name) => {
            const named = (one) => !one.disabled && (one.textContent.trim() === name || one.getAttribute('aria-label') === name);
            (await hands.until(name, () => [...document.querySelectorAll('button')].find(named))).click();
        },
        reads: (text) => hands.until(text, () => document.body.innerText.includes(text)),
        // The loudest frequency that comes in over a connection, in Hz; zero while it is silent.
        hears: async (connection) => {
            const track = connection.getReceivers().map(({ track }) => track).find(({ kind }) => kind === 'audio');
            const context = new AudioContext();
            const analyser = context.createAnalyser();
            analyser.fftSize = 16384;
            context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
            await new Promise((done) => setTimeout(done, 800));
            const bins = new Float32Array(analyser.frequencyBinCount);
            analyser.getFloatFrequencyData(bins);
            const at = bins.reduce((best, level, place) => (level > bins[best] ? place : best), 1);
            const hz = bins[at] > -60 ? (at * context.sampleRate) / analyser.fftSize : 0;
            await context.close();
            return hz;
        },
        live: () => connections.filter(({ connectionState }) => connectionState === 'connected'),
    };
";

/// INB-35: the console itself, in Chromium, from an empty directory to a test call: the greeting is heard by who calls, the
/// agent's phone in the same browser rings through the queue, and the agent hears his own tone come back.
#[test]
fn inb_35_a_newcomer_walks_the_wizard_to_a_test_call() -> Result<(), KitError> {
    let server = empty()?;
    let at = format!("http://127.0.0.1:{}", server.port("console") + 1);
    let mut browser = Chromium::at(&format!("{at}/setup"));
    let ask = "const ask = async (path, body) => (await fetch('/v1' + path, { method: 'POST', headers: { 'content-type': \
               'application/json' }, body: JSON.stringify(body) })).json();";
    let wanted = json!({ "company": "星光商店", "name": "boss", "password": PASSWORD, "language": "zh-CN" });
    let step = browser.run(&format!("(async () => {{ {ask} return ask('/setup', {wanted}); }})()"));
    let code = code(step["secret"].as_str().unwrap_or_else(|| panic!("{step}")), 0);
    let proof = json!({ "ticket": step["ticket"], "code": code });
    let step = browser.run(&format!("(async () => {{ {ask} return ask('/session/totp', {proof}); }})()"));
    assert_eq!(step["state"], "signed_in", "{step}");

    browser.go(&format!("{at}/first-run"), HANDS);
    let mut act = |script: &str| browser.run(&format!("(async () => {{ {script} }})()"));
    act("await hands.reads('公司名称'); await hands.press('保存并继续');");
    act("await hands.reads('运营商服务器地址'); await hands.press('暂时跳过这一步');");
    act("await hands.fill('号码', '400-123-4567'); await hands.press('保存并继续');");
    act("await hands.reads('谁来接听'); await hands.press('保存并继续');");
    act("await hands.reads('在本页试打');");
    act("await hands.until('the phone', async () => {
             const answer = await fetch('/v1/me/desk');
             const desk = answer.ok ? await answer.json() : {};
             return desk.presence === 'available' && desk.activity === 'idle';
         });");
    act("await hands.press('开始试打'); await hands.reads('已接通');");
    let heard = act(
        "return hands.until('the greeting', async () => hands.hears(await hands.until('a call', () => hands.live()[0])));",
    );
    assert!(heard.as_f64().is_some_and(|hz| hz > 0.0), "the caller hears the greeting: {heard}");
    act("await hands.press('接听'); await hands.reads('您会听到自己的声音。');");
    act("await hands.reads('坐席已接听');");
    let heard = act("return hands.until('the own voice', async () => {
             const all = await Promise.all(hands.live().map((one) => hands.hears(one)));
             return all.length === 2 && all.every((hz) => Math.abs(hz - 700) < 10) && all;
         });");
    assert_eq!(heard.as_array().map(Vec::len), Some(2), "who calls hears the agent, who hears himself: {heard}");
    let done = act("await hands.reads('全部完成') ; const run = await (await fetch('/v1/first-run')).json();
         return run.steps.map(({ step, state }) => `${step} ${state}`).join(', ');");
    assert_eq!(done, "company done, trunk skipped, number done, agent done, test_call done");
    act("await hands.press('挂断'); await hands.reads('试打成功');");
    Ok(())
}
