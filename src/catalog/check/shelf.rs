//! The products as their files have them, sound or not.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::import::feed::{Feed, Flaw, Place as Row};
use crate::import::{self, Kind, Mapping, Numbers, Reader};
use crate::model::{CategoryPath, Currency, Product, ProductId};
use crate::problem::{Finding, Place, Problem, Severity, Spot, nearest};

use super::super::sources::each_imported;
use super::super::text::Words;
use super::Desk;
use super::table::Table;

/// Every product that can be read.
#[derive(Default)]
pub(super) struct Shelf {
    pub items: Vec<Item>,
    pub ids: HashMap<ProductId, usize>,
    /// Ids of rows that can be no products: what names them is no mistake of its own.
    refused: HashSet<String>,
    pub categories: BTreeSet<CategoryPath>,
    pub brands: BTreeSet<String>,
    /// Stems of all words of all products.
    pub stems: HashSet<String>,
    /// Columns that are attributes.
    pub kinds: BTreeSet<String>,
}

/// A product, and where it stands; one that was imported stands nowhere that a merchandiser edits.
pub(super) struct Item {
    pub product: Product,
    pub at: Option<(Arc<Table>, Row)>,
}

impl Item {
    /// Where a field stands, with the words in it that are meant.
    pub fn spot(&self, field: &str, focus: Option<&str>) -> Spot {
        match &self.at {
            Some((table, row)) => table.spot(*row, field, focus),
            None => Spot::new(Path::new(".shophand/catalog/products.jsonl"), Place::default(), ""),
        }
    }

    /// Whether a merchandiser wrote it.
    pub fn is_own(&self) -> bool {
        self.at.is_some()
    }
}

impl Shelf {
    /// Reads all product files; what is wrong with rows becomes findings.
    pub fn read(desk: &mut Desk<'_>, currency: Currency) -> Shelf {
        let mut shelf = Shelf::default();
        let imported = desk.places.imported();
        let mut any = false;
        for name in ["index/products.csv", "index/products.jsonl"] {
            if let Some(text) = desk.text(name) {
                any = true;
                shelf.read_own(desk, name, text, currency);
            }
        }
        if imported.is_file() {
            any = true;
            let read = each_imported(&imported, &mut |product, _| {
                if !shelf.ids.contains_key(&product.id) {
                    shelf.add(Item { product, at: None });
                }
                Ok(())
            });
            if let Err(error) = read {
                desk.broken(".shophand/catalog/products.jsonl", error.to_string());
            }
        }
        if !any {
            let help = "write index/products.csv or run `shophand import catalog FILE`";
            desk.broken("index/products.csv", format!("the shop has no products; {help}"));
        }
        shelf.gather();
        shelf
    }

    fn read_own(&mut self, desk: &mut Desk<'_>, name: &str, text: String, currency: Currency) {
        let path = desk.places.shop.join(name);
        let opened = Feed::open(&path)
            .and_then(|feed| Ok((Reader::new(Kind::Catalog, &Mapping::default(), &feed)?, feed)));
        let (mut reader, feed) = match opened {
            Ok((reader, feed)) => (reader, feed),
            Err(error) => return desk.broken(name, bare(&error.to_string(), &path)),
        };
        if let Err(error) = reader.require_own(&feed, &["id", "title"]) {
            desk.broken(name, bare(&error.to_string(), &path));
        }
        let decimal_comma = import::decimal_comma(&feed, &mut reader).unwrap_or_default();
        let numbers = Numbers { currency, decimal_comma };
        let table = Arc::new(Table::new(PathBuf::from(name), text, &feed, &reader));
        near_columns(&reader, &table, &mut desk.found);
        let read = feed.each(&mut |item| {
            match item {
                Ok(record) => {
                    let row = reader.row(&record);
                    negative_stock(row.get("stock"), &table, record.at, &mut desk.found);
                    match import::product(&row, &record, numbers) {
                        Ok(product) => self.add_own(product, &table, record.at, &mut desk.found),
                        Err(flaw) => {
                            self.refused.extend(row.get("id").map(str::to_owned));
                            desk.found.push(refused(&table, record.at, &flaw));
                        }
                    }
                }
                Err((at, flaw)) => desk.found.push(refused(&table, at, &flaw)),
            }
            Ok(ControlFlow::Continue(()))
        });
        if let Err(error) = read {
            desk.broken(name, bare(&error.to_string(), &path));
        }
    }

    fn add_own(&mut self, product: Product, table: &Arc<Table>, row: Row, found: &mut Vec<Finding>) {
        let item = Item { product, at: Some((Arc::clone(table), row)) };
        if let Some(first) = self.ids.get(&item.product.id) {
            let id = item.product.id.as_str();
            let message = format!("the id {id:?} is another product's already; every product needs its own");
            let mut first = self.items[*first].spot("id", None);
            "it stands here first".clone_into(&mut first.note);
            let finding = Finding::warning("broken", item.spot("id", None), message).with(first);
            found.push(Finding { severity: Severity::Error, ..finding });
            return;
        }
        self.add(item);
    }

    fn add(&mut self, item: Item) {
        self.ids.insert(item.product.id.clone(), self.items.len());
        self.items.push(item);
    }

    fn gather(&mut self) {
        let mut words = Words::new();
        for Item { product, .. } in &self.items {
            for n in 1..=product.category.0.len() {
                self.categories.insert(CategoryPath(product.category.0[..n].to_vec()));
            }
            if !product.brand.is_empty() {
                self.brands.insert(product.brand.clone());
            }
            let attributes = product.attributes.values().flatten();
            let several = product.category.0.iter().chain(&product.colours).chain(attributes);
            let texts = [&product.title, &product.brand, &product.description].into_iter().chain(several);
            texts.for_each(|text| self.stems.extend(words.stems(text)));
            self.kinds.extend(product.attributes.keys().cloned());
        }
    }

    /// Whether a product file has a row of this id, sound or not.
    pub fn has_row(&self, id: &str) -> bool {
        let sold = ProductId::parse(id).is_ok_and(|id| self.ids.contains_key(&id));
        sold || self.refused.contains(id)
    }

    /// Whether some product has all words of a text somewhere, as far as single words tell.
    pub fn has_words(&self, text: &str, words: &mut Words) -> bool {
        let stems = words.stems(text);
        !stems.is_empty() && stems.iter().all(|stem| self.stems.contains(stem))
    }
}

/// The importer's message without the path, which stands before it already.
fn bare(message: &str, path: &Path) -> String {
    message.strip_prefix(&format!("{}: ", path.display())).unwrap_or(message).to_owned()
}

fn refused(table: &Table, row: Row, flaw: &Flaw) -> Finding {
    let Flaw { field, value, reason } = flaw;
    let focus = value.strip_suffix('…').unwrap_or(value);
    let message = if value.is_empty() { reason.clone() } else { format!("{field} {value:?}: {reason}") };
    let Spot { file, line, column, focus, .. } = table.spot(row, field, Some(focus));
    Problem { file, line, column, message, suggestion: None, focus, other: None }.into()
}

/// The importer takes a negative count for an oversold product, which is sold out; in a file kept by hand it is a slip.
fn negative_stock(stock: Option<&str>, table: &Table, row: Row, found: &mut Vec<Finding>) {
    if let Some(stock) = stock.filter(|stock| stock.starts_with('-')) {
        let message = format!("there cannot be {stock} pieces in stock; it counts as sold out");
        let finding = Finding::warning("stock", table.spot(row, "stock", Some(stock)), message);
        found.push(finding.help("write 0 when it is sold out"));
    }
}

/// A column that is nearly called like one of the program's becomes an attribute that nobody asks for.
fn near_columns(reader: &Reader, table: &Table, found: &mut Vec<Finding>) {
    let missing: Vec<&str> = Reader::PRODUCT_FIELDS.into_iter().filter(|field| !reader.has(field)).collect();
    for (i, column) in reader.columns().iter().enumerate() {
        if reader.is_placed(column) {
            continue;
        }
        let Some(meant) = nearest(column, missing.iter().copied()) else { continue };
        let message = format!("the column {column:?} is taken for an attribute");
        let help = format!("did you mean {meant:?}?");
        found.push(Finding::warning("column", table.heading(i), message).help(help));
    }
}
