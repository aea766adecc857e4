//! What a caller hears while a phone rings for him, before the answer too.

use bell_types::PromptName;
use expect_test::expect;

use super::{arrival, check, check_called, stages};
use crate::Arrival;

/// A number with a ring-back of its own.
fn with_ringback() -> Arrival {
    Arrival { ringback: PromptName::new("chime").ok(), ..arrival() }
}

/// TEL-21: the called number's own ring-back is heard before the answer, whatever music the queue has; the caller is
/// answered when an agent is.
#[test]
fn tel_21_a_caller_hears_his_numbers_ringback_before_the_answer() {
    let record = check_called(
        with_ringback(),
        "1 ready
         flow queue sales
         after 1000
         acd offer 1 alice
         2 ready
         2 ringing
         after 3000
         2 answered
         after 20
         1 answered
         after 5000
         1 bye",
        &expect![[r#"
            1 ready
                flow: Start
            flow queue sales
                1: Progress
                1: Hear(Music(chime))
                acd: Enqueue { queue: sales, priority: 0 }
            after 1000
            acd offer 1 alice
                2: OpenMedia
            2 ready
                2: Dial { to: Endpoint { endpoint: alice-phone, agent: alice }, caller: Caller { number: Some(+86138****8000), name: None } }
            2 ringing
                acd: OfferRinging(OfferId { call: 6NQRFH0000001, number: 1 })
            after 3000
            2 answered
                acd: OfferEnded(OfferId { call: 6NQRFH0000001, number: 1 }, Accepted)
                1: Answer
                1: Hear(Leg(6NQRFH0000001.2))
                2: Hear(Leg(6NQRFH0000001.1))
            after 20
            1 answered
                1: Record
                flow: Answered
            after 5000
            1 bye
                2: End(HungUp)
                acd: Released(alice)
                1: End(HungUp)
                1: Seal
                flow: Ended
        "#]],
    );
    assert_eq!(stages(&record), ["Arriving 4000", "Talk(Agent(alice)) 5020"]);
}

/// TEL-21: after the answer the queue's music is heard, and without music the number's ring-back.
#[test]
fn tel_21_a_queue_without_music_rings_as_its_number_does() {
    check_called(
        with_ringback(),
        "1 ready
         flow answer
         1 answered
         flow queue quiet
         acd announce position
         1 played
         flow leave
         flow queue sales
         1 bye",
        &expect![[r#"
            1 ready
                flow: Start
            flow answer
                1: Answer
            1 answered
                1: Record
                flow: Answered
            flow queue quiet
                1: Hear(Music(chime))
                acd: Enqueue { queue: quiet, priority: 0 }
            acd announce position
                1: Hear(Prompt { play: PlayId(1), prompt: position, barge_in: false })
            1 played
                1: Hear(Music(chime))
            flow leave
                acd: Withdraw(Withdrawn)
                1: Hear(Silence)
            flow queue sales
                1: Hear(Music(music))
                acd: Enqueue { queue: sales, priority: 0 }
            1 bye
                acd: Withdraw(Abandoned)
                1: End(HungUp)
                1: Seal
                flow: Ended
        "#]],
    );
}

/// TEL-21: a transfer rings with the number's ring-back, until the carrier sends sound of its own.
#[test]
fn tel_21_a_transfer_before_the_answer_rings_and_then_answers() {
    check_called(
        with_ringback(),
        "1 ready
         flow transfer bob
         2 ready
         2 ringing
         2 early
         2 answered
         1 answered
         2 bye",
        &expect![[r#"
            1 ready
                flow: Start
            flow transfer bob
                1: Progress
                2: OpenMedia
                1: Hear(Music(chime))
                acd: Rings(bob)
            2 ready
                2: Dial { to: Endpoint { endpoint: bob, agent: bob }, caller: Caller { number: Some(+86138****8000), name: None } }
            2 ringing
            2 early
                1: Hear(Leg(6NQRFH0000001.2))
            2 answered
                acd: Took(bob)
                1: Answer
                2: Hear(Leg(6NQRFH0000001.1))
                acd: RingsNoMore(bob)
            1 answered
                1: Record
                flow: Answered
            2 bye
                2: End(HungUp)
                acd: Served(bob)
                1: End(HungUp)
                1: Seal
                flow: Ended
        "#]],
    );
}

/// A caller who was never answered is refused when nobody takes his call.
#[test]
fn an_unanswered_caller_whom_nobody_takes_is_not_answered() {
    check(
        "1 ready
         flow queue quiet
         acd timeout
         flow hangup",
        &expect![[r#"
            1 ready
                flow: Start
            flow queue quiet
                1: Progress
                1: Hear(Ringback)
                acd: Enqueue { queue: quiet, priority: 0 }
            acd timeout
                flow: LeftQueue(TimedOut)
            flow hangup
                1: End(FlowEnded)
                flow: Ended
        "#]],
    );
}
