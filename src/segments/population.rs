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

    /// The lowest figure of the highest `share` of those who have one.
    pub fn top(&self, measure: Measure, share: f64) -> Option<f64> {
        let values = self.sorted.get(&measure)?;
        let within = ((share * values.len() as f64).ceil() as usize).max(1);
        values.get(values.len().checked_sub(within)?).copied()
    }

    /// The highest figure of the lowest `share` of those who have one.
    pub fn bottom(&self, measure: Measure, share: f64) -> Option<f64> {
        let values = self.sorted.get(&measure)?;
        let within = ((share * values.len() as f64).ceil() as usize).max(1);
        values.get(within - 1).copied()
    }

    /// The share of those whose figure is lower, 0 to 1.
    pub fn below(&self, measure: Measure, figure: f64) -> Option<f64> {
        let values = self.sorted.get(&measure).filter(|values| !values.is_empty())?;
        Some(values.partition_point(|value| *value < figure) as f64 / values.len() as f64)
    }
}
