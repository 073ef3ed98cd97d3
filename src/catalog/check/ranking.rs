//! Rules that move nothing: about products, brands, categories or values that there are not, or over already.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::DateTime;

use crate::model::{EntityKind, ProductId, Vocabulary};
use crate::problem::{Finding, Severity, Spot, nearest};
use crate::text::key;

use super::super::ranker::Ranker;
use super::super::ranking::{Effect, RankingSettings, Rule, Said, Target};
use super::super::sources::RANKING;
use super::super::synonyms::named;
use super::shelf::Shelf;
use super::synonyms::{near_category, near_value, sold};

/// `index` is the folder of the file.
pub(super) fn check(
    settings: &RankingSettings,
    index: &Path,
    shelf: &Shelf,
    today: Option<DateTime>,
    found: &mut Vec<Finding>,
) {
    if let (Some(model), Some(file)) = (&settings.model, settings.model_file(index))
        && let Err(error) = Ranker::load(&file)
        && file.is_file()
    {
        let at = spot(Path::new(RANKING), model);
        let finding =
            Finding { severity: Severity::Error, ..Finding::warning("ranker", at, error.to_string()) };
        found.push(finding.help("make it anew with `shophand train ranking`, or take this line out"));
    }
    for rule in &settings.rules {
        if today.is_some_and(|today| rule.dates.are_over(today)) {
            let at = Spot::new(Path::new(RANKING), rule.place, "");
            let finding =
                Finding::warning("over", at, "this rule is over, and moves nothing any more".to_owned());
            found.push(finding.help("take it out, or give it another `until`"));
        }
        let mut desk = Desk { file: Path::new(RANKING), shelf, found };
        desk.rule(rule);
    }
}

/// Words of a file, for a finding about them.
pub(super) fn spot(file: &Path, said: &Said) -> Spot {
    Spot { focus: Some(said.text.clone()), ..Spot::new(file, said.place, "") }
}

/// What a file says of products, held against those that there are.
pub(super) struct Desk<'a> {
    pub file: &'a Path,
    pub shelf: &'a Shelf,
    pub found: &'a mut Vec<Finding>,
}

impl Desk<'_> {
    fn rule(&mut self, rule: &Rule) {
        rule.categories.iter().for_each(|said| self.category(said));
        match &rule.effect {
            Effect::Pin(products) => self.pin(products),
            Effect::Factor { of, .. } => self.target(of),
        }
    }

    fn pin(&mut self, products: &[Said]) {
        let mut seen = BTreeSet::new();
        for said in products {
            if !seen.insert(&said.text) {
                self.warn("pin", said, format!("{} is pinned twice", said.text), "take one out".to_owned());
            }
            let known = self.product(said);
            if known.is_some_and(|at| !self.shelf.items[at].product.in_stock()) {
                let message = format!("{} is sold out, and still goes first", said.text);
                self.warn("pin", said, message, "pin something that shoppers can have".to_owned());
            }
        }
    }

    pub(super) fn target(&mut self, of: &Target) {
        of.products.iter().for_each(|said| {
            self.product(said);
        });
        of.categories.iter().for_each(|said| self.category(said));
        let brands = sold(self.shelf, EntityKind::Brand);
        of.brands.iter().for_each(|said| self.value("brand", said, &brands));
        if !of.tags.is_empty() {
            let tags: BTreeMap<String, String> =
                ["tag", "tags"].into_iter().flat_map(|kind| self.attribute(kind)).collect();
            of.tags.iter().for_each(|said| self.value("tag", said, &tags));
        }
        for (kind, values) in &of.attributes {
            let on_offer = self.attribute(&kind.text);
            if on_offer.is_empty() {
                let known: Vec<&str> =
                    self.shelf.kinds.iter().map(String::as_str).chain(["colour", "size", "brand"]).collect();
                let help = match nearest(&kind.text, known.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => format!("the products have {}", known.join(", ")),
                };
                self.warn("unknown", kind, format!("no product has a {:?}", kind.text), help);
                continue;
            }
            values.iter().for_each(|said| self.value(&kind.text, said, &on_offer));
        }
    }

    /// The values of a column: folded → as the products have them.
    fn attribute(&self, name: &str) -> BTreeMap<String, String> {
        match EntityKind::from_name(name) {
            Some(kind) => sold(self.shelf, kind),
            None => {
                let values = self.shelf.items.iter().filter_map(|item| item.product.attributes.get(name));
                values.flatten().map(|value| (key(value), value.clone())).collect()
            }
        }
    }

    pub(super) fn product(&mut self, said: &Said) -> Option<usize> {
        let id = ProductId::parse(&said.text).ok();
        let known = id.and_then(|id| self.shelf.ids.get(&id)).copied();
        if known.is_none() && !self.shelf.has_row(&said.text) {
            let ids = self.shelf.ids.keys().map(|id| id.as_str());
            let help = match nearest(&said.text, ids) {
                Some(near) => format!("did you mean {near:?}?"),
                None => "write the id of a product".to_owned(),
            };
            self.warn("unknown", said, format!("there is no product {:?}", said.text), help);
        }
        known
    }

    fn category(&mut self, said: &Said) {
        let all = Vocabulary { categories: self.shelf.categories.clone(), ..Vocabulary::default() };
        if named(&all, &said.text).is_empty() {
            let help = near_category(&said.text, self.shelf);
            self.warn("unknown", said, format!("no product is in the category {:?}", said.text), help);
        }
    }

    fn value(&mut self, kind: &str, said: &Said, on_offer: &BTreeMap<String, String>) {
        if !on_offer.contains_key(&key(&said.text)) {
            let help = near_value(&said.text, on_offer);
            self.warn("unknown", said, format!("no product has the {kind} {:?}", said.text), help);
        }
    }

    pub(super) fn warn(&mut self, check: &'static str, said: &Said, message: String, help: String) {
        self.found.push(Finding::warning(check, spot(self.file, said), message).help(help));
    }
}
