//! Where the words of the catalogue stand in `index/`.

use std::collections::HashMap;
use std::path::PathBuf;

use super::{Place, Spot};
use crate::model::EntityKind;
use crate::text::key;

/// The words of `index/products.csv`, as far as it is there.
#[derive(Debug, Default)]
pub struct Stock {
    /// Kind and value → the cell in which it stands first, and how many products have it.
    values: HashMap<(EntityKind, String), (Place, usize)>,
}

const PRODUCTS: &str = "index/products.csv";

impl Stock {
    /// Reads the text of `index/products.csv`; what cannot be read has no places.
    pub fn read(products: Option<&str>) -> Stock {
        let mut stock = Stock::default();
        if let Some(text) = products {
            stock.read_products(text);
        }
        stock
    }

    fn read_products(&mut self, text: &str) {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let Ok(header) = reader.headers().cloned() else { return };
        let kinds: Vec<Option<EntityKind>> =
            header.iter().map(|name| EntityKind::from_name(name.trim())).collect();
        let lines: Vec<&str> = text.lines().collect();
        for record in reader.records().filter_map(Result::ok) {
            let line = record.position().map_or(0, |at| at.line() as usize);
            for (i, (kind, cell)) in kinds.iter().zip(&record).enumerate() {
                let Some(kind) = kind else { continue };
                for value in cell.split('|').filter(|value| !value.trim().is_empty()) {
                    let raw = line.checked_sub(1).and_then(|line| lines.get(line)).unwrap_or(&"");
                    let place = || Place { line, column: cell_column(raw, i) };
                    let entry = self.values.entry((*kind, key(value))).or_insert_with(|| (place(), 0));
                    entry.1 += 1;
                }
            }
        }
    }

    /// Where a value of products stands first, and in how many products; line and number are 0 when it is not known.
    pub(super) fn spot(&self, kind: EntityKind, value: &str) -> (Spot, usize) {
        let (place, products) = self.values.get(&(kind, key(value))).copied().unwrap_or_default();
        let Place { line, column } = place;
        let (file, focus) = match line {
            0 => (PathBuf::from("index"), None),
            _ => (PathBuf::from(PRODUCTS), Some(value.to_owned())),
        };
        (Spot { file, line, column, focus, note: String::new() }, products)
    }
}

/// The column, from 1 and in characters, at which a cell of a line of CSV begins.
fn cell_column(line: &str, cell: usize) -> usize {
    let (mut cells, mut quoted) = (0, false);
    for (i, c) in line.chars().enumerate() {
        match c {
            _ if cells == cell => return i + 1,
            '"' => quoted = !quoted,
            ',' if !quoted => cells += 1,
            _ => {}
        }
    }
    1
}
