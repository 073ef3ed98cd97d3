//! What messages say about columns that the program has never heard of.

use std::collections::{BTreeMap, BTreeSet};

use super::tests::read;
use crate::model::Column;

/// Columns that are no kinds of the program.
pub(super) fn columns() -> BTreeMap<String, Column> {
    let amounts = |unit: &str, known: &[i64]| Column::Amounts {
        unit: unit.to_owned(),
        known: known.iter().copied().collect(),
    };
    let words = ["vanilla", "chocolate"].map(str::to_owned);
    BTreeMap::from([
        ("ram".to_owned(), amounts("GB", &[8_000_000, 16_000_000])),
        ("ssd".to_owned(), amounts("GB", &[256_000_000, 512_000_000])),
        ("weight".to_owned(), amounts("kg", &[])),
        ("voltage".to_owned(), amounts("V", &[])),
        ("brightness".to_owned(), amounts("nits", &[])),
        ("rating".to_owned(), amounts("★", &[3_900, 4_500, 5_000])),
        ("flavour".to_owned(), Column::Words(words.into())),
        ("bluetooth".to_owned(), Column::Flag { yes: BTreeSet::from(["yes".to_owned()]) }),
    ])
}

#[test]
fn amounts_of_the_catalogues_own_columns_are_conditions() {
    let attributes = |text: &str| {
        let found = read(text);
        found.into_iter().filter(|one| one.starts_with("attribute")).collect::<Vec<_>>().join(" + ")
    };
    for (text, expected) in [
        ("16 gb ram", "attribute=ram Some(16000)..Some(16000) GB"),
        ("with 16GB of RAM", "attribute=ram Some(16000)..Some(16000) GB"),
        ("ram: 8 GB", "attribute=ram Some(8000)..Some(8000) GB"),
        ("512 gb", "attribute=ssd Some(512000)..Some(512000) GB"),
        ("under 2 kg", "attribute=weight None..Some(2000) kg"),
        ("a weight of less than 1,5 kg", "attribute=weight None..Some(1500) kg"),
        ("at least 500 grams", "attribute=weight Some(500000)..None g"),
        ("between 1 and 2 kg", "attribute=weight Some(1000)..Some(2000) kg"),
        ("1-2 kg", "attribute=weight Some(1000)..Some(2000) kg"),
        ("only 230 V", "attribute=voltage Some(230000)..Some(230000) V"),
        ("voltage 120", "attribute=voltage Some(120000)..Some(120000) V"),
        ("400 nits or more", "attribute=brightness Some(400000)..None nits"),
        ("at least 4.5 stars", "attribute=rating Some(4500)..None ★"),
        ("rating 4 and up", "attribute=rating Some(4000)..None ★"),
        ("a rating over 4", "attribute=rating Some(4000)..None ★"),
        ("4 star shoes", "attribute=rating Some(4000)..None ★"),
        ("a rating over 100", "attribute=rating"),
        ("vanilla flavour", "attribute=flavour vanilla"),
        ("the chocolate ones", "attribute=flavour chocolate"),
        ("with bluetooth", "attribute=bluetooth yes"),
    ] {
        assert_eq!(attributes(text), expected, "{text}");
    }
    assert!(!attributes("around 999999999999999999999 kg").is_empty(), "however much it is");
    for text in ["32 gb", "under 50", "size 42", "3 of them", "2 m"] {
        assert_eq!(attributes(text), "", "{text}");
    }
}
