//! Where the words of the catalogue stand in `index/`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Finding, Place, Spot};
use crate::model::{CategoryPath, EntityKind, Vocabulary};
use crate::problem::{Report, nearest};
use crate::text::key;
use crate::yaml::tree::{self, Text};

/// The texts of the files under `index/` that hold words, as far as they are there.
#[derive(Debug, Default)]
pub struct Stock {
    /// Kind and value → the cell in which it stands first, and how many products have it.
    values: HashMap<(EntityKind, String), (Place, usize)>,
    /// The categories that `synonyms.yaml` names.
    categories: Vec<Text>,
}

const PRODUCTS: &str = "index/products.csv";
const SYNONYMS: &str = "index/synonyms.yaml";

impl Stock {
    /// Reads the texts of `index/products.csv` and `index/synonyms.yaml`; what cannot be read has no places.
    pub fn read(products: Option<&str>, synonyms: Option<&str>) -> Stock {
        let mut stock = Stock::default();
        if let Some(text) = products {
            stock.read_products(text);
        }
        if let Some(text) = synonyms {
            let mut report = Report::new(Path::new(SYNONYMS));
            let node = tree::read(text, &mut report);
            let entries = node.as_ref().and_then(|node| node.map(&mut report)).unwrap_or_default();
            let categories = entries.iter().find(|(name, _)| name.text == "categories");
            let names = categories.and_then(|(_, node)| node.map(&mut report)).unwrap_or_default();
            stock.categories = names.iter().map(|(name, _)| name.clone()).collect();
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

/// Other names for categories that no product is in.
pub(super) fn check_categories(stock: &Stock, vocabulary: &Vocabulary, found: &mut Vec<Finding>) {
    let known: Vec<(String, String)> =
        vocabulary.categories.iter().map(|path| (path.to_string(), path.leaf().to_owned())).collect();
    for name in &stock.categories {
        let wanted = key(&CategoryPath::parse(&name.text).to_string());
        if known.iter().any(|(path, leaf)| key(path) == wanted || key(leaf) == wanted) {
            continue;
        }
        let Text { place: Place { line, column }, text } = name.clone();
        let message = format!("no product is in the category {text:?}, so its other names find nothing");
        let at = Spot { file: PathBuf::from(SYNONYMS), line, column, focus: None, note: String::new() };
        let lower: Vec<String> = known.iter().map(|(_, leaf)| leaf.to_lowercase()).collect();
        let near = nearest(&text, lower.iter().map(String::as_str));
        let near = near.and_then(|near| lower.iter().position(|leaf| leaf == near)).map(|i| &known[i].1);
        let help = match near {
            Some(near) => format!("did you mean {near:?}?"),
            None => "write a category path of the products, or its last level".to_owned(),
        };
        found.push(Finding::warning("category", at, message).help(help));
    }
}
