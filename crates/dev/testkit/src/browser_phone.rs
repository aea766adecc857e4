//! An agent in a browser: Chromium with JsSIP or SIP.js, whose microphone is a tone and whose loudspeaker is measured.

use serde_json::{Value, json};

use crate::browser::{Browser, Make};
use crate::error::KitError;

/// A telephone in a browser. Dropped, the browser ends.
#[derive(Debug)]
pub struct BrowserPhone {
    browser: Browser,
}

/// Who calls a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserCall {
    /// The user part of From.
    pub from: String,
    /// What stands in X-Bell-Call.
    pub call: Option<String>,
    /// Whether it is to be answered without ringing (RFC 5373).
    pub at_once: bool,
}

/// What a browser counts of its call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserFigures {
    /// Packets of audio that came.
    pub packets_in: u64,
    /// Packets of audio that left.
    pub packets_out: u64,
    /// Packets that did not come.
    pub lost_in: u64,
    /// Packets that the other side has missed.
    pub lost_out: u64,
    /// The codec: `audio/PCMA`.
    pub codec: String,
    /// What it is carried by: `udp` or `tcp`.
    pub protocol: String,
}

impl BrowserPhone {
    /// A browser whose microphone says this tone.
    pub fn start(tone_hz: f64) -> Result<Self, KitError> {
        Self::begin(tone_hz, None, "jssip")
    }

    /// The same by SIP.js, another library than the console's. It can register, take a call, hold it and end it.
    pub fn start_sip_js(tone_hz: f64) -> Result<Self, KitError> {
        Self::begin(tone_hz, None, "sip.js")
    }

    /// The same, which trusts certificates with this key whoever has signed them: the SHA-256 of the key as the certificate
    /// holds it (SPKI), in base64. As if somebody had told it to.
    pub fn start_trusting(tone_hz: f64, key_sha256: &str) -> Result<Self, KitError> {
        Self::begin(tone_hz, Some(key_sha256), "jssip")
    }

    fn begin(tone_hz: f64, trusted: Option<&str>, library: &str) -> Result<Self, KitError> {
        let how = json!({ "trusted": trusted, "library": library });
        Ok(Self { browser: Browser::start("phone.mjs", Make::Chromium, tone_hz, how)? })
    }

    /// From now on its page is one of this address, as the console's is: `http://127.0.0.1:8080/`.
    pub fn visit(&mut self, url: &str) -> Result<(), KitError> {
        self.ask("visit", json!({ "at": url })).map(drop)
    }

    /// Asks the address it visits, as the console does: `POST /v1/session`. The status, and what JSON was answered.
    pub fn fetch(&mut self, method: &str, path: &str, body: &Value) -> Result<(u16, Value), KitError> {
        let mut answer = self.ask("fetch", json!({ "method": method, "path": path, "body": body }))?;
        let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
        Ok((status, answer["body"].take()))
    }

    /// The names of the cookies that the address it visits has set.
    pub fn cookies(&mut self) -> Result<Vec<String>, KitError> {
        let answer = self.ask("cookies", json!({}))?;
        let names = answer["names"].as_array().into_iter().flatten();
        Ok(names.filter_map(|name| name.as_str().map(str::to_owned)).collect())
    }

    /// From its next call on no UDP gets through to the server.
    pub fn block_udp(&mut self) -> Result<(), KitError> {
        self.ask("block_udp", json!({})).map(drop)
    }

    /// Registers over a WebSocket: `ws://127.0.0.1:5066`.
    pub fn register(&mut self, ws: &str, domain: &str, user: &str, password: &str) -> Result<(), KitError> {
        self.register_as(ws, domain, user, (user, password))
    }

    /// The same, proved by a user of another name: the key of a login.
    pub fn register_as(&mut self, ws: &str, domain: &str, user: &str, proof: (&str, &str)) -> Result<(), KitError> {
        let how = json!({ "ws": ws, "domain": domain, "user": user, "proof": proof.0, "password": proof.1 });
        self.ask("register", how).map(drop)
    }

    /// Waits until somebody calls.
    pub fn wait_call(&mut self) -> Result<BrowserCall, KitError> {
        let answer = self.ask("wait_call", json!({}))?;
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        let at_once = answer["at_once"] == true;
        Ok(BrowserCall { from: text("from").unwrap_or_default(), call: text("call"), at_once })
    }

    /// Answers, and waits until the call is up.
    pub fn answer(&mut self) -> Result<(), KitError> {
        self.ask("answer", json!({})).map(drop)
    }

    /// Breaks the connection of its signalling, and waits until it has registered by another.
    pub fn cut(&mut self) -> Result<(), KitError> {
        self.ask("cut", json!({})).map(drop)
    }

    /// The page dies, as with a laptop that runs out of power. Nothing can be asked of it any more.
    pub fn crash(&mut self) -> Result<(), KitError> {
        self.ask("crash", json!({})).map(drop)
    }

    /// Turns the call away.
    pub fn reject(&mut self, status: u16) -> Result<(), KitError> {
        self.ask("reject", json!({ "status": status })).map(drop)
    }

    /// Calls somebody, and waits until he answers. The status if he does not.
    pub fn call(&mut self, to: &str) -> Result<Option<u16>, KitError> {
        let answer = self.ask("call", json!({ "to": to }))?;
        Ok(answer["refused"].as_u64().and_then(|status| u16::try_from(status).ok()))
    }

    /// Waits until this tone is the loudest that is heard. False if that does not happen.
    pub fn hears(&mut self, tone_hz: f64) -> Result<bool, KitError> {
        let answer = self.ask("hears", json!({ "hz": tone_hz }))?;
        Ok(answer["heard"] == true)
    }

    /// Waits until nothing is heard. False if that does not happen.
    pub fn is_silent(&mut self) -> Result<bool, KitError> {
        let answer = self.ask("silent", json!({}))?;
        Ok(answer["silent"] == true)
    }

    /// Presses keys, which go by `INFO` or as `RFC2833`.
    pub fn press(&mut self, keys: &str, via: &str) -> Result<(), KitError> {
        self.ask("keys", json!({ "keys": keys, "via": via })).map(drop)
    }

    /// Puts the other side on hold.
    pub fn hold(&mut self) -> Result<(), KitError> {
        self.ask("hold", json!({})).map(drop)
    }

    /// Takes it back.
    pub fn unhold(&mut self) -> Result<(), KitError> {
        self.ask("unhold", json!({})).map(drop)
    }

    /// Offers anew with other ICE credentials, as after a change of the network.
    pub fn restart_ice(&mut self) -> Result<(), KitError> {
        self.ask("restart_ice", json!({})).map(drop)
    }

    /// Asks for these codecs first, in the course of the call: `red`, `opus`.
    pub fn prefer(&mut self, codecs: &[&str]) -> Result<(), KitError> {
        self.ask("prefer", json!({ "codecs": codecs })).map(drop)
    }

    /// Ends the call.
    pub fn hang_up(&mut self) -> Result<(), KitError> {
        self.ask("hang_up", json!({})).map(drop)
    }

    /// Waits until the call has ended, and says who ended it: `local`, `remote` or `system`.
    pub fn wait_ended(&mut self) -> Result<String, KitError> {
        let answer = self.ask("wait_ended", json!({}))?;
        Ok(answer["by"].as_str().unwrap_or_default().to_owned())
    }

    /// What the browser counts of the call.
    pub fn figures(&mut self) -> Result<BrowserFigures, KitError> {
        let answer = self.ask("figures", json!({}))?;
        let count = |name: &str| answer[name].as_u64().unwrap_or_default();
        Ok(BrowserFigures {
            packets_in: count("packets_in"),
            packets_out: count("packets_out"),
            lost_in: count("lost_in"),
            lost_out: count("lost_out"),
            codec: answer["codec"].as_str().unwrap_or_default().to_owned(),
            protocol: answer["protocol"].as_str().unwrap_or_default().to_owned(),
        })
    }

    /// The session description of the other side.
    pub fn description(&mut self) -> Result<String, KitError> {
        let answer = self.ask("description", json!({}))?;
        Ok(answer["sdp"].as_str().unwrap_or_default().to_owned())
    }

    /// Loads the page anew. Whatever it did is gone, and nobody is told; register again.
    pub fn reload(&mut self) -> Result<(), KitError> {
        self.ask("reload", json!({})).map(drop)
    }

    fn ask(&mut self, what: &str, how: Value) -> Result<Value, KitError> {
        self.browser.ask(what, how)
    }
}
