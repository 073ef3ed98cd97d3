//! Which column holds which field: by well-known names, and as the operator says.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;

use crate::problem::nearest;
use crate::text::printable;
use crate::yaml;

use super::ImportError;
use super::feed::{Feed, Format, Record};

/// What the operator says about a feed's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Field → column; `a+b` joins two columns.
    pub columns: BTreeMap<String, String>,
    /// Whether `1.299` is 1299. Found out from the prices when it is not said.
    pub decimal_comma: Option<bool>,
}

impl Mapping {
    /// Reads a mapping file: `columns: {title: Description}` and `decimal_comma: true`.
    ///
    /// # Errors
    /// [`ImportError`] with line and column.
    pub fn load(file: &Path) -> Result<Self, ImportError> {
        let text = std::fs::read_to_string(file).map_err(|error| ImportError::read(file, error))?;
        Ok(yaml::parse(file, &text)?)
    }

    /// Of the `field=column` of a command line.
    ///
    /// # Errors
    /// As [`Mapping::add`].
    pub fn of(arguments: &[String]) -> Result<Self, ImportError> {
        let mut mapping = Mapping::default();
        arguments.iter().try_for_each(|argument| mapping.add(argument))?;
        Ok(mapping)
    }

    /// Adds one `field=column` of the command line.
    ///
    /// # Errors
    /// [`ImportError::Mapping`] when there is no `=` or one side is empty.
    pub fn add(&mut self, argument: &str) -> Result<(), ImportError> {
        match argument.split_once('=') {
            Some((field, column)) if !field.trim().is_empty() && !column.trim().is_empty() => {
                self.columns.insert(field.trim().to_owned(), column.trim().to_owned());
                Ok(())
            }
            _ => Err(ImportError::Mapping {
                mapping: argument.to_owned(),
                reason: "write it as field=column, like title=Description".to_owned(),
            }),
        }
    }
}

/// What is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Products.
    Catalog,
    /// Orders.
    Orders,
    /// Events of customers' histories.
    Events,
    /// The people themselves, for their addresses and names.
    Users,
}

impl Kind {
    /// The word of the command.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Catalog => "catalog",
            Kind::Orders => "orders",
            Kind::Events => "events",
            Kind::Users => "users",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownNames {
    fields: BTreeMap<String, Vec<String>>,
    joined: Vec<String>,
    #[serde(default)]
    invoices: BTreeMap<String, Vec<String>>,
    ignore: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnsFile {
    catalog: KnownNames,
    orders: KnownNames,
    events: KnownNames,
    users: KnownNames,
}

fn known_names(kind: Kind) -> Result<KnownNames, ImportError> {
    let file: ColumnsFile = yaml::parse(Path::new("src/import/columns.yaml"), include_str!("columns.yaml"))?;
    Ok(match kind {
        Kind::Catalog => file.catalog,
        Kind::Orders => file.orders,
        Kind::Events => file.events,
        Kind::Users => file.users,
    })
}

/// What is said of the variants of a product is read as a whole, not as columns of the product.
const VARIANTS: &str = "variants.";

/// The fields that a column feeds, each with the column's place among those of that field.
type Role = Vec<(usize, String)>;

/// A row with its texts under our names.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Field → text, only where there is one.
    pub fields: BTreeMap<String, String>,
    /// The columns that are no field: name in snake case → text.
    pub extra: BTreeMap<String, String>,
}

impl Row {
    /// The text of a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

/// Turns records into [`Row`]s.
#[derive(Debug)]
pub struct Reader {
    roles: HashMap<String, Role>,
    ignored: Vec<String>,
    joined: Vec<String>,
    columns: Vec<String>,
    /// Column as written → its plain name, so that each is worked out once.
    plain_names: HashMap<String, String>,
}

impl Reader {
    /// Settles which column is which in this feed.
    ///
    /// # Errors
    /// [`ImportError::Mapping`] when the operator named a column or a field that there is not.
    pub fn new(kind: Kind, mapping: &Mapping, feed: &Feed) -> Result<Self, ImportError> {
        let known = known_names(kind)?;
        let columns = feed.columns()?;
        let mut joined = known.joined;
        let mut roles: HashMap<String, Role> = HashMap::new();
        for (field, wanted) in &mapping.columns {
            if kind != Kind::Catalog && !known.fields.contains_key(field) {
                return Err(unknown_field(field, wanted, &known.fields));
            }
            if wanted.contains('+') {
                joined.push(field.clone());
            }
            for (place, column) in wanted.split('+').map(str::trim).enumerate() {
                if !columns.iter().any(|c| plain(c) == plain(column)) {
                    return Err(unknown_column(field, wanted, column, &columns));
                }
                roles.entry(plain(column)).or_default().push((place, field.clone()));
            }
        }
        // A column that the operator has placed feeds nothing else, and a field so fed takes no other column.
        let placed: Vec<String> = roles.keys().cloned().collect();
        let free = |name: &&String| !placed.contains(&plain(name));
        let ignored: Vec<String> = known.ignore.iter().filter(free).map(|name| plain(name)).collect();
        let mut names = known.fields;
        if is_invoices(&columns, &ignored) {
            for (field, more) in known.invoices {
                names.entry(field).or_default().extend(more);
            }
        }
        for (field, names) in names.iter().filter(|(field, _)| !mapping.columns.contains_key(*field)) {
            for (place, name) in names.iter().filter(free).enumerate() {
                roles.entry(plain(name)).or_default().push((place, field.clone()));
            }
        }
        Ok(Reader { roles, ignored, joined, columns, plain_names: HashMap::new() })
    }

    /// The feed's columns, as it writes them.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Whether any column of the feed holds this field.
    pub fn has(&self, field: &str) -> bool {
        let feeds = |column: &String| {
            self.roles.get(&plain(column)).is_some_and(|r| r.iter().any(|(_, f)| f == field))
        };
        self.columns.iter().any(feeds)
    }

    /// The fields that are a product's own; every further column is an attribute.
    pub const PRODUCT_FIELDS: [&str; 12] = super::product::OWN;

    /// Whether a column is one of the fields that the program knows, or one that it passes over.
    pub fn is_placed(&self, column: &str) -> bool {
        let name = plain(column);
        self.roles.contains_key(&name) || self.ignored.contains(&name)
    }

    /// Each column's place, from 0, with the field that it holds: one of the program's, or an attribute by its name. Where
    /// several columns could hold a field, the one that counts comes last.
    pub fn fields_by_column(&self) -> Vec<(usize, String)> {
        let mut fields: Vec<(usize, usize, String)> = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            match self.roles.get(&plain(column)) {
                Some(role) => fields.extend(role.iter().map(|(place, field)| (*place, i, field.clone()))),
                None => fields.push((0, i, snake(column))),
            }
        }
        fields.sort_by_key(|(place, i, _)| (std::cmp::Reverse(*place), *i));
        fields.into_iter().map(|(_, i, field)| (i, field)).collect()
    }

    /// Makes sure that these fields have a column, so that not every single row must be refused.
    ///
    /// # Errors
    /// [`ImportError::NoColumn`] for the first that has none.
    pub fn require(&self, feed: &Feed, fields: &[&str]) -> Result<(), ImportError> {
        let table = matches!(feed.format(), Format::Table { .. });
        match fields.iter().find(|field| table && !self.has(field)) {
            None => Ok(()),
            Some(field) => Err(ImportError::NoColumn {
                file: feed.path().to_owned(),
                field: (*field).to_owned(),
                columns: printable(&self.columns.join(", ")),
            }),
        }
    }

    /// The same for a file of the shop's own.
    ///
    /// # Errors
    /// [`ImportError::NoOwnColumn`] for the first that has none.
    pub fn require_own(&self, feed: &Feed, fields: &[&str]) -> Result<(), ImportError> {
        self.require(feed, fields).map_err(|error| match error {
            ImportError::NoColumn { file, field, columns } => {
                ImportError::NoOwnColumn { file, field, columns }
            }
            other => other,
        })
    }

    /// Whether the feed's rows are lines of invoices, many for one product.
    pub fn is_invoices(&self) -> bool {
        is_invoices(&self.columns, &self.ignored)
    }

    /// The record's texts under our names.
    pub fn row(&mut self, record: &Record) -> Row {
        let mut found: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        let mut extra = BTreeMap::new();
        record.each_text(&mut |column, text| {
            if column.starts_with(VARIANTS) {
                return;
            }
            if !self.plain_names.contains_key(column) {
                self.plain_names.insert(column.to_owned(), plain(column));
            }
            let name = &self.plain_names[column];
            if let Some(role) = self.roles.get(name) {
                for (place, field) in role {
                    found.entry(field.clone()).or_default().push((*place, text.to_owned()));
                }
            } else if !self.ignored.contains(name) {
                extra.insert(snake(column), text.to_owned());
            }
        });
        let mut fields: BTreeMap<String, String> = BTreeMap::new();
        for (field, texts) in found {
            let text = self.settle(&field, texts);
            fields.insert(field, text);
        }
        Row { fields, extra }
    }

    fn settle(&self, field: &str, mut texts: Vec<(usize, String)>) -> String {
        texts.sort_by_key(|(place, _)| *place);
        if !self.joined.iter().any(|f| f == field) {
            return texts.into_iter().next().map(|(_, text)| text).unwrap_or_default();
        }
        let mut texts: Vec<String> = texts.into_iter().map(|(_, text)| text).collect();
        texts.dedup();
        texts.join(" ")
    }
}

/// One such column may be chance ("country" of origin); two are not.
fn is_invoices(columns: &[String], ignored: &[String]) -> bool {
    columns.iter().filter(|column| ignored.contains(&plain(column))).count() > 1
}

/// A column's name without what differs between systems: `Unit Price`, `unit_price` and `UnitPrice` are one.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `Strap Material` → `strap_material`: how an attribute is called.
fn snake(name: &str) -> String {
    let name = name.rsplit('.').next().unwrap_or(name);
    let words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.join("_")
}

fn unknown_field(field: &str, column: &str, known: &BTreeMap<String, Vec<String>>) -> ImportError {
    let reason = match nearest(field, known.keys().map(String::as_str)) {
        Some(meant) => format!("there is no field `{field}`; did you mean `{meant}`?"),
        None => {
            let all: Vec<&str> = known.keys().map(String::as_str).collect();
            format!("there is no field `{field}`; the fields are: {}", all.join(", "))
        }
    };
    ImportError::Mapping { mapping: format!("{field}={column}"), reason }
}

fn unknown_column(field: &str, wanted: &str, column: &str, columns: &[String]) -> ImportError {
    let reason = match nearest(column, columns.iter().map(String::as_str)) {
        Some(meant) => format!("the feed has no column `{column}`; did you mean `{meant}`?"),
        None => {
            format!("the feed has no column `{column}`; its columns are: {}", printable(&columns.join(", ")))
        }
    };
    ImportError::Mapping { mapping: format!("{field}={wanted}"), reason }
}
