//! What each rule makes of each product, whoever asks: worked out once for a state of the products, the rules and the
//! market, so that a turn only looks it up.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::pricing::{part, work_out};
use super::protected::Refused;
use super::{Market, Offers, Rule, Worked};
use crate::catalog::{Said, Target};
use crate::model::{Money, Product, ProductId};
use crate::segments::{Check, Kind};

/// The reduced prices.
#[derive(Debug, Default)]
pub struct Table {
    /// Of each product that any rule reduces the list price, and the rules (by their places in the file) with the price in
    /// minor units; the lowest first.
    reduced: HashMap<ProductId, (Money, Vec<(usize, i64)>)>,
    /// The rules, by their places in the file, that the catalogue shows to be on protected ground, and why.
    refused: BTreeMap<usize, String>,
}

impl Table {
    /// Works out one product.
    pub fn add(&mut self, product: &Product, offers: &Offers, market: &Market, now: Timestamp) {
        let Some(list) = product.list_price() else { return };
        let mut prices: Vec<(usize, i64)> = Vec::new();
        for (place, rule) in offers.rules.iter().enumerate() {
            let worked = offers.work_out(rule, list.minor);
            if worked.reduces() && rule.product_checks(product, market, now).iter().all(|check| check.passed)
            {
                prices.push((place, worked.price));
            }
        }
        prices.sort_by_key(|(place, price)| (*price, *place));
        if !prices.is_empty() {
            self.reduced.insert(product.id.clone(), (list, prices));
        }
    }

    /// Takes out the rules that no price may follow, when every product has been added.
    pub fn refuse(&mut self, all: Vec<Refused>) {
        self.refused.extend(all.into_iter().map(|refused| (refused.rule, refused.message)));
        if !self.refused.is_empty() {
            let refused = &self.refused;
            self.reduced
                .values_mut()
                .for_each(|(_, prices)| prices.retain(|(at, _)| !refused.contains_key(at)));
            self.reduced.retain(|_, (_, prices)| !prices.is_empty());
        }
    }

    /// Why no price may follow a rule.
    pub fn refusal(&self, rule: usize) -> Option<&str> {
        self.refused.get(&rule).map(String::as_str)
    }

    /// The rules that reduce a product, the lowest price first.
    pub fn of(&self, id: &ProductId) -> &[(usize, i64)] {
        self.reduced.get(id).map_or(&[], |(_, prices)| prices)
    }

    /// The products that any rule reduces, with their list prices.
    pub fn products(&self) -> impl Iterator<Item = (&ProductId, Money)> {
        self.reduced.iter().map(|(id, (list, _))| (id, *list))
    }
}

impl Offers {
    /// What a rule makes of a list price in minor units.
    pub fn work_out(&self, rule: &Rule, list: i64) -> Worked {
        work_out(rule, list, self.cost.map(|share| part(list, share)))
    }
}

impl Rule {
    /// Whether it is about a product at all.
    pub fn is_about(&self, product: &Product) -> bool {
        target_checks(&self.of, product).iter().all(|check| check.passed)
    }

    /// What it asks of a product, and what the product has.
    pub fn product_checks(&self, product: &Product, market: &Market, now: Timestamp) -> Vec<Check> {
        let mut checks = target_checks(&self.of, product);
        checks.extend(self.levels.iter().map(|level| level.check(product, market, now)));
        checks
    }
}

fn target_checks(of: &Target, product: &Product) -> Vec<Check> {
    let Target { products, brands, categories, tags, attributes } = of;
    let mut checks = Vec::new();
    let mut add = |name: &str, said: &[Said], figure: String, fits: &dyn Fn(&str) -> bool| {
        if !said.is_empty() {
            let asked: Vec<&str> = said.iter().map(|said| said.text.as_str()).collect();
            let passed = said.iter().any(|said| fits(&said.text));
            checks.push(Check {
                asked: format!("{name} {}", asked.join(" or ")),
                figure: Some(figure),
                passed,
            });
        }
    };
    let is = |kind: Kind| kind.is_of(product);
    let has = |column: &str, value: &str| {
        is(Kind::Attribute { column: column.to_owned(), value: value.to_owned() })
    };
    let values = |column: &str| match column {
        "colour" => product.colours.join(", "),
        "size" => product.sizes.join(", "),
        _ => product.attributes.get(column).map(|values| values.join(", ")).unwrap_or_default(),
    };
    add("product", products, product.id.to_string(), &|id| product.id.as_str() == id);
    add("brand", brands, product.brand.clone(), &|name| is(Kind::Brand(name.to_owned())));
    add("category", categories, product.category.to_string(), &|name| is(Kind::Category(name.to_owned())));
    add("tag", tags, values("tag") + &values("tags"), &|value| has("tag", value) || has("tags", value));
    for (column, wanted) in attributes {
        add(&column.text, wanted, values(&column.text), &|value| has(&column.text, value));
    }
    checks
}
