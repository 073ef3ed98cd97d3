//! Times that cannot be right.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Finding, Log, Spot, some};
use crate::import::feed::Place;
use crate::model::EventKind;

/// 1995-01-01: no shop has sold over the internet before, and unset clocks say 1970.
const FIRST: i64 = 788_918_400;
/// A clock may be so far ahead of ours.
const AHEAD: i64 = 300;
const DAY: i64 = 86_400;
/// In a file in the order of time a row may be so far from its neighbours.
const JUMP: i64 = 2 * DAY;
/// A file is in the order of time if so many rows are not before the last one.
const SORTED: f64 = 0.95;
/// If so many events are at midnight sharp, the time of day was lost.
const MIDNIGHT: f64 = 0.5;
/// With fewer events nothing can be said of midnight.
const ENOUGH: usize = 50;

const ADVICE: &str = "What is learnt fades with age, and the best hour to write follows from the times. Correct the clock or \
                      the column; the rows found here are best left out.";

/// Times that are still to come, from before there were shops, out of the order of the file, or without an hour.
pub fn find(log: &Log, now: Timestamp) -> Vec<Finding> {
    let all = log.len();
    let mut found: Vec<Finding> = Vec::new();
    let mut wrong = |what: &str, is: &dyn Fn(i64) -> bool| {
        let rows = log.events().filter(|(_, entry)| is(entry.event.at.as_second()));
        let rows: Vec<Spot> = rows.map(|(owner, entry)| Spot::of(owner, entry, "")).collect();
        found.extend(Finding::new(
            "clocks",
            format!("{} {what}", some(rows.len(), ("event is", "events are"))),
            (all, "events"),
            ADVICE,
            rows,
        ));
    };
    wrong("still to come", &|at| at > now.as_second() + AHEAD);
    wrong("from before 1995", &|at| at < FIRST);
    found.extend(jumps(log));
    found.extend(midnight(log));
    found
}

/// Rows that are days away from those before and after them, in a file that is otherwise in the order of time.
fn jumps(log: &Log) -> Option<Finding> {
    let times: Vec<i64> = log.written.iter().map(|(at, _)| at.as_second()).collect();
    let rising = times.windows(2).filter(|pair| pair[0] <= pair[1]).count();
    if times.len() < ENOUGH || (rising as f64) < SORTED * (times.len() - 1) as f64 {
        return None;
    }
    let away = |i: usize| {
        let mut around: Vec<i64> = times[i.saturating_sub(3)..(i + 4).min(times.len())].to_vec();
        around.sort_unstable();
        (times[i] - around[around.len() / 2]).abs()
    };
    // Between two neighbours that are days apart there may have been holidays: what jumps also comes back.
    let back = |i: usize| {
        let next = times.get(i + 1).is_none_or(|next| (next - times[i]).abs() > JUMP);
        let before = i.checked_sub(1).is_none_or(|before| (times[before] - times[i]).abs() > JUMP);
        next && before
    };
    let rows = (0..times.len()).filter(|i| away(*i) > JUMP && back(*i));
    let spot = |i: usize| {
        let (at, place): &(Timestamp, Place) = &log.written[i];
        Spot { at: place.to_string(), says: format!("{}, between others", at.strftime("%Y-%m-%d %H:%M:%S")) }
    };
    let rows: Vec<Spot> = rows.map(spot).collect();
    let what =
        format!("{} days away from the rows before and after", some(rows.len(), ("row is", "rows are")));
    Finding::new("clocks", what, (times.len(), "rows"), ADVICE, rows)
}

/// All kinds apart: a shop's software may know when somebody clicked, and an invoice only its day.
fn midnight(log: &Log) -> Vec<Finding> {
    let mut kinds: BTreeMap<EventKind, (usize, Vec<Spot>)> = BTreeMap::new();
    for (owner, entry) in log.events() {
        let (all, sharp) = kinds.entry(entry.event.kind).or_default();
        *all += 1;
        if entry.event.at.as_second() % DAY == 0 {
            sharp.push(Spot::of(owner, entry, ""));
        }
    }
    let lost = kinds
        .into_iter()
        .filter(|(_, (all, sharp))| *all >= ENOUGH && sharp.len() as f64 >= MIDNIGHT * *all as f64);
    let finding = |(kind, (all, sharp)): (EventKind, (usize, Vec<Spot>))| {
        let name = format!("{kind:?}").to_lowercase();
        let what = format!(
            "{} of the kind {name} {} at midnight sharp: the hour was lost",
            some(sharp.len(), ("event", "events")),
            if sharp.len() == 1 { "is" } else { "are" }
        );
        Finding::new("clocks", what, (all, "events of that kind"), ADVICE, sharp)
    };
    lost.filter_map(finding).collect()
}
