//! From the text of `ranking.yaml` to what it says, or to everything that is wrong with it.

use std::path::Path;

use jiff::civil::DateTime;

use super::dates::{self, Dates};
use super::{Effect, FieldBoosts, Personal, RankingSettings, Rule, Said, Target};
use crate::problem::{Place, Report};
use crate::yaml::tree::{self, Fields, Node, Text, Value};

/// The keys of the file.
pub const RANKING_KEYS: [&str; 6] = ["fields", "personal", "model", "pins", "boosts", "buries"];
/// The fields that can be boosted.
pub const BOOST_FIELDS: [&str; 6] = ["title", "brand", "category", "colour", "attributes", "description"];
/// The keys of a pin, and of a boost or bury.
pub const RULE_KEYS: [&[&str]; 2] = [
    &["query", "category", "products", "from", "until"],
    &["query", "category", "products", "brand", "tag", "attribute", "factor", "from", "until"],
];

/// No search can use a larger factor, whichever way.
const LARGEST: f32 = 1000.0;

impl RankingSettings {
    /// Reads the text of a `ranking.yaml` in the folder `index`; what is wrong goes to the report.
    pub(in crate::catalog) fn read(text: &str, index: &Path, report: &mut Report<'_>) -> Self {
        let mut settings = RankingSettings::default();
        let Some(node) = tree::read(text, report) else { return settings };
        if matches!(node.value, Value::Nothing) {
            return settings;
        }
        let file = node.fields(&RANKING_KEYS, report);
        if let Some(node) = file.get("fields") {
            settings.fields = fields(node, report);
        }
        if let Some(node) = file.get("personal") {
            settings.personal = personal(node, report);
        }
        settings.model = file.text("model", report).map(Said::from);
        if let (Some(model), Some(path)) = (&settings.model, settings.model_file(index))
            && !path.is_file()
        {
            let help = "make it with `shophand train ranking`, or take this line out".to_owned();
            report.push(model.place, format!("there is no ranker index/{}", model.text), Some(help));
        }
        for kind in [Kind::Pin, Kind::Boost, Kind::Bury] {
            let rules = file.get(kind.key()).and_then(|node| node.items(report)).unwrap_or_default();
            settings.rules.extend(rules.iter().filter_map(|node| rule(kind, node, report)));
        }
        settings
    }
}

impl From<Text> for Said {
    fn from(Text { place, text }: Text) -> Said {
        Said { text, place }
    }
}

fn fields(node: &Node, report: &mut Report<'_>) -> FieldBoosts {
    let mut boosts = FieldBoosts::default();
    let entries = node.fields(&BOOST_FIELDS, report);
    let slots: [(&str, &mut f32); 6] = [
        ("title", &mut boosts.title),
        ("brand", &mut boosts.brand),
        ("category", &mut boosts.category),
        ("colour", &mut boosts.colour),
        ("attributes", &mut boosts.attributes),
        ("description", &mut boosts.description),
    ];
    let mut any = false;
    for (name, slot) in slots {
        if let Some(boost) = number(&entries, name, "boost", 0.0..=LARGEST, report) {
            *slot = boost;
        }
        any |= *slot > 0.0;
    }
    if !any {
        report.add(node.place, "every field has boost 0, so nothing could be found");
    }
    boosts
}

fn personal(node: &Node, report: &mut Report<'_>) -> Personal {
    let entries = node.fields(&["weight", "exploration", "floor"], report);
    let usual = Personal::default();
    Personal {
        weight: number(&entries, "weight", "weight", 0.0..=1.0, report).unwrap_or(usual.weight),
        exploration: number(&entries, "exploration", "share", 0.0..=0.5, report).unwrap_or(usual.exploration),
        floor: number(&entries, "floor", "share", 0.0..=0.5, report).unwrap_or(usual.floor),
    }
}

fn number(
    entries: &Fields<'_>,
    key: &str,
    what: &str,
    range: std::ops::RangeInclusive<f32>,
    report: &mut Report<'_>,
) -> Option<f32> {
    let said = entries.text(key, report)?;
    let number = said.text.parse::<f32>().ok().filter(|number| range.contains(number));
    if number.is_none() {
        let (least, most) = (range.start(), range.end());
        report.add(said.place, format!("{:?} is no {what}; write {least} to {most}", said.text));
    }
    number
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pin,
    Boost,
    Bury,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Kind::Pin => "pins",
            Kind::Boost => "boosts",
            Kind::Bury => "buries",
        }
    }
}

fn rule(kind: Kind, node: &Node, report: &mut Report<'_>) -> Option<Rule> {
    let entries = node.fields(RULE_KEYS[usize::from(kind != Kind::Pin)], report);
    let dates = dates(&entries, "rule", report);
    let queries = one_or_more("query", &entries, report);
    let mut categories = one_or_more("category", &entries, report);
    let products = one_or_more("products", &entries, report);
    let effect = match kind {
        Kind::Pin => {
            if queries.is_empty() && categories.is_empty() {
                let help = "add `query: the words of a search`, or `category: a category path`".to_owned();
                report.push(node.place, "this pin does not say for what".to_owned(), Some(help));
            }
            if products.is_empty() {
                let help = "add `products: [ID, …]`, the first one first".to_owned();
                report.push(node.place, "this pin does not say what".to_owned(), Some(help));
            }
            Effect::Pin(products)
        }
        Kind::Boost | Kind::Bury => {
            let of =
                Target { products, categories: std::mem::take(&mut categories), ..target(&entries, report) };
            if of.is_empty() {
                let help = "add `products`, `brand`, `category`, `attribute` or `tag`; several must all hold"
                    .to_owned();
                report.push(node.place, "this rule does not say which products".to_owned(), Some(help));
            }
            Effect::Factor { factor: factor(kind, node, &entries, report)?, of }
        }
    };
    Some(Rule { place: node.place, effect, queries, categories, dates })
}

/// The brands, tags and values that a rule is about.
fn target(entries: &Fields<'_>, report: &mut Report<'_>) -> Target {
    Target {
        brands: one_or_more("brand", entries, report),
        tags: one_or_more("tag", entries, report),
        attributes: attributes(entries, report),
        ..Target::default()
    }
}

/// Everything that a rule of any file may be about.
pub(crate) fn whole_target(entries: &Fields<'_>, report: &mut Report<'_>) -> Target {
    let products = one_or_more("products", entries, report);
    let categories = one_or_more("category", entries, report);
    Target { products, categories, ..target(entries, report) }
}

fn factor(kind: Kind, node: &Node, entries: &Fields<'_>, report: &mut Report<'_>) -> Option<f32> {
    let Some(said) = entries.text("factor", report) else {
        if entries.get("factor").is_none() {
            report.add(node.place, "the key \"factor\" is missing: what to multiply the score by");
        }
        return None;
    };
    let number = said.text.parse::<f32>().ok().filter(|factor| factor.is_finite());
    let (fits, advice) = match kind {
        Kind::Boost => (
            number.is_some_and(|factor| factor > 1.0 && factor <= LARGEST),
            "a boost multiplies the score by more than 1, such as 1.5; to lower products, use `buries`",
        ),
        _ => (
            number.is_some_and(|factor| (0.0..1.0).contains(&factor)),
            "a bury multiplies the score by less than 1, such as 0.5; to lift products, use `boosts`",
        ),
    };
    if !fits {
        report.push(said.place, format!("{:?} is no such factor", said.text), Some(advice.to_owned()));
    }
    number.filter(|_| fits)
}

/// `waterproof: …` or `material: [leather, suede]`.
pub(in crate::catalog) fn attributes(
    entries: &Fields<'_>,
    report: &mut Report<'_>,
) -> Vec<(Said, Vec<Said>)> {
    let columns = entries.get("attribute").and_then(|node| node.map(report)).unwrap_or_default();
    columns.iter().map(|(name, node)| (Said::from(name.clone()), texts(node, report))).collect()
}

/// What stands at a key: one text, or a list of them.
pub(crate) fn one_or_more(key: &str, entries: &Fields<'_>, report: &mut Report<'_>) -> Vec<Said> {
    entries.get(key).map(|node| texts(node, report)).unwrap_or_default()
}

fn texts(node: &Node, report: &mut Report<'_>) -> Vec<Said> {
    match &node.value {
        Value::List(items) if items.is_empty() => {
            report.add(node.place, "this list is empty");
            Vec::new()
        }
        Value::List(_) => node.texts(report).into_iter().map(Said::from).collect(),
        _ => node.text(report).into_iter().map(Said::from).collect(),
    }
}

/// From when until when what `what` names holds.
pub(crate) fn dates(entries: &Fields<'_>, what: &str, report: &mut Report<'_>) -> Dates {
    let mut bound = |key: &str, read: fn(&str) -> Option<DateTime>| -> Option<(Place, DateTime)> {
        let said = entries.text(key, report)?;
        let read = read(&said.text);
        if read.is_none() {
            let help = "write it as 2026-11-20, or with the time: 2026-11-20 18:00".to_owned();
            report.push(said.place, format!("{:?} is no day", said.text), Some(help));
        }
        Some((said.place, read?))
    };
    let (from, until) = (bound("from", dates::beginning), bound("until", dates::end));
    if let (Some((_, from)), Some((place, until))) = (from, until)
        && until <= from
    {
        report.add(place, format!("this {what} ends before it begins, so it never holds"));
    }
    Dates { from: from.map(|(_, at)| at), until: until.map(|(_, at)| at) }
}
