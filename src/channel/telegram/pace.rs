//! How fast messages may go out: per chat, per group, and for the whole bot.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// One message per `every` in the long run, `burst` at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The long-run distance between two messages.
    pub every: Duration,
    /// How many may go at once after a pause; at least 1.
    pub burst: u32,
}

/// Telegram's limits, which are not exact and may be exceeded a little for a short time: about one message a second in
/// a chat, twenty a minute in a group, thirty a second in all (<https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// In one private chat.
    pub private: Rate,
    /// In one group.
    pub group: Rate,
    /// Of the whole bot.
    pub overall: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Rates {
            private: Rate { every: Duration::from_secs(1), burst: 6 },
            group: Rate { every: Duration::from_secs(3), burst: 6 },
            overall: Rate { every: Duration::from_millis(34), burst: 20 },
        }
    }
}

/// Chats whose pace is remembered before those that have long been free are forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Default)]
struct Slots {
    chats: HashMap<i64, Instant>,
    overall: Option<Instant>,
}

/// Hands out the moments at which messages may go.
pub(super) struct Pace {
    rates: Rates,
    slots: Mutex<Slots>,
}

impl Pace {
    pub(super) fn new(rates: Rates) -> Self {
        Pace { rates, slots: Mutex::default() }
    }

    /// Waits until one more message may go to `chat` (Telegram's id: groups are negative).
    pub(super) async fn turn_of(&self, chat: i64) {
        let rate = if chat < 0 { self.rates.group } else { self.rates.private };
        sleep_until(self.slot_of_chat(chat, rate)).await;
        sleep_until(self.slot_overall()).await;
    }

    fn slot_of_chat(&self, chat: i64, rate: Rate) -> Instant {
        let now = Instant::now();
        let mut slots = self.lock();
        if slots.chats.len() > REMEMBERED {
            slots.chats.retain(|_, free_at| *free_at > now);
        }
        let (at, free_at) = take(slots.chats.get(&chat).copied(), now, rate);
        slots.chats.insert(chat, free_at);
        at
    }

    fn slot_overall(&self) -> Instant {
        let mut slots = self.lock();
        let (at, free_at) = take(slots.overall, Instant::now(), self.rates.overall);
        slots.overall = Some(free_at);
        at
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The generic cell rate algorithm: `free_at` is when everything handed out so far is paid for. Gives the moment of the
/// next message and the new `free_at`.
fn take(free_at: Option<Instant>, now: Instant, rate: Rate) -> (Instant, Instant) {
    let paid = free_at.map_or(now, |at| at.max(now)) + rate.every;
    let credit = rate.every * rate.burst.max(1);
    (paid.checked_sub(credit).map_or(now, |at| at.max(now)), paid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let now = Instant::now();
        let rate = Rate { every: Duration::from_secs(1), burst: 3 };
        let mut free_at = None;
        let waits: Vec<u64> = (0..5)
            .map(|_| {
                let (at, next) = take(free_at, now, rate);
                free_at = Some(next);
                (at - now).as_secs()
            })
            .collect();
        assert_eq!(waits, [0, 0, 0, 1, 2]);
        let (at, _) = take(free_at, now + Duration::from_secs(60), rate);
        assert_eq!(at, now + Duration::from_secs(60), "after a pause the burst is there again");
    }
}
