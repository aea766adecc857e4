//! A small centre for tests: one trunk, one number, a menu, two queues, two agents.

use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use bell_testkit::{Call, KitError, PortRange, Ready, Server, ServerPlan, TonePhone};
use serde_json::Value;

/// What the customer's phone sends.
pub(crate) const CALLER_HZ: f64 = 1000.0;
/// What alice's phone sends.
pub(crate) const ALICE_HZ: f64 = 700.0;
/// What bob's phone sends.
pub(crate) const BOB_HZ: f64 = 450.0;
/// The number that customers call.
pub(crate) const NUMBER: &str = "4001234567";

const FLOW: &str = r##"
flow = "welcome"
version = 1
language = "zh-CN"
start = "answer"

[nodes.answer]
do = "answer"
next = "notice"

[nodes.notice]
do = "play"
notice = true
prompt = "通话可能录音。"
next = "menu"

[nodes.menu]
do = "menu"
prompt = "销售请按1，技术请按2，人工请按0。"
keys = { 1 = "sales", 2 = "support", 0 = "sales" }
timeout = "5s"
otherwise = "sales"

[nodes.sales]
do = "queue"
queue = "sales"
on_timeout = "closed"
on_full = "closed"
on_no_agent = "closed"

[nodes.support]
do = "queue"
queue = "support"
on_timeout = "closed"
on_full = "closed"
on_no_agent = "closed"

[nodes.closed]
do = "hangup"
prompt = "再见。"
"##;

/// What it asks of the disk is little: how full the machine is that tests run on is not their business.
const CONFIG: &str = r#"
[centre]
name = "test"
zone = "Asia/Shanghai"
area_code = "571"

[sip]
domain = "test.belltower"
udp = ["127.0.0.1:{port:sip}"]
tcp = ["127.0.0.1:{port:sip}"]

[media]
address = "127.0.0.1"
ports = [@FIRST@, @LAST@]

[health]
listen = "127.0.0.1:{port:health}"

[policy]
ring_timeout = "30s"
recording_reserve = "1MiB"
recording_gate_shut = "2MiB"
recording_gate_open = "4MiB"
disk_low_percent = 1
disk_critical_percent = 0

[trunk.carrier]
from = ["127.0.0.1"]
calls_max = 100

[number.4001234567]
flow = "welcome"

[flow.welcome]
file = "@FLOW@"

[queue.sales]
agents = ["alice", "bob"]
strategy = "sequential"
announce_first = "0s"
wait_unstaffed = true

[queue.support]
agents = ["bob"]
announce_first = "0s"

[agent.alice]
endpoints = ["alice"]
sign_in = "registration"

[agent.bob]
endpoints = ["bob"]
sign_in = "registration"

[endpoint.alice]
password = "Alice-1"

[endpoint.bob]
password = "Bob-2"
"#;

/// A running centre.
pub(crate) struct Centre {
    pub(crate) server: Server,
    flow: tempfile::TempDir,
    /// Where the node keeps its things, as it sees it.
    node: PathBuf,
    /// What comes before a command that shall see the same.
    enter: Vec<String>,
    /// Where its media are, unless its files say it.
    _ports: Option<PortRange>,
}

impl Centre {
    pub(crate) fn start() -> Result<Self, KitError> {
        Self::changed(&[])
    }

    /// One whose configuration or flow differs: each change says what stands there and what shall stand there instead.
    pub(crate) fn changed(changes: &[(&str, &str)]) -> Result<Self, KitError> {
        Self::serving(changes, &[])
    }

    /// One that is started with more arguments.
    pub(crate) fn serving(changes: &[(&str, &str)], args: &[&str]) -> Result<Self, KitError> {
        let flow = tempfile::tempdir().expect("a directory for the flow");
        let ports = PortRange::claim()?;
        let config = files(flow.path(), &ports, changes);
        let plan = ServerPlan::new(env!("CARGO_BIN_EXE_belltower"), ready())
            .args(&["serve", "--dir", "{dir}", "--config", "{config}"])
            .args(args)
            .config(&config);
        let server = Server::start(plan)?;
        let node = server.dir().to_owned();
        Ok(Self { server, flow, node, enter: Vec::new(), _ports: Some(ports) })
    }

    /// One whose directory is a disk of its own of so many MiB, which nobody else sees.
    pub(crate) fn on_small_disk(mebibytes: u32, changes: &[(&str, &str)]) -> Result<Self, KitError> {
        let flow = tempfile::tempdir().expect("a directory for the flow");
        let ports = PortRange::claim()?;
        let config = files(flow.path(), &ports, changes);
        let mount = format!("mkdir -p \"$0\" && mount -t tmpfs -o size={mebibytes}m tmpfs \"$0\" && exec \"$@\"");
        let plan = ServerPlan::new("unshare", ready())
            .args(&["--map-root-user", "--mount", "sh", "-c", &mount, "{dir}/node", env!("CARGO_BIN_EXE_belltower")])
            .args(&["serve", "--dir", "{dir}/node", "--config", "{config}"])
            .config(&config);
        let server = Server::start(plan)?;
        let node = server.dir().join("node");
        let pid = server.pid().to_string();
        let enter = ["nsenter", "--target", &pid, "--user", "--mount", "--preserve-credentials"];
        let enter = enter.map(str::to_owned).to_vec();
        Ok(Self { server, flow, node, enter, _ports: Some(ports) })
    }

    /// A sample site as the demo serves it, its `centre.toml` edited by these commands of sed.
    pub(crate) fn site(name: &str, edits: &str) -> Result<Self, KitError> {
        let flow = tempfile::tempdir().expect("a directory for the flow");
        let serve = "\"$0\" --dir {dir} demo --site \"$1\" --sip-port {port:sip} --health-port {port:health} --console-port {port:console}";
        let script = format!("{serve} --files-only && sed -i \"$2\" {{dir}}/\"$1\"/centre.toml && exec {serve}");
        let plan = ServerPlan::new("sh", ready()).args(&["-c", &script, env!("CARGO_BIN_EXE_belltower"), name, edits]);
        let server = Server::start(plan)?;
        let node = server.dir().to_owned();
        Ok(Self { server, flow, node, enter: Vec::new(), _ports: None })
    }

    /// A file in the node's directory, seen from here.
    pub(crate) fn node_file(&self, name: &str) -> PathBuf {
        let inside = self.node.strip_prefix("/").expect("it is absolute");
        PathBuf::from(format!("/proc/{}/root", self.server.pid())).join(inside).join(name)
    }

    /// The flow's file.
    pub(crate) fn flow(&self) -> PathBuf {
        self.flow.path().join("welcome.toml")
    }

    /// The configuration's file.
    pub(crate) fn config(&self) -> PathBuf {
        self.server.dir().join("config.toml")
    }

    /// Where SIP is taken.
    pub(crate) fn sip(&self) -> String {
        self.server.address("sip").to_string()
    }

    /// A registered phone of an agent.
    pub(crate) fn agent(&self, name: &str, password: &str, tone: f64) -> Result<TonePhone, KitError> {
        let mut phone = TonePhone::new(tone)?.number(name).credentials(name, password);
        phone.register(&self.sip())?;
        Ok(phone)
    }

    pub(crate) fn alice(&self) -> Result<TonePhone, KitError> {
        self.agent("alice", "Alice-1", ALICE_HZ)
    }

    pub(crate) fn bob(&self) -> Result<TonePhone, KitError> {
        self.agent("bob", "Bob-2", BOB_HZ)
    }

    /// Where customers call.
    pub(crate) fn number(&self) -> String {
        format!("sip:{NUMBER}@{}", self.sip())
    }

    /// A customer who has called.
    pub(crate) fn customer(&self) -> Result<(TonePhone, Call), KitError> {
        self.customer_with(TonePhone::new(CALLER_HZ)?)
    }

    /// A customer with this phone who has called.
    pub(crate) fn customer_with(&self, mut phone: TonePhone) -> Result<(TonePhone, Call), KitError> {
        let mut call = phone.call(&self.number())?;
        call.wait_answered()?;
        Ok((phone, call))
    }

    /// A customer who has called and asked for sales.
    pub(crate) fn queued(&self) -> Result<(TonePhone, Call), KitError> {
        let (phone, mut call) = self.customer()?;
        choose(&mut call, "1")?;
        Ok((phone, call))
    }

    /// A customer talking with alice: both hear each other.
    pub(crate) fn talking(&self) -> Result<Talking, KitError> {
        let mut alice = self.alice()?;
        let (caller, call, offer) = self.connected(TonePhone::new(CALLER_HZ)?, &mut alice)?;
        Ok(Talking { call, offer, phones: [caller, alice] })
    }

    /// A customer with this phone, talking with alice on hers.
    pub(crate) fn connected(
        &self,
        phone: TonePhone,
        alice: &mut TonePhone,
    ) -> Result<(TonePhone, Call, Call), KitError> {
        let (caller, mut call) = self.customer_with(phone)?;
        choose(&mut call, "1")?;
        let mut offer = alice.wait_call()?;
        offer.ring()?;
        offer.answer()?;
        assert!(call.hears(ALICE_HZ)?, "the caller hears alice");
        assert!(offer.hears(CALLER_HZ)?, "alice hears the caller");
        Ok((caller, call, offer))
    }

    /// Runs an operator command on the node's directory; `{config}` stands for the configuration's file.
    pub(crate) fn operate(&self, args: &[&str]) -> (bool, String) {
        let config = self.config().display().to_string();
        let node = self.node.display().to_string();
        let args = args.iter().map(|arg| arg.replace("{config}", &config));
        let mut words = self.enter.clone();
        words.extend([env!("CARGO_BIN_EXE_belltower").to_owned(), "--dir".to_owned(), node]);
        words.extend(args);
        let output = Command::new(&words[0]).args(&words[1..]).output().expect("the command runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), text)
    }

    /// The full records of ended calls, newest first, once there are `count` with their recordings complete.
    pub(crate) fn records(&self, count: usize) -> Vec<Value> {
        self.until("the call records", || {
            let (_, text) = self.operate(&["calls", "--json", "--limit", "200"]);
            let calls: Vec<Value> = serde_json::from_str(&text).ok()?;
            let complete = |call: &Value| !call["record"]["recording"].is_null();
            let records = || calls.iter().map(|call| call["record"].clone()).collect();
            (calls.len() == count && calls.iter().all(complete)).then(records)
        })
    }

    /// Asks again and again until there is an answer, for half a minute at most.
    pub(crate) fn until<T>(&self, what: &str, ask: impl FnMut() -> Option<T>) -> T {
        self.within(Duration::from_secs(30), what, ask)
    }

    /// The same, for so long at most.
    pub(crate) fn within<T>(&self, most: Duration, what: &str, ask: impl FnMut() -> Option<T>) -> T {
        asked_until(most, ask).unwrap_or_else(|| {
            let calls = self.operate(&["calls", "--json"]).1;
            panic!("waited in vain for {what}:\n{}\n{calls}", self.server.log())
        })
    }

    /// What `/health` says.
    pub(crate) fn health(&self) -> Value {
        let (_, body) = self.server.get("health", "/health").expect("the health page answers");
        serde_json::from_str(&body).expect("the health page is JSON")
    }

    /// Waits until no call, no leg and no open recording is left.
    pub(crate) fn assert_quiet(&self) {
        self.until("a quiet node", || {
            let health = self.health();
            let processing = &health["processing"];
            let quiet = processing["calls"] == 0 && processing["legs"] == 0 && processing["media_legs"] == 0;
            (quiet && health["data"]["recordings_open"] == 0).then_some(())
        });
    }

    /// Every fact, in order, from the journal: their numbers have no gap.
    pub(crate) fn facts(&self) -> Vec<Value> {
        let (ok, text) = self.operate(&["replay", "--facts"]);
        assert!(ok, "{text}");
        let facts: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let numbers: Vec<_> = facts.iter().map(|fact| fact["seq"].as_u64().expect("a number")).collect();
        assert!(numbers.iter().copied().eq(1..=facts.len() as u64), "{numbers:?}");
        facts
    }

    /// Runs the node's journal again: it must come to the same facts.
    pub(crate) fn assert_replays(&self) {
        let (ok, text) = self.operate(&["replay"]);
        assert!(ok && text.contains("the same, byte for byte"), "{text}");
    }
}

/// Asks again and again until there is an answer, for so long at most: 20 times a second, as a login may.
pub(crate) fn asked_until<T>(most: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + most;
    loop {
        match ask() {
            None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(50)),
            answer => return answer,
        }
    }
}

/// Two who talk.
pub(crate) struct Talking {
    pub(crate) call: Call,
    pub(crate) offer: Call,
    /// The customer's and hers.
    pub(crate) phones: [TonePhone; 2],
}

/// The file a call's recording is exported to.
pub(crate) fn exported(centre: &Centre, call: &str) -> PathBuf {
    let out = centre.server.dir().join(format!("{call}.wav"));
    let (ok, text) = centre.operate(&["recordings", "export", call, path(&out)]);
    assert!(ok, "{text}");
    out
}

/// A path as an argument.
pub(crate) fn path(path: &Path) -> &str {
    path.to_str().expect("temporary directories have plain names")
}

/// Presses a key in the menu, once it is heard.
pub(crate) fn choose(call: &mut Call, key: &str) -> Result<(), KitError> {
    assert!(call.hears_sound(|sound| sound.loudness() > -40.0)?, "the menu is heard");
    call.press(key)
}

/// The names of what a call went through: `["arriving", "flow", "queue sales", "talk alice"]`.
pub(crate) fn stages(record: &Value) -> Vec<String> {
    let stages = record["stages"].as_array().expect("stages");
    stages.iter().map(|stage| words(&stage["kind"])).collect()
}

/// How long a call was in a stage, in seconds.
pub(crate) fn seconds_in(record: &Value, kind: &str) -> f64 {
    let stages = record["stages"].as_array().expect("stages");
    stages.iter().filter(|stage| words(&stage["kind"]) == kind).map(|stage| seconds(&stage["length"])).sum()
}

/// A length of time of a record.
pub(crate) fn seconds(value: &Value) -> f64 {
    value["secs"].as_f64().unwrap_or(0.0) + value["nanos"].as_f64().unwrap_or(0.0) / 1e9
}

/// Whom a call was offered to and what became of it: `["alice missed", "bob accepted"]`.
pub(crate) fn offers(record: &Value) -> Vec<String> {
    let offers = record["offers"].as_array().expect("offers");
    offers.iter().map(|offer| format!("{} {}", words(&offer["agent"]), words(&offer["ended"][1]))).collect()
}

/// `{"talk": {"agent": "alice"}}` as `talk alice`.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => match map.iter().next() {
            Some((key, inner)) if key == "agent" || key == "external" => words(inner),
            Some((key, inner)) => format!("{key} {}", words(inner)),
            None => String::new(),
        },
        other => other.to_string(),
    }
}

/// Sends one INVITE as a strange program would, with these payload types, and waits for its final status.
pub(crate) fn raw_invite(from: &str, to: SocketAddr, formats: &str, patience: Duration) -> Option<u16> {
    let socket = UdpSocket::bind((from, 0)).expect("a socket");
    let here = socket.local_addr().expect("it has an address");
    let sdp = format!(
        "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio 40000 RTP/AVP {formats}\r\n",
        here.ip()
    );
    let invite = format!(
        "INVITE sip:{NUMBER}@{to} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{0};rport\r\nMax-Forwards: 70\r\n\
         From: <sip:13800138000@{here}>;tag=t{0}\r\nTo: <sip:{NUMBER}@{to}>\r\nCall-ID: c{0}@{here}\r\n\
         CSeq: 1 INVITE\r\nContact: <sip:13800138000@{here}>\r\nContent-Type: application/sdp\r\n\
         Content-Length: {1}\r\n\r\n{sdp}",
        here.port(),
        sdp.len()
    );
    socket.send_to(invite.as_bytes(), to).expect("loopback takes it");
    let deadline = Instant::now() + patience;
    loop {
        let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        socket.set_read_timeout(Some(left)).expect("a time-out");
        let mut response = [0; 4096];
        let Ok(len) = socket.recv(&mut response) else { return None };
        let text = String::from_utf8_lossy(&response[..len]);
        let status = text.get(8..11).and_then(|status| status.parse::<u16>().ok());
        if let Some(status) = status.filter(|status| *status >= 200) {
            return Some(status);
        }
    }
}

/// When a node serves.
fn ready() -> Ready {
    Ready::Http("http://127.0.0.1:{port:health}/health".to_owned())
}

/// Writes the flow into `dir` and returns the configuration that names it and these ports.
fn files(dir: &Path, ports: &PortRange, changes: &[(&str, &str)]) -> String {
    let file = dir.join("welcome.toml");
    let (mut config, mut flow) = (CONFIG.to_owned(), FLOW.to_owned());
    for (old, new) in changes {
        assert!(config.contains(old) || flow.contains(old), "{old:?} stands nowhere");
        (config, flow) = (config.replace(old, new), flow.replace(old, new));
    }
    std::fs::write(&file, flow).expect("the flow can be written");
    config
        .replace("@FLOW@", &file.display().to_string())
        .replace("@FIRST@", &ports.first().to_string())
        .replace("@LAST@", &ports.last().to_string())
}
