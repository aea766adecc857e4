//! How much of a call is recorded.

use std::time::Duration;

use bell_types::RecordingStatus;

use super::{TALKING, World};
use crate::{Coverage, GapPolicy, Reconciliation, RecordingRecord};

/// REC-01: what is recorded is set against what the caller was on the line for, call by call.
#[test]
fn rec_01_gaps_between_call_and_recording_are_found() {
    let policy = GapPolicy { missing_max: Duration::from_millis(100), recorded_permille_min: 999 };
    let mut world = World::new();
    world.play(TALKING);
    world.play("after 95980\n1 bye");
    let mut record = world.record();
    let mut all = Reconciliation::default();
    let mut look = |status: Option<RecordingStatus>, millis| {
        let length = Duration::from_millis(millis);
        record.recording = status.map(|status| RecordingRecord { status, length, sha256: String::new() });
        all.add(&record, &policy);
        Coverage::of(&record).map(|coverage| coverage.gap(&policy).map(|missing| missing.as_millis()))
    };
    // Answered for 99.98 s.
    let partial = |millis| Some(RecordingStatus::Partial { missing: Duration::from_millis(millis) });
    assert_eq!(look(Some(RecordingStatus::Recorded), 99_900), Some(None), "the edge of a packet");
    assert_eq!(look(Some(RecordingStatus::Recorded), 120_000), Some(None));
    assert_eq!(look(Some(RecordingStatus::Recorded), 99_000), Some(Some(980)));
    assert_eq!(look(partial(2000), 99_980), Some(Some(2000)));
    assert_eq!(look(Some(RecordingStatus::Failed { reason: "disk".to_owned() }), 0), Some(Some(99_980)));
    assert_eq!(look(None, 0), None, "its flow does not record");
    assert_eq!((all.calls, all.unrecorded, all.gaps.len()), (5, 1, 3));
    assert_eq!(all.recorded_basis_points(), 7938);
    assert_eq!(Reconciliation::default().recorded_basis_points(), 10_000);
    // A short call may lack the same few milliseconds, a long one more.
    let coverage = |answered, recorded| Coverage {
        answered: Duration::from_millis(answered),
        recorded: Duration::from_millis(recorded),
    };
    assert_eq!(coverage(1000, 900).gap(&policy), None);
    assert_eq!(coverage(1000, 899).gap(&policy), Some(Duration::from_millis(101)));
    assert_eq!(coverage(1_000_000, 999_000).gap(&policy), None);
    assert_eq!(coverage(1_000_000, 998_999).gap(&policy), Some(Duration::from_millis(1001)));
}
