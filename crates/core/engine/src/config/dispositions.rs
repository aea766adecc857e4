//! What agents are asked after calls: trees of results, the fields these ask for, and the rule, by queue.

use std::collections::BTreeMap;
use std::sync::Arc;

use bell_customer::{
    Asked, Choice, Code, CodeError, Dispositions, Effect, Field, Kind, Limits, Mistake, Need, Node, Rule, Said, Way,
};
use bell_types::{DispositionName, ListName, QueueName, Term, TermError};
use serde::Deserialize;
use toml::Spanned;

use super::build::Build;
use super::values::Span;

/// Entries of a tree, its levels, and fields beside it: more than these nobody chooses from while a customer waits.
const NODES_MAX: usize = 500;
const DEPTH_MAX: usize = 4;
const FIELDS_MAX: usize = 20;

/// What agents are asked after a queue's calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disposition {
    /// Whether wrap-up ends only with a result.
    pub(crate) required: Option<bool>,
    /// Whether every result asks if the matter was resolved.
    #[serde(default)]
    pub(crate) resolved: bool,
    /// How long the summary may stay open.
    pub(crate) within: Option<Span>,
    /// The results, and headings over them.
    pub(crate) results: Vec<Entry>,
    /// Fields beside them.
    #[serde(default)]
    pub(crate) fields: Vec<FieldEntry>,
}

/// A result, or a heading over some.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    code: Spanned<String>,
    zh: String,
    en: String,
    /// What the result means for the contact.
    effect: Option<EffectWord>,
    /// The list the contact's number is put on.
    list: Option<Spanned<String>>,
    /// For how long; for ever if nothing is said.
    list_term: Option<Spanned<String>>,
    /// What it asks for: `resolved`, `note`, fields.
    #[serde(default)]
    required: Vec<Spanned<String>>,
    #[serde(default)]
    results: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EffectWord {
    Retry,
    Done,
    Invalid,
    UpdateData,
}

/// A field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldEntry {
    name: Spanned<String>,
    zh: String,
    en: String,
    #[serde(default)]
    kind: FieldKind,
    #[serde(default)]
    choices: Vec<ChoiceEntry>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FieldKind {
    #[default]
    Text,
    Choice,
    YesNo,
    Date,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceEntry {
    code: Spanned<String>,
    zh: String,
    en: String,
}

/// What is asked after calls of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummarySheet {
    /// Its name.
    pub name: DispositionName,
    /// The results and fields.
    pub tree: Dispositions,
    /// What must be given, and until when.
    pub rule: Rule,
    /// The lists the contact's number is put on, by the way to the result.
    listings: BTreeMap<Vec<Code>, Listing>,
}

/// A list that a result puts the contact's number on (AGT-05).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Which.
    pub list: ListName,
    /// For how long.
    pub term: Term,
}

impl SummarySheet {
    /// The list the contact's number is put on by a result.
    pub fn listing(&self, way: &[Code]) -> Option<&Listing> {
        self.listings.get(way)
    }
}

/// What agents are asked after calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summaries {
    of_queues: BTreeMap<QueueName, Arc<SummarySheet>>,
    beside_queues: Option<Arc<SummarySheet>>,
}

impl Summaries {
    /// What is asked after a call that was last in this queue, or in none; none: nothing.
    pub fn after(&self, queue: Option<&QueueName>) -> Option<&Arc<SummarySheet>> {
        match queue {
            Some(queue) => self.of_queues.get(queue),
            None => self.beside_queues.as_ref(),
        }
    }
}

impl Build<'_> {
    pub(super) fn summaries(&mut self) -> Summaries {
        let document = self.document;
        let mut sheets: BTreeMap<&str, Arc<SummarySheet>> = BTreeMap::new();
        for (name, disposition) in &document.disposition {
            match DispositionName::new(name.get_ref()) {
                Ok(known) => {
                    let sheet = self.sheet(name, known, disposition);
                    sheets.extend(sheet.map(|sheet| (name.get_ref().as_str(), Arc::new(sheet))));
                }
                Err(error) => self.mistakes.at(name, format!("{:?} is no name: {error}", name.get_ref()), ""),
            }
        }
        let mut refer = |name: Option<&Spanned<String>>| {
            let name: DispositionName = self.refer(name?, "disposition", &document.disposition)?;
            sheets.get(name.as_str()).cloned()
        };
        let beside_queues = refer(document.centre.disposition.as_ref());
        let of_queues = document.queue.iter().filter_map(|(name, queue)| {
            let sheet = refer(queue.disposition.as_ref())?;
            Some((QueueName::new(name.get_ref()).ok()?, sheet))
        });
        Summaries { of_queues: of_queues.collect(), beside_queues }
    }

    fn sheet(
        &mut self,
        place: &Spanned<String>,
        name: DispositionName,
        disposition: &Disposition,
    ) -> Option<SummarySheet> {
        if disposition.results.is_empty() {
            let problem = format!("the disposition {name} has no results");
            self.mistakes.at(
                place,
                problem,
                "list some: results = [{ code = \"done\", zh = \"已办\", en = \"Done\" }]",
            );
            return None;
        }
        let fields: Option<Vec<Field>> = disposition.fields.iter().map(|field| self.field(field)).collect();
        let nodes: Option<Vec<Node>> = disposition.results.iter().map(|entry| self.node(entry)).collect();
        let limits = Limits {
            nodes_max: NODES_MAX,
            depth_max: DEPTH_MAX,
            fields_max: FIELDS_MAX,
            text_chars_max: self.policy.summary_text_max,
        };
        let tree = match Dispositions::new(nodes?, fields?, limits) {
            Ok(tree) => tree,
            Err(mistake) => {
                let at = mistake.code().and_then(|code| disposition.place_of(code)).unwrap_or(place);
                let remedy = remedy(&mistake, disposition);
                self.mistakes.at(at, format!("disposition {name}: {mistake}"), remedy);
                return None;
            }
        };
        let need = |required| if required { Need::Required } else { Need::Optional };
        let required = disposition.required.unwrap_or(self.policy.summary_required);
        let rule = Rule {
            disposition: need(required),
            resolved: need(required && disposition.resolved),
            within: disposition.within.unwrap_or(self.policy.summary_within).0,
        };
        let mut listings = BTreeMap::new();
        self.listings(&disposition.results, &[], &mut listings);
        Some(SummarySheet { name, tree, rule, listings })
    }

    /// The list an entry puts numbers on, if it is sound.
    fn listing(&mut self, entry: &Entry) -> Option<Listing> {
        let term = entry.list_term.as_ref().map_or(Ok(Term::Permanent), |term| {
            term.get_ref().parse().map_err(|error: TermError| (term, error.to_string(), "write list_term = \"30d\""))
        });
        let wrong = match (&entry.list, &entry.list_term, term) {
            (_, _, Err(wrong)) => wrong,
            (Some(list), _, Ok(_)) if !entry.results.is_empty() => (
                list,
                format!("{} is a heading and puts numbers on a list", entry.code.get_ref()),
                "give the list to its results",
            ),
            (None, Some(term), Ok(_)) => (
                term,
                format!("{} has a list_term and no list", entry.code.get_ref()),
                "name the list, or leave it out",
            ),
            (None, None, Ok(_)) => return None,
            (Some(list), _, Ok(term)) => {
                let document = self.document;
                let list = self.refer(list, "list", &document.list)?;
                return Some(Listing { list, term });
            }
        };
        self.mistakes.at(wrong.0, wrong.1, wrong.2);
        None
    }

    /// The lists of the results below a heading. The tree is sound, and so its depth is limited.
    fn listings(&mut self, entries: &[Entry], above: &[Code], found: &mut BTreeMap<Vec<Code>, Listing>) {
        for entry in entries {
            let Some(code) = Code::parse(entry.code.get_ref()).ok() else { continue };
            let way = [above, &[code]].concat();
            if let Some(listing) = self.listing(entry) {
                found.insert(way.clone(), listing);
            }
            self.listings(&entry.results, &way, found);
        }
    }

    fn node(&mut self, entry: &Entry) -> Option<Node> {
        let (code, said) = (self.code(&entry.code), self.said(&entry.code, &entry.zh, &entry.en));
        let required: Vec<Asked> = entry.required.iter().filter_map(|asked| self.code(asked)).map(Asked::by).collect();
        let children: Option<Vec<Node>> = entry.results.iter().map(|entry| self.node(entry)).collect();
        let kind = match (children?, entry.effect) {
            (none, effect) if none.is_empty() => Kind::Result(effect.map(EffectWord::effect)),
            (children, None) => Kind::Branch(children),
            (_, Some(_)) => {
                let problem = format!("{} is a heading over results and has an effect", entry.code.get_ref());
                self.mistakes.at(&entry.code, problem, "give the effect to its results");
                return None;
            }
        };
        Some(Node { code: code?, said: said?, required, kind })
    }

    fn field(&mut self, field: &FieldEntry) -> Option<Field> {
        let (code, said) = (self.code(&field.name), self.said(&field.name, &field.zh, &field.en));
        let choices: Option<Vec<Choice>> = field.choices.iter().map(|choice| self.choice(choice)).collect();
        let choices = choices?;
        if field.kind != FieldKind::Choice && !choices.is_empty() {
            let problem = format!("the field {} has choices and is none to choose from", field.name.get_ref());
            self.mistakes.at(&field.name, problem, "write kind = \"choice\", or leave the choices out");
        }
        let way = match field.kind {
            FieldKind::Text => Way::Text,
            FieldKind::Choice => Way::Choice(choices),
            FieldKind::YesNo => Way::YesNo,
            FieldKind::Date => Way::Date,
        };
        Some(Field { code: code?, said: said?, way })
    }

    fn choice(&mut self, choice: &ChoiceEntry) -> Option<Choice> {
        let (code, said) = (self.code(&choice.code), self.said(&choice.code, &choice.zh, &choice.en));
        Some(Choice { code: code?, said: said? })
    }

    fn code(&mut self, text: &Spanned<String>) -> Option<Code> {
        let told = |error: CodeError| {
            let problem = format!("{:?} is no code: {error}", text.get_ref());
            self.mistakes.at(text, problem, "write one like \"wrong_number\"");
        };
        Code::parse(text.get_ref()).map_err(told).ok()
    }

    fn said(&mut self, place: &Spanned<String>, zh: &str, en: &str) -> Option<Said> {
        if zh.trim().is_empty() || en.trim().is_empty() {
            let problem = format!("{} has no words in one of the languages", place.get_ref());
            self.mistakes.at(place, problem, "write what agents read in both: zh = \"空号\", en = \"Empty number\"");
            return None;
        }
        Some(Said::new(zh, en))
    }
}

impl EffectWord {
    const fn effect(self) -> Effect {
        match self {
            Self::Retry => Effect::Retry,
            Self::Done => Effect::Done,
            Self::Invalid => Effect::Invalid,
            Self::UpdateData => Effect::UpdateData,
        }
    }
}

impl Disposition {
    /// The last place at which a code stands: of two that are the same, the second one is too many.
    fn place_of(&self, code: &Code) -> Option<&Spanned<String>> {
        fn among<'e>(entries: &'e [Entry], found: &mut Vec<&'e Spanned<String>>) {
            for entry in entries {
                found.push(&entry.code);
                among(&entry.results, found);
            }
        }
        let mut codes = Vec::new();
        among(&self.results, &mut codes);
        codes.extend(self.fields.iter().map(|field| &field.name));
        codes.into_iter().rfind(|place| place.get_ref() == code.as_str())
    }
}

fn remedy(mistake: &Mistake, disposition: &Disposition) -> String {
    match mistake {
        Mistake::CodeTwice(_) | Mistake::FieldTwice(_) => "give each a code of its own".to_owned(),
        Mistake::NoResult(_) | Mistake::NoChoice(_) => "list some, or leave it out".to_owned(),
        Mistake::Reserved(_) => "call it otherwise".to_owned(),
        Mistake::UnknownField { field, .. } => {
            let known = disposition.fields.iter().map(|field| field.name.get_ref().as_str());
            bell_ivr::suggestion(field.as_str(), known.chain(["resolved", "note"]))
        }
        Mistake::TooManyNodes(_) | Mistake::TooDeep(_) | Mistake::TooManyFields(_) => {
            "nobody finds the right one in so many: make it smaller".to_owned()
        }
    }
}
