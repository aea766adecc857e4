use std::net::SocketAddr;
use std::time::Duration;

use bell_types::Mono;

use super::{Latch, LatchConfig, Learning, Verdict};

/// The other side declares `D`; a packet comes from `D`, from the same host's other port `d`, or from strangers.
fn address(name: char) -> SocketAddr {
    let text = match name {
        'D' => "10.0.0.1:4000",
        'd' => "10.0.0.1:4002",
        'E' => "10.0.0.9:5000",
        'X' => "203.0.113.5:6000",
        _ => "198.51.100.7:7000",
    };
    text.parse().unwrap()
}

/// Runs lines of `milliseconds what` and returns what became of each packet: `+` accepted, `!` learnt, `-` refused.
/// `what` is an address that sends, or `declare` and an address.
fn check(learning: Learning, script: &str, expected: &str) {
    let mut latch =
        Latch::new(LatchConfig { learning, settle: Duration::from_secs(1), relearn_after: Duration::from_secs(5) });
    let mut trace = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        let at: u64 = words.next().unwrap().parse().unwrap();
        let what = words.next().unwrap();
        if what == "declare" {
            latch.declare(address(words.next().unwrap().chars().next().unwrap()));
            continue;
        }
        let from = address(what.chars().next().unwrap());
        let verdict = latch.receive(Mono::from_micros(at * 1000), from);
        trace.push(match verdict {
            Verdict::Accepted => '+',
            Verdict::Learnt => '!',
            Verdict::Refused => '-',
        });
        if verdict != Verdict::Refused {
            assert_eq!(latch.target(), Some(from), "ours go where theirs come from");
        }
    }
    assert_eq!(trace, expected, "{script}");
    assert_eq!(latch.refused(), trace.matches('-').count() as u64);
}

#[test]
fn the_declared_address_is_taken_and_others_refused() {
    check(Learning::Anyone, "0 declare D\n 10 D\n 30 D\n 40 X\n 50 D\n 1040 X", "!+-+-");
}

#[test]
fn a_phone_behind_nat_is_learnt_from_its_first_packet() {
    check(Learning::Anyone, "0 declare D\n 10 X\n 30 X\n 40 Y\n 2000 Y\n 2010 X", "!+--+");
}

#[test]
fn the_declared_address_takes_over_while_things_settle() {
    check(Learning::Anyone, "0 declare D\n 10 X\n 500 D\n 510 X\n 520 D", "!!-+");
    check(Learning::Anyone, "0 declare D\n 10 X\n 900 X\n 1100 D\n 1110 X", "!+-+");
}

#[test]
fn a_re_offer_of_the_same_address_does_not_open_the_door() {
    check(Learning::Anyone, "0 declare D\n 10 X\n 2000 declare D\n 2010 Y\n 2020 X", "!-+");
}

#[test]
fn another_declared_address_begins_anew() {
    check(Learning::Anyone, "0 declare D\n 10 D\n 2000 declare E\n 2010 E\n 2020 D", "!!-");
    check(Learning::Anyone, "0 declare D\n 10 X\n 2000 declare E\n 2010 X\n 2020 X", "!!+");
}

#[test]
fn after_a_long_silence_another_address_is_learnt() {
    check(Learning::Anyone, "0 declare D\n 10 D\n 5010 X\n 5015 X\n 5020 D\n 5030 X", "!!+!-");
    check(Learning::Anyone, "0 declare D\n 10 D\n 4900 X\n 4950 D\n 5100 X", "!-+-");
}

#[test]
fn a_carrier_may_be_held_to_what_it_declares() {
    check(Learning::DeclaredOnly, "0 declare D\n 10 X\n 20 d\n 30 D\n 9000 X", "--!-");
    check(Learning::DeclaredHost, "0 declare D\n 10 X\n 20 d\n 30 d", "-!+");
}

#[test]
fn before_anything_is_declared_there_is_no_target() {
    let latch = Latch::new(LatchConfig {
        learning: Learning::Anyone,
        settle: Duration::from_secs(1),
        relearn_after: Duration::from_secs(5),
    });
    assert_eq!(latch.target(), None);
    let mut declared = latch.clone();
    declared.declare(address('D'));
    assert_eq!(declared.target(), Some(address('D')), "until a packet comes, ours go where it says");
}
