//! Segments that nobody has defined yet: groups of shoppers who are alike, found in what they did.

use learn::clusters::{Limits, find};
use serde::Serialize;

use super::{Figures, Measure, median};

/// More groups than this no shop can treat differently.
const GROUPS: usize = 8;
/// Distances between so many shoppers take 36 MB.
const SHOPPERS: usize = 3000;
/// What groups are made by. Money and counts are compared by their logarithms, since few spend a hundred times as much as most.
const BY: [(Measure, bool); 6] = [
    (Measure::DaysSinceOrder, false),
    (Measure::Orders, true),
    (Measure::Spent, true),
    (Measure::AverageOrder, true),
    (Measure::ReducedShare, false),
    (Measure::DaysBetweenOrders, true),
];
/// From this many standard deviations on a difference is worth a name.
const TELLING: f64 = 0.5;
/// A name has so many parts at most.
const PARTS: usize = 2;

/// Groups of shoppers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discovered {
    /// How many shoppers were looked at: those with two orders at least.
    pub shoppers: usize,
    /// Mean silhouette, −1 to 1.
    pub silhouette: f64,
    /// The same for 2, 3 … groups.
    pub tried: Vec<f64>,
    /// The largest first.
    pub clusters: Vec<Cluster>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// What sets it apart: `high spent, low days_since_order`.
    pub name: String,
    /// How many are in it.
    pub size: usize,
    /// Measure → its median, and how many standard deviations the group's mean is from that of all.
    pub figures: Vec<(&'static str, f64, f64)>,
}

/// Finds groups among shoppers who have ordered twice at least (somebody who came once has no rhythm); `None` when they
/// are too few or all alike. As many as are best apart, unless `groups` says how many.
pub fn discover(all: &[Figures], groups: Option<usize>) -> Option<Discovered> {
    let known: Vec<&Figures> =
        all.iter().filter(|figures| figures.get(Measure::DaysBetweenOrders).is_some()).collect();
    let columns: Vec<Vec<f64>> = BY.iter().map(|by| standardised(&known, *by)).collect();
    let rows: Vec<Vec<f64>> =
        (0..known.len()).map(|i| columns.iter().map(|column| column[i]).collect()).collect();
    let found = find(&rows, Limits { groups: GROUPS, exactly: groups, rows: SHOPPERS })?;
    let clusters = (0..found.sizes.len()).map(|group| {
        let members: Vec<&Figures> = known
            .iter()
            .zip(&found.of)
            .filter(|(_, of)| **of == group)
            .map(|(figures, _)| *figures)
            .collect();
        let figures = BY.iter().zip(&found.centres[group]);
        let figures: Vec<(&'static str, f64, f64)> = figures
            .map(|((measure, _), apart)| (measure.name(), median(&members, *measure).unwrap_or(0.0), *apart))
            .collect();
        Cluster { name: name(&figures), size: members.len(), figures }
    });
    let clusters = clusters.collect();
    Some(Discovered { shoppers: known.len(), silhouette: found.silhouette, tried: found.tried, clusters })
}

/// Mean 0, standard deviation 1; a figure that is missing is the mean. Cut off at three deviations, so that one
/// wholesaler does not make a group of their own.
fn standardised(all: &[&Figures], (measure, log): (Measure, bool)) -> Vec<f64> {
    let scaled = |figure: f64| if log { (1.0 + figure).ln() } else { figure };
    let values: Vec<Option<f64>> = all.iter().map(|figures| figures.get(measure).map(scaled)).collect();
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let n = known.len().max(1) as f64;
    let mean = known.iter().sum::<f64>() / n;
    let deviation = (known.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
    let standard = |value: f64| ((value - mean) / deviation.max(f64::MIN_POSITIVE)).clamp(-3.0, 3.0);
    values.into_iter().map(|value| value.map_or(0.0, standard)).collect()
}

fn name(figures: &[(&'static str, f64, f64)]) -> String {
    let mut apart: Vec<&(&'static str, f64, f64)> =
        figures.iter().filter(|(_, _, apart)| apart.abs() >= TELLING).collect();
    apart.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    let parts = apart
        .iter()
        .take(PARTS)
        .map(|(measure, _, apart)| format!("{} {measure}", if *apart > 0.0 { "high" } else { "low" }));
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "average".to_owned() } else { parts.join(", ") }
}
