//! Somebody at a console: Chromium or Firefox on its own page, whose buttons are pressed and whose words are read.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::{Browser, Make};
use crate::error::KitError;

/// How long something may take to be heard: as long as the script waits.
const PATIENCE: Duration = Duration::from_secs(25);

/// Something on a page by its role and name: `("button", "Answer")`; of the role `text`, by what it says. `Play*` is what begins
/// so.
pub type Part<'a> = (&'a str, &'a str);

/// A browser at a console, in English. Every step waits until it can be done, and says what was on the page if it could not.
/// Dropped, the browser ends.
#[derive(Debug)]
pub struct ConsolePage {
    browser: Browser,
    url: String,
}

impl ConsolePage {
    /// One whose microphone says this tone, at the console of this address: `http://127.0.0.1:8080`.
    pub fn start(tone_hz: f64, url: &str) -> Result<Self, KitError> {
        Self::begin(Make::Chromium, tone_hz, url)
    }

    /// The same in Firefox, which sends audio to nobody on loopback ([`in_own_network`](crate::in_own_network)). What it plays is
    /// measured at its loudspeaker; how its connections break cannot be asked.
    pub fn start_firefox(tone_hz: f64, url: &str) -> Result<Self, KitError> {
        Self::begin(Make::Firefox, tone_hz, url)
    }

    fn begin(make: Make, tone_hz: f64, url: &str) -> Result<Self, KitError> {
        let browser = Browser::start("console.mjs", make, tone_hz, json!({}))?;
        let mut page = Self { browser, url: url.to_owned() };
        page.visit("/")?;
        Ok(page)
    }

    /// Goes to a path of the console: `/flows/welcome`.
    pub fn visit(&mut self, path: &str) -> Result<(), KitError> {
        let at = format!("{}{path}", self.url);
        self.browser.ask("visit", json!({ "at": at })).map(drop)
    }

    /// Loads the page anew.
    pub fn reload(&mut self) -> Result<(), KitError> {
        self.browser.ask("reload", json!({})).map(drop)
    }

    /// Presses what has this role and name.
    pub fn press(&mut self, role: &str, name: &str) -> Result<(), KitError> {
        self.browser.ask("press", json!({ "of": part((role, name), &[]) })).map(drop)
    }

    /// The same, within these parts, the innermost first.
    pub fn press_in(&mut self, what: Part<'_>, within: &[Part<'_>]) -> Result<(), KitError> {
        self.browser.ask("press", json!({ "of": part(what, within) })).map(drop)
    }

    /// Types into the field of this label.
    pub fn fill(&mut self, label: &str, text: &str) -> Result<(), KitError> {
        self.browser.ask("fill", json!({ "label": label, "text": text })).map(drop)
    }

    /// Replaces a part of what stands in the field of this label.
    pub fn amend(&mut self, label: &str, from: &str, to: &str) -> Result<(), KitError> {
        self.browser.ask("amend", json!({ "label": label, "from": from, "to": to })).map(drop)
    }

    /// Presses keys of the keyboard: `Alt+A`.
    pub fn keys(&mut self, keys: &str) -> Result<(), KitError> {
        self.browser.ask("keys", json!({ "keys": keys })).map(drop)
    }

    /// Waits until these words can be seen.
    pub fn sees(&mut self, text: &str) -> Result<(), KitError> {
        self.browser.ask("sees", json!({ "text": text })).map(drop)
    }

    /// Waits until what has this role and name can be seen.
    pub fn finds(&mut self, role: &str, name: &str) -> Result<(), KitError> {
        self.browser.ask("finds", json!({ "of": part((role, name), &[]) })).map(drop)
    }

    /// Whether it can be seen now; nothing is waited for.
    pub fn has(&mut self, role: &str, name: &str) -> Result<bool, KitError> {
        let answer = self.browser.ask("has", json!({ "of": part((role, name), &[]) }))?;
        Ok(answer["has"] == true)
    }

    /// The words of the first element of a CSS selector.
    pub fn read(&mut self, selector: &str) -> Result<String, KitError> {
        let answer = self.browser.ask("read", json!({ "selector": selector }))?;
        Ok(answer["text"].as_str().unwrap_or_default().to_owned())
    }

    /// Waits until this tone is among the loudest of what is heard. False if that does not happen.
    pub fn hears(&mut self, tone_hz: f64) -> Result<bool, KitError> {
        if let Some(loudspeaker) = self.browser.loudspeaker() {
            return loudspeaker.hears(PATIENCE, |sound| sound.has(tone_hz));
        }
        let answer = self.browser.ask("hears", json!({ "hz": tone_hz, "side": null }))?;
        Ok(answer["heard"] == true)
    }

    /// Waits until it is the loudest on one side of the recording that plays: 0 is left, the caller. False if that does not happen.
    pub fn hears_on_side(&mut self, side: u8, tone_hz: f64) -> Result<bool, KitError> {
        let answer = self.browser.ask("hears", json!({ "hz": tone_hz, "side": side }))?;
        Ok(answer["heard"] == true)
    }

    /// Waits until this tone is heard no more. False if that does not happen.
    pub fn misses(&mut self, tone_hz: f64) -> Result<bool, KitError> {
        if let Some(loudspeaker) = self.browser.loudspeaker() {
            return loudspeaker.hears(PATIENCE, |sound| !sound.has(tone_hz));
        }
        let answer = self.browser.ask("misses", json!({ "hz": tone_hz }))?;
        Ok(answer["missed"] == true)
    }

    /// Breaks every WebSocket of the page; how many there were.
    pub fn cut(&mut self) -> Result<u64, KitError> {
        let answer = self.browser.ask("cut", json!({}))?;
        Ok(answer["cut"].as_u64().unwrap_or_default())
    }

    /// From now on no connection of the page finds a way for its audio.
    pub fn lose_paths(&mut self) -> Result<(), KitError> {
        self.browser.ask("lose_paths", json!({})).map(drop)
    }

    /// From now on each BYE of the page leaves so much later; with none it is lost.
    pub fn delay_byes(&mut self, by: Option<Duration>) -> Result<(), KitError> {
        self.browser.ask("delay_byes", json!({ "ms": by.map(|by| by.as_millis() as u64) })).map(drop)
    }
}

fn part((role, name): Part<'_>, within: &[Part<'_>]) -> Value {
    let outer = within.split_first().map_or(Value::Null, |(first, rest)| part(*first, rest));
    json!({ "role": role, "name": name, "within": outer })
}
