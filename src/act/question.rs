//! A question about one product, answered from its own data or not at all.

use crate::model::{
    Acted, Asked, AttributeFilter, EntityKind, EventKind, Facet, Outcome, Product, ProductId, RATING,
    Subject, Told,
};
use crate::text::{measures, sentences, units};

use super::{ActError, Stage, facts, named};

/// What the product says of itself. One that the message names goes before the one spoken of.
pub(super) fn answer(
    spoken_of: Option<&ProductId>,
    name: &str,
    asked: &Asked,
    any_shown: bool,
    stage: &Stage<'_>,
) -> Result<Acted, ActError> {
    let spoken_of = spoken_of.map(|id| stage.catalog.get(id)).transpose()?.flatten();
    let by_name = if name.is_empty() { None } else { named::product(name, spoken_of.as_ref(), stage)? };
    let subject = asked.subject.as_ref().filter(|_| by_name.is_none());
    if let Some(subject) = subject
        && subject.things.is_empty()
        && !stage.catalog.knows(&subject.words, &asked.language)?
    {
        return facts(Outcome::NotUnderstood { offer_person: false });
    }
    let by_its_name = by_name.is_some();
    let Some(product) = by_name.or(spoken_of) else {
        return facts(Outcome::WhichProduct { any_shown });
    };
    let of_it = match subject {
        Some(subject) => is_about(&product, subject, &asked.language, stage)?,
        None => true,
    };
    if !of_it && subject.is_some_and(|subject| !subject.things.is_empty()) {
        return facts(Outcome::WhichProduct { any_shown });
    }
    // The brand in a product's name is no question.
    let mut asked = asked.clone();
    let called = named::words_beyond_the_brand(&product, name);
    let several = asked.wanted.len() + asked.attributes.len() > 1;
    if called > 1 || (several && (by_its_name || called > 0)) {
        asked.wanted.retain(|wanted| wanted.kind != EntityKind::Brand);
    }
    let answers = if of_it { answers(&product, &asked, stage)? } else { Vec::new() };
    let events = stage.event(EventKind::Viewed, Some(product.id.clone()), None);
    let outcome = Outcome::Told { product, asked, answers };
    Ok(Acted { outcome, events, effects: Vec::new() })
}

/// Whether what a question is about is the product, or something that its own data speak of: its sole.
fn is_about(
    product: &Product,
    subject: &Subject,
    language: &str,
    stage: &Stage<'_>,
) -> Result<bool, ActError> {
    if subject.things.iter().any(|thing| product.category.0.starts_with(&thing.0)) {
        return Ok(true);
    }
    let values = product.attributes.values().flatten().chain(&product.colours).map(String::as_str);
    let texts: Vec<&str> = values.chain([product.title.as_str(), product.description.as_str()]).collect();
    Ok(stage.catalog.speaks_of(&texts.join(". "), &subject.words, language)?)
}

fn answers(product: &Product, asked: &Asked, stage: &Stage<'_>) -> Result<Vec<Told>, ActError> {
    let has_it = asked.wanted.iter().filter(|wanted| has(product, wanted)).cloned();
    let mut told: Vec<Told> = has_it.map(Told::Yes).collect();
    // What a column says of it, be it "no".
    let columns = asked.wanted.iter().map(|wanted| &wanted.kind).filter(|kind| kind.kind().is_none());
    let denied = columns
        .filter(|column| !told.iter().any(|told| matches!(told, Told::Yes(had) if had.kind == **column)));
    for attribute in denied.chain(&asked.attributes).collect::<Vec<_>>() {
        if let Some(values) = values(product, attribute) {
            told.push(Told::Values { attribute: attribute.clone(), values });
        }
    }
    if told.is_empty() {
        told.extend(value_with(product, asked, stage)?.map(Told::Yes));
    }
    // "In snow" is winter to a search; a sentence that speaks of snow says more than that it is for winter.
    let loose = told.iter().all(|told| matches!(told, Told::Yes(filter) if is_loose(&filter.kind)));
    let quotes = match (loose, asked.units.is_empty()) {
        (false, _) => Vec::new(),
        (true, true) => stage.catalog.passages(product, &asked.words, &asked.language)?,
        (true, false) => measured_in(&product.description, &asked.units),
    };
    if !quotes.is_empty() {
        return Ok(vec![Told::Quote(quotes.join(" … "))]);
    }
    if told.is_empty() && !measured_in(&product.title, &asked.units).is_empty() {
        told.push(Told::Title);
    }
    Ok(told)
}

/// Whether many words stand for few values of it.
fn is_loose(facet: &Facet) -> bool {
    matches!(facet, Facet::Kind(EntityKind::Season | EntityKind::Occasion))
}

/// Whether the feed says that it is so.
fn has(product: &Product, wanted: &AttributeFilter) -> bool {
    let Some(values) = values(product, &wanted.kind) else { return false };
    match &wanted.range {
        None => values.iter().any(|value| value.eq_ignore_ascii_case(&wanted.value)),
        Some(range) => values.iter().filter_map(|value| units::amount(value)).any(|(number, unit)| {
            let to = if range.unit.is_empty() { 1.0 } else { units::unit(&range.unit).factor };
            let thousandths = (number * unit.map_or(to, |unit| unit.factor) / to * 1000.0).round() as i64;
            range.min.is_none_or(|min| thousandths >= min) && range.max.is_none_or(|max| thousandths <= max)
        }),
    }
}

/// What it has of an attribute; `None` when the feed does not say. Price, stock, rating and category are words of the
/// language, so they come without.
fn values(product: &Product, attribute: &Facet) -> Option<Vec<String>> {
    let some = |values: &[String]| (!values.is_empty()).then(|| values.to_vec());
    let known = |known: bool| known.then(Vec::new);
    match attribute {
        Facet::Kind(EntityKind::Colour) => some(&product.colours),
        Facet::Kind(EntityKind::Size) => some(&product.sizes),
        Facet::Kind(EntityKind::Brand) => (!product.brand.is_empty()).then(|| vec![product.brand.clone()]),
        Facet::Kind(EntityKind::Price) => known(product.price.is_some()),
        Facet::Kind(EntityKind::Category) => known(!product.category.0.is_empty()),
        Facet::Kind(kind) => product.attributes.get(kind.name()).cloned(),
        Facet::Column(name) => match name.as_str() {
            "stock" => known(product.stock.is_some()),
            RATING => known(product.rating.is_some()),
            _ => product.attributes.get(name).cloned(),
        },
    }
}

/// An attribute value that speaks of what the question is about: `dishwasher-safe`.
fn value_with(
    product: &Product,
    asked: &Asked,
    stage: &Stage<'_>,
) -> Result<Option<AttributeFilter>, ActError> {
    for (name, values) in &product.attributes {
        for value in values {
            if stage.catalog.speaks_of(value, &asked.words, &asked.language)? {
                return Ok(Some(AttributeFilter::new(name.as_str(), value.as_str())));
            }
        }
    }
    Ok(None)
}

/// The sentences that hold an amount of one of these units' dimensions.
fn measured_in(text: &str, asked: &[String]) -> Vec<String> {
    let dimensions: Vec<String> = asked.iter().map(|name| units::unit(name).dimension).collect();
    let fits = |sentence: &&str| dimensions.iter().any(|dimension| measures(sentence, dimension));
    sentences(text).into_iter().filter(fits).map(str::to_owned).collect()
}
