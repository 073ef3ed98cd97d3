//! Visits that no person makes: crawlers, price watchers, scripts.
//!
//! The signs are those that the literature on web robots tells apart by access patterns alone (Tan & Kumar 2002, "Discovery
//! of web robot sessions based on their navigational patterns"): speed, regularity and breadth.

use super::{Entry, Finding, Log, Spot, some};
use crate::model::EventKind;

/// A pause of so many seconds ends a visit where the log names none: half an hour, as web analytics has it.
const PAUSE: i64 = 1800;
/// With fewer steps a visit is nobody's pattern.
const STEPS: usize = 15;
/// Nobody reads a page in a second, and goes on like that: the median of the steps.
const READS: f64 = 1.0;
/// Nobody clicks by the clock: between the first and the third quartile of the steps, as a share of their median.
const STEADY: f64 = 0.1;
/// Nobody looks at so many different products in one visit and puts none in the basket.
const BREADTH: usize = 150;

const ADVICE: &str =
    "They are no shoppers: leave them out before popularity and \"also looked at\" are learnt from the log.";

/// One visit of one shopper.
#[derive(Debug)]
struct Visit<'a> {
    steps: Vec<&'a Entry>,
    /// Whether something was put in the basket or bought meanwhile.
    wanted: bool,
}

/// The steps of all visits that look like a robot's.
pub fn find(log: &Log) -> Option<Finding> {
    let (mut rows, mut visits, mut all) = (Vec::new(), 0_usize, 0);
    for (owner, entries) in &log.owners {
        for visit in Visit::each(entries) {
            all += visit.steps.len();
            let Some(sign) = visit.sign() else { continue };
            visits += 1;
            rows.extend(visit.steps.iter().map(|entry| Spot::of(owner, entry, &format!(", {sign}"))));
        }
    }
    let what = format!(
        "{} to {}",
        some(rows.len(), ("event belongs", "events belong")),
        some(visits, ("visit that looks like a robot's", "visits that look like a robot's"))
    );
    Finding::new("robots", what, (all, "looks, clicks and searches"), ADVICE, rows)
}

impl<'a> Visit<'a> {
    /// The visits of a shopper: by the log's own sessions, else parted by pauses.
    fn each(entries: &'a [Entry]) -> Vec<Visit<'a>> {
        let mut visits: Vec<Visit<'a>> = Vec::new();
        let mut last: Option<&Entry> = None;
        for entry in entries {
            let goes_on = last.is_some_and(|last| match (&last.event.session, &entry.event.session) {
                (Some(one), Some(other)) => one == other,
                _ => entry.event.at.as_second() - last.event.at.as_second() <= PAUSE,
            });
            if !goes_on {
                visits.push(Visit { steps: Vec::new(), wanted: false });
            }
            if let Some(visit) = visits.last_mut() {
                match entry.event.kind {
                    EventKind::Viewed | EventKind::Clicked | EventKind::Searched => visit.steps.push(entry),
                    // Lines of an invoice come at once, and are one step.
                    EventKind::Carted | EventKind::Purchased => visit.wanted = true,
                    EventKind::Dismissed | EventKind::Rated | EventKind::Owned | EventKind::Held => {}
                }
            }
            last = Some(entry);
        }
        visits
    }

    /// What gives a robot away; nothing for a person.
    fn sign(&self) -> Option<String> {
        if self.steps.len() < STEPS {
            return None;
        }
        let seconds = |entry: &&Entry| entry.event.at.as_millisecond() as f64 / 1000.0;
        let mut gaps: Vec<f64> =
            self.steps.windows(2).map(|pair| seconds(&pair[1]) - seconds(&pair[0])).collect();
        gaps.sort_by(f64::total_cmp);
        let at = |share: f64| gaps[((gaps.len() - 1) as f64 * share).round() as usize];
        let (first, median, third) = (at(0.25), at(0.5), at(0.75));
        let products: std::collections::HashSet<_> =
            self.steps.iter().filter_map(|entry| entry.event.product.as_ref()).collect();
        if median <= READS {
            return Some(format!("{} steps, {median:.1} s each", self.steps.len()));
        }
        if third - first <= STEADY * median {
            return Some(format!("{} steps by the clock, every {median:.1} s", self.steps.len()));
        }
        (products.len() >= BREADTH && !self.wanted)
            .then(|| format!("{} products and nothing in the basket", products.len()))
    }
}
