//! Makes ids that sort by time. Randomness comes from the seed: tests and replays pass their own.

use std::sync::Mutex;

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ulid::Ulid;

use crate::model::{EventId, TurnId};

/// The source of all ids of one process.
pub struct Ids(Mutex<(StdRng, Ulid)>);

impl Ids {
    /// Unguessable ids, for serving.
    pub fn random() -> Self {
        Ids(Mutex::new((StdRng::from_rng(&mut rand::rng()), Ulid::nil())))
    }

    /// The same ids each time, for replays.
    pub fn seeded(seed: u64) -> Self {
        Ids(Mutex::new((StdRng::seed_from_u64(seed), Ulid::nil())))
    }

    /// The id of a turn handled at `at`.
    pub fn turn(&self, at: Timestamp) -> TurnId {
        TurnId(self.next(at))
    }

    /// The id of an event that happened at `at`.
    pub fn event(&self, at: Timestamp) -> EventId {
        EventId(self.next(at))
    }

    /// Within one millisecond the ids count up, so that the events of a turn keep their order.
    fn next(&self, at: Timestamp) -> Ulid {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        let mut guard = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (rng, last) = &mut *guard;
        let random = (u128::from(rng.next_u64()) << 16) | u128::from(rng.next_u32() & 0xffff);
        let fresh = Ulid::from_parts(millis, random);
        let same_millisecond = last.timestamp_ms() == millis;
        let id = if same_millisecond { last.increment().unwrap_or(fresh) } else { fresh };
        *last = id;
        id
    }
}
