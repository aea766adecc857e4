use std::time::Duration;

use bell_types::{Mono, SilenceCause};

use super::{Expecting, Silence, SilenceConfig, SilenceWatch};

const CONFIG: SilenceConfig = SilenceConfig {
    no_packets_after: Duration::from_secs(2),
    silent_packets_after: Duration::from_secs(8),
    silence_dbov: -60,
    sound_dbov: -55,
    refused_min: 10,
    gone_after: Duration::from_secs(30),
};

/// Runs lines of `from-to what` in seconds, `what` every 20 ms: `sound`, `quiet`, `faint`, `source`, `format`, `none`,
/// `hold`, `resume`. Returns the trace `second:what`.
fn check(script: &str, expected: &str) {
    let mut watch = SilenceWatch::new(CONFIG, Mono::ZERO);
    let mut trace = Vec::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (times, what) = line.split_once(' ').unwrap();
        let (from, to) = times.split_once('-').unwrap();
        let tenths = |text: &str| text.parse::<u64>().unwrap() * 50;
        for step in tenths(from)..tenths(to) {
            let now = Mono::from_micros(step * 20_000);
            // As the host does: deadlines first, as they fall due.
            if watch.poll_timeout().is_some_and(|deadline| deadline <= now) {
                watch.tick(now);
            }
            match what {
                "sound" => watch.packet(now, Some(-20)),
                "faint" => watch.packet(now, Some(-57)),
                "quiet" => watch.packet(now, Some(-80)),
                "unmeasured" => watch.packet(now, None),
                "source" => watch.wrong_source(now),
                "format" => watch.wrong_format(now),
                "hold" => watch.expect(now, Expecting::Nothing),
                "resume" => watch.expect(now, Expecting::Packets),
                _ => assert_eq!(what, "none"),
            }
            while let Some(seen) = watch.poll_output() {
                let text = match seen {
                    Silence::Began(SilenceCause::NoPackets) => "no_packets",
                    Silence::Began(SilenceCause::SilentPackets) => "silent_packets",
                    Silence::Began(SilenceCause::WrongSource) => "wrong_source",
                    Silence::Began(SilenceCause::WrongFormat) => "wrong_format",
                    Silence::Ended => "ended",
                    Silence::Gone => "gone",
                };
                trace.push(format!("{}:{text}", step / 50));
            }
        }
    }
    assert_eq!(trace.join(" "), expected, "{script}");
}

#[test]
fn dia_04_sound_is_no_silence() {
    check("0-60 sound", "");
    check("0-60 unmeasured", "");
    check("0-60 faint", "");
}

#[test]
fn dia_04_no_packets_at_all_is_a_silence_and_then_the_end() {
    check("0-10 sound\n 10-60 none", "11:no_packets 39:gone");
    check("0-60 none", "2:no_packets 30:gone");
    check("0-5 none\n 5-9 sound", "2:no_packets 5:ended");
}

#[test]
fn dia_04_a_muted_microphone_is_named() {
    check("0-10 sound\n 10-30 quiet\n 30-40 sound", "17:silent_packets 30:ended");
    check("0-10 sound\n 10-20 quiet\n 20-30 faint", "17:silent_packets");
    check("0-10 sound\n 10-17 quiet\n 17-18 sound\n 18-25 quiet", "");
}

#[test]
fn dia_04_refused_packets_are_named() {
    check("0-5 sound\n 5-12 source\n 12-15 sound", "6:wrong_source 12:ended");
    check("0-5 sound\n 5-12 format\n 12-15 sound", "6:wrong_format 12:ended");
    check("0-5 sound\n 5-8 none\n 8-12 source", "6:no_packets 8:ended 8:wrong_source");
}

#[test]
fn dia_04_refused_packets_beside_good_ones_are_no_silence() {
    let mut watch = SilenceWatch::new(CONFIG, Mono::ZERO);
    for step in 0..3000 {
        let now = Mono::from_micros(step * 20_000);
        watch.wrong_source(now);
        watch.packet(now, Some(-20));
        assert_eq!(watch.poll_output(), None);
    }
}

#[test]
fn dia_04_on_hold_nothing_is_expected() {
    check("0-5 sound\n 5-6 hold\n 6-60 none\n 60-61 resume\n 61-70 sound", "");
    check("0-5 none\n 5-6 hold\n 6-60 none", "2:no_packets 5:ended");
    check("0-5 sound\n 5-6 hold\n 6-60 none\n 60-61 resume\n 61-70 none", "62:no_packets");
}

#[test]
fn dia_04_packets_that_change_from_none_to_silent_change_the_cause() {
    check("0-5 none\n 5-20 quiet", "2:no_packets 5:ended 8:silent_packets");
}
