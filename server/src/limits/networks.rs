//! Counters of what somebody tries, and of what comes from a network: with IPv6 also from the wider
//! ones it lies in. Tests: `tests.rs`.

use std::{num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// What is counted; keys are hashes, so no address of a person stays in memory.
pub(super) type Key = [u8; 16];
pub(super) type Counter = DefaultKeyedRateLimiter<Key>;

/// How many times as much is let in from an IPv6 /64 and from the /56 and the /48 it lies in. A
/// household is given one or the other, and has no more people for it.
const WIDER: [u32; 3] = [1, 4, 16];

/// The same where what counts is how many live there: of a /56 no more than of a /64.
const WIDER_BY_HOUSEHOLD: [u32; 3] = [1, 1, 4];

/// Counters of networks, and of the wider ones they lie in.
#[derive(Debug)]
pub(super) struct Networks([Counter; WIDER.len()]);

impl Networks {
    pub(super) fn new(at_once: u32, then_one_each: Duration) -> Self {
        Self::wider_by(WIDER, at_once, then_one_each)
    }

    /// Where somebody with a line to himself is let in no oftener than his neighbour: the /56 of a line
    /// counts as one network, a /48 as four.
    pub(super) fn by_household(at_once: u32, then_one_each: Duration) -> Self {
        Self::wider_by(WIDER_BY_HOUSEHOLD, at_once, then_one_each)
    }

    fn wider_by(times: [u32; 3], at_once: u32, then_one_each: Duration) -> Self {
        Self(times.map(|times| counter(at_once * times, then_one_each / times)))
    }

    /// The counters for each of [`ClientKey::networks`](app::limits::ClientKey::networks).
    pub(super) fn counters(&self) -> impl Iterator<Item = &Counter> {
        self.0.iter()
    }

    pub(super) fn forget_old(&self) {
        self.0.iter().for_each(forget);
    }
}

/// So many at once, then one each.
pub(super) fn counter(at_once: u32, then_one_each: Duration) -> Counter {
    let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(then_one_each).unwrap_or_else(|| Quota::per_minute(at_once));
    RateLimiter::keyed(quota.allow_burst(at_once))
}

/// Forgets whom nothing is counted of any more.
pub(super) fn forget(counter: &Counter) {
    counter.retain_recent();
    counter.shrink_to_fit();
}
