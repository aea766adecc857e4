//! What callers said of how they were served: a survey that began is a question asked, whether it was answered or not.

use bell_types::{AgentName, What};
use serde::{Deserialize, Serialize};

use crate::record::CallRecord;

/// What a caller was asked, and what he said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who talked with him last before he was asked: whoever handed him on before that has no part in it. None: nobody had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentName>,
    /// What he was asked.
    pub question: String,
    /// What he said; none: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
}

/// A score within its scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// What was given.
    pub given: u8,
    /// The best that could have been.
    pub best: u8,
}

impl CallRecord {
    /// How many questions a record keeps; then the last one is replaced. A flow that goes round may ask for ever. All stand in
    /// the facts.
    pub const VOTES_MAX: usize = 16;

    pub(crate) fn vote(&mut self, what: &What) {
        match what {
            What::SurveyBegan { agent, question, .. } => {
                if self.votes.len() == Self::VOTES_MAX {
                    self.votes.pop();
                }
                self.votes.push(Vote { agent: agent.clone(), question: question.clone(), score: None });
            }
            What::Scored { question, score, best, .. } => {
                if let Some(vote) = self.votes.last_mut().filter(|vote| vote.question == *question) {
                    vote.score = Some(Score { given: *score, best: *best });
                }
            }
            _ => {}
        }
    }
}
