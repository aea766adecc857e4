use std::time::Duration;

use super::{Concealed, Connection, Heard};
use crate::level::Level;
use crate::rtp::Interval;

fn connection(loss_permille: u16, delay_ms: u64, concealed: Concealed) -> Connection {
    Connection { loss_permille, delay: Duration::from_millis(delay_ms), concealed }
}

#[test]
fn ratings_are_those_of_g107() {
    // G.107 §3: the default of 93.2; G.113 table I.1 for losses; Idd of G.107 §3.4 at 400 ms, worked out by hand.
    let cases = [
        (connection(0, 0, Concealed::Yes), 93.2, 441),
        (connection(0, 100, Concealed::Yes), 93.2, 441),
        (connection(10, 0, Concealed::Yes), 89.56, 434),
        (connection(50, 0, Concealed::Yes), 77.42, 394),
        (connection(10, 0, Concealed::No), 75.28, 385),
        (connection(0, 400, Concealed::Yes), 69.06, 355),
    ];
    for (connection, rating, mos) in cases {
        assert!((connection.rating() - rating).abs() < 0.1, "{connection:?}: {}", connection.rating());
        assert!(connection.mos_centi().abs_diff(mos) <= 2, "{connection:?}: {}", connection.mos_centi());
    }
}

#[test]
fn worse_is_never_rated_better() {
    let mut last = 451;
    for loss in 0..=1000 {
        let mos = connection(loss, 50, Concealed::No).mos_centi();
        assert!(mos <= last && mos >= 100, "{loss}: {mos}");
        last = mos;
    }
    let mut last = 451;
    for delay in (0..3000).step_by(10) {
        let mos = connection(20, delay, Concealed::Yes).mos_centi();
        assert!(mos <= last && mos >= 100, "{delay} ms: {mos}");
        last = mos;
    }
}

#[test]
fn dia_04_a_report_says_what_was_heard() {
    let mut level_in = Level::new();
    level_in.add(&[16_384, -16_384]);
    let heard = Heard {
        interval: Interval { received: 240, expected: 250, ..Interval::default() },
        packets_out: 250,
        level_in,
        level_out: Level::new(),
        loss_out_permille: Some(8),
        jitter_us: 1500,
        round_trip: Some(Duration::from_millis(60)),
        buffered: Duration::from_millis(60),
        unmended_permille: None,
    };
    let report = heard.report();
    assert_eq!((report.packets_in, report.packets_out), (240, 250));
    assert_eq!((report.level_in_dbov, report.level_out_dbov), (Some(-6), None));
    assert_eq!((report.loss_in_permille, report.loss_out_permille), (40, Some(8)));
    assert_eq!((report.jitter_us, report.round_trip_us), (1500, Some(60_000)));
    assert_eq!(report.mos_centi, connection(40, 90, Concealed::Yes).mos_centi());
    let mended = Heard { unmended_permille: Some(2), ..heard }.report();
    assert_eq!((mended.loss_in_permille, mended.mos_centi), (40, connection(2, 90, Concealed::Yes).mos_centi()));
}
