//! Call flows as ladders (RFC 3665, RFC 5359), and what loss does to them.

use expect_test::expect;

use super::pair::{FAIR, Pair, check};
use crate::Transport;

#[test]
fn rfc3665_3_1_a_call_is_answered_and_hung_up() {
    check(
        "a calls
         wait 50
         b rings
         wait 50
         b answers
         wait 50
         a ends
         wait 50",
        expect![[r#"
            0      a -> INVITE (offer)
            10     b    = incoming 4001234567 from +8613800138000 offer
            10     b <- 100 Trying
            50     b <- 180 Ringing [INVITE]
            60     a    = progress 180
            100    b <- 200 OK [INVITE] (b-sdp)
            110    a -> ACK
            110    a    = answered answer b-sdp
            120    b    = confirmed
            150    a    = ended hung_up
            150    a -> BYE Reason: Q.850;cause=16;text="Normal call clearing"
            160    b <- 200 OK [BYE]
            160    b    = ended hung_up q850=16
        "#]],
    );
}

#[test]
fn rfc3665_3_8_a_caller_gives_up() {
    check(
        "a calls\nwait 50\nb rings\nwait 50\na ends\nwait 50",
        expect![[r#"
        0      a -> INVITE (offer)
        10     b    = incoming 4001234567 from +8613800138000 offer
        10     b <- 100 Trying
        50     b <- 180 Ringing [INVITE]
        60     a    = progress 180
        100    a    = ended hung_up
        100    a -> CANCEL Reason: Q.850;cause=16;text="Normal call clearing"
        110    b <- 200 OK [CANCEL]
        110    b    = ended cancelled q850=16
        110    b <- 487 Request Terminated [INVITE]
        120    a -> ACK
    "#]],
    );
}

#[test]
fn rfc3665_3_9_a_busy_phone_refuses() {
    check(
        "a calls\nwait 50\nb rejects 486\nwait 50",
        expect![[r#"
        0      a -> INVITE (offer)
        10     b    = incoming 4001234567 from +8613800138000 offer
        10     b <- 100 Trying
        50     b    = ended busy
        50     b <- 486 Busy Here [INVITE]
        60     a -> ACK
        60     a    = ended busy 486
    "#]],
    );
}

#[test]
fn a_caller_without_an_offer_gets_one_and_answers_in_the_ack() {
    check(
        "a calls without\nwait 50\nb answers\nwait 50\na agrees\nwait 50\nb ends\nwait 50",
        expect![[r#"
        0      a -> INVITE
        10     b    = incoming 4001234567 from +8613800138000 without offer
        10     b <- 100 Trying
        50     b <- 200 OK [INVITE] (b-sdp)
        60     a    = answered offer b-sdp
        100    a -> ACK (a-sdp)
        110    b    = confirmed answer a-sdp
        150    b    = ended hung_up
        150    b <- BYE Reason: Q.850;cause=16;text="Normal call clearing"
        160    a -> 200 OK [BYE]
        160    a    = ended hung_up q850=16
    "#]],
    );
}

#[test]
fn every_message_is_lost_once_and_the_call_comes_through() {
    check(
        "lose 1\na calls\nwait 600\nlose 1\nb rings\nb answers\nwait 1000\nlose 1\na ends\nwait 1000",
        expect![[r#"
        0      a -> INVITE (offer) (lost)
        500    a -> INVITE (offer)
        510    b    = incoming 4001234567 from +8613800138000 offer
        510    b <- 100 Trying
        600    b <- 180 Ringing [INVITE] (lost)
        600    b <- 200 OK [INVITE] (b-sdp)
        610    a -> ACK
        610    a    = answered answer b-sdp
        620    b    = confirmed
        1600   a    = ended hung_up
        1600   a -> BYE Reason: Q.850;cause=16;text="Normal call clearing" (lost)
        2100   a -> BYE Reason: Q.850;cause=16;text="Normal call clearing"
        2110   b <- 200 OK [BYE]
        2110   b    = ended hung_up q850=16
    "#]],
    );
}

#[test]
fn over_tcp_nothing_is_sent_twice_but_the_answer() {
    let mut pair = Pair::with(1, FAIR, Transport::Tcp, |_, _| {});
    let ladder = pair.play("a calls\nwait 3000\nb rings\nwait 3000\nlose 1\nb answers\nwait 600\nb ends\nwait 50");
    expect![[r#"
        0      a -> INVITE (offer)
        10     b    = incoming 4001234567 from +8613800138000 offer
        10     b <- 100 Trying
        3000   b <- 180 Ringing [INVITE]
        3010   a    = progress 180
        6000   b <- 200 OK [INVITE] (b-sdp) (lost)
        6500   b <- 200 OK [INVITE] (b-sdp)
        6510   a -> ACK
        6510   a    = answered answer b-sdp
        6520   b    = confirmed
        6600   b    = ended hung_up
        6600   b <- BYE Reason: Q.850;cause=16;text="Normal call clearing"
        6610   a -> 200 OK [BYE]
        6610   a    = ended hung_up q850=16
    "#]]
    .assert_eq(ladder);
    pair.run(40_000);
    assert!(pair.is_empty());
}

#[test]
fn nobody_answers_an_invite() {
    check(
        "lose 100\na calls\nwait 33000",
        expect![[r#"
        0      a -> INVITE (offer) (lost)
        500    a -> INVITE (offer) (lost)
        1500   a -> INVITE (offer) (lost)
        3500   a -> INVITE (offer) (lost)
        7500   a -> INVITE (offer) (lost)
        15500  a -> INVITE (offer) (lost)
        31500  a -> INVITE (offer) (lost)
        32000  a    = ended timeout
    "#]],
    );
}

#[test]
fn an_answer_without_ack_ends_the_call() {
    check(
        "a calls\nwait 50\nlose 100\nb answers\nwait 33000\nlose 0\nwait 1",
        expect![[r#"
        0      a -> INVITE (offer)
        10     b    = incoming 4001234567 from +8613800138000 offer
        10     b <- 100 Trying
        50     b <- 200 OK [INVITE] (b-sdp) (lost)
        550    b <- 200 OK [INVITE] (b-sdp) (lost)
        1550   b <- 200 OK [INVITE] (b-sdp) (lost)
        3550   b <- 200 OK [INVITE] (b-sdp) (lost)
        7550   b <- 200 OK [INVITE] (b-sdp) (lost)
        11550  b <- 200 OK [INVITE] (b-sdp) (lost)
        15550  b <- 200 OK [INVITE] (b-sdp) (lost)
        19550  b <- 200 OK [INVITE] (b-sdp) (lost)
        23550  b <- 200 OK [INVITE] (b-sdp) (lost)
        27550  b <- 200 OK [INVITE] (b-sdp) (lost)
        31550  b <- 200 OK [INVITE] (b-sdp) (lost)
        32050  b    = ended not_acknowledged
        32050  b <- BYE Reason: Q.850;cause=102;text="No ACK" (lost)
        32550  b <- BYE Reason: Q.850;cause=102;text="No ACK" (lost)
    "#]],
    );
}

#[test]
fn notes_13_an_answer_that_crosses_its_cancel_is_acknowledged_and_hung_up() {
    check(
        "a calls\nwait 50\nb rings\nwait 50\nb answers\na ends\nwait 100",
        expect![[r#"
        0      a -> INVITE (offer)
        10     b    = incoming 4001234567 from +8613800138000 offer
        10     b <- 100 Trying
        50     b <- 180 Ringing [INVITE]
        60     a    = progress 180
        100    b <- 200 OK [INVITE] (b-sdp)
        100    a    = ended hung_up
        100    a -> CANCEL Reason: Q.850;cause=16;text="Normal call clearing"
        110    a -> ACK
        110    a -> BYE Reason: Q.850;cause=16;text="Normal call clearing"
        110    b <- 200 OK [CANCEL]
        120    b    = confirmed
        120    b <- 200 OK [BYE]
        120    b    = ended hung_up q850=16
    "#]],
    );
}

#[test]
fn a_call_taken_back_before_any_response_is_cancelled_with_the_first() {
    check(
        "a calls\na ends\nwait 100",
        expect![[r#"
        0      a -> INVITE (offer)
        0      a    = ended hung_up
        10     b    = incoming 4001234567 from +8613800138000 offer
        10     b <- 100 Trying
        20     a -> CANCEL Reason: Q.850;cause=16;text="Normal call clearing"
        30     b <- 200 OK [CANCEL]
        30     b    = ended cancelled q850=16
        30     b <- 487 Request Terminated [INVITE]
        40     a -> ACK
    "#]],
    );
}

#[test]
fn rfc5359_2_1_hold_and_resume() {
    check(
        "a calls
         wait 50
         b answers
         wait 50
         b offers
         wait 50
         a agrees
         wait 50
         a offers
         wait 50
         b disagrees
         wait 50
         b ends
         wait 50",
        expect![[r#"
            0      a -> INVITE (offer)
            10     b    = incoming 4001234567 from +8613800138000 offer
            10     b <- 100 Trying
            50     b <- 200 OK [INVITE] (b-sdp)
            60     a -> ACK
            60     a    = answered answer b-sdp
            70     b    = confirmed
            100    b <- INVITE (b-sdp)
            110    a -> 100 Trying
            110    a    = offer received b-sdp
            150    a -> 200 OK [INVITE] (a-sdp)
            160    b <- ACK
            160    b    = offer answered a-sdp
            200    a -> INVITE (a-sdp)
            210    b <- 100 Trying
            210    b    = offer received a-sdp
            250    b <- 488 Not Acceptable Here [INVITE]
            260    a -> ACK
            260    a    = offer failed 488
            300    b    = ended hung_up
            300    b <- BYE Reason: Q.850;cause=16;text="Normal call clearing"
            310    a -> 200 OK [BYE]
            310    a    = ended hung_up q850=16
        "#]],
    );
}

#[test]
fn notes_12_offers_that_meet_are_tried_again() {
    check(
        "a calls
         wait 50
         b answers
         wait 50
         a offers
         b offers
         wait 2100
         a agrees
         wait 2000
         b agrees
         wait 50
         a ends
         wait 50",
        expect![[r#"
            0      a -> INVITE (offer)
            10     b    = incoming 4001234567 from +8613800138000 offer
            10     b <- 100 Trying
            50     b <- 200 OK [INVITE] (b-sdp)
            60     a -> ACK
            60     a    = answered answer b-sdp
            70     b    = confirmed
            100    a -> INVITE (a-sdp)
            100    b <- INVITE (b-sdp)
            110    b <- 491 Request Pending [INVITE]
            110    a -> 491 Request Pending [INVITE]
            120    a -> ACK
            120    b <- ACK
            690    b <- INVITE (b-sdp)
            700    a -> 100 Trying
            700    a    = offer received b-sdp
            2200   a -> 200 OK [INVITE] (a-sdp)
            2210   b <- ACK
            2210   b    = offer answered a-sdp
            2220   a -> INVITE (a-sdp)
            2230   b <- 100 Trying
            2230   b    = offer received a-sdp
            4200   b <- 200 OK [INVITE] (b-sdp)
            4210   a -> ACK
            4210   a    = offer answered b-sdp
            4250   a    = ended hung_up
            4250   a -> BYE Reason: Q.850;cause=16;text="Normal call clearing"
            4260   b <- 200 OK [BYE]
            4260   b    = ended hung_up q850=16
        "#]],
    );
}
