//! Sample sites: whole centres to try things on (INB-36).

use std::fs;
use std::io;
use std::path::Path;

use crate::dirs::write_private;

/// Letters and digits that nobody mistakes for each other.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 32 letters are 5 bits each: 80 bits.
const PASSWORD_LEN: usize = 16;
/// The port of the caller's phone, counted from the centre's. A phone takes two.
const CALLER_PORT: u16 = 10;

/// A sample site: its files, by their names from its directory.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// Its name.
    pub name: &'static str,
    /// The keys that lead a caller to the first of its agents, one for each menu.
    pub keys: &'static [&'static str],
    /// The configuration, `centre.toml`, and the flows it names; of a sample site also `traffic.toml`: what calls come on
    /// a day.
    pub files: &'static [(&'static str, &'static str)],
}

/// What differs between two installations of a site, apart from the passwords.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// The port for SIP.
    pub sip: u16,
    /// The port of the health page.
    pub health: u16,
    /// The port of the console; administrators have the next one.
    pub console: u16,
}

/// The small centre that is served unless another site is named.
pub const DEMO: Site = Site {
    name: "demo",
    keys: &["1"],
    files: &[
        ("centre.toml", include_str!("../demo/centre.toml")),
        ("flows/welcome.toml", include_str!("../demo/flows/welcome.toml")),
    ],
};

/// Every sample site.
pub const SITES: [Site; 2] = [
    Site {
        name: "shop",
        keys: &["1", "2"],
        files: &[
            ("centre.toml", include_str!("../demo/sites/shop/centre.toml")),
            ("traffic.toml", include_str!("../demo/sites/shop/traffic.toml")),
            ("flows/shop.toml", include_str!("../demo/sites/shop/flows/shop.toml")),
            ("flows/night.toml", include_str!("../demo/sites/shop/flows/night.toml")),
            ("flows/straight.toml", include_str!("../demo/sites/shop/flows/straight.toml")),
        ],
    },
    Site {
        name: "finance",
        keys: &["2", "2"],
        files: &[
            ("centre.toml", include_str!("../demo/sites/finance/centre.toml")),
            ("traffic.toml", include_str!("../demo/sites/finance/traffic.toml")),
            ("flows/finance.toml", include_str!("../demo/sites/finance/flows/finance.toml")),
            ("flows/straight.toml", include_str!("../demo/sites/finance/flows/straight.toml")),
        ],
    },
];

impl Site {
    /// The site of this name.
    pub fn find(name: &str) -> Option<Self> {
        SITES.into_iter().find(|site| site.name == name)
    }

    /// Writes its files and its music, with a password drawn for each phone. Files that are there already are kept: whoever
    /// plays with them keeps his changes.
    pub fn write(&self, base: &Path, ports: Ports) -> io::Result<()> {
        fs::create_dir_all(base.join("flows"))?;
        fs::create_dir_all(base.join("prompts"))?;
        for (name, text) in self.files {
            let path = base.join(name);
            if !path.exists() {
                write_private(&path, ports.fill_in(text)?.as_bytes())?;
            }
        }
        let music = base.join("prompts/music.wav");
        if music.exists() { Ok(()) } else { fs::write(music, crate::audio::demo::music()) }
    }
}

impl Ports {
    /// The port of the caller's phone, which is also where the carrier delivers what goes out.
    pub fn caller(self) -> u16 {
        self.sip.saturating_add(CALLER_PORT)
    }

    /// The text with its ports, and a password drawn for each place that wants one.
    fn fill_in(self, text: &str) -> io::Result<String> {
        let ports = [
            ("@SIP@", self.sip),
            ("@HEALTH@", self.health),
            ("@CONSOLE@", self.console),
            ("@ADMIN@", self.console.saturating_add(1)),
            ("@CALLER@", self.caller()),
        ];
        let text = ports.iter().fold(text.to_owned(), |text, (place, port)| text.replace(place, &port.to_string()));
        let mut parts = text.split("@PASSWORD@");
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            whole.push_str(&password()?);
            whole.push_str(part);
        }
        Ok(whole)
    }
}

fn password() -> io::Result<String> {
    let mut random = [0; PASSWORD_LEN];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(random.iter().map(|octet| char::from(LETTERS[usize::from(octet % 32)])).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bell_engine::{Audio, Snapshot, Source, Text, ZoneTable, wanted_audio};

    use super::*;

    const PORTS: Ports = Ports { sip: 5060, health: 8600, console: 8080 };

    fn snapshot(site: Site) -> Snapshot {
        let text = |name: &str| PORTS.fill_in(site.files.iter().find(|(file, _)| *file == name).unwrap().1).unwrap();
        let main = Text { file: "centre.toml".to_owned(), text: text("centre.toml") };
        let named = bell_engine::wanted_files(&main).unwrap();
        let files: BTreeMap<_, _> = named.into_iter().map(|file| (file.clone(), text(&file))).collect();
        let wanted = wanted_audio(&main, &files).unwrap();
        let audio = wanted.into_iter().map(|wanted| (wanted.prompt, Audio::Playable("00".to_owned()))).collect();
        let zone = ZoneTable { first: 28_800, changes: Vec::new() };
        let day = bell_types::Date::new(2026, 10, 26).unwrap();
        match Snapshot::build(Source { version: 1, hash: String::new(), main, files, audio, zone, day }) {
            Ok(snapshot) => snapshot,
            Err(found) => panic!("{}: {}", site.name, found.iter().map(|m| format!("{m}\n")).collect::<String>()),
        }
    }

    #[test]
    fn inb_36_a_shop_with_12_agents_in_three_groups_and_three_levels_is_proved() {
        let shop = snapshot(Site::find("shop").unwrap());
        assert_eq!((shop.acd.agents.len(), shop.acd.queues.len()), (12, 3));
        assert!(shop.capacity.is_some() && shop.numbers.values().all(|door| door.after_hours.is_some()));
    }

    #[test]
    fn inb_36_consumer_finance_with_four_teams_and_a_second_tier_is_proved() {
        let finance = snapshot(Site::find("finance").unwrap());
        let queues: Vec<_> = finance.acd.queues.iter().map(|queue| queue.name.as_str()).collect();
        assert_eq!(queues, ["card", "complaint", "general", "loan", "tier2", "wealth"]);
        assert!(finance.numbers.values().all(|door| door.emergency.is_some()));
    }

    #[test]
    fn a_sites_files_are_written_once() {
        let dir = tempfile::tempdir().unwrap();
        for site in SITES.into_iter().chain([DEMO]) {
            let base = dir.path().join(site.name);
            site.write(&base, PORTS).unwrap();
            fs::write(base.join("centre.toml"), "mine").unwrap();
            site.write(&base, PORTS).unwrap();
            assert_eq!(fs::read_to_string(base.join("centre.toml")).unwrap(), "mine");
            assert!(base.join("prompts/music.wav").exists());
        }
    }

    #[test]
    fn every_place_gets_a_password_of_its_own() {
        let text = PORTS.fill_in("a = @PASSWORD@\nb = @PASSWORD@\n").unwrap();
        let passwords: Vec<&str> = text.lines().map(|line| &line[4..]).collect();
        assert!(passwords.iter().all(|password| password.len() == PASSWORD_LEN), "{text}");
        assert_ne!(passwords[0], passwords[1]);
    }
}
