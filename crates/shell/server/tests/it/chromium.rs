//! Debian's Chromium, driven by its own protocol: a page, and an authenticator that exists in the browser alone.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

/// How long the browser may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many messages are passed over while an answer is waited for.
const PASSED_MAX: usize = 2_000;

/// A browser with one page.
pub(crate) struct Chromium {
    process: Child,
    socket: WebSocket<TcpStream>,
    session: Option<String>,
    last: u64,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// Starts one at this address.
    pub(crate) fn at(url: &str) -> Self {
        let profile = tempfile::tempdir().expect("a directory");
        let mut process = Command::new("/usr/bin/chromium")
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync", "--no-first-run", "--remote-debugging-port=0"])
            .args(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"])
            .arg("--autoplay-policy=no-user-gesture-required")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Chromium is installed");
        let told = BufReader::new(process.stderr.take().expect("it is piped"));
        let mut lines = told.lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("DevTools listening on ").map(str::to_owned));
        let address = address.expect("it says where it listens");
        // What it goes on to say must not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let host = address.trim_start_matches("ws://").split('/').next().expect("a host").to_owned();
        let stream = TcpStream::connect(host).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        let (socket, _) = client(address, stream).expect("it speaks its protocol");
        let mut browser = Self { process, socket, session: None, last: 0, _profile: profile };
        let target = browser.ask("Target.createTarget", &json!({ "url": "about:blank" }));
        let attached = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.ask("Target.attachToTarget", &attached)["sessionId"].as_str().map(str::to_owned);
        browser.session = session;
        browser.ask("Page.enable", &json!({}));
        browser.ask("Page.navigate", &json!({ "url": url }));
        browser.until("Page.loadEventFired");
        browser
    }

    /// Gives the page an authenticator that asks nobody; its id.
    pub(crate) fn authenticator(&mut self) -> Value {
        self.ask("WebAuthn.enable", &json!({}));
        let options = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "automaticPresenceSimulation": true
        });
        self.ask("WebAuthn.addVirtualAuthenticator", &json!({ "options": options }))["authenticatorId"].clone()
    }

    /// Goes to an address; this script runs there before those of the page.
    pub(crate) fn go(&mut self, url: &str, first: &str) {
        self.ask("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": first }));
        self.ask("Page.navigate", &json!({ "url": url }));
        self.until("Page.loadEventFired");
    }

    /// What a piece of script comes to, in the page.
    pub(crate) fn run(&mut self, script: &str) -> Value {
        let asked = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let answer = self.ask("Runtime.evaluate", &asked);
        assert!(answer["exceptionDetails"].is_null(), "{}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Asks the browser by its protocol.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        let id = self.last;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).expect("it listens");
        let answer = self.next(|message| message["id"] == id);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    fn until(&mut self, event: &str) {
        self.next(|message| message["method"] == event);
    }

    fn next(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..PASSED_MAX {
            if let Message::Text(text) = self.socket.read().expect("an answer in time") {
                let message: Value = serde_json::from_str(&text).expect("JSON");
                if is(&message) {
                    return message;
                }
            }
        }
        panic!("the browser says other things");
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // It has nothing that must be kept.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
