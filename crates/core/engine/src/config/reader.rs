//! The first two steps: which flows and which prompts a configuration needs.

use std::collections::{BTreeMap, BTreeSet};

use bell_ivr::{Flow, Language, Limits, Prompt, PromptSource};
use bell_types::{NumberPlan, PromptName};
use toml::Spanned;

use super::document::{self, Document};
use super::doors;
use super::place::{Mistake, Mistakes};
use super::snapshot::{AudioFrom, AudioWanted, Text};
use super::{announce, lines, lists, services};

/// The files of text that a configuration names, once each: flows and certificates.
///
/// # Errors
/// The first mistake in the form of the file: a word it does not know, a value of the wrong kind.
pub fn wanted_files(main: &Text) -> Result<BTreeSet<String>, Vec<Mistake>> {
    let document = read(main)?;
    let flows = document.flow.values().map(|flow| flow.file.get_ref());
    Ok(flows.chain(services::ca_files(&document)).cloned().collect())
}

/// The name of the centre's time zone, for the shell to look up.
///
/// # Errors
/// As for [`wanted_files`].
pub fn wanted_zone(main: &Text) -> Result<String, Vec<Mistake>> {
    Ok(read(main)?.centre.zone.into_inner())
}

/// The prompts that flows, queues and announcements of a configuration need, once each.
///
/// # Errors
/// Every mistake in the flows and in the prompts' own table.
pub fn wanted_audio(main: &Text, files: &BTreeMap<String, String>) -> Result<Vec<AudioWanted>, Vec<Mistake>> {
    let document = read(main)?;
    let mut mistakes = Mistakes::new(&main.file, &main.text);
    let plan = number_plan(&document);
    let mut wanted = BTreeSet::new();
    let mut uploaded = BTreeMap::new();
    let mut languages = BTreeSet::from([Language::Mandarin]);
    for (name, prompt) in &document.prompt {
        match PromptName::new(name.get_ref()) {
            Ok(prompt_name) => {
                uploaded.insert(prompt_name, audio_from(prompt));
            }
            Err(error) => mistakes.at(name, format!("{:?} is no name: {error}", name.get_ref()), ""),
        }
    }
    for flow in document.flow.values() {
        let Some(text) = files.get(flow.file.get_ref()) else { continue };
        match read_flow(&flow.file, text, &plan) {
            Ok(flow) => {
                languages.extend(flow.languages());
                wanted.extend(flow.prompts().into_iter().map(|prompt| want(prompt, &uploaded)));
            }
            Err(found) => mistakes.extend(found),
        }
    }
    for prompt in lists::prompts(&document, &plan) {
        wanted.insert(want(prompt, &uploaded));
    }
    // Prompts of queues, and those no flow plays yet: a broken upload is found now, not when somebody uses it.
    wanted.extend(uploaded.into_iter().map(|(prompt, from)| AudioWanted { prompt, from }));
    wanted.extend(doors::prompts(&document).into_iter().map(|prompt| want(prompt, &BTreeMap::new())));
    wanted.extend(lines::prompts(&document).into_iter().map(|prompt| want(prompt, &BTreeMap::new())));
    wanted.extend(languages.into_iter().flat_map(announce::all).map(|prompt| want(prompt, &BTreeMap::new())));
    mistakes.unless_any(wanted.into_iter().collect())
}

/// A flow that the configuration writes by itself.
pub(crate) fn read_text(place: &Spanned<String>, text: &str, plan: &NumberPlan) -> Result<Flow, Vec<Mistake>> {
    read_flow(place, text, plan)
}

/// A flow's file, its mistakes in the words of a configuration's.
pub(crate) fn read_flow(file: &Spanned<String>, text: &str, plan: &NumberPlan) -> Result<Flow, Vec<Mistake>> {
    Flow::parse(text, plan, &Limits::USUAL).map_err(|found| {
        let mistake = |diagnostic: bell_ivr::Diagnostic| Mistake {
            file: file.get_ref().clone(),
            line: diagnostic.place.line,
            column: diagnostic.place.column,
            problem: diagnostic.problem,
            remedy: diagnostic.remedy,
        };
        found.into_iter().map(mistake).collect()
    })
}

pub(crate) fn read(main: &Text) -> Result<Document, Vec<Mistake>> {
    toml::from_str(&main.text).map_err(|error| {
        let mut mistakes = Mistakes::new(&main.file, &main.text);
        let problem = error.message().replace('\n', ", ");
        mistakes.span(error.span().unwrap_or(0..0), problem, "see docs/configuration.md");
        mistakes.unless_any(()).err().unwrap_or_default()
    })
}

pub(crate) fn number_plan(document: &Document) -> NumberPlan {
    NumberPlan::china(document.centre.area_code.as_ref().map(|code| code.get_ref().as_str()))
}

fn audio_from(prompt: &document::Prompt) -> AudioFrom {
    match prompt {
        document::Prompt::File(file) => AudioFrom::File(file.get_ref().clone()),
        document::Prompt::Say(text) => AudioFrom::Speech { text: text.get_ref().clone(), language: Language::Mandarin },
    }
}

/// An uploaded prompt that the configuration does not list is looked for under its own name, and found missing there.
fn want(prompt: Prompt, uploaded: &BTreeMap<PromptName, AudioFrom>) -> AudioWanted {
    let from = match prompt.source {
        PromptSource::File => {
            let unlisted = || AudioFrom::File(format!("prompts/{}.wav", prompt.name));
            uploaded.get(&prompt.name).cloned().unwrap_or_else(unlisted)
        }
        PromptSource::Speech { text, language } => AudioFrom::Speech { text: text.to_string(), language },
    };
    AudioWanted { prompt: prompt.name, from }
}
