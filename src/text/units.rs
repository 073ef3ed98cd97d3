//! Amounts with a unit, as feeds and shoppers write them: `1.5 kg`, `500ml`, `230 V`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// What a unit measures, and how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// As it is shown: `kg`, `GB`.
    pub name: String,
    /// `mass`, `data`; a unit that the table lacks measures something of its own.
    pub dimension: String,
    /// How many of the smallest common unit of the dimension it is.
    pub factor: f64,
}

#[derive(Deserialize)]
struct Row {
    unit: String,
    dimension: String,
    factor: f64,
    also: String,
}

/// Every spelling, lower case, of the units of `units.csv`; the factors are those of the SI and of the international
/// yard and pound.
static UNITS: LazyLock<HashMap<String, Unit>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(include_str!("units.csv").as_bytes());
    let mut units = HashMap::new();
    for row in reader.deserialize::<Row>().filter_map(Result::ok) {
        let unit = Unit { name: row.unit.clone(), dimension: row.dimension, factor: row.factor };
        let also = row.also.split('|').filter(|spelling| !spelling.is_empty());
        for spelling in also.chain([row.unit.as_str()]) {
            // "mW" and "MW" would be one; shoppers write neither.
            units.entry(spelling.to_lowercase()).or_insert_with(|| unit.clone());
        }
    }
    units
});

/// The unit of that spelling; one that nobody knows stands for itself.
pub fn unit(spelling: &str) -> Unit {
    let folded = spelling.trim().trim_end_matches('.').to_lowercase();
    UNITS.get(&folded).cloned().unwrap_or_else(|| Unit {
        name: spelling.trim().to_owned(),
        dimension: folded,
        factor: 1.0,
    })
}

/// The unit of that spelling, if the table has it.
pub fn known_unit(spelling: &str) -> Option<&'static Unit> {
    UNITS.get(&spelling.trim().trim_end_matches('.').to_lowercase())
}

/// Whether a unit of two words begins so: "fl" of "fl oz".
pub fn begins_unit(word: &str) -> bool {
    static FIRSTS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| UNITS.keys().filter_map(|spelling| Some(spelling.split_once(' ')?.0)).collect());
    FIRSTS.contains(word.to_lowercase().as_str())
}

/// A number and, unless it is bare, its unit. Nothing more may stand beside them: `27 x 14 cm` is no amount.
pub fn amount(text: &str) -> Option<(f64, Option<Unit>)> {
    let text = text.trim();
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    let end = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let rest = rest.trim();
    let one_word = rest.split_whitespace().count() <= 1 || known_unit(rest).is_some();
    if !one_word || rest.chars().count() > 12 || rest.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let number = number(digits)?;
    Some((number, (!rest.is_empty()).then(|| unit(rest))))
}

/// A number with a decimal point or comma; before three digits a comma groups them: `1,200`.
pub fn number(digits: &str) -> Option<f64> {
    if !digits.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain = match digits.rsplit_once(',') {
        Some((_, last)) if last.len() == 3 => digits.replace(',', ""),
        Some(_) if !digits.contains('.') => digits.replace(',', "."),
        Some(_) => return None,
        None => digits.to_owned(),
    };
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Option<f64> {
        amount(text).map(|(number, unit)| number * unit.map_or(1.0, |unit| unit.factor))
    }

    #[test]
    fn one_amount_is_the_same_however_a_feed_writes_it() {
        for text in ["1.5 kg", "1,5 kg", "1500g", "1,500 g", "1.5 Kilograms"] {
            assert_eq!(base(text), Some(1500.0), "{text}");
        }
        assert_eq!(base("27\""), Some(685.8));
        assert_eq!(base("-5 °C"), Some(-5.0));
        assert_eq!(base("16"), Some(16.0));
    }

    #[test]
    fn a_unit_of_its_own_trade_stands_for_itself() {
        let (number, unit) = amount("800 dpi").expect("an amount");
        assert_eq!((number, unit.map(|unit| unit.dimension)), (800.0, Some("dpi".to_owned())));
    }

    #[test]
    fn what_holds_more_than_one_number_is_no_amount() {
        for text in ["27 x 14 cm", "A4", "", "kg", "10W-40", "2 of 3", "five", "1.2.3"] {
            assert_eq!(amount(text), None, "{text}");
        }
    }
}
