//! What each step changes: fields of tables, and files beside them. Whether it is right, the model of the configuration
//! says; here is only what a form can say wrong.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bell_ivr::templates::{TEMPLATES, Template};
use bell_ivr::{Flow, Limits};
use bell_types::NumberPlan;
use toml::{Table, Value};

use super::forms::Forms;
use super::{TEST_PHONE, queues_reached};
use crate::Snapshot;

/// One change of the configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// The tables whose fields change, in order.
    pub tables: Vec<Fields>,
    /// Files that are new or other than they were.
    pub files: BTreeMap<String, String>,
    /// What is said of it.
    pub comment: String,
}

/// Fields of a table that change; all others stay.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields {
    /// `trunk`.
    pub kind: &'static str,
    /// `carrier`; none: the table is one, `[centre]`.
    pub name: Option<String>,
    /// Each field with its value; none: it is taken out.
    pub fields: Vec<(&'static str, Option<Value>)>,
}

/// A field of a form that is not as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Which.
    pub field: &'static str,
    /// `missing`, `malformed`, `unknown`.
    pub problem: &'static str,
}

/// What the company is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyWanted {
    /// Its name.
    pub name: String,
    /// Its time zone.
    pub zone: String,
    /// The language its callers are spoken to in.
    pub language: String,
}

/// The carrier, as he says who we are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrunkWanted {
    /// His server: a name or an address, with a port if it is not the usual one.
    pub address: String,
    /// `udp` or `tcp`.
    pub transport: String,
    /// How he knows us.
    pub by: TrunkBy,
    /// Networks his calls come from, beside what his server's name leads to.
    pub from: Vec<String>,
}

/// How a carrier knows us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrunkBy {
    /// By our address.
    Address,
    /// We register by a name and a password; none: the one that is kept.
    Registration {
        /// The name.
        username: String,
        /// The password.
        password: Option<String>,
    },
}

/// The number, and what its callers hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberWanted {
    /// As people dial it.
    pub number: String,
    /// As the trunk shows it, if otherwise.
    pub arrives_as: Option<String>,
    /// What the trunk puts before it.
    pub strip: String,
    /// The template of its flow; none: the flow stays.
    pub template: Option<String>,
    /// The first words its callers hear; none: the template's.
    pub greeting: Option<String>,
    /// When somebody is there; none: always.
    pub hours: Option<Hours>,
}

/// Hours of the simple kind: the same on each of some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Monday is 1.
    pub days: Vec<u8>,
    /// `09:00`.
    pub from: String,
    /// `18:00`.
    pub until: String,
}

/// The first agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentWanted {
    /// His name in the configuration.
    pub agent: String,
    /// What others call him.
    pub display_name: String,
}

/// What a snapshot says that an agent needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The queues that callers can come to, each with its agents so far.
    pub queues: Vec<(String, Vec<String>)>,
    /// The phones of the agent of this name so far.
    pub endpoints: Vec<String>,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// The queue of a centre whose number comes later.
const QUEUE: &str = "service";
/// How many calls a first trunk carries, until somebody says how many he bought.
const CALLS_MAX: i64 = 30;

/// The first step.
///
/// # Errors
/// A field is missing.
pub fn company(wanted: &CompanyWanted) -> Result<Change, Wrong> {
    let name = given("name", &wanted.name)?;
    let zone = given("zone", &wanted.zone)?;
    let language = given("language", &wanted.language)?;
    let fields = vec![("name", text(name)), ("zone", text(zone)), ("language", text(language))];
    Ok(Change {
        tables: vec![Fields::of("centre", None, fields)],
        comment: "first run: company".to_owned(),
        ..Change::default()
    })
}

/// The carrier. `found`: the addresses that his server's name leads to.
///
/// # Errors
/// A field is missing or malformed.
pub fn trunk(forms: &Forms, wanted: &TrunkWanted, found: &[IpAddr]) -> Result<Change, Wrong> {
    let address = given("address", &wanted.address)?;
    let transport = match wanted.transport.as_str() {
        transport @ ("udp" | "tcp") => transport,
        _ => return Err(Wrong { field: "transport", problem: "unknown" }),
    };
    let known = forms.trunk.as_ref();
    let mut from: Vec<String> =
        wanted.from.iter().map(|from| from.trim().to_owned()).filter(|from| !from.is_empty()).collect();
    let more = found.iter().map(ToString::to_string).filter(|found| !from.contains(found)).collect::<Vec<_>>();
    from.extend(more);
    let mut fields = vec![
        ("from", (!from.is_empty()).then(|| Value::from(from))),
        ("to", Some(Value::from(vec![address.to_owned()]))),
        ("transport", text(transport)),
    ];
    match &wanted.by {
        TrunkBy::Address => fields.extend([("register", None), ("username", None), ("password", None)]),
        TrunkBy::Registration { username, password } => {
            fields.extend([("register", Some(Value::from(true))), ("username", text(given("username", username)?))]);
            match password.as_deref().filter(|password| !password.is_empty()) {
                Some(password) => fields.push(("password", text(password))),
                None if known.is_some_and(|trunk| trunk.has_password) => {}
                None => return Err(Wrong { field: "password", problem: "missing" }),
            }
        }
    }
    if known.is_none() {
        fields.extend([("calls_max", Some(Value::from(CALLS_MAX))), ("number_format", text("national"))]);
    }
    let name = known.map_or("carrier", |trunk| trunk.name.as_str());
    let tables = vec![Fields::of("trunk", Some(name), fields)];
    Ok(Change { tables, comment: "first run: trunk".to_owned(), ..Change::default() })
}

/// The number with its flow, the queues and hours that needs, and how the trunk shows it.
///
/// # Errors
/// A field is missing or malformed, or there is no such template.
pub fn number(forms: &Forms, wanted: &NumberWanted, plan: &NumberPlan) -> Result<Change, Wrong> {
    let number = given("number", &wanted.number)?;
    let mut change = Change { comment: "first run: number".to_owned(), ..Change::default() };
    let kept = forms.number.as_ref().map(|number| number.flow.clone());
    let mut asks_hours = false;
    let flow = match (&wanted.template, kept) {
        (Some(template), _) => {
            let flow = flow_of(template, wanted, plan)?;
            asks_hours = !flow.calendars.is_empty();
            change.files.insert("flows/welcome.toml".to_owned(), flow.text);
            change.tables.push(Fields::of("flow", Some("welcome"), vec![("file", text("flows/welcome.toml"))]));
            let missing = flow.queues.iter().filter(|queue| !forms.queues.contains(queue));
            let agents: Vec<String> = forms.agent.iter().map(|agent| agent.agent.clone()).collect();
            let queues = missing
                .map(|queue| Fields::of("queue", Some(queue), vec![("agents", Some(Value::from(agents.clone())))]));
            change.tables.extend(queues);
            change.tables.extend(flow.lists);
            if flow.origins.iter().any(|origin| !forms.origins.contains(origin)) {
                let new = flow.origins.iter().filter(|origin| !forms.origins.contains(origin));
                let all: Vec<String> = forms.origins.iter().chain(new).cloned().collect();
                change.tables.push(Fields::of("look_up", None, vec![("origins", Some(Value::from(all)))]));
            }
            let hours = wanted.hours.clone().unwrap_or_else(Hours::always);
            for (calendar, shifts) in flow.calendars {
                change.tables.push(Fields::of("calendar", Some(&calendar), hours.fields(&shifts)?));
            }
            "welcome".to_owned()
        }
        (None, Some(flow)) => flow,
        (None, None) => return Err(Wrong { field: "template", problem: "missing" }),
    };
    let mut door = vec![("flow", text(&flow)), ("calendar", None), ("after_hours", None)];
    if let Some(hours) = wanted.hours.as_ref().filter(|_| !asks_hours) {
        change.tables.push(Fields::of("calendar", Some("hours"), hours.fields(&[])?));
        change.tables.push(Fields::of("flow", Some("after-hours"), vec![("file", text("flows/after-hours.toml"))]));
        change.files.insert("flows/after-hours.toml".to_owned(), after_hours(&forms.company.language));
        door.extend([("calendar", text("hours")), ("after_hours", text("after-hours"))]);
    }
    let arrives_as = wanted.arrives_as.as_deref().map(str::trim).filter(|shown| !shown.is_empty() && *shown != number);
    for name in [Some(number), arrives_as].into_iter().flatten() {
        change.tables.push(Fields::of("number", Some(name), door.clone()));
    }
    if let Some(trunk) = forms.trunk.as_ref().filter(|trunk| trunk.strip != wanted.strip) {
        let strip = (!wanted.strip.is_empty()).then(|| Value::from(wanted.strip.as_str()));
        change.tables.push(Fields::of("trunk", Some(&trunk.name), vec![("strip", strip)]));
    }
    Ok(change)
}

/// The first agent with his phone in the browser, in every queue that callers come to.
///
/// # Errors
/// A field is missing.
pub fn agent(wanted: &AgentWanted, reached: &Reached) -> Result<Change, Wrong> {
    let name = given("agent", &wanted.agent)?;
    let display_name = given("display_name", &wanted.display_name)?;
    let phone = format!("{name}-web");
    let mut endpoints = reached.endpoints.clone();
    if !endpoints.contains(&phone) {
        endpoints.insert(0, phone.clone());
    }
    let mut tables = vec![
        Fields::of("endpoint", Some(&phone), vec![("browser", Some(Value::from(true)))]),
        Fields::of(
            "agent",
            Some(name),
            vec![
                ("endpoints", Some(Value::from(endpoints))),
                ("sign_in", text("registration")),
                ("display_name", text(display_name)),
            ],
        ),
    ];
    let none = [(QUEUE.to_owned(), Vec::new())];
    let queues = if reached.queues.is_empty() { none.as_slice() } else { &reached.queues };
    for (queue, agents) in queues.iter().filter(|(_, agents)| !agents.iter().any(|agent| agent == name)) {
        let all: Vec<String> = agents.iter().cloned().chain([name.to_owned()]).collect();
        tables.push(Fields::of("queue", Some(queue), vec![("agents", Some(Value::from(all)))]));
    }
    Ok(Change { tables, comment: "first run: agent".to_owned(), ..Change::default() })
}

/// The phone by which test calls are placed.
pub fn test_phone() -> Change {
    let fields = vec![("browser", Some(Value::from(true)))];
    let tables = vec![Fields::of("endpoint", Some(TEST_PHONE), fields)];
    Change { tables, comment: "first run: phone for test calls".to_owned(), ..Change::default() }
}

/// A flow as a template has it.
struct Made {
    text: String,
    queues: Vec<String>,
    calendars: Vec<(String, Vec<String>)>,
    lists: Vec<Fields>,
    origins: Vec<String>,
}

fn flow_of(template: &str, wanted: &NumberWanted, plan: &NumberPlan) -> Result<Made, Wrong> {
    let unknown = Wrong { field: "template", problem: "unknown" };
    let template = TEMPLATES.iter().find(|one| one.name == template).ok_or(unknown)?;
    let flow = Flow::parse(template.text, plan, &Limits::USUAL).map_err(|_| unknown)?;
    let calendars = flow.calendars().into_iter();
    Ok(Made {
        text: text_of(template, wanted.greeting.as_deref()),
        queues: flow.queues().iter().map(ToString::to_string).collect(),
        lists: lists_of(template),
        origins: flow.origins().iter().map(ToString::to_string).collect(),
        calendars: calendars
            .map(|(name, shifts)| (name.to_string(), shifts.iter().map(ToString::to_string).collect()))
            .collect(),
    })
}

/// The lists that a template's cases ask for, empty: those by name, and one for each class.
fn lists_of(template: &Template) -> Vec<Fields> {
    let document: Table = template.text.parse().unwrap_or_default();
    let nodes = document.get("nodes").and_then(Value::as_table).into_iter().flatten();
    let cases = nodes.filter_map(|(_, node)| node.get("cases")?.as_array()).flatten();
    let texts = |value: &Value| match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => Vec::new(),
    };
    let mut lists = Vec::new();
    for case in cases {
        for name in case.get("in_list").map(texts).unwrap_or_default() {
            lists.push(Fields::of("list", Some(&name), vec![("kind", text("watch"))]));
        }
        for class in case.get("class").map(texts).unwrap_or_default() {
            lists.push(Fields::of("list", Some(&class), vec![("kind", text("class")), ("class", text(&class))]));
        }
    }
    lists
}

/// The template under the name of our flow, with our own first words where it has a node for them.
fn text_of(template: &Template, greeting: Option<&str>) -> String {
    let named = template.text.replacen(&format!("flow = {:?}", template.name), "flow = \"welcome\"", 1);
    let greeting = greeting.map(str::trim).filter(|greeting| !greeting.is_empty());
    let Some((greeting, node)) = greeting.zip(named.find("[nodes.welcome]")) else { return named };
    let (before, rest) = named.split_at(node);
    let line = rest.lines().find(|line| line.starts_with("prompt = ")).unwrap_or_default();
    format!("{before}{}", rest.replacen(line, &format!("prompt = {}", quoted(greeting)), 1))
}

/// As a basic string of TOML, on one line.
fn quoted(words: &str) -> String {
    let one_line = words.chars().filter(|letter| !letter.is_control());
    format!("\"{}\"", one_line.collect::<String>().replace('\\', "\\\\").replace('"', "\\\""))
}

fn after_hours(language: &str) -> String {
    let (language, words) = match language {
        "en-US" => ("en-US", "We are closed at the moment. Please call again during our working hours. Goodbye."),
        _ => ("zh-CN", "您好，现在是非工作时间，请您在工作时间再次来电。感谢您的来电，再见。"),
    };
    format!(
        "# What callers hear when the calendar says closed.\n\nflow = \"after-hours\"\nversion = 1\n\
         language = {language:?}\nrecording = \"off\"\nstart = \"answer\"\n\n\
         [nodes.answer]\ndo = \"answer\"\nnext = \"closed\"\n\n\
         [nodes.closed]\ndo = \"hangup\"\nprompt = {words:?}\n"
    )
}

impl Reached {
    /// What the agent of this name needs by a snapshot.
    pub fn of(snapshot: &Snapshot, agent: &str) -> Self {
        let reached = queues_reached(snapshot);
        let members = |queue: &bell_acd::QueueConfig| queue.members.iter().map(ToString::to_string).collect();
        let queues = snapshot.acd.queues.iter().filter(|queue| reached.contains(&queue.name));
        let known = snapshot.acd.agents.iter().find(|known| known.name.as_str() == agent);
        Self {
            queues: queues.map(|queue| (queue.name.to_string(), members(queue))).collect(),
            endpoints: known.into_iter().flat_map(|agent| &agent.endpoints).map(ToString::to_string).collect(),
        }
    }
}

impl Fields {
    fn of(kind: &'static str, name: Option<&str>, fields: Vec<(&'static str, Option<Value>)>) -> Self {
        Self { kind, name: name.map(str::to_owned), fields }
    }
}

impl Hours {
    /// Every day, day and night.
    fn always() -> Self {
        Self { days: (1..=7).collect(), from: "00:00".to_owned(), until: "24:00".to_owned() }
    }

    /// The same hours of a calendar; none if it is of another kind.
    pub(super) fn of(calendar: &Table) -> Option<Self> {
        let week = calendar.get("week")?.as_table()?;
        let mut days = Vec::new();
        let mut hours = None;
        for (day, of_day) in week {
            let number = DAYS.iter().position(|name| name == day)?;
            let of_day = of_day.as_str()?;
            if hours.is_some_and(|hours| hours != of_day) {
                return None;
            }
            hours = Some(of_day);
            days.push(u8::try_from(number + 1).ok()?);
        }
        days.sort_unstable();
        let (from, until) = hours?.split_once('-')?;
        Some(Self { days, from: from.to_owned(), until: until.to_owned() })
    }

    fn fields(&self, shifts: &[String]) -> Result<Vec<(&'static str, Option<Value>)>, Wrong> {
        let malformed = Wrong { field: "hours", problem: "malformed" };
        if self.days.is_empty() || !is_time(&self.from) || !is_time(&self.until) {
            return Err(malformed);
        }
        let hours = format!("{}-{}", self.from, self.until);
        // Shifts that a flow tells apart begin as the same hours.
        let of_day = shifts.first().cloned().unwrap_or_else(|| hours.clone());
        let mut week = Table::new();
        for day in &self.days {
            let name = DAYS.get(usize::from(*day).wrapping_sub(1)).ok_or(malformed)?;
            week.insert((*name).to_owned(), Value::from(of_day.clone()));
        }
        let mut fields = vec![("week", Some(Value::Table(week)))];
        if !shifts.is_empty() {
            let all: Table = shifts.iter().map(|shift| (shift.clone(), Value::from(hours.clone()))).collect();
            fields.push(("shifts", Some(Value::Table(all))));
        }
        Ok(fields)
    }
}

fn is_time(text: &str) -> bool {
    let parts = text.split_once(':').map(|(hour, minute)| (hour.parse::<u8>(), minute.parse::<u8>()));
    matches!(parts, Some((Ok(hour), Ok(minute))) if text.len() == 5 && (hour < 24 && minute < 60 || hour == 24 && minute == 0))
}

fn given<'t>(field: &'static str, text: &'t str) -> Result<&'t str, Wrong> {
    let text = text.trim();
    if text.is_empty() { Err(Wrong { field, problem: "missing" }) } else { Ok(text) }
}

#[expect(clippy::unnecessary_wraps, reason = "it stands among fields that may be taken out")]
fn text(text: &str) -> Option<Value> {
    Some(Value::from(text))
}
