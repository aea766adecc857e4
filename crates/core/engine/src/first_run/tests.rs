//! What is missing, what each step changes, and what is said of a carrier; every change builds by the model.

use std::collections::{BTreeMap, BTreeSet};

use bell_ivr::templates::TEMPLATES;
use bell_types::{AgentName, Date, NumberPlan};
use toml::{Table, Value};

use super::*;
use crate::{Audio, Source, Text, ZoneTable, wanted_audio};

/// A centre's files, as the shell would keep them.
struct Centre {
    text: String,
    files: BTreeMap<String, String>,
}

impl Centre {
    fn begun() -> Self {
        let local = |port| ([127, 0, 0, 1], port).into();
        let at = Addresses {
            address: [192, 0, 2, 10].into(),
            sip: 5060,
            console: local(8080),
            admin: local(8081),
            health: local(8600),
        };
        Self { text: begin(&at, "Asia/Shanghai"), files: BTreeMap::new() }
    }

    fn forms(&self) -> Forms {
        Forms::of(&self.text)
    }

    /// As the shell does it, without its care for comments.
    fn apply(&mut self, change: Change) {
        let mut document: Table = self.text.parse().unwrap();
        for Fields { kind, name, fields } in change.tables {
            let kind = document.entry(kind).or_insert_with(|| Value::Table(Table::new())).as_table_mut().unwrap();
            let table = match name {
                Some(name) => kind.entry(name).or_insert_with(|| Value::Table(Table::new())).as_table_mut().unwrap(),
                None => kind,
            };
            for (field, value) in fields {
                match value {
                    Some(value) => table.insert(field.to_owned(), value),
                    None => table.remove(field),
                };
            }
        }
        self.text = written(&document);
        self.files.extend(change.files);
    }

    fn snapshot(&self) -> Snapshot {
        let main = Text { file: "centre.toml".to_owned(), text: self.text.clone() };
        let wanted = wanted_audio(&main, &self.files).unwrap_or_default();
        let audio = wanted.into_iter().map(|wanted| (wanted.prompt, Audio::Playable("00".to_owned()))).collect();
        let zone = ZoneTable { first: 28_800, changes: Vec::new() };
        let day = Date::parse("2026-12-01").unwrap();
        let source = Source { version: 1, hash: String::new(), main, files: self.files.clone(), audio, zone, day };
        match Snapshot::build(source) {
            Ok(snapshot) => snapshot,
            Err(found) => panic!("{found:#?}\n{}", self.text),
        }
    }

    fn states(&self, kept: &Kept, accounts: &[&str]) -> String {
        let accounts: BTreeSet<_> = accounts.iter().map(|name| AgentName::new(name).unwrap()).collect();
        let steps = steps(&self.snapshot(), kept, &accounts);
        let words = steps.iter().map(|now| format!("{} {} {:?}", now.step.code(), now.state.code(), now.lacks));
        format!("{}; next {:?}", words.collect::<Vec<_>>().join(", "), next(&steps).map(Step::code))
    }
}

/// Two levels of tables, the rest in one line each.
fn written(document: &Table) -> String {
    let fields =
        |table: &Table| table.iter().map(|(key, value)| format!("{key:?} = {}\n", value_of(value))).collect::<String>();
    let is_named = |value: &Value| value.as_table().is_some_and(|all| all.values().all(Value::is_table));
    let mut text = String::new();
    for (kind, value) in document {
        let of_kind = value.as_table().unwrap();
        if is_named(value) {
            text.extend(
                of_kind
                    .iter()
                    .map(|(name, table)| format!("[{kind}.{name:?}]\n{}\n", fields(table.as_table().unwrap()))),
            );
        } else {
            text.push_str(&format!("[{kind}]\n{}\n", fields(of_kind)));
        }
    }
    text
}

fn value_of(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(value_of).collect::<Vec<_>>().join(", ")),
        Value::Table(fields) => {
            let fields = fields.iter().map(|(key, value)| format!("{key:?} = {}", value_of(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Datetime(at) => at.to_string(),
    }
}

fn number_wanted(template: &str) -> NumberWanted {
    NumberWanted {
        number: "4001234567".to_owned(),
        arrives_as: Some("057187654321".to_owned()),
        strip: "9".to_owned(),
        template: Some(template.to_owned()),
        greeting: Some("您好，这里是\"星光\"商店。".to_owned()),
        hours: Some(Hours { days: vec![1, 2, 3, 4, 5], from: "09:00".to_owned(), until: "18:00".to_owned() }),
    }
}

fn trunk_wanted(by: TrunkBy) -> TrunkWanted {
    TrunkWanted { address: "sip.carrier.example".to_owned(), transport: "udp".to_owned(), by, from: Vec::new() }
}

fn reached(centre: &Centre) -> Reached {
    Reached::of(&centre.snapshot(), "1001")
}

/// INB-35, TEL-23: from nothing to a centre that takes calls; each step lacks what it says until it is done.
#[test]
fn inb_35_each_step_says_what_it_lacks_and_the_next_one_follows() {
    let mut centre = Centre::begun();
    let mut kept = Kept::default();
    let open = "company open [Name], trunk open [Trunk], number open [Number], agent open [BrowserPhone], \
                test_call open [TestCall]; next Some(\"company\")";
    assert_eq!(centre.states(&kept, &[]), open);
    assert!(centre.snapshot().modules.is_empty(), "a simple centre");
    let wanted =
        CompanyWanted { name: "星光".to_owned(), zone: "Asia/Shanghai".to_owned(), language: "zh-CN".to_owned() };
    centre.apply(company(&wanted).unwrap());
    kept.skip(Step::Trunk, true);
    centre.apply(number(&centre.forms(), &number_wanted("service"), &NumberPlan::china(None)).unwrap());
    let agent_wanted = AgentWanted { agent: "1001".to_owned(), display_name: "小雨".to_owned() };
    let missing = "company done [], trunk skipped [Trunk], number done [], agent open [BrowserPhone], \
                   test_call open [TestCall]; next Some(\"agent\")";
    assert_eq!(centre.states(&kept, &[]), missing);
    centre.apply(agent(&agent_wanted, &reached(&centre)).unwrap());
    assert!(centre.states(&kept, &[]).contains("agent open [Account]"), "nobody can sign in as her yet");
    kept.test_passed(Wall::from_micros(1));
    let all = "company done [], trunk skipped [Trunk], number done [], agent done [], test_call done []; next None";
    assert_eq!(centre.states(&kept, &["1001"]), all);
    kept.skip(Step::Trunk, false);
    assert!(centre.states(&kept, &["1001"]).ends_with("next Some(\"trunk\")"));
    let again = agent(&agent_wanted, &reached(&centre)).unwrap();
    let text = centre.text.clone();
    centre.apply(again);
    assert_eq!(centre.text, text, "to do it again changes nothing");
}

/// INB-35: every template makes a number that the model takes, with its queues and hours.
#[test]
fn inb_35_every_template_becomes_a_number() {
    for template in TEMPLATES {
        let mut centre = Centre::begun();
        centre.apply(trunk(&centre.forms(), &trunk_wanted(TrunkBy::Address), &[]).unwrap());
        centre.apply(number(&centre.forms(), &number_wanted(template.name), &NumberPlan::china(None)).unwrap());
        let snapshot = centre.snapshot();
        assert_eq!(snapshot.numbers.len(), 2, "{}: as it is dialled, and as the trunk shows it", template.name);
        centre.apply(
            agent(&AgentWanted { agent: "1001".to_owned(), display_name: "a".to_owned() }, &reached(&centre)).unwrap(),
        );
        let snapshot = centre.snapshot();
        assert!(snapshot.acd.queues.iter().all(|queue| queue.members.len() == 1), "{}", template.name);
    }
}

#[test]
fn forms_show_what_was_said_and_no_password() {
    let mut centre = Centre::begun();
    let by = TrunkBy::Registration { username: "0571".to_owned(), password: Some("Tiger-7".to_owned()) };
    centre.apply(trunk(&centre.forms(), &trunk_wanted(by), &[[203, 0, 113, 7].into()]).unwrap());
    centre.apply(number(&centre.forms(), &number_wanted("service"), &NumberPlan::china(None)).unwrap());
    let forms = centre.forms();
    let seen = forms.trunk.as_ref().unwrap();
    assert_eq!(
        (seen.from.as_slice(), seen.has_password, seen.strip.as_str()),
        (["203.0.113.7".to_owned()].as_slice(), true, "9")
    );
    assert!(!format!("{forms:?}").contains("Tiger"), "{forms:?}");
    let shown = forms.number.as_ref().unwrap();
    assert_eq!((shown.number.as_str(), shown.arrives_as.as_deref()), ("4001234567", Some("057187654321")));
    assert_eq!(shown.hours, number_wanted("service").hours);
    assert!(centre.files["flows/welcome.toml"].contains("您好，这里是\\\"星光\\\"商店。"), "{:?}", centre.files);
    // The password that is kept stays, and is needed where there is none.
    let kept = TrunkBy::Registration { username: "0572".to_owned(), password: None };
    centre.apply(trunk(&forms, &trunk_wanted(kept.clone()), &[]).unwrap());
    assert!(centre.text.contains("Tiger-7") && centre.text.contains("0572"), "{}", centre.text);
    let wrong = trunk(&Forms::default(), &trunk_wanted(kept), &[]);
    assert_eq!(wrong, Err(Wrong { field: "password", problem: "missing" }));
    centre.apply(trunk(&centre.forms(), &trunk_wanted(TrunkBy::Address), &[]).unwrap());
    assert!(!centre.text.contains("Tiger-7"), "who is known by address needs none");
}

#[test]
fn a_form_that_is_wrong_says_where() {
    let forms = Forms::default();
    let plan = NumberPlan::china(None);
    let hours = |from: &str, days: &[u8]| NumberWanted {
        hours: Some(Hours { days: days.to_vec(), from: from.to_owned(), until: "18:00".to_owned() }),
        ..number_wanted("service")
    };
    let wrong = |result: Result<Change, Wrong>| result.map(drop).unwrap_err();
    assert_eq!(wrong(number(&forms, &hours("25:00", &[1]), &plan)).field, "hours");
    assert_eq!(wrong(number(&forms, &hours("09:00", &[]), &plan)).field, "hours");
    assert_eq!(
        wrong(number(&forms, &number_wanted("nothing"), &plan)),
        Wrong { field: "template", problem: "unknown" }
    );
    let none = NumberWanted { template: None, ..number_wanted("service") };
    assert_eq!(wrong(number(&forms, &none, &plan)), Wrong { field: "template", problem: "missing" });
    let nobody = AgentWanted { agent: " ".to_owned(), display_name: "a".to_owned() };
    assert_eq!(wrong(agent(&nobody, &Reached::default())), Wrong { field: "agent", problem: "missing" });
    let no_way = TrunkWanted { transport: "smoke".to_owned(), ..trunk_wanted(TrunkBy::Address) };
    assert_eq!(wrong(trunk(&forms, &no_way, &[])), Wrong { field: "transport", problem: "unknown" });
}

#[test]
fn what_a_carrier_says_becomes_plain_words() {
    let asked = |status, asked| Heard::Registration { status, asked };
    let cases = [
        (Heard::NoSuchName, "no_such_name", Level::Failed),
        (Heard::Unreachable, "unreachable", Level::Failed),
        (Heard::Silence, "no_answer", Level::Failed),
        (Heard::Options(200), "answered", Level::Ok),
        (Heard::Options(403), "not_known", Level::Warning),
        (Heard::Options(404), "answered", Level::Ok),
        (Heard::Options(503), "trouble", Level::Warning),
        (asked(200, true), "registered", Level::Ok),
        (asked(403, true), "wrong_password", Level::Failed),
        (asked(401, true), "wrong_password", Level::Failed),
        (asked(403, false), "not_allowed", Level::Failed),
        (asked(404, false), "unknown_user", Level::Failed),
        (asked(405, false), "no_registration", Level::Failed),
        (asked(500, true), "trouble", Level::Warning),
    ];
    for (heard, code, level) in cases {
        let advice = advise(heard);
        assert_eq!((advice.code, advice.level), (code, level), "{heard:?}");
        assert_eq!(
            advice.remedy.iter().all(String::is_empty),
            level == Level::Ok,
            "{heard:?} has a remedy if it is not well"
        );
    }
}
