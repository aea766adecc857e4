//! What callers said of how they were served, summed up (RPT-02).

use std::collections::BTreeMap;

/// Questions that were asked and scores that were given. Scores of different scales are never added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Votes {
    /// How often callers were asked.
    pub asked: u64,
    /// The scores they gave, by scale.
    pub scales: BTreeMap<Scale, Scores>,
}

/// What scores are given by: those of another question, or of another best, say something else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scale {
    /// What was asked.
    pub question: String,
    /// The best score.
    pub best: u8,
}

/// Scores of one scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scores {
    /// How many were given.
    pub given: u64,
    /// Their sum: over `given`, it is the mean.
    pub sum: u64,
    /// How many were the best there is.
    pub best: u64,
}

impl Votes {
    /// One question, and the score it was answered with, if it was.
    pub fn one(question: &str, answer: Option<(u8, u8)>) -> Self {
        let scale = |best| Scale { question: question.to_owned(), best };
        let scores = |score: u8, best| Scores { given: 1, sum: score.into(), best: u64::from(score == best) };
        let scales = answer.map(|(score, best)| (scale(best), scores(score, best)));
        Self { asked: 1, scales: scales.into_iter().collect() }
    }

    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.asked = self.asked.saturating_add(other.asked);
        for (scale, scores) in &other.scales {
            let mine = self.scales.entry(scale.clone()).or_default();
            mine.given = mine.given.saturating_add(scores.given);
            mine.sum = mine.sum.saturating_add(scores.sum);
            mine.best = mine.best.saturating_add(scores.best);
        }
    }

    /// How many questions were answered.
    pub fn given(&self) -> u64 {
        self.scales.values().map(|scores| scores.given).sum()
    }

    /// What all scores come to, whatever their scale: it proves sums and says nothing else.
    pub fn score_sum(&self) -> u64 {
        self.scales.values().map(|scores| scores.sum).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rpt_02_scores_of_different_scales_stay_apart() {
        let mut votes = Votes::default();
        for (question, answer) in [
            ("service", Some((5, 5))),
            ("service", Some((4, 5))),
            ("service", None),
            ("service", Some((9, 10))),
            ("solved", Some((1, 1))),
        ] {
            votes.add(&Votes::one(question, answer));
        }
        let of = |question: &str, best| {
            let scale = Scale { question: question.to_owned(), best };
            votes.scales.get(&scale).map(|scores| (scores.given, scores.sum, scores.best))
        };
        assert_eq!((votes.asked, votes.given(), votes.score_sum()), (5, 4, 19));
        assert_eq!(of("service", 5), Some((2, 9, 1)));
        assert_eq!(of("service", 10), Some((1, 9, 0)));
        assert_eq!((of("solved", 1), of("solved", 5)), (Some((1, 1, 1)), None));
    }
}
