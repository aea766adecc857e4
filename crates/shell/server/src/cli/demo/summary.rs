//! What somebody needs to know to use a demo centre: [`LIST`], and what is printed when it opens.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::people::{DemoAccount, People};
use crate::sites::Site;

/// Files in the data directory: where everything is, and who can sign in.
pub(super) const LIST: &str = "demo.json";
pub(super) const PEOPLE: &str = "demo-people.json";

/// The caller's number.
const CALLER: &str = "13800138000";

/// Where everything is, and with which password. Taken from the centre's configuration, so that it holds whatever was
/// changed there.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    site: &'static str,
    pub(super) sip: Sip,
    pub(super) number: String,
    /// What a phone dials.
    pub(super) dial: String,
    /// What a caller presses to be answered by the first of the agents, a key for each menu.
    keys: &'static [&'static str],
    /// When the menu is offered, if not always.
    hours: Option<Hours>,
    pub(super) trunk: Trunk,
    pub(super) agents: Vec<Agent>,
    pub(super) caller: Caller,
    /// None: nothing listens.
    pub(super) health: Option<String>,
    /// Where people sign in, and where administrators do.
    console: Option<String>,
    admin: Option<String>,
    pub(super) config: PathBuf,
    #[serde(skip)]
    dir: PathBuf,
}

#[derive(Debug, Serialize)]
pub(super) struct Sip {
    pub(super) host: String,
    pub(super) port: u16,
    transports: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Trunk {
    name: String,
    /// Where the carrier sends its calls.
    address: String,
    /// From where it may.
    from: Vec<String>,
}

/// When a number is open, and which flow greets its callers at other times.
#[derive(Debug, Serialize)]
struct Hours {
    week: BTreeMap<String, String>,
    zone: String,
    after_hours: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Agent {
    name: String,
    pub(super) user: String,
    pub(super) password: String,
    queues: Vec<String>,
    /// The directory for `baresip -f`.
    pub(super) phone: PathBuf,
}

#[derive(Debug, Serialize)]
pub(super) struct Caller {
    pub(super) number: &'static str,
    pub(super) phone: PathBuf,
    /// A second one with the same number and port: it says what it hears.
    pub(super) echo: PathBuf,
}

/// What is read of a centre's configuration here.
#[derive(Deserialize)]
struct Centre {
    centre: CentreTable,
    sip: SipTable,
    health: Option<HealthTable>,
    console: Option<ConsoleTable>,
    admin: Option<ConsoleTable>,
    #[serde(default)]
    trunk: BTreeMap<String, TrunkTable>,
    #[serde(default)]
    number: BTreeMap<String, NumberTable>,
    #[serde(default)]
    calendar: BTreeMap<String, CalendarTable>,
    #[serde(default)]
    queue: BTreeMap<String, QueueTable>,
    #[serde(default)]
    agent: BTreeMap<String, AgentTable>,
    #[serde(default)]
    endpoint: BTreeMap<String, EndpointTable>,
}

#[derive(Deserialize)]
struct SipTable {
    #[serde(default)]
    udp: Vec<SocketAddr>,
    #[serde(default)]
    tcp: Vec<SocketAddr>,
}

#[derive(Deserialize)]
struct HealthTable {
    listen: Option<SocketAddr>,
}

#[derive(Deserialize)]
struct ConsoleTable {
    #[serde(default)]
    listen: Vec<SocketAddr>,
}

impl ConsoleTable {
    fn address(self) -> Option<String> {
        self.listen.first().map(|at| format!("http://{at}/"))
    }
}

#[derive(Deserialize)]
struct TrunkTable {
    #[serde(default)]
    from: Vec<String>,
}

#[derive(Deserialize)]
struct CentreTable {
    #[serde(default)]
    zone: String,
}

#[derive(Deserialize)]
struct NumberTable {
    calendar: Option<String>,
    after_hours: Option<String>,
}

#[derive(Deserialize)]
struct CalendarTable {
    #[serde(default)]
    week: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct QueueTable {
    agents: Vec<String>,
}

#[derive(Deserialize)]
struct AgentTable {
    endpoints: Vec<String>,
}

#[derive(Deserialize)]
struct EndpointTable {
    /// None: a browser, which registers by the key of a login.
    password: Option<String>,
}

impl Summary {
    pub(super) fn of(site: Site, dir: &Path, base: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let (dir, base) = (dir.canonicalize()?, base.canonicalize()?);
        let config = base.join("centre.toml");
        let text = fs::read_to_string(&config).map_err(|error| format!("{}: {error}", config.display()))?;
        let centre: Centre = toml::from_str(&text).map_err(|error| format!("{}: {error}", config.display()))?;
        let sip = centre.sip.udp.first().or(centre.sip.tcp.first()).copied();
        let sip = sip.ok_or_else(|| format!("{}: neither udp nor tcp under [sip]", config.display()))?;
        let no_number = || format!("{}: there is no [number.…]", config.display());
        let number = centre.number.keys().next().cloned().ok_or_else(no_number)?;
        let transports = [("udp", centre.sip.udp.is_empty()), ("tcp", centre.sip.tcp.is_empty())];
        let (trunk, from) = centre.trunk.iter().next().map(|(name, trunk)| (name.clone(), trunk.from.clone())).unzip();
        Ok(Self {
            site: site.name,
            keys: site.keys,
            hours: centre.hours(&number),
            sip: Sip {
                host: sip.ip().to_string(),
                port: sip.port(),
                transports: transports.iter().filter(|(_, none)| !none).map(|(name, _)| *name).collect(),
            },
            dial: format!("sip:{number}@{sip}"),
            number,
            trunk: Trunk { name: trunk.unwrap_or_default(), address: sip.to_string(), from: from.unwrap_or_default() },
            agents: centre.agents(&base),
            caller: Caller { number: CALLER, phone: base.join("phones/caller"), echo: base.join("phones/echo") },
            console: centre.console.and_then(ConsoleTable::address),
            admin: centre.admin.and_then(ConsoleTable::address),
            health: centre.health.and_then(|health| health.listen).map(|at| format!("http://{at}/health")),
            config,
            dir,
        })
    }
}

impl Centre {
    fn hours(&self, number: &str) -> Option<Hours> {
        let NumberTable { calendar, after_hours } = self.number.get(number)?;
        let week = self.calendar.get(calendar.as_ref()?)?.week.clone();
        Some(Hours { week, zone: self.centre.zone.clone(), after_hours: after_hours.clone()? })
    }

    /// The agents with the phone that rings first.
    fn agents(&self, base: &Path) -> Vec<Agent> {
        let agent = |(name, agent): (&String, &AgentTable)| {
            let user = agent.endpoints.first()?;
            let queues = self.queue.iter().filter(|(_, queue)| queue.agents.contains(name));
            Some(Agent {
                name: name.clone(),
                user: user.clone(),
                password: self.endpoint.get(user)?.password.clone()?,
                queues: queues.map(|(queue, _)| queue.clone()).collect(),
                phone: base.join("phones").join(user),
            })
        };
        self.agent.iter().filter_map(agent).collect()
    }
}

/// What is printed when a demo opens: how to get a first call, and where the rest stands.
pub(super) struct Opened<'a> {
    pub(super) summary: &'a Summary,
    /// None: they were added at an earlier start.
    pub(super) people: Option<&'a People>,
}

impl fmt::Display for Opened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { number, dial, keys, hours, trunk, health, console, admin, config, dir, .. } = self.summary;
        if let Some(console) = console {
            writeln!(f, "  open     {console}")?;
            match self.people.and_then(People::first) {
                Some(DemoAccount { name, password, .. }) => {
                    writeln!(f, "  sign in  {name}   {password}   once: then you choose a password of your own")?;
                }
                None => writeln!(f, "  sign in  as before; forgotten: belltower user reset-password NAME")?,
            }
            let people = dir.join(PEOPLE);
            writeln!(f, "  others   an administrator, a supervisor, more agents: {}", people.display())?;
        }
        if let Some(admin) = admin {
            writeln!(f, "           administrators sign in at {admin}")?;
        }
        writeln!(f, "\nSign in and let the page use the microphone. Then, in a second terminal:\n")?;
        writeln!(f, "  ./dev call")?;
        writeln!(
            f,
            "\nA caller presses {} and rings. Answer, speak, and hear yourself come back.\n",
            keys.join(", then ")
        )?;
        writeln!(f, "  number   {number}: {dial}")?;
        writeln!(f, "           by trunk {}: any SIP phone on this machine that does not register", trunk.name)?;
        if let Some(Hours { week, zone, after_hours }) = hours {
            let week: Vec<String> = week.iter().map(|(days, open)| format!("{days} {open}")).collect();
            writeln!(f, "  hours    {} in {zone}; else flow {after_hours}", week.join(", "))?;
        }
        if let Some(health) = health {
            writeln!(f, "  health   {health}")?;
        }
        writeln!(f, "  files    {}", config.display())?;
        writeln!(f, "           {} has the phones and their passwords", dir.join(LIST).display())?;
        writeln!(f, "\nWhat happened: belltower --dir {} calls", dir.display())
    }
}
