//! The clock by which leases go, beside one that nobody sets. Where the clock that nodes share is put
//! forward by two hours, every lease looks over while another node still sends the mail: those that were
//! taken before are left alone for as long as a lease lasts.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use chrono::{DateTime, TimeDelta, Utc};

use super::queue::LEASE;

/// Less is no jump: a clock that the network sets right goes a little faster.
const JUMP: TimeDelta = TimeDelta::minutes(1);

/// When a lease is taken, and which are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeaseTime {
    /// Now, by the clock that all nodes share.
    pub(crate) now: DateTime<Utc>,
    /// Leases that end until then are over: now, or earlier where that clock was put forward.
    pub(crate) over: DateTime<Utc>,
}

/// What was last seen of both clocks.
#[derive(Debug, Default)]
pub(crate) struct LeaseClock(Mutex<Option<Seen>>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    wall: DateTime<Utc>,
    steady: Instant,
    /// By how much it was put forward, and when that was noticed.
    forward: Option<(TimeDelta, Instant)>,
}

impl LeaseClock {
    /// What time it is for leases where the shared clock says `wall` and ours, which nobody sets, `steady`.
    pub(crate) fn look(&self, wall: DateTime<Utc>, steady: Instant) -> LeaseTime {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let forward = last.and_then(|last| last.forward_at(wall, steady));
        *last = Some(Seen {
            wall,
            steady,
            forward,
        });
        let by = forward.map_or(TimeDelta::zero(), |(by, _)| by);
        LeaseTime {
            now: wall,
            over: wall - by,
        }
    }
}

impl Seen {
    /// By how much the clock was put forward since, or before and not long ago.
    fn forward_at(&self, wall: DateTime<Utc>, steady: Instant) -> Option<(TimeDelta, Instant)> {
        let lasts =
            |(_, at): &(TimeDelta, Instant)| steady.saturating_duration_since(*at) < LEASE_LASTS;
        let before = self.forward.filter(lasts);
        let passed = TimeDelta::from_std(steady.saturating_duration_since(self.steady));
        let jump = wall - self.wall - passed.unwrap_or_default();
        if jump.abs() <= JUMP {
            return before;
        }
        // There and back again is no jump at all.
        let by = before.map_or(TimeDelta::zero(), |(by, _)| by) + jump;
        (by > JUMP).then_some((by, steady))
    }
}

/// [`LEASE`], as clocks that nobody sets count.
const LEASE_LASTS: std::time::Duration =
    std::time::Duration::from_secs(LEASE.num_seconds().unsigned_abs());

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HOURS: i64 = 2 * 3600;

    /// Looks after so many seconds, with the clock on the wall put forward by so many; answers by how
    /// many seconds leases are looked at earlier.
    fn behind(looks: &[(u64, i64)]) -> Vec<i64> {
        let (clock, start) = (LeaseClock::default(), Instant::now());
        let look = |&(after, forward): &(u64, i64)| {
            let passed = i64::try_from(after).unwrap();
            let wall = DateTime::UNIX_EPOCH + TimeDelta::seconds(passed + forward);
            let time = clock.look(wall, start + Duration::from_secs(after));
            assert_eq!(time.now, wall);
            (time.now - time.over).num_seconds()
        };
        looks.iter().map(look).collect()
    }

    #[test]
    fn a_clock_that_goes_on_changes_nothing() {
        assert_eq!(behind(&[(0, 0), (10, 0), (900, 1), (90_000, 59)]), [0; 4]);
    }

    #[test]
    fn after_a_jump_forward_leases_are_left_alone_for_as_long_as_one_lasts() {
        let looks = [(0, 0), (10, HOURS), (11, HOURS), (309, HOURS), (310, HOURS)];
        assert_eq!(behind(&looks), [0, HOURS, HOURS, HOURS, 0]);
    }

    #[test]
    fn a_jump_is_noticed_however_long_nobody_looked() {
        assert_eq!(behind(&[(0, 0), (86_400, HOURS)]), [0, HOURS]);
    }

    #[test]
    fn there_and_back_again_is_no_jump_and_back_alone_is_none_forward() {
        let there_and_back = [(0, 0), (10, HOURS), (20, 0), (30, 0)];
        assert_eq!(behind(&there_and_back), [0, HOURS, 0, 0]);
        assert_eq!(behind(&[(0, 0), (10, -HOURS), (20, -HOURS)]), [0; 3]);
    }

    #[test]
    fn two_jumps_add_up() {
        let looks = [
            (0, 0),
            (10, HOURS),
            (20, 2 * HOURS),
            (319, 2 * HOURS),
            (320, 2 * HOURS),
        ];
        assert_eq!(behind(&looks), [0, HOURS, 2 * HOURS, 2 * HOURS, 0]);
    }
}
