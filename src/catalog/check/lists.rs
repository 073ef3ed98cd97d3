//! Lists that show nothing, or not what is meant: of products, brands or values that there are not, over already, or
//! called like something that shoppers look for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::DateTime;

use crate::model::{EntityKind, Product, Vocabulary};
use crate::problem::{Finding, Spot};
use crate::text::key;

use super::super::lists::{Content, CuratedList, Fitting};
use super::super::ranking::Said;
use super::super::sources::LISTS;
use super::super::synonyms::named;
use super::super::text::Words;
use super::ranking::{Desk, spot};
use super::shelf::Shelf;

pub(super) fn check(
    lists: &[CuratedList],
    shelf: &Shelf,
    today: Option<DateTime>,
    spoken: &dyn Fn(&str) -> Option<String>,
    found: &mut Vec<Finding>,
) {
    let mut titles: BTreeMap<String, &Said> = BTreeMap::new();
    for list in lists {
        if today.is_some_and(|today| list.dates.are_over(today)) {
            let at = Spot::new(Path::new(LISTS), list.place, "");
            let finding = Finding::warning("over", at, "this list is over, and is shown no more".to_owned());
            found.push(finding.help("take it out, or give it another `until`"));
        }
        let mut desk = Desk { file: Path::new(LISTS), shelf, found };
        for (_, title) in &list.titles {
            desk.title(title, &titles);
            desk.spoken(title, spoken(&title.text));
        }
        titles.extend(list.titles.iter().map(|(_, title)| (key(&title.text), title)));
        match &list.content {
            Content::Products(products) => desk.listed(products),
            Content::Fitting(fitting) => desk.fitting(list, fitting),
        }
    }
}

impl Desk<'_> {
    /// A title must lead to its list and nowhere else.
    fn title(&mut self, title: &Said, others: &BTreeMap<String, &Said>) {
        let said = key(&title.text);
        let is_category = self.shelf.categories.iter().any(|path| key(path.leaf()) == said);
        if is_category || self.shelf.brands.iter().any(|brand| key(brand) == said) {
            let what = if is_category { "category" } else { "brand" };
            let message = format!("{:?} is a {what} too: whoever says it looks for its products", title.text);
            self.warn("title", title, message, "give the list a title of its own".to_owned());
        }
        if said.parse::<usize>().is_ok() {
            let message = format!("whoever says {:?} means a place in what they see", title.text);
            self.warn("title", title, message, "give the list a title of words".to_owned());
        }
        if let Some(other) = others.get(&said) {
            let message = format!("another list is called {:?} too", title.text);
            let first = Spot { note: "it stands here first".to_owned(), ..spot(self.file, other) };
            let finding = Finding::warning("title", spot(self.file, title), message).with(first);
            self.found.push(finding.help("give each list a title of its own"));
        }
    }

    /// What says something else to the assistant does not lead to the list.
    fn spoken(&mut self, title: &Said, by: Option<String>) {
        if let Some(by) = by {
            let message =
                format!("{:?} is {by} too: whoever says it gets that, and not this list", title.text);
            self.warn("title", title, message, "give the list a title of its own".to_owned());
        }
    }

    fn listed(&mut self, products: &[Said]) {
        let mut seen = BTreeSet::new();
        for said in products {
            if !seen.insert(&said.text) {
                self.warn("list", said, format!("{} is listed twice", said.text), "take one out".to_owned());
            }
            let known = self.product(said);
            if known.is_some_and(|at| !self.shelf.items[at].product.in_stock()) {
                let message = format!("{} is sold out, and not shown until it is back", said.text);
                self.warn("list", said, message, "list something that shoppers can have".to_owned());
            }
        }
    }

    fn fitting(&mut self, list: &CuratedList, fitting: &Fitting) {
        let before = self.found.len();
        self.target(&fitting.of);
        if let Some(query) = &fitting.query
            && !self.shelf.has_words(&query.text, &mut Words::new())
        {
            let message = format!("no product has the words {:?}", query.text);
            self.warn("unknown", query, message, "write words that the products have".to_owned());
        }
        let fits = |product: &Product| fits(product, fitting, self.shelf);
        if self.found.len() == before && !self.shelf.items.iter().any(|item| fits(&item.product)) {
            let at = Spot::new(Path::new(LISTS), list.place, "");
            let message = "no product fits all of these conditions, so this list is empty".to_owned();
            self.found.push(Finding::warning("list", at, message).help("take a condition out"));
        }
    }
}

/// Whether a product fits the conditions, the words left aside.
fn fits(product: &Product, fitting: &Fitting, shelf: &Shelf) -> bool {
    let Fitting { of, from, up_to, .. } = fitting;
    let is = |said: &[Said], values: &[String]| {
        said.is_empty() || said.iter().any(|said| values.iter().any(|value| key(value) == key(&said.text)))
    };
    let of_column = |name: &str| product.attributes.get(name).cloned().unwrap_or_default();
    let all = Vocabulary { categories: shelf.categories.clone(), ..Vocabulary::default() };
    let within =
        |said: &Said| named(&all, &said.text).iter().any(|path| product.category.0.starts_with(&path.0));
    let price = product.price.map(|price| price.as_f64());
    let has = |(kind, values): &(Said, Vec<Said>)| match EntityKind::from_name(&kind.text) {
        Some(EntityKind::Colour) => is(values, &product.colours),
        Some(EntityKind::Size) => is(values, &product.sizes),
        Some(EntityKind::Brand) => is(values, std::slice::from_ref(&product.brand)),
        _ => is(values, &of_column(&kind.text)),
    };
    is(&of.brands, std::slice::from_ref(&product.brand))
        && (of.categories.is_empty() || of.categories.iter().any(within))
        && is(&of.tags, &[of_column("tag"), of_column("tags")].concat())
        && of.attributes.iter().all(has)
        && from.is_none_or(|from| price.is_some_and(|price| price >= from))
        && up_to.is_none_or(|up_to| price.is_some_and(|price| price <= up_to))
}
