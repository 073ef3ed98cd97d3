//! What the further columns of a feed hold: words, yes and no, or amounts.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Column, Facet, Product, RATING};
use crate::text::units::{self, Unit};

/// A column with more different words than this is prose: searched, but nothing to choose from.
const WORDS: usize = 500;
/// A longer value is prose too, in characters.
pub(super) const LONGEST: usize = 60;
/// Amounts are kept one by one up to so many.
const AMOUNTS: usize = 500;
/// A column holds amounts when at least this share of its values are amounts of one dimension.
const MOSTLY: f64 = 0.9;
/// How feeds write yes and no.
const YES: [&str; 5] = ["yes", "true", "y", "ja", "1"];
const NO: [&str; 5] = ["no", "false", "n", "nein", "0"];

/// The amounts of a product, column by column, in the smallest unit of their dimension.
pub(super) fn amounts(product: &Product) -> BTreeMap<&str, Vec<f64>> {
    let columns = product.attributes.iter().filter(|(name, _)| is_column(name));
    let numbers = columns.map(|(name, values)| {
        let of = |value: &String| measured(name, value).map(|(number, unit)| number * factor(unit.as_ref()));
        (name.as_str(), values.iter().filter_map(of).collect::<Vec<f64>>())
    });
    let mut all: BTreeMap<&str, Vec<f64>> = numbers.filter(|(_, values)| !values.is_empty()).collect();
    if let Some((number, _)) = stars(product).and_then(|stars| units::amount(&stars)) {
        all.insert(RATING, vec![number]);
    }
    all
}

/// The rating as a column of the feed would hold it; `None` where one of that name does.
pub(super) fn stars(product: &Product) -> Option<String> {
    let own = product.attributes.contains_key(RATING);
    product.rating.filter(|_| !own).map(|rating| format!("{rating} ★"))
}

/// Whether a column is none of the kinds that code knows.
pub(super) fn is_column(name: &str) -> bool {
    Facet::from(name).kind().is_none()
}

/// An amount; a bare number has the unit that the column's name ends in: `weight_kg`, `height (cm)`.
fn measured(column: &str, value: &str) -> Option<(f64, Option<Unit>)> {
    let (number, unit) = units::amount(value)?;
    Some((number, unit.or_else(|| unit_of_name(column).cloned())))
}

fn unit_of_name(column: &str) -> Option<&'static Unit> {
    let (_, last) = column.trim_end_matches(')').rsplit_once(['_', '(', ' '])?;
    units::known_unit(last)
}

fn factor(unit: Option<&Unit>) -> f64 {
    unit.map_or(1.0, |unit| unit.factor)
}

/// Gathers what a column holds as products go by.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    values: usize,
    yes_or_no: usize,
    yes: BTreeSet<String>,
    prose: bool,
    words: BTreeSet<String>,
    dimensions: BTreeMap<String, Dimension>,
}

#[derive(Debug, Default)]
struct Dimension {
    values: usize,
    units: BTreeMap<String, usize>,
    known: BTreeSet<i64>,
}

impl Gathered {
    pub fn add(&mut self, column: &str, value: &str) {
        self.values += 1;
        let folded = value.trim().to_lowercase();
        let says_yes = YES.contains(&folded.as_str());
        if says_yes {
            self.yes.insert(value.to_owned());
        }
        self.yes_or_no += usize::from(says_yes || NO.contains(&folded.as_str()));
        self.prose |= value.chars().count() > LONGEST || self.words.len() > WORDS;
        if !self.prose && !self.words.contains(value) {
            self.words.insert(value.to_owned());
        }
        let Some((number, unit)) = measured(column, value) else { return };
        let (name, key) = unit.as_ref().map_or(("", ""), |unit| (&unit.name, &unit.dimension));
        let dimension = self.dimensions.entry(key.to_owned()).or_default();
        dimension.values += 1;
        *dimension.units.entry(name.to_owned()).or_default() += 1;
        if dimension.known.len() <= AMOUNTS {
            dimension.known.insert((number * factor(unit.as_ref()) * 1000.0).round() as i64);
        }
    }

    /// What it is, if products can be told apart by it.
    pub fn finish(self) -> Option<Column> {
        if !self.yes.is_empty() && self.yes_or_no == self.values {
            return Some(Column::Flag { yes: self.yes });
        }
        let most = self.dimensions.into_values().max_by_key(|dimension| dimension.values);
        if let Some(most) = most.filter(|most| most.values as f64 >= MOSTLY * self.values as f64) {
            let unit = most.units.into_iter().max_by_key(|(_, values)| *values).map(|(unit, _)| unit);
            let known = if most.known.len() > AMOUNTS { BTreeSet::new() } else { most.known };
            return Some(Column::Amounts { unit: unit.unwrap_or_default(), known });
        }
        (!self.prose && !self.words.is_empty()).then_some(Column::Words(self.words))
    }
}
