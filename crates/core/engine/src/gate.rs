//! Which new calls a node takes while its disk is short of room.
//!
//! The gate shuts before the recorder stops: a call that is recorded is not accepted when its recording could not be
//! begun, and what runs is recorded to its end. It opens again only when there is more room than made it shut, so that it
//! does not flutter.

use bell_ivr::Recording;
use bell_types::Cause;

/// Which new calls a node takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// All.
    #[default]
    Open,
    /// Only those that are not recorded.
    Unrecorded(Cause),
    /// None.
    Shut(Cause),
}

/// What the shell found room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Whether the journal takes more than what running calls need.
    pub journal: bool,
    /// The octets that are free where recordings are written; none if the disk cannot be asked.
    pub recordings_free: Option<u64>,
}

/// How much of the disk is kept, and for what, in octets; and when it asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskPolicy {
    /// With less free than this nothing is recorded.
    pub recording_reserve: u64,
    /// With less free than this no call is taken that would be recorded.
    pub recording_gate_shut: u64,
    /// From so much on it is taken again.
    pub recording_gate_open: u64,
    /// With a smaller share of the disk free than this somebody should make room, in percent.
    pub low_percent: u16,
    /// With a smaller share than this somebody must make room now.
    pub critical_percent: u16,
}

impl Gate {
    /// The gate after a look at the disk.
    #[must_use]
    pub fn after(self, room: Room, policy: &DiskPolicy) -> Self {
        if !room.journal {
            return Self::Shut(Cause::DiskFull);
        }
        let needed = match self {
            Self::Open => policy.recording_gate_shut,
            Self::Unrecorded(_) | Self::Shut(_) => policy.recording_gate_open,
        };
        match room.recordings_free {
            Some(free) if free >= needed => Self::Open,
            Some(_) | None => Self::Unrecorded(Cause::DiskFull),
        }
    }

    /// Why a call with such a flow is refused, if it is.
    pub const fn refuses(self, recording: Recording) -> Option<Cause> {
        match (self, recording) {
            (Self::Open, _) | (Self::Unrecorded(_), Recording::Off) => None,
            (Self::Unrecorded(cause), Recording::On) | (Self::Shut(cause), _) => Some(cause),
        }
    }

    /// Why it is not open, if it is not.
    pub const fn cause(self) -> Option<Cause> {
        self.refuses(Recording::On)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: DiskPolicy = DiskPolicy {
        recording_reserve: 10,
        recording_gate_shut: 20,
        recording_gate_open: 30,
        low_percent: 20,
        critical_percent: 10,
    };

    #[track_caller]
    fn check(looks: &[(bool, Option<u64>, Gate)]) {
        let mut gate = Gate::Open;
        for &(journal, recordings_free, expected) in looks {
            gate = gate.after(Room { journal, recordings_free }, &POLICY);
            assert_eq!(gate, expected, "journal {journal}, {recordings_free:?} free, of {looks:?}");
        }
    }

    const UNRECORDED: Gate = Gate::Unrecorded(Cause::DiskFull);
    const SHUT: Gate = Gate::Shut(Cause::DiskFull);

    /// REC-24: storage is full before a recording is lost.
    #[test]
    fn rec_24_the_gate_for_recorded_calls_shuts_before_the_recorder_stops() {
        check(&[(true, Some(20), Gate::Open), (true, Some(19), UNRECORDED)]);
        assert_eq!(UNRECORDED.refuses(Recording::On), Some(Cause::DiskFull));
        assert_eq!(UNRECORDED.refuses(Recording::Off), None);
    }

    #[test]
    fn the_gate_opens_later_than_it_shut() {
        check(&[
            (true, Some(19), UNRECORDED),
            (true, Some(20), UNRECORDED),
            (true, Some(29), UNRECORDED),
            (true, Some(30), Gate::Open),
            (true, Some(29), Gate::Open),
        ]);
    }

    #[test]
    fn without_room_for_the_journal_no_call_is_taken() {
        check(&[
            (false, Some(1000), SHUT),
            (true, Some(29), UNRECORDED),
            (false, None, SHUT),
            (true, Some(30), Gate::Open),
        ]);
        assert_eq!(SHUT.refuses(Recording::Off), Some(Cause::DiskFull));
    }

    #[test]
    fn a_disk_that_cannot_be_asked_records_nothing() {
        check(&[(true, None, UNRECORDED)]);
    }
}
