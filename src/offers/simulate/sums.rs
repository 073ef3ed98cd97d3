//! From reduced lines to figures.

use super::{Answer, Reduced};

/// Pieces of one line that cost less, in the shop's currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    /// How many.
    pub pieces: u32,
    /// What one cost in the log.
    pub list: f64,
    /// What it costs with the offer.
    pub price: f64,
    /// What it is taken to cost the shop.
    pub cost: f64,
}

/// The elasticities that are shown whatever the log says.
const SHOWN: [f64; 7] = [0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0];
/// No demand answers more strongly than that.
const STEEPEST: f64 = -20.0;

pub(super) fn reduced(lines: &[Line]) -> Reduced {
    let mut sum = Reduced::default();
    for line in lines {
        let pieces = f64::from(line.pieces);
        sum.pieces += u64::from(line.pieces);
        sum.list += pieces * line.list;
        sum.spend += pieces * (line.list - line.price);
        sum.margin_before += pieces * (line.list - line.cost);
    }
    sum
}

/// Constant elasticity: of what costs p instead of l, (p ÷ l)^ε times as much is bought.
pub(super) fn answer(lines: &[Line], elasticity: f64) -> Answer {
    let (mut pieces, mut revenue, mut margin) = (0.0, 0.0, 0.0);
    for line in lines {
        // Nothing is bought infinitely often because it is free.
        let ratio = (line.price / line.list).max(0.01);
        let bought = f64::from(line.pieces) * ratio.powf(elasticity);
        pieces += bought;
        revenue += bought * line.price;
        margin += bought * (line.price - line.cost);
    }
    Answer { elasticity, pieces, revenue, margin, change: margin - reduced(lines).margin_before }
}

pub(super) fn sensitivity(lines: &[Line], estimated: Option<f64>) -> Vec<Answer> {
    let mut all: Vec<f64> = SHOWN.into_iter().chain(estimated).collect();
    all.sort_by(|a, b| b.total_cmp(a));
    all.into_iter().map(|elasticity| answer(lines, elasticity)).collect()
}

/// Where the margin is as it was, by bisection: it grows with every step of elasticity as long as prices are above cost.
pub(super) fn break_even(lines: &[Line]) -> Option<f64> {
    let (mut flat, mut steep) = (0.0, STEEPEST);
    if lines.is_empty() || answer(lines, steep).change < 0.0 {
        return None;
    }
    for _ in 0..60 {
        let middle = (flat + steep) / 2.0;
        if answer(lines, middle).change < 0.0 { flat = middle } else { steep = middle }
    }
    Some(steep)
}
