//! The parts of a message that mean something by themselves: colours, prices, order numbers, "the second one".
//!
//! Each reader proposes what it finds; where two overlap the longer one stands. Nothing here knows a language: its
//! words come from `intents/<language>/grammar.yaml`, the entity files and the catalogue.

mod ages;
mod amounts;
mod attributes;
mod contacts;
mod dates;
mod lexicon;
mod measures;
mod negation;
mod numbers;
mod order_numbers;
mod places;
mod prices;
mod remainder;
mod sizes;
mod sorts;
mod tokens;

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::Regex;

use crate::intents::{AgeRange, Grammar, Language};
use crate::model::{Currency, Entity, EntityKind, EntityValue, ShopFacts, Vocabulary};
use crate::text::key;
use attributes::Attributes;
use dates::DatePhrases;
use lexicon::Lexicon;
use tokens::{Message, Phrases};

/// What a reader proposes: one entity, or several that share their words ("the first two").
#[derive(Debug, Clone, PartialEq)]
struct Found {
    kind: EntityKind,
    values: Vec<EntityValue>,
    /// Bytes of the folded message.
    bytes: Range<usize>,
    /// Of two finds of one length the lower stands.
    rank: u8,
}

/// What was read of a message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// In the order of the message.
    pub entities: Vec<Entity>,
    /// What remains for a product search.
    pub search_text: String,
}

/// What the house knows about a message before reading it.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The kind that the house has just asked for, so that a bare "50" can be a price.
    pub expecting: Option<EntityKind>,
    /// When the message was written.
    pub at: Timestamp,
}

/// The readers of one language of one shop.
#[derive(Debug)]
pub struct Reader {
    lexicon: Lexicon,
    attributes: Attributes,
    grammar: Words,
    /// Audiences by age, as the catalogue spells them; only those that it has.
    audiences: Vec<(AgeRange, String)>,
    order_number: Regex,
    currency: Currency,
}

/// The grammar, ready to be looked up.
#[derive(Debug, Default)]
struct Words {
    raw: Grammar,
    filler: Phrases,
    polite: Phrases,
    negation: Phrases,
    negation_gap: Phrases,
    negation_ends: Phrases,
    negation_joint: Phrases,
    below: Phrases,
    below_after: Phrases,
    above: Phrases,
    above_after: Phrases,
    around: Phrases,
    between: Phrases,
    to: Phrases,
    currency: Phrases,
    units: Phrases,
    numbers: Phrases,
    number_joint: Phrases,
    last: Phrases,
    ordinal_number: Phrases,
    ordinal_before: Phrases,
    ordinal_after: Phrases,
    ordinal_not: Phrases,
    size: Phrases,
    size_before: Phrases,
    quantity: Phrases,
    order: Phrases,
    phone: Phrases,
    sort: Phrases,
    ordinal_lead: Phrases,
    measure: Phrases,
    age_before: Phrases,
    age_years: Phrases,
    age_months: Phrases,
    dates: DatePhrases,
}

impl Words {
    fn new(grammar: &Grammar) -> Words {
        let set = |phrases: &[String]| Phrases::new(phrases);
        let keys = |words: Vec<&String>| Phrases::new(&words.into_iter().cloned().collect::<Vec<_>>());
        Words {
            filler: set(&grammar.filler),
            polite: set(&grammar.polite),
            negation: set(&grammar.negation),
            negation_gap: set(&grammar.negation_gap),
            negation_ends: set(&grammar.negation_ends),
            negation_joint: set(&grammar.negation_joint),
            below: set(&grammar.below),
            below_after: set(&grammar.below_after),
            above: set(&grammar.above),
            above_after: set(&grammar.above_after),
            around: set(&grammar.around),
            between: set(&grammar.between),
            to: set(&grammar.to),
            currency: keys(grammar.currencies.keys().collect()),
            units: set(&grammar.units),
            numbers: keys(grammar.numbers.keys().collect()),
            number_joint: set(&grammar.number_joint),
            last: set(&grammar.last),
            ordinal_number: set(&grammar.ordinal_number),
            ordinal_before: set(&grammar.ordinal_before),
            ordinal_after: set(&grammar.ordinal_after),
            ordinal_not: set(&grammar.ordinal_not),
            size: set(&grammar.size),
            size_before: set(&grammar.size_before),
            quantity: set(&grammar.quantity),
            order: set(&grammar.order),
            phone: set(&grammar.phone),
            sort: keys(grammar.sort.keys().collect()),
            ordinal_lead: set(&grammar.ordinal_lead),
            measure: keys(grammar.measures.keys().collect()),
            age_before: set(&grammar.ages.before),
            age_years: set(&grammar.ages.years),
            age_months: set(&grammar.ages.months),
            dates: DatePhrases::new(&grammar.dates),
            raw: grammar.clone(),
        }
    }
}

impl Reader {
    /// Readers for a language of a shop.
    ///
    /// # Errors
    /// When the shop's pattern for order numbers does not compile.
    pub fn new(
        language: &Language,
        vocabulary: &Vocabulary,
        facts: &ShopFacts,
    ) -> Result<Reader, regex::Error> {
        Ok(Reader {
            lexicon: Lexicon::new(language, vocabulary),
            attributes: Attributes::new(language, vocabulary),
            grammar: Words::new(&language.grammar),
            audiences: audiences(language, vocabulary),
            order_number: order_numbers::whole(&facts.order_number)?,
            currency: facts.currency,
        })
    }

    /// Reads a message.
    pub fn read(&self, text: &str, context: Context) -> Reading {
        let expecting = context.expecting;
        let message = Message::new(text);
        let mut found = self.lexicon.find(&message);
        found.extend(self.attributes.find(&message, &self.grammar, &found));
        found.extend(order_numbers::find(&message, &self.order_number, &self.grammar, expecting));
        found.extend(contacts::emails(&message, text));
        found.extend(contacts::phones(&message, &self.grammar, &found));
        found.extend(prices::find(&message, &self.grammar, self.currency, expecting));
        found.extend(places::ordinals(&message, &self.grammar, expecting));
        found.extend(sorts::find(&message, &self.grammar));
        let today = context.at.to_zoned(TimeZone::UTC).date();
        found.extend(dates::find(&message, &self.grammar, today));
        found.extend(ages::find(&message, &self.grammar));
        let words = resolve(found.clone());
        found.extend(sizes::find(&message, &self.grammar, &self.lexicon, &words, expecting));
        found.extend(places::quantities(&message, &self.grammar, &words, expecting));
        let mut found = sizes::without_bare_words(resolve(found), &message, &self.grammar);
        let mut measures = measures::find(&message, &self.grammar);
        measures::settle(&mut measures, &mut found, &message);
        let (found, dropped) = ages::with_audiences(found, &message, &self.audiences);
        let mut negated = negation::mark(&message, &self.grammar, &found);
        // The niece of "my 6 year old niece" is no word of a search either.
        let said = dropped.iter().flat_map(|one| message.within(&one.bytes));
        said.for_each(|token| negated.tokens[token] = true);
        let search_text = remainder::search_text(text, &message, &self.grammar, &found, &negated, &measures);
        let mut entities = entities(text, &message, &found, &negated.denied);
        for entity in entities.iter_mut().filter(|entity| lexicon::has(entity.kind)) {
            entity.meant = self.lexicon.respelled(&entity.text);
        }
        Reading { entities, search_text }
    }
}

/// The audiences of the entity file that have ages and products.
fn audiences(language: &Language, vocabulary: &Vocabulary) -> Vec<(AgeRange, String)> {
    let stocked = vocabulary.values.get(&EntityKind::Audience);
    let of_kind = language.entities.iter().filter(|words| words.kind == EntityKind::Audience);
    let values = of_kind.flat_map(|words| &words.values);
    values
        .filter_map(|value| {
            let spelled = stocked.into_iter().flatten().find(|known| key(known) == key(&value.value))?;
            Some((value.ages?, spelled.clone()))
        })
        .collect()
}

/// The longest finds that do not overlap, in the order of the message. Nothing outdoes an address or a phone number:
/// they must not be left standing in a transcript.
fn resolve(mut found: Vec<Found>) -> Vec<Found> {
    let hidden = |f: &Found| matches!(f.kind, EntityKind::Email | EntityKind::Phone);
    found.sort_by_key(|f| (!hidden(f), std::cmp::Reverse(f.bytes.len()), f.rank, f.bytes.start));
    let mut kept: Vec<Found> = Vec::new();
    for one in found {
        if kept.iter().all(|k| k.bytes.end <= one.bytes.start || one.bytes.end <= k.bytes.start) {
            kept.push(one);
        }
    }
    kept.sort_by_key(|f| f.bytes.start);
    kept
}

fn entities(original: &str, message: &Message, found: &[Found], denied: &[bool]) -> Vec<Entity> {
    let letters: Vec<char> = original.chars().collect();
    let mut entities = Vec::new();
    for (one, denied) in found.iter().zip(denied) {
        let span = message.folded.original(one.bytes.clone());
        for value in &one.values {
            entities.push(Entity {
                kind: one.kind,
                value: value.clone(),
                text: letters[span.clone()].iter().collect(),
                start: span.start,
                end: span.end,
                negated: *denied,
                meant: None,
            });
        }
    }
    entities
}

#[cfg(test)]
mod attribute_tests;
#[cfg(test)]
mod manner_tests;
#[cfg(test)]
pub(crate) mod tests;
