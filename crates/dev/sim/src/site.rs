//! A site to simulate: its configuration, with the addresses of the simulated world, and what happens on a day.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bell_engine::{Audio, Snapshot, Source, Text, ZoneTable, wanted_audio, wanted_files, wanted_zone};
use bell_types::EndpointName;

use crate::configuration::{CENTRE, address, carrier_address, hex, password};
use crate::traffic::Traffic;

/// Where the sample sites are.
const SITES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shell/server/demo/sites");
/// The tables of addresses at which nobody listens in the simulated world.
const LISTENERS: [&str; 3] = ["health", "console", "admin"];
/// The zone days are simulated in: eight hours ahead of UTC, always.
const ZONE: &str = "Asia/Shanghai";

/// A centre, and a day of it.
#[derive(Clone, Debug)]
pub struct Site {
    /// What it is called.
    pub name: String,
    main: String,
    files: BTreeMap<String, String>,
    pub(crate) traffic: Traffic,
}

/// Where everybody of a site is.
pub(crate) struct Plan {
    pub(crate) snapshot: Arc<Snapshot>,
    /// The phones, in the order of their addresses, which begin with [`phone_address`].
    pub(crate) phones: Vec<EndpointName>,
    /// How many carriers there are.
    pub(crate) trunks: usize,
    /// Where phones register.
    pub(crate) domain: String,
}

impl Site {
    /// A sample site by its name, or any other by its directory: `centre.toml`, its files, and `traffic.toml`.
    ///
    /// # Errors
    /// A file that cannot be read, or what is wrong in it.
    pub fn load(name: &str) -> Result<Self, String> {
        let sample = Path::new(SITES).join(name);
        let dir = if sample.is_dir() { sample } else { PathBuf::from(name) };
        let read = |file: &str| {
            let path = dir.join(file);
            let hint = "name shop, finance, or the directory of a site";
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}: {hint}", path.display()))
        };
        let (main, traffic) = (read("centre.toml")?, read("traffic.toml")?);
        let wanted = wanted_files(&text(at_home(&main))).map_err(|mistakes| format!("{mistakes:?}"))?;
        let files = wanted.into_iter().map(|file| Ok((file.clone(), read(&file)?))).collect::<Result<_, String>>()?;
        Self::new(name, &main, files, &traffic)
    }

    /// A centre of 100 agents in two queues to whom 8,000 callers come.
    ///
    /// # Panics
    /// If its text has a mistake: then the simulator is wrong.
    pub fn hundred() -> Self {
        let flow = ("welcome.toml".to_owned(), include_str!("../centre/welcome.toml").to_owned());
        let traffic = include_str!("../centre/hundred.toml");
        let mut main = include_str!("../centre/hundred-centre.toml").to_owned();
        let names = |from: u32, to: u32| {
            let names: Vec<String> = (from..=to).map(|number| format!("\"a-{number:03}\"")).collect();
            names.join(", ")
        };
        main = main.replace("\"@SALES@\"", &names(1, 65)).replace("\"@SUPPORT@\"", &names(55, 100));
        for number in 1..=100 {
            // Writing into a string does not fail.
            let _ = writeln!(
                main,
                "[agent.a-{number:03}]\nendpoints = [\"a-{number:03}\"]\nsign_in = \"registration\"\nwrap_up = \"60s\"\n\
                 [endpoint.a-{number:03}]\npassword = \"@PASSWORD@\"",
            );
        }
        let traffic = traffic
            .replace("\"@EARLY@\"", &[names(1, 30), names(66, 85)].join(", "))
            .replace("\"@LATE@\"", &[names(31, 54), names(86, 95)].join(", "))
            .replace("\"@LONG@\"", &[names(55, 65), names(96, 100)].join(", "));
        let site = Self::new("hundred", &main, [flow].into(), &traffic);
        site.unwrap_or_else(|mistake| panic!("{mistake}"))
    }

    fn new(name: &str, main: &str, files: BTreeMap<String, String>, traffic: &str) -> Result<Self, String> {
        let traffic = Traffic::parse(traffic).map_err(|mistake| format!("{name}: traffic.toml: {mistake}"))?;
        let site = Self { name: name.to_owned(), main: at_home(main), files, traffic };
        site.plan()?;
        Ok(site)
    }

    /// The same with other numbers of calls: so many of a hundred.
    #[must_use]
    pub fn percent(mut self, percent: u64) -> Self {
        self.traffic.calls_per_day = self.traffic.calls_per_day * percent / 100;
        self
    }

    /// How many call on the day.
    pub fn calls(&self) -> u64 {
        self.traffic.calls_per_day
    }

    /// The configuration, and who is where.
    pub(crate) fn plan(&self) -> Result<Plan, String> {
        let main = text(self.main.clone());
        let mistakes = |mistakes: Vec<bell_engine::Mistake>| {
            let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            format!("{}: {}", self.name, lines.join("\n"))
        };
        let zone = wanted_zone(&main).map_err(mistakes)?;
        if zone != ZONE {
            return Err(format!("{}: days are simulated in the zone {ZONE}, and not in {zone}", self.name));
        }
        let wanted = wanted_audio(&main, &self.files).map_err(mistakes)?;
        let audio =
            wanted.into_iter().map(|wanted| (wanted.prompt.clone(), Audio::Playable(hex(wanted.prompt.as_str()))));
        let source = Source {
            version: 1,
            hash: hex(&main.text),
            audio: audio.collect(),
            main,
            files: self.files.clone(),
            zone: ZoneTable { first: 8 * 3600, changes: Vec::new() },
            day: self.traffic.date()?,
        };
        let snapshot = Arc::new(Snapshot::build(source).map_err(mistakes)?);
        let phones = snapshot.owners.keys().filter(|phone| !snapshot.browsers.contains(*phone)).cloned().collect();
        let (trunks, domain) = (snapshot.sip.trunks.len(), snapshot.sip.realm.to_string());
        Ok(Plan { snapshot, phones, trunks, domain })
    }
}

/// The address of a phone of a site.
pub(crate) fn phone_address(index: usize) -> std::net::SocketAddr {
    address(u8::try_from(10 + index / 200).unwrap_or(u8::MAX), index % 200)
}

fn text(text: String) -> Text {
    Text { file: "centre.toml".to_owned(), text }
}

/// The configuration with the addresses and passwords of the simulated world in place of its own. It goes by lines: a value
/// of several lines in one of these tables is not understood.
fn at_home(main: &str) -> String {
    let mut text = String::new();
    let (mut table, mut trunks) = (String::new(), 0);
    for line in main.lines() {
        let key = line.split('=').next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            table = name.to_owned();
            if !LISTENERS.contains(&table.as_str()) {
                text += line;
                text += "\n";
            }
            text += &match table.split('.').next() {
                Some("sip") => format!("udp = [\"{CENTRE}\"]\n"),
                Some("media") => format!("address = \"{}\"\n", CENTRE.ip()),
                Some("trunk") => {
                    let carrier = carrier_address(trunks);
                    trunks += 1;
                    format!("from = [\"{}\"]\nto = [\"{carrier}\"]\n", carrier.ip())
                }
                Some("endpoint") if !is_browser(&table, main) => {
                    format!("password = \"{}\"\n", password(table.split('.').nth(1).unwrap_or_default()))
                }
                _ => String::new(),
            };
            continue;
        }
        let ours = match table.split('.').next().unwrap_or_default() {
            table if LISTENERS.contains(&table) => true,
            "sip" => matches!(key, "udp" | "tcp"),
            "media" => matches!(key, "address" | "ports"),
            "trunk" => matches!(key, "from" | "to"),
            "endpoint" => key == "password",
            _ => false,
        };
        if !ours {
            text += line;
            text += "\n";
        }
    }
    text
}

/// Whether an endpoint is a browser, which has no password. Nobody has one here: all have their phones.
fn is_browser(table: &str, main: &str) -> bool {
    main.contains(&format!("[{table}]\nbrowser = true\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inb_36_both_sites_can_be_simulated() {
        for (name, phones) in [("shop", 12), ("finance", 16)] {
            let plan = Site::load(name).unwrap().plan().unwrap();
            assert_eq!((plan.phones.len(), plan.trunks), (phones, 1), "{name}");
        }
        assert_eq!(Site::hundred().plan().unwrap().phones.len(), 100);
    }

    #[test]
    fn a_site_that_is_not_there_is_named_with_the_remedy() {
        let told = Site::load("/nowhere/bank").unwrap_err();
        assert!(told.contains("/nowhere/bank") && told.contains("shop, finance"), "{told}");
    }
}
