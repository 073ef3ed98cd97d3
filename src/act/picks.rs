//! The weekly picks, in the manner of a playlist: the same all week, others each week, and no repeats.

use std::collections::HashSet;

use jiff::SignedDuration;

use crate::model::{Acted, Action, Outcome, ProductId, Scored};
use crate::store::TranscriptFilter;

use super::taste::Taste;
use super::{ActError, Rest, Stage, facts, recommend};

/// What was picked within so many weeks is not picked again.
const WEEKS: i64 = 26;
const WEEK: i64 = 7 * 86_400;
/// 5 January 1970, a Monday: weeks begin with it.
const MONDAY: i64 = 4 * 86_400;

/// This week's picks.
pub(super) fn of_the_week(rest: Rest<'_>, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let taste = Taste::of(stage)?;
    // What was picked for somebody is part of their history.
    let (this_week, earlier) =
        if stage.identity.uses_history() { picked(stage)? } else { (Vec::new(), HashSet::new()) };
    let cold_start = taste.is_cold();
    let all = recommend::best(&taste, stage, 0, usize::MAX, &|id| !earlier.contains(id) && rest.has(id))?;
    // What was picked on Monday stays picked on Friday, as far as it can still be had.
    let (kept, others): (Vec<Scored>, Vec<Scored>) =
        all.into_iter().partition(|item| this_week.contains(&item.product.id));
    let mut items = kept;
    items.sort_by_key(|item| this_week.iter().position(|id| *id == item.product.id));
    items.extend(others);
    items.truncate(stage.page);
    facts(Outcome::Picks { items, cold_start })
}

/// What this shopper was shown as picks: this week, in that order, and in the weeks before.
fn picked(stage: &Stage<'_>) -> Result<(Vec<ProductId>, HashSet<ProductId>), ActError> {
    let week = |at: jiff::Timestamp| (at.as_second() - MONDAY).div_euclid(WEEK);
    let filter = TranscriptFilter {
        shopper: Some(stage.identity.shopper.clone()),
        since: stage.now.checked_sub(SignedDuration::from_secs(WEEKS * WEEK)).ok(),
        ..TranscriptFilter::default()
    };
    let (mut this_week, mut earlier) = (Vec::new(), HashSet::new());
    stage.store.each_turn(&filter, &mut |turn| {
        for step in turn.steps().filter(|step| step.action == Action::Picks) {
            let ids = step.products.iter().map(|shown| shown.product.clone());
            match week(turn.at) == week(stage.now) {
                true => this_week = ids.collect(),
                false => earlier.extend(ids),
            }
        }
        true
    })?;
    Ok((this_week, earlier))
}
