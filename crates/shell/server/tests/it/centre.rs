//! A small centre for tests: one trunk, one number, a menu, two queues, two agents.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bell_testkit::{Call, KitError, Ready, Server, ServerPlan, TonePhone};
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
ring_timeout = "@RING@"

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
    _flow: tempfile::TempDir,
}

impl Centre {
    /// One whose agents' phones ring for 30 s.
    pub(crate) fn start() -> Result<Self, KitError> {
        Self::with_ring_timeout("30s")
    }

    pub(crate) fn with_ring_timeout(ring: &str) -> Result<Self, KitError> {
        let flow = tempfile::tempdir().expect("a directory for the flow");
        let file = flow.path().join("welcome.toml");
        std::fs::write(&file, FLOW).expect("the flow can be written");
        let first = media_ports();
        let config = CONFIG
            .replace("@FLOW@", &file.display().to_string())
            .replace("@RING@", ring)
            .replace("@FIRST@", &first.to_string())
            .replace("@LAST@", &(first + 399).to_string());
        let ready = Ready::Http("http://127.0.0.1:{port:health}/health".to_owned());
        let plan = ServerPlan::new(env!("CARGO_BIN_EXE_belltower"), ready)
            .args(&["serve", "--dir", "{dir}", "--config", "{config}"])
            .config(&config);
        Ok(Self { server: Server::start(plan)?, _flow: flow })
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

    /// A customer who has called and hears the menu.
    pub(crate) fn customer(&self) -> Result<(TonePhone, Call), KitError> {
        let mut phone = TonePhone::new(CALLER_HZ)?.number("13800138000");
        let mut call = phone.call(&format!("sip:{NUMBER}@{}", self.sip()))?;
        call.wait_answered()?;
        Ok((phone, call))
    }

    /// A customer talking with alice: both hear each other.
    pub(crate) fn talking(&self) -> Result<Talking, KitError> {
        let mut alice = self.alice()?;
        let (caller, mut call) = self.customer()?;
        assert!(call.hears_sound(|sound| sound.loudness() > -40.0)?, "the menu is heard");
        call.press("1")?;
        let mut offer = alice.wait_call()?;
        offer.ring()?;
        offer.answer()?;
        assert!(call.hears(ALICE_HZ)?, "the caller hears alice");
        assert!(offer.hears(CALLER_HZ)?, "alice hears the caller");
        Ok(Talking { caller, alice, call, offer })
    }

    /// Runs an operator command on the node's directory.
    pub(crate) fn operate(&self, args: &[&str]) -> (bool, String) {
        let dir = self.server.dir().display().to_string();
        let mut all = vec!["--dir", dir.as_str()];
        all.extend(args);
        let output = self.server.run(&all).expect("the command runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), text)
    }

    /// The full records of ended calls, newest first, once there are `count` with their recordings complete.
    pub(crate) fn records(&self, count: usize) -> Vec<Value> {
        self.until("the call records", || {
            let (_, text) = self.operate(&["calls", "--json"]);
            let calls: Vec<Value> = serde_json::from_str(&text).ok()?;
            let complete = |call: &Value| !call["record"]["recording"].is_null();
            (calls.len() == count && calls.iter().all(complete)).then_some(calls)
        })
    }

    /// Asks again and again until there is an answer, for ten seconds at most.
    pub(crate) fn until<T>(&self, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}:\n{}", self.server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
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

    /// Runs the node's journal again: it must come to the same facts.
    pub(crate) fn assert_replays(&self) {
        let (ok, text) = self.operate(&["replay"]);
        assert!(ok && text.contains("the same, byte for byte"), "{text}");
    }
}

/// Two who talk.
pub(crate) struct Talking {
    pub(crate) caller: TonePhone,
    pub(crate) alice: TonePhone,
    pub(crate) call: Call,
    pub(crate) offer: Call,
}

/// The file a call's recording is exported to.
pub(crate) fn exported(centre: &Centre, call: &str) -> PathBuf {
    let out = centre.server.dir().join(format!("{call}.wav"));
    let (ok, text) = centre.operate(&["recordings", "export", call, "--out", path(&out)]);
    assert!(ok, "{text}");
    out
}

fn path(path: &Path) -> &str {
    path.to_str().expect("temporary directories have plain names")
}

/// Each test process takes its own range of ports, so that tests can run beside each other.
fn media_ports() -> u16 {
    let slot = std::process::id() % 50;
    30_000 + u16::try_from(slot).expect("below 50") * 400
}
