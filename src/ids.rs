//! Makes ids that sort by time. Randomness comes from the seed: tests and replays pass their own.

use std::sync::Mutex;

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ulid::Ulid;

use crate::model::{EventId, TurnId};

/// The source of all ids of one process.
pub struct Ids {
    made: Mutex<(StdRng, Ulid)>,
    foreseen: Mutex<Option<TurnId>>,
}

impl Ids {
    /// Unguessable ids, for serving.
    pub fn random() -> Self {
        Ids::from(StdRng::from_rng(&mut rand::rng()))
    }

    /// The same ids each time, for replays.
    pub fn seeded(seed: u64) -> Self {
        Ids::from(StdRng::seed_from_u64(seed))
    }

    fn from(rng: StdRng) -> Self {
        Ids { made: Mutex::new((rng, Ulid::nil())), foreseen: Mutex::default() }
    }

    /// Gives the next turn this id, whenever it is handled: a conversation that is replayed chooses among variants as it
    /// did the first time.
    pub fn foresee(&self, id: TurnId) {
        *self.foreseen.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(id);
    }

    /// The id of a turn handled at `at`.
    pub fn turn(&self, at: Timestamp) -> TurnId {
        let foreseen = self.foreseen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        foreseen.unwrap_or_else(|| TurnId(self.next(at)))
    }

    /// The id of an event that happened at `at`.
    pub fn event(&self, at: Timestamp) -> EventId {
        EventId(self.next(at))
    }

    /// Within one millisecond the ids count up, so that the events of a turn keep their order.
    fn next(&self, at: Timestamp) -> Ulid {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        let mut guard = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (rng, last) = &mut *guard;
        let random = (u128::from(rng.next_u64()) << 16) | u128::from(rng.next_u32() & 0xffff);
        let fresh = Ulid::from_parts(millis, random);
        let same_millisecond = last.timestamp_ms() == millis;
        let id = if same_millisecond { last.increment().unwrap_or(fresh) } else { fresh };
        *last = id;
        id
    }
}
