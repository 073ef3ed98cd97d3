//! The figures of all shoppers, against which "the top tenth" is held.

use std::collections::BTreeMap;

use super::{Figures, Measure};

/// Of each measure the figures of everybody who has one, lowest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Population {
    sorted: BTreeMap<Measure, Vec<f64>>,
}

impl Population {
    /// Of everybody.
    pub fn of<'f>(all: impl Iterator<Item = &'f Figures>) -> Self {
        let mut sorted: BTreeMap<Measure, Vec<f64>> = BTreeMap::new();
        for figures in all {
            for measure in Measure::ALL {
                sorted.entry(measure).or_default().extend(figures.get(measure));
            }
        }
        sorted.values_mut().for_each(|values| values.sort_by(f64::total_cmp));
        Population { sorted }
    }

    /// How many have a figure of this measure.
    pub fn size(&self, measure: Measure) -> usize {
        self.sorted.get(&measure).map_or(0, Vec::len)
    }

    /// The lowest figure of the highest `share` of those who have one. Where so many have the same that they would be far
    /// more than that share, none of those is in it, and nobody with a figure of nothing is; infinite where nobody is left.
    /// There is no share of a single shopper.
    pub fn top(&self, measure: Measure, share: f64) -> Option<f64> {
        let values = self.sorted.get(&measure).filter(|values| values.len() > 1)?;
        let within = within(share, values.len());
        let bound = values[values.len() - within];
        let tied = values.len() - values.partition_point(|value| *value < bound);
        if bound > 0.0 && !far_more(tied, within) {
            return Some(bound);
        }
        let above = values.partition_point(|value| *value <= bound.max(0.0));
        Some(values.get(above).copied().unwrap_or(f64::INFINITY))
    }

    /// The highest figure of the lowest `share` of those who have one; of those who have the same, as with
    /// [`Population::top`].
    pub fn bottom(&self, measure: Measure, share: f64) -> Option<f64> {
        let values = self.sorted.get(&measure).filter(|values| values.len() > 1)?;
        let within = within(share, values.len());
        let bound = values[within - 1];
        if !far_more(values.partition_point(|value| *value <= bound), within) {
            return Some(bound);
        }
        let below = values.partition_point(|value| *value < bound);
        Some(below.checked_sub(1).map_or(f64::NEG_INFINITY, |last| values[last]))
    }

    /// The share of those whose figure is lower, 0 to 1.
    pub fn below(&self, measure: Measure, figure: f64) -> Option<f64> {
        let values = self.sorted.get(&measure).filter(|values| !values.is_empty())?;
        Some(values.partition_point(|value| *value < figure) as f64 / values.len() as f64)
    }
}

/// How many a share is of, one at least.
fn within(share: f64, all: usize) -> usize {
    ((share * all as f64).ceil() as usize).clamp(1, all)
}

/// By half as many again as were asked for.
fn far_more(tied: usize, within: usize) -> bool {
    2 * tied > 3 * within
}
