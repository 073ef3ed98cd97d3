//! Times as feeds write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A time that was read, and whether it was said in relation to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The time.
    pub at: Timestamp,
    /// "12 days ago".
    pub relative: bool,
}

/// Reads ISO 8601 (`2010-12-01 08:26:00`, with or without time and zone), `12/1/2010 8:26` (month first unless it cannot
/// be one), `1.12.2010 8:26` (day first), Unix seconds or milliseconds, `12 days ago`, `in 2 days`, `yesterday`. Without
/// a zone it is UTC.
///
/// # Errors
/// A sentence that names the forms.
pub fn when(text: &str, now: Timestamp) -> Result<When, String> {
    let text = text.trim();
    if let Some(at) = relative(&text.to_lowercase(), now) {
        return Ok(When { at, relative: true });
    }
    let at = unix(text).or_else(|| iso(text)).or_else(|| with_marks(text));
    at.map(|at| When { at, relative: false })
        .ok_or_else(|| "this is no time; write it like 2026-03-01 14:30 or 12 days ago".to_owned())
}

fn relative(text: &str, now: Timestamp) -> Option<Timestamp> {
    match text {
        "now" | "today" => return Some(now),
        "yesterday" => return now.checked_sub(days(1)).ok(),
        "tomorrow" => return now.checked_add(days(1)).ok(),
        _ => {}
    }
    let (past, span) = match (text.strip_suffix(" ago"), text.strip_prefix("in ")) {
        (Some(span), _) => (true, span),
        (None, Some(span)) => (false, span),
        _ => return None,
    };
    let (number, unit) = span.trim().split_once(' ')?;
    let number: i64 = if matches!(number, "a" | "an" | "one") { 1 } else { number.parse().ok()? };
    let unit = match unit.trim().trim_end_matches('s') {
        "second" => SignedDuration::from_secs(1),
        "minute" => SignedDuration::from_mins(1),
        "hour" => SignedDuration::from_hours(1),
        "day" => days(1),
        "week" => days(7),
        "month" => days(30),
        "year" => days(365),
        _ => return None,
    };
    let span = unit.checked_mul(i32::try_from(number).ok()?)?;
    if past { now.checked_sub(span).ok() } else { now.checked_add(span).ok() }
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// 9 to 11 digits are seconds (1973 to 5138), 12 and 13 milliseconds; a fraction is allowed.
fn unix(text: &str) -> Option<Timestamp> {
    let whole = text.split('.').next()?;
    if !(9..=13).contains(&whole.len()) || !whole.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    let seconds = if whole.len() >= 12 { number / 1000.0 } else { number };
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
}

fn iso(text: &str) -> Option<Timestamp> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let date_time = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from)).ok()?;
    in_utc(date_time)
}

fn in_utc(date_time: DateTime) -> Option<Timestamp> {
    date_time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// `12/1/2010 8:26` and `1.12.2010 8:26:30`, with or without AM and PM.
fn with_marks(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let mark = ['/', '.'].into_iter().find(|mark| date.contains(*mark))?;
    let parts: Vec<i16> = date.split(mark).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if *year > 31 => (*year, *month, *day),
        [day, month, year] if mark == '.' || *day > 12 => (*year, *month, *day),
        [month, day, year] => (*year, *month, *day),
        _ => return None,
    };
    let year = if year < 100 { year + 2000 } else { year };
    let (hour, minute, second) = clock(time.trim())?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    in_utc(DateTime::new(date.year(), date.month(), date.day(), hour, minute, second, 0).ok()?)
}

fn clock(time: &str) -> Option<(i8, i8, i8)> {
    if time.is_empty() {
        return Some((0, 0, 0));
    }
    let lower = time.to_lowercase();
    let (bare, noon) = match (lower.strip_suffix("pm"), lower.strip_suffix("am")) {
        (Some(bare), _) => (bare.trim_end(), Some(true)),
        (_, Some(bare)) => (bare.trim_end(), Some(false)),
        _ => (lower.as_str(), None),
    };
    let mut parts = bare.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let hour = match noon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    Some((hour, minute, second))
}
