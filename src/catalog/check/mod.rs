//! Everything that may be wrong with the files under `index/`: the mistakes with which the shop does not open, and what is
//! surely not meant although it does.
//!
//! One file per kind of trouble. A check is pure but for reading the files: what it must know of the rest of the shop is
//! handed to it.

mod demo;
mod lists;
mod pictures;
mod prices;
mod ranking;
mod shelf;
mod spelling;
mod stray;
mod synonyms;
mod table;
mod terms;
mod texts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::disk;
use crate::model::{Currency, ShopFacts};
use crate::problem::{Finding, Place, Problem, Report, Spot, in_order};

use super::lists::CuratedList;
use super::ranking::RankingSettings;
use super::shop::{SHOP, read_shop};
use super::sources::{FORMER, LISTS, Places, RANKING, SYNONYMS};
use super::synonym_file::SynonymFile;
use shelf::Shelf;

/// What the check knows of the shop besides the files under `index/`.
pub struct Beside<'a> {
    /// When it is made; rules with dates may be over.
    pub now: Timestamp,
    /// The colours that the entity files know, by every name that they have; `None` when there are no such files.
    pub colours: Option<&'a [String]>,
    /// Whether an answer uses a fact of `shop.yaml`.
    pub is_said: &'a dyn Fn(&str) -> bool,
    /// What already says these words to the assistant, if anything does.
    pub spoken: &'a dyn Fn(&str) -> Option<String>,
    /// What is wrong with a picture, if anything is.
    pub picture: &'a dyn Fn(&str) -> Option<String>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Checked {
    /// In the order of files and lines.
    pub found: Vec<Finding>,
    /// How many products are sound.
    pub products: usize,
    /// How many rules there are: of ranking, lists, synonyms, segments and offers.
    pub rules: usize,
    /// The files that were read, by their names in the shop.
    pub texts: BTreeMap<PathBuf, String>,
}

/// The shop being checked, as far as it has been read.
struct Desk<'a> {
    places: Places,
    beside: &'a Beside<'a>,
    found: Vec<Finding>,
    texts: BTreeMap<PathBuf, String>,
}

/// Reads and checks the files under `index/` of the shop in `shop` with its state in `state`.
pub fn check(shop: &Path, state: &Path, beside: &Beside<'_>) -> Checked {
    let places = Places { shop: shop.to_owned(), state: state.to_owned() };
    let mut desk = Desk { places, beside, found: Vec::new(), texts: BTreeMap::new() };
    let facts = desk.shop();
    let currency = facts.as_ref().map_or(Currency::USD, |facts| facts.currency);
    let shelf = Shelf::read(&mut desk, currency);
    spelling::check(&shelf, beside.colours, &mut desk.found);
    texts::check(&shelf, &mut desk.found);
    prices::check(&shelf, &mut desk.found);
    pictures::check(&mut desk, &shelf);
    let mut rules = 0;
    for (name, language) in synonym_files(&desk.places) {
        if let Some(file) = desk.yaml(&name, SynonymFile::read) {
            rules += file.rules.len();
            synonyms::check(Path::new(&name), &file, language.as_deref(), &shelf, &mut desk.found);
        }
    }
    let today = facts.as_ref().map(|facts| facts.clock(beside.now));
    let index = shop.join("index");
    let read = |text: &str, report: &mut Report<'_>| RankingSettings::read(text, &index, report);
    let mut ranker = None;
    if let Some(settings) = desk.yaml(RANKING, read) {
        ranker = settings.model.as_ref().map(|model| model.text.clone());
        rules += settings.rules.len();
        ranking::check(&settings, &index, &shelf, today, &mut desk.found);
    }
    if let Some(read) = desk.yaml(LISTS, CuratedList::read) {
        rules += read.len();
        lists::check(&read, &shelf, today, beside.spoken, &mut desk.found);
    }
    rules += terms::check(&mut desk, &shelf, currency, facts.as_ref());
    demo::check(&mut desk, &shelf, currency);
    stray::check(shop, ranker.as_deref(), &mut desk.found);
    Checked { found: in_order(desk.found), products: shelf.items.len(), rules, texts: desk.texts }
}

/// Every synonym file with its language; `None` for that of the catalogue.
fn synonym_files(places: &Places) -> Vec<(String, Option<String>)> {
    let own = std::iter::once((SYNONYMS.to_owned(), None));
    own.chain(places.synonyms_by_language().into_iter().map(|(code, name)| (name, Some(code)))).collect()
}

impl Desk<'_> {
    /// The text of a file of the shop, kept for whoever draws the findings. That it cannot be read is a finding.
    fn text(&mut self, name: &str) -> Option<String> {
        match std::fs::read(self.places.shop.join(name)) {
            Ok(bytes) => match disk::utf8(bytes) {
                Ok(text) => {
                    self.texts.insert(PathBuf::from(name), text.clone());
                    Some(text)
                }
                Err(reason) => {
                    self.broken(name, format!("it {reason}"));
                    None
                }
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                self.broken(name, format!("it cannot be read: {error}"));
                None
            }
        }
    }

    fn yaml<T>(&mut self, name: &str, read: impl Fn(&str, &mut Report<'_>) -> T) -> Option<T> {
        let text = self.text(name)?;
        let mut report = Report::new(Path::new(name));
        let value = read(&text, &mut report);
        self.found.extend(report.problems.into_iter().map(Finding::from));
        Some(value)
    }

    /// A problem of a file as a whole.
    fn broken(&mut self, name: &str, message: String) {
        let file = PathBuf::from(name);
        let problem =
            Problem { file, line: 0, column: 0, message, suggestion: None, focus: None, other: None };
        self.found.push(problem.into());
    }

    fn shop(&mut self) -> Option<ShopFacts> {
        if !self.places.shop.join(SHOP).is_file() {
            self.broken(SHOP, "there is no such file, so this is no shop".to_owned());
        }
        let facts = self.yaml(SHOP, read_shop).flatten();
        let text = self.texts.get(Path::new(SHOP)).cloned().unwrap_or_default();
        for name in facts.iter().flat_map(|facts| facts.variables.keys()) {
            let place = key_place(&text, name);
            if place == Place::default() || (self.beside.is_said)(name) {
                continue;
            }
            let message = format!("no answer says {{{name}}}");
            let help = "use it in an answer under intents/, or take it out";
            let at = Spot::new(Path::new(SHOP), place, "");
            self.found.push(Finding::warning("unused", at, message).help(help));
        }
        facts
    }
}

/// Where a fact stands: facts are indented below their heading.
fn key_place(text: &str, key: &str) -> Place {
    let mut facts = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with("facts:")).skip(1);
    let found = facts.find(|(_, line)| {
        line.starts_with([' ', '\t'])
            && line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))
    });
    found.map_or_else(Place::default, |(i, line)| Place {
        line: i + 1,
        column: line.chars().take_while(|c| c.is_whitespace()).count() + 1,
    })
}
