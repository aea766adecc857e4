//! Nodes that ask for one key and go on whatever comes: the language, and the score of a survey.

use std::sync::Arc;
use std::time::Duration;

use bell_types::{Digit, Now};

use super::{Action, Run, State};
use crate::flow::{BargeIn, ChooseLanguage, NodeIndex, Notice, Prompt, Survey};
use crate::graph::Label;

/// What is asked.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    Language(Arc<ChooseLanguage>),
    Survey(Arc<Survey>),
}

impl Ask {
    fn prompts(&self) -> &[Prompt] {
        match self {
            Self::Language(choose) => &choose.prompts,
            Self::Survey(survey) => &survey.prompts,
        }
    }

    pub(super) fn timeout(&self) -> Duration {
        match self {
            Self::Language(choose) => choose.timeout,
            Self::Survey(survey) => survey.timeout,
        }
    }

    fn attempts(&self) -> u8 {
        match self {
            Self::Language(choose) => choose.attempts,
            Self::Survey(survey) => survey.attempts,
        }
    }

    fn next(&self) -> NodeIndex {
        match self {
            Self::Language(choose) => choose.next,
            Self::Survey(survey) => survey.next,
        }
    }
}

impl Run {
    pub(super) fn enter_survey(&mut self, now: Now, survey: &Arc<Survey>) -> Option<NodeIndex> {
        self.actions.push_back(Action::SurveyBegan { question: survey.question.clone() });
        self.ask(now, &Ask::Survey(Arc::clone(survey)), 1)
    }

    pub(super) fn ask(&mut self, now: Now, ask: &Ask, attempt: u8) -> Option<NodeIndex> {
        if let Some(digit) = self.typed.pop_front() {
            return self.take_choice(now, ask, attempt, digit);
        }
        let wait = self.play(now, [ask.prompts(), &[]], BargeIn::Yes, Notice::No);
        self.state = State::Asking { ask: ask.clone(), attempt, wait };
        None
    }

    pub(super) fn take_choice(&mut self, now: Now, ask: &Ask, attempt: u8, digit: Digit) -> Option<NodeIndex> {
        match ask {
            Ask::Language(choose) => {
                if let Some((_, language)) = choose.keys.iter().find(|(key, _)| *key == digit) {
                    self.language = *language;
                    self.decided(Label::Key(digit), format!("the language is {}", language.tag()));
                    return Some(choose.next);
                }
            }
            Ask::Survey(survey) => {
                if let Some((_, score)) = survey.scores.iter().find(|(key, _)| *key == digit) {
                    let best = survey.scores.iter().map(|(_, score)| *score).max().unwrap_or(*score);
                    self.actions.push_back(Action::Scored { question: survey.question.clone(), score: *score, best });
                    return Some(survey.next);
                }
            }
        }
        self.typed.clear();
        self.ask_again(now, ask, attempt)
    }

    pub(super) fn ask_again(&mut self, now: Now, ask: &Ask, attempt: u8) -> Option<NodeIndex> {
        if attempt < ask.attempts() { self.ask(now, ask, attempt + 1) } else { Some(ask.next()) }
    }
}
