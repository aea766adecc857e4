//! How transfers have fared, and those of one call as scenes: whom, when, what was seen on both legs by one clock, and
//! what is likely to be behind a failure (DIA-11, DIA-12).

use std::fmt::Write as _;
use std::time::Duration;

use bell_call::{Attempt, FailureClass, Scene, SceneEnd};
use bell_types::{Fact, LegRole};
use clap::Args;
use serde_json::json;

use super::operate::{live, word};
use super::timeline::Moment;
use super::width::fit;
use super::{Outcome, calls, doctor, operate, timeline};
use crate::dirs::Dirs;

/// How wide the column of one leg is.
const COLUMN: usize = 44;

/// Say how transfers have fared, by type, target and trunk; or tell those of one call.
#[derive(Debug, Args)]
pub(super) struct Transfers {
    /// Tell those of this call: its id, or the beginning of it.
    call: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Transfers {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        match &self.call {
            Some(call) => tell(dirs, call, self.json),
            None => figures(dirs, self.json),
        }
    }
}

fn figures(dirs: &Dirs, as_json: bool) -> Outcome {
    let live = live(dirs)?;
    if as_json {
        println!("{}", serde_json::to_string_pretty(&live.transfers)?);
        return Ok(());
    }
    println!("{}", live.moving);
    for transfer in &live.transfers {
        let (how, to, tally) = (&transfer[0], &transfer[1], &transfer[2]);
        let [asked, succeeded, silent] = ["asked", "succeeded", "silent"].map(|part| tally[part].to_string());
        let failed = word(&tally["failed"]);
        println!(
            "{:<10} {:<20} {asked:>6} asked  {succeeded:>6} succeeded  {silent:>4} without audio  {failed}",
            word(how),
            word(to)
        );
    }
    if live.transfers.is_empty() {
        println!("nobody has been transferred since the node started");
    }
    Ok(())
}

fn tell(dirs: &Dirs, call: &str, as_json: bool) -> Outcome {
    let (call, facts) = calls::facts(dirs, call)?;
    let scenes = bell_call::scenes(&facts);
    let messages = operate::messages(dirs, call);
    let moments = timeline::of(&facts, messages.as_deref().unwrap_or_default());
    let clock = doctor::clock_state();
    if as_json {
        let told = |scene: &Scene| {
            let (class, likely) = (scene.class().map(FailureClass::word), scene.likely());
            json!({ "scene": scene, "class": class, "likely": likely, "moments": part(scene, &moments) })
        };
        let scenes: Vec<_> = scenes.iter().map(told).collect();
        println!("{:#}", json!({ "call": call, "clock": clock, "transfers": scenes }));
        return Ok(());
    }
    for scene in &scenes {
        print!("{}", lines(scene, &facts, &part(scene, &moments), &clock));
    }
    match scenes.is_empty() {
        true => println!("nobody was to be transferred in call {call}"),
        false if messages.is_none() => {
            println!("SIP messages are kept in the memory of the running node only, for the last calls.");
        }
        false => {}
    }
    Ok(())
}

/// What happened while the transfer lasted, and a moment more: a leg that has failed is closed after it.
fn part<'m>(scene: &Scene, moments: &'m [Moment]) -> Vec<&'m Moment> {
    let last = scene.end.map_or(Duration::MAX, |end| end.at);
    let within = |moment: &&Moment| moment.since >= scene.at && moment.since <= last;
    moments.iter().filter(within).collect()
}

/// The scene, and what was seen of both legs side by side.
fn lines(scene: &Scene, facts: &[Fact], moments: &[&Moment], clock: &str) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut text, scene, facts, moments, clock);
    text
}

fn write(text: &mut String, scene: &Scene, facts: &[Fact], moments: &[&Moment], clock: &str) -> std::fmt::Result {
    let Scene { by, target, asked, at, attempts, .. } = scene;
    let how = word(&serde_json::to_value(scene.how).unwrap_or_default());
    writeln!(text, "{how} transfer to {target}, asked by leg {} ({})", by.number, who(*by, facts))?;
    writeln!(text, "  {asked}, {:.3} s into the call; one clock for both legs, {clock}", at.as_secs_f64())?;
    for attempt in attempts {
        writeln!(text, "  {}", attempt_line(attempt))?;
    }
    match (scene.end, scene.class()) {
        (None, _) => writeln!(text, "  nobody has answered yet")?,
        (Some(SceneEnd { failed: None, at: end }), _) => {
            writeln!(text, "  it succeeded after {:.3} s", end.saturating_sub(*at).as_secs_f64())?;
        }
        (Some(SceneEnd { failed: Some(cause), at: end }), class) => {
            let (class, after) = (class.map_or("", FailureClass::word), end.saturating_sub(*at).as_secs_f64());
            writeln!(text, "  it failed after {after:.3} s ({class}): {cause}")?;
        }
    }
    for likely in scene.likely() {
        writeln!(text, "  likely: {}; {}", likely.what, likely.remedy)?;
    }
    writeln!(
        text,
        "{:>10}  {}  leg of who was called",
        "seconds",
        fit(&format!("leg {}, who asked", by.number), COLUMN)
    )?;
    for moment in moments {
        let called = moment.leg.is_some_and(|leg| attempts.iter().any(|attempt| attempt.leg.number == leg));
        let (left, right) = if called { ("", moment.text.as_str()) } else { (moment.text.as_str(), "") };
        // What is longer than its column runs on into the other, which is empty.
        let line = if called { format!("{}  {right}", fit(left, COLUMN)) } else { left.to_owned() };
        writeln!(text, "{:>10.3}  {}", moment.since.as_secs_f64(), line.trim_end())?;
    }
    writeln!(text)
}

fn who(leg: bell_types::LegId, facts: &[Fact]) -> String {
    let role = facts.iter().find_map(|fact| match &fact.what {
        bell_types::What::LegOpened { leg: opened, role, .. } if *opened == leg => Some(role),
        _ => None,
    });
    role.map_or_else(|| "unknown".to_owned(), named)
}

fn named(role: &LegRole) -> String {
    match role {
        LegRole::Caller => "the caller, by his flow".to_owned(),
        LegRole::Agent { agent, endpoint } | LegRole::Supervisor { agent, endpoint } => {
            format!("{agent} at {endpoint}")
        }
        LegRole::External { number, trunk } => format!("{number} by trunk {trunk}"),
    }
}

fn attempt_line(attempt: &Attempt) -> String {
    let after = |at: Duration| format!("{:.3} s", at.saturating_sub(attempt.called).as_secs_f64());
    let mut line = format!("leg {}: {} called", attempt.leg.number, named(&attempt.role));
    let mut add = |what: &str, at: Option<Duration>| {
        if let Some(at) = at {
            let _ = write!(line, ", {what} after {}", after(at));
        }
    };
    add(if attempt.early_media { "sound" } else { "rang" }, attempt.rang);
    add("answered", attempt.answered);
    if let Some((at, ending)) = &attempt.ended {
        add("ended", Some(*at));
        let _ = write!(line, ": {}", ending.cause);
        if let Some(status) = ending.sip_status {
            let _ = write!(line, ", SIP {status}");
        }
        if let Some(q850) = ending.q850 {
            let _ = write!(line, ", Q.850 {q850}");
        }
    }
    line
}
