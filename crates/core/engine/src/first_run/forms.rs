//! What the configuration says already, as the forms of the first run show it. Passwords are not among it.

use toml::{Table, Value};

use super::change::Hours;

/// What every step shows to begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// The company.
    pub company: CompanyForm,
    /// The first trunk.
    pub trunk: Option<TrunkForm>,
    /// The first number.
    pub number: Option<NumberForm>,
    /// The first agent with a phone in the browser.
    pub agent: Option<AgentForm>,
    /// The queues there are.
    pub queues: Vec<String>,
    /// The services that flows may ask.
    pub origins: Vec<String>,
    /// Whether the phone for test calls is there.
    pub test_phone: bool,
}

/// The company.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyForm {
    /// What it is called.
    pub name: String,
    /// Its time zone.
    pub zone: String,
    /// The language its callers are spoken to in.
    pub language: String,
}

/// A trunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrunkForm {
    /// Its name in the configuration.
    pub name: String,
    /// Where calls to it go.
    pub address: Option<String>,
    /// Where its calls come from.
    pub from: Vec<String>,
    /// How SIP travels to it: `udp` or `tcp`.
    pub transport: String,
    /// Whether we register.
    pub register: bool,
    /// By which name.
    pub username: Option<String>,
    /// Whether a password is kept.
    pub has_password: bool,
    /// What it puts before numbers.
    pub strip: String,
}

/// A number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberForm {
    /// As it is written.
    pub number: String,
    /// Other numbers that lead to the same flow: as the trunk shows it.
    pub arrives_as: Option<String>,
    /// The flow that greets its callers.
    pub flow: String,
    /// The hours, if they are of the simple kind that the first run makes.
    pub hours: Option<Hours>,
}

/// An agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentForm {
    /// His name in the configuration.
    pub agent: String,
    /// What others call him.
    pub display_name: Option<String>,
}

impl Forms {
    /// Reads them off a text. What cannot be read is as if it were not there: the configuration is checked elsewhere.
    pub fn of(text: &str) -> Self {
        let document: Table = text.parse().unwrap_or_default();
        let mut forms = Self {
            company: company(&document),
            trunk: first(&document, "trunk").map(|(name, trunk)| trunk_form(name, trunk)),
            number: number(&document),
            agent: agent(&document),
            queues: tables(&document, "queue").map(|(name, _)| name.clone()).collect(),
            origins: document
                .get("look_up")
                .and_then(Value::as_table)
                .map(|all| texts(all, "origins"))
                .unwrap_or_default(),
            test_phone: tables(&document, "endpoint").any(|(name, _)| name == super::TEST_PHONE),
        };
        if let (Some(number), Some(hours)) =
            (&mut forms.number, document.get("calendar").and_then(|all| all.get("hours")))
        {
            number.hours = hours.as_table().and_then(Hours::of);
        }
        forms
    }
}

fn tables<'d>(document: &'d Table, kind: &str) -> impl Iterator<Item = (&'d String, &'d Table)> {
    let all = document.get(kind).and_then(Value::as_table).into_iter().flatten();
    all.filter_map(|(name, thing)| Some((name, thing.as_table()?)))
}

fn first<'d>(document: &'d Table, kind: &str) -> Option<(&'d String, &'d Table)> {
    tables(document, kind).next()
}

fn text(table: &Table, field: &str) -> Option<String> {
    table.get(field).and_then(Value::as_str).map(str::to_owned)
}

fn texts(table: &Table, field: &str) -> Vec<String> {
    let all = table.get(field).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn company(document: &Table) -> CompanyForm {
    let centre = document.get("centre").and_then(Value::as_table).cloned().unwrap_or_default();
    CompanyForm {
        name: text(&centre, "name").filter(|name| name != super::UNNAMED).unwrap_or_default(),
        zone: text(&centre, "zone").unwrap_or_default(),
        language: text(&centre, "language").unwrap_or_else(|| "zh-CN".to_owned()),
    }
}

fn trunk_form(name: &str, trunk: &Table) -> TrunkForm {
    TrunkForm {
        name: name.to_owned(),
        address: texts(trunk, "to").into_iter().next(),
        from: texts(trunk, "from"),
        transport: text(trunk, "transport").unwrap_or_else(|| "udp".to_owned()),
        register: trunk.get("register").and_then(Value::as_bool).unwrap_or_default(),
        username: text(trunk, "username"),
        has_password: trunk.contains_key("password"),
        strip: text(trunk, "strip").unwrap_or_default(),
    }
}

/// The first that has the usual hours, else the first: a second one of the same flow is how the trunk shows it.
fn number(document: &Table) -> Option<NumberForm> {
    let (number, door) = first(document, "number")?;
    let flow = text(door, "flow")?;
    let same =
        tables(document, "number").find(|(other, door)| *other != number && text(door, "flow") == Some(flow.clone()));
    let (number, arrives_as) = match same {
        // People write the 400 number; the carrier's own stands beside it.
        Some((other, _)) if other.starts_with("400") => (other.clone(), Some(number.clone())),
        Some((other, _)) => (number.clone(), Some(other.clone())),
        None => (number.clone(), None),
    };
    Some(NumberForm { number, arrives_as, flow, hours: None })
}

fn agent(document: &Table) -> Option<AgentForm> {
    let is_browser = |endpoint: &String| {
        let found = tables(document, "endpoint").find(|(name, _)| *name == endpoint);
        found.is_some_and(|(_, phone)| phone.get("browser").and_then(Value::as_bool) == Some(true))
    };
    let (name, agent) =
        tables(document, "agent").find(|(_, agent)| texts(agent, "endpoints").iter().any(is_browser))?;
    Some(AgentForm { agent: name.clone(), display_name: text(agent, "display_name") })
}
