//! The configuration of the simulated centre: small, with what a seed varies.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bell_engine::{Audio, Snapshot, Source, Text, ZoneTable, wanted_audio};
use bell_types::Date;
use sha2::{Digest, Sha256};

use crate::dice::Dice;

/// Where the centre takes SIP.
pub(crate) const CENTRE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), 5060);
/// The domain its phones register at.
pub(crate) const DOMAIN: &str = "sim.belltower";
/// The agents, each with a phone of the same name.
pub(crate) const AGENTS: [&str; 6] = ["alice", "bob", "carol", "dan", "erin", "frank"];
/// The carriers. The first also takes the calls that go out.
pub(crate) const CARRIERS: [&str; 2] = ["mobile", "telecom"];
/// The queues.
pub(crate) const QUEUES: [&str; 2] = ["sales", "support"];
/// The flows.
pub(crate) const FLOWS: [&str; 2] = ["welcome", "direct"];
/// The lists of callers.
pub(crate) const LISTS: [&str; 4] = ["blocked", "friends", "seen", "cleared"];
/// The agents who supervise.
pub(crate) const SUPERVISORS: [&str; 2] = ["erin", "frank"];
/// The numbers callers dial; the last is not ours.
pub(crate) const NUMBERS: [&str; 3] = ["4001234567", "4007654321", "4009999999"];

const STRATEGIES: [&str; 7] =
    ["longest_idle", "round_robin", "sequential", "random", "least_talk", "fewest_calls", "ring_all"];

/// The address of a phone.
pub(crate) fn phone_address(index: usize) -> SocketAddr {
    address(1, index)
}

/// The address of a carrier.
pub(crate) fn carrier_address(index: usize) -> SocketAddr {
    address(2, index)
}

pub(crate) fn address(network: u8, index: usize) -> SocketAddr {
    let host = u8::try_from(index + 1).unwrap_or(u8::MAX);
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, network, host)), 5060)
}

/// The password of a phone.
pub(crate) fn password(name: &str) -> String {
    format!("{name}-secret")
}

/// A configuration with this number. What may change while calls are live changes with each.
///
/// # Panics
/// If the text has a mistake: then the simulator is wrong, not the centre.
pub(crate) fn draw(version: u64, dice: &mut Dice) -> Arc<Snapshot> {
    let main = Text { file: "centre.toml".to_owned(), text: text(dice) };
    let flows: BTreeMap<String, String> = [
        ("welcome.toml", include_str!("../centre/welcome.toml")),
        ("direct.toml", include_str!("../centre/direct.toml")),
    ]
    .map(|(file, text)| (file.to_owned(), text.to_owned()))
    .into();
    let wanted = wanted_audio(&main, &flows).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let audio = wanted.into_iter().map(|wanted| (wanted.prompt.clone(), Audio::Playable(hex(wanted.prompt.as_str()))));
    let source = Source {
        version,
        hash: hex(&main.text),
        audio: audio.collect(),
        main,
        files: flows,
        zone: ZoneTable { first: 8 * 3600, changes: Vec::new() },
        day: Date::parse("2026-12-01").expect("a day of the calendar"),
    };
    Arc::new(Snapshot::build(source).unwrap_or_else(|mistakes| panic!("{mistakes:?}")))
}

pub(crate) fn hex(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing into a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn text(dice: &mut Dice) -> String {
    let mut text = format!(
        "[centre]\nname = \"模拟\"\nzone = \"Asia/Shanghai\"\narea_code = \"571\"\n{}\
         [sip]\ndomain = \"{DOMAIN}\"\nudp = [\"{CENTRE}\"]\n\
         [media]\naddress = \"{}\"\n\
         [policy]\nring_timeout = \"{}s\"\ntransfer_ring_timeout = \"{}s\"\nmissed_max = {}\n\
         line_confirm = {}\nline_confirm_timeout = \"{}s\"\npark_max = \"{}s\"\n\
         callback_from = \"0s\"\ncallback_until = \"24h\"\n\
         callback_gap = \"{}s\"\ncallback_wait_max = \"{}s\"\ncallback_attempts_max = {}\n\
         [number.{}]\nflow = \"welcome\"\nemergency = [\"13900139000\"]\n\
         [number.{}]\nflow = \"direct\"\nringback = \"music\"\n\
         [flow.welcome]\nfile = \"welcome.toml\"\n[flow.direct]\nfile = \"direct.toml\"\n\
         [prompt.music]\nsay = \"音乐\"\n",
        if dice.chance(500) { "hold_music = \"music\"\n" } else { "" },
        CENTRE.ip(),
        5 + dice.below(15),
        5 + dice.below(15),
        dice.below(5),
        dice.chance(800),
        3 + dice.below(8),
        10 + dice.below(30),
        10 + dice.below(20),
        60 + dice.below(60),
        1 + dice.below(3),
        NUMBERS[0],
        NUMBERS[1],
    );
    for (index, name) in CARRIERS.iter().enumerate() {
        let (address, calls_max) = (carrier_address(index), 20 + dice.below(30));
        let calls_max = if dice.chance(100) { 3 } else { calls_max };
        text +=
            &format!("[trunk.{name}]\nfrom = [\"{}\"]\nto = [\"{address}\"]\ncalls_max = {calls_max}\n", address.ip());
    }
    text += &format!(
        "[list.blocked]\nkind = \"deny\"\ntreatment = \"{}\"\n[list.friends]\nkind = \"allow\"\nqueue = \"support\"\n\
         priority = 9\n[list.seen]\nkind = \"watch\"\n[list.cleared]\nkind = \"exempt\"\n\
         [nuisance]\ndeny = \"blocked\"\nwatch = \"seen\"\nexempt = \"cleared\"\n",
        if dice.chance(500) { "busy" } else { "announcement" },
    );
    for name in QUEUES {
        text += &queue(name, dice);
    }
    for (index, name) in AGENTS.iter().enumerate() {
        let (capacity, wrap_up) = (if dice.chance(150) { 2 } else { 1 }, dice.below(8));
        let endpoints = match dice.below(10) {
            0..6 => format!("\"{name}\""),
            6..8 => format!("\"{name}\", \"{name}-line\""),
            8 => format!("\"{name}-line\", \"{name}\""),
            _ => format!("\"{name}-line\""),
        };
        let registers = endpoints.contains(&format!("\"{name}\"")) && dice.chance(800);
        let sign_in = if registers { "registration" } else { "command" };
        text += &format!("[endpoint.{name}-line]\nline = \"1390013900{index}\"\n");
        text += &format!(
            "[agent.{name}]\nendpoints = [{endpoints}]\ncapacity = {capacity}\nwrap_up = \"{wrap_up}s\"\n\
             sign_in = \"{sign_in}\"\ntransfer = \"{}\"\n{}\
             [endpoint.{name}]\npassword = \"{}\"\ncontacts_max = {}\n",
            dice.pick(&["nowhere", "inside", "anywhere", "anywhere"]).unwrap_or("anywhere"),
            if SUPERVISORS.contains(name) { "supervises = [\"sales\", \"support\"]\n" } else { "" },
            password(name),
            1 + dice.below(2),
        );
    }
    text
}

fn queue(name: &str, dice: &mut Dice) -> String {
    let members: Vec<String> = AGENTS.iter().filter(|_| dice.chance(700)).map(|name| format!("{name:?}")).collect();
    let music = if dice.chance(800) { "music = \"music\"\n" } else { "" };
    let escalates = if name == QUEUES[0] { "escalate_to = \"support\"\n" } else { "" };
    format!(
        "[queue.{name}]\nagents = [{}]\nstrategy = \"{}\"\n{music}{escalates}waiting_max = {}\nwait_max = \"{}s\"\n\
         announce_first = \"{}s\"\nannounce_every = \"{}s\"\nwait_unstaffed = {}\n",
        members.join(", "),
        dice.pick(&STRATEGIES).unwrap_or(STRATEGIES[0]),
        1 + dice.below(20),
        15 + dice.below(100),
        dice.below(12),
        5 + dice.below(20),
        dice.chance(500),
    )
}
