//! When a rule holds, by the shop's own clock.

use jiff::civil::{Date, DateTime, Time};

/// A span of the shop's local time; open where it has no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dates {
    /// From this moment on.
    pub from: Option<DateTime>,
    /// Until before this moment.
    pub until: Option<DateTime>,
}

impl Dates {
    /// Whether a moment lies in it. Without a moment only what always holds, holds.
    pub fn hold(&self, at: Option<DateTime>) -> bool {
        match at {
            Some(at) => self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until),
            None => *self == Dates::default(),
        }
    }

    /// Whether it is over at a moment.
    pub fn are_over(&self, at: DateTime) -> bool {
        self.until.is_some_and(|until| until <= at)
    }
}

/// `2026-11-20` is the beginning of that day, `2026-11-20 18:00` the minute.
pub(super) fn beginning(text: &str) -> Option<DateTime> {
    moment(text).or_else(|| Some(day(text)?.to_datetime(Time::midnight())))
}

/// `2026-11-20` is the end of that day, `2026-11-20 18:00` the minute.
pub(super) fn end(text: &str) -> Option<DateTime> {
    moment(text).or_else(|| Some(day(text)?.tomorrow().ok()?.to_datetime(Time::midnight())))
}

fn moment(text: &str) -> Option<DateTime> {
    let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
    formats.iter().find_map(|format| DateTime::strptime(format, text).ok())
}

fn day(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text).ok()
}
