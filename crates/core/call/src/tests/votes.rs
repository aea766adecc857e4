//! What callers vote is folded into the record.

use super::*;

/// RPT-02: a vote stands in the record with whoever talked last before it, after a transfer too; so many are kept.
#[test]
fn rpt_02_a_vote_is_about_who_talked_last_and_stands_once() {
    let mut world = World::new();
    world
        .play("1 ready\n flow answer\n 1 answered\n flow survey early\n flow queue-and-rate sales\n acd offer 1 alice");
    world.play(
        "2 ready\n 2 answered\n after 9000\n 2 refer bob\n 3 ready\n 3 ringing\n 3 answered\n after 9000\n 3 bye",
    );
    world.play("flow survey service\n flow scored service\n flow survey solved");
    (0..CallRecord::VOTES_MAX).for_each(|_| world.play("flow survey again"));
    world.play("flow scored again\n flow hangup");
    let votes = world.record().votes;
    let told = |vote: &Vote| (vote.agent.as_ref().map(ToString::to_string), vote.question.clone(), vote.score);
    let by_bob = |question: &str, score| (Some("bob".to_owned()), question.to_owned(), score);
    let expected = [
        (None, "early".to_owned(), None),
        by_bob("service", Some(Score { given: 4, best: 5 })),
        by_bob("solved", None),
    ];
    assert_eq!(votes.iter().take(3).map(told).collect::<Vec<_>>(), expected);
    assert_eq!(votes.len(), CallRecord::VOTES_MAX);
    let scored = votes.iter().filter(|vote| vote.question == "again" && vote.score.is_some()).count();
    assert_eq!((scored, votes.last().map(|vote| vote.score.is_some())), (1, Some(true)), "the last has its answer");
}
