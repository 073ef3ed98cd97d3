//! By what no price may differ: protected columns, what a shop keeps as their proxies, and what the catalogue shows to lie
//! below those or to say who somebody is.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use super::{Offers, Rule};
use crate::catalog::Said;
use crate::model::{CategoryPath, Product};
use crate::problem::{Place, Report};
use crate::segments::{Kind, Segments, Subject, is_within};
use crate::text::key;

/// The columns of every shop.
static PROTECTED: LazyLock<HashSet<String>> =
    LazyLock::new(|| lines(include_str!("protected.txt")).map(bare).collect());
/// Words of category names that say who somebody is.
static TRAITS: LazyLock<HashSet<String>> =
    LazyLock::new(|| lines(include_str!("traits.txt")).map(key).collect());

/// What the catalogue adds to the files: without any products only what they say themselves is refused.
#[derive(Debug, Default)]
pub struct Grounds {
    paths: BTreeSet<CategoryPath>,
    /// Whether each column that products have is protected.
    columns: HashMap<String, bool>,
    /// The values of those that are.
    values: BTreeSet<String>,
    /// The products that rules list.
    listed: HashMap<String, Option<Product>>,
}

/// A condition on what no price may differ by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The rule's place in the file.
    pub rule: usize,
    /// Where the condition stands.
    pub place: Place,
    /// The words that say it.
    pub focus: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// Reports every rule that is on protected ground by what the files say.
pub(super) fn check(offers: &Offers, segments: &Segments, report: &mut Report<'_>) {
    for said in offers.rules.iter().flat_map(|rule| &rule.segments) {
        if segments.named(&said.text).is_none() {
            let known = segments.all.iter().map(|s| s.name.as_str());
            report.unknown(said.place, "segment", &said.text, known);
        }
    }
    for refused in Grounds::of(offers).refuse(offers, segments) {
        report.push(refused.place, refused.message, Some(refused.help.to_owned()));
    }
}

impl Grounds {
    /// Without products yet.
    pub fn of(offers: &Offers) -> Self {
        let listed = offers.rules.iter().flat_map(|rule| &rule.of.products);
        Grounds { listed: listed.map(|said| (said.text.clone(), None)).collect(), ..Grounds::default() }
    }

    /// Adds a product of the catalogue.
    pub fn add(&mut self, product: &Product) {
        if !self.paths.contains(&product.category) {
            self.paths.insert(product.category.clone());
        }
        for (column, values) in &product.attributes {
            if !self.columns.contains_key(column) {
                self.columns.insert(column.clone(), is_protected(column));
            }
            if self.columns[column] {
                let new = values.iter().filter(|value| !self.values.contains(*value)).cloned();
                self.values.extend(new.collect::<Vec<_>>());
            }
        }
        if let Some(known) = self.listed.get_mut(product.id.as_str()) {
            *known = Some(product.clone());
        }
    }

    /// Every condition of a rule on protected ground.
    pub fn refuse(&self, offers: &Offers, segments: &Segments) -> Vec<Refused> {
        let rules = offers.rules.iter().enumerate();
        rules.flat_map(|(place, rule)| self.of_rule(place, rule, offers, segments)).collect()
    }

    fn of_rule(&self, place: usize, rule: &Rule, offers: &Offers, segments: &Segments) -> Vec<Refused> {
        let mut all = Vec::new();
        let mut refuse = |said: &Said, why: Option<String>| {
            let message = |why: String| format!("no offer may depend on {:?}: {why}", said.text);
            all.extend(why.map(|why| refused(place, said, message(why), "take this condition out")));
        };
        for (column, values) in &rule.of.attributes {
            let kinds = values.iter().map(|value| attribute(&column.text, &value.text));
            refuse(column, kinds.into_iter().find_map(|kind| self.ground(offers, &kind)));
        }
        for said in &rule.of.tags {
            let of_tags = |column: &str| self.ground(offers, &attribute(column, &said.text));
            refuse(said, of_tags("tag").or_else(|| of_tags("tags")));
        }
        for said in &rule.of.brands {
            refuse(said, self.ground(offers, &Kind::Brand(said.text.clone())));
        }
        for said in &rule.of.categories {
            refuse(said, self.ground(offers, &Kind::Category(said.text.clone())));
        }
        for said in &rule.of.products {
            let product = self.listed.get(&said.text).and_then(Option::as_ref);
            refuse(said, product.and_then(|product| of_product(offers, product)));
        }
        for said in &rule.segments {
            let Some(segment) = segments.named(&said.text) else { continue };
            let kinds = segment.when.iter().filter_map(|condition| match &condition.of {
                Subject::Bought(kind) => Some(kind),
                Subject::Measure(_) => None,
            });
            let found = kinds.filter_map(|kind| {
                let why = self.ground(offers, kind).or_else(|| self.tells_who(kind))?;
                let (name, label) = (&said.text, kind.label());
                let message =
                    format!("no offer may be for the segment {name:?}, which looks at {label}: {why}");
                Some(refused(place, said, message, "choose another segment"))
            });
            all.extend(found);
        }
        all
    }

    /// Why a kind of product is out of bounds, if it is.
    fn ground(&self, offers: &Offers, kind: &Kind) -> Option<String> {
        if is_protected(kind.column()) {
            return Some("prices may not differ by it".to_owned());
        }
        let label = kind.label();
        let own = |said: &Said| same(&said.text, kind.column()) || same(&said.text, &label);
        if offers.proxies.iter().any(own) {
            return Some("it is among this file's proxies".to_owned());
        }
        let Kind::Category(name) = kind else { return None };
        let within = |path: &CategoryPath| {
            let proxy = offers.proxies.iter().filter_map(category).find(|proxy| is_within(&path.0, proxy))?;
            Some(format!("{path} lies in {proxy}, which is among this file's proxies"))
        };
        self.meant(name).iter().find_map(within)
    }

    /// Whether whoever buys in a category is told by it: each category of that name has a level that says for whom it is.
    fn tells_who(&self, kind: &Kind) -> Option<String> {
        let Kind::Category(name) = kind else { return None };
        let meant = self.meant(name);
        let telling: Vec<&String> =
            meant.iter().filter_map(|path| path.0.iter().find(|level| self.is_trait(level))).collect();
        let first = telling.first().filter(|_| telling.len() == meant.len())?;
        Some(format!("{first:?} says who somebody is"))
    }

    fn is_trait(&self, level: &str) -> bool {
        let said = key(level);
        let words = said.split(' ').map(|word| word.trim_end_matches("'s").trim_end_matches('\''));
        let words: Vec<&str> = words.collect();
        words.iter().any(|word| TRAITS.contains(*word))
            || is_protected(level)
            || self.values.iter().any(|value| same(value, level) || key(value) == words.join(" "))
    }

    /// The paths that a name of a category means, down to it: as written, where no product is in it.
    fn meant(&self, name: &str) -> Vec<CategoryPath> {
        let down_to = |path: &CategoryPath| {
            let depths = 1..=path.0.len();
            depths
                .into_iter()
                .find(|n| is_within(&path.0[..*n], name))
                .map(|n| CategoryPath(path.0[..n].to_vec()))
        };
        let found: BTreeSet<CategoryPath> = self.paths.iter().filter_map(down_to).collect();
        if found.is_empty() { vec![CategoryPath::parse(name)] } else { found.into_iter().collect() }
    }
}

/// Why a product may not be picked out by itself: it lies in a proxy, or has nothing but a proxy's value.
fn of_product(offers: &Offers, product: &Product) -> Option<String> {
    let is_of = |said: &&Said| match said.text.split_once(char::is_whitespace) {
        None => false,
        Some((column, value)) if same(column, "category") => is_within(&product.category.0, value.trim()),
        Some((column, value)) if same(column, "brand") => same(&product.brand, value),
        Some((column, value)) => product
            .attributes
            .iter()
            .any(|(known, values)| same(known, column) && values.len() == 1 && same(&values[0], value)),
    };
    let proxy = offers.proxies.iter().find(is_of)?;
    Some(format!("it is of {}, which is among this file's proxies", proxy.text))
}

fn refused(rule: usize, said: &Said, message: String, help: &'static str) -> Refused {
    Refused { rule, place: said.place, focus: said.text.clone(), message, help }
}

fn attribute(column: &str, value: &str) -> Kind {
    Kind::Attribute { column: column.to_owned(), value: value.to_owned() }
}

/// `Baby` of the proxy `category Baby`.
fn category(said: &Said) -> Option<&str> {
    let (column, name) = said.text.split_once(char::is_whitespace)?;
    same(column, "category").then(|| name.trim())
}

fn is_protected(column: &str) -> bool {
    PROTECTED.contains(&bare(column))
}

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn same(a: &str, b: &str) -> bool {
    bare(a) == bare(b)
}

/// Whatever the case, and whether the words are parted by spaces, dashes, underscores or nothing.
fn bare(text: &str) -> String {
    key(text).replace(['_', '-', ' '], "")
}
