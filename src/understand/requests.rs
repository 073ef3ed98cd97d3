//! More than one request in a message: "where's my order and do you ship to Canada?".
//!
//! A message is cut where a sentence ends or at a joining word of the language ("and", "also"); a comma alone parts a
//! request from its reason more often than from another request ("I wore them once, are they returnable"). A cut stands
//! only when every part is surely understood by itself and leads elsewhere than its neighbours, so "shoes and socks",
//! "red and blue" and "between 20 and 40" stay whole. Where nothing can be cut nothing more is computed.

use std::collections::HashMap;
use std::ops::Range;

use super::language::LanguageModel;
use super::{Heard, Understander, wording};
use crate::intents::Binding;
use crate::model::{Entity, EntityKind, IntentName, OrderNumber, Understanding, Via};
use crate::text::{Folded, Word, fold, words};

/// The most requests of one message that are answered.
const MOST: usize = 3;
/// A message with more places to cut than this is a story; only the ends of its sentences count then.
const PIECES: usize = 4;
/// A part is surely understood when its intent has this probability. Of the 593 labelled development sentences, each one
/// request, one is cut in two at this value ("can i try out running shoes and return them after"); of 475 pairs of them
/// joined by "and", "also" or a full stop 360 are answered as the two that they are, 10 in another way.
/// `tests/it/understand/requests.rs` measures it.
const SURE: f32 = 0.6;

/// A stretch of the message between two places where it might be cut.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    /// In characters of the message.
    span: Range<usize>,
    words: usize,
}

/// Where a part of a message leads: two parts that lead to the same place are one request.
#[derive(Debug, Clone)]
enum Leads {
    /// To products, by whatever name; with what is said of them.
    Products(Vec<Entity>),
    To(IntentName),
    /// To an order of its own.
    Order(OrderNumber),
}

impl Leads {
    fn same(&self, other: &Leads) -> bool {
        match (self, other) {
            (Leads::Products(one), Leads::Products(other)) => {
                !two_things(&one.iter().collect::<Vec<_>>(), &other.iter().collect::<Vec<_>>())
            }
            (Leads::To(one), Leads::To(other)) => one == other,
            (Leads::Order(one), Leads::Order(other)) => one == other,
            _ => false,
        }
    }
}

/// "Red dresses and white shirts": two things, each with a condition of its own of one kind. "Shoes and socks under 50" and
/// "leather boots and sneakers" are looked for at once.
fn two_things(one: &[&Entity], other: &[&Entity]) -> bool {
    let value = |entities: &[&Entity], kind: EntityKind| {
        entities.iter().find(|e| e.kind == kind && !e.negated).map(|e| e.value.clone())
    };
    let differ =
        |kind: EntityKind| matches!((value(one, kind), value(other, kind)), (Some(a), Some(b)) if a != b);
    let conditions = EntityKind::ALL.into_iter().filter(|kind| kind.is_condition());
    differ(EntityKind::Category) && conditions.into_iter().any(differ)
}

impl Understander {
    /// What a message asks for, in order: at least one thing, mostly exactly one. A part is understood as though it had
    /// been written alone; the places of its entities count within it.
    pub async fn requests(&self, heard: Heard<'_>) -> Vec<Understanding> {
        let whole = self.understand(heard).await;
        if matches!(whole.via, Via::Example | Via::Pattern(_)) {
            return vec![whole];
        }
        let Some(language) = self.languages.iter().find(|known| known.code == whole.language) else {
            return vec![whole];
        };
        let pieces = pieces(heard.text, &whole.entities, language);
        if pieces.len() < 2 {
            return vec![whole];
        }
        let heard = Heard { language: Some(&language.code), ..heard };
        let orders = whole.of_kind(EntityKind::OrderNumber).count() > 1;
        match self.divided(&pieces, heard, language, orders).await {
            parts if parts.len() < 2 => vec![whole],
            parts => parts,
        }
    }

    /// The division into the most parts of which each is sure; empty when there is none.
    async fn divided(
        &self,
        pieces: &[Piece],
        heard: Heard<'_>,
        language: &LanguageModel,
        orders: bool,
    ) -> Vec<Understanding> {
        let mut sure: HashMap<(usize, usize), (Understanding, Leads)> = HashMap::new();
        for from in 0..pieces.len() {
            for to in from..pieces.len() {
                // The whole is known already.
                if to - from + 1 < pieces.len()
                    && let Some(part) = self.part(&pieces[from..=to], heard, language, orders).await
                {
                    sure.insert((from, to), part);
                }
            }
        }
        let mut best: Vec<&(Understanding, Leads)> = Vec::new();
        for division in divisions(pieces.len()) {
            let parts: Option<Vec<_>> = division.iter().map(|range| sure.get(range)).collect();
            let Some(parts) = parts else { continue };
            let apart = parts
                .iter()
                .enumerate()
                .all(|(i, (_, leads))| parts[..i].iter().all(|(_, l)| !l.same(leads)));
            if apart && (parts.len(), certainty(&parts)) > (best.len(), certainty(&best)) {
                best = parts;
            }
        }
        best.into_iter().map(|(meaning, _)| meaning.clone()).collect()
    }

    /// What these pieces mean together, if that is sure.
    async fn part(
        &self,
        pieces: &[Piece],
        heard: Heard<'_>,
        language: &LanguageModel,
        orders: bool,
    ) -> Option<(Understanding, Leads)> {
        let text = slice(heard.text, pieces.first()?.span.start..pieces.last()?.span.end);
        // A single word says something by itself only where a rule knows it, or as an order among several.
        let lone = pieces.iter().map(|piece| piece.words).sum::<usize>() < 2;
        if lone && language.rules.certain(text, &wording(text, &language.polite)).is_none() && !orders {
            return None;
        }
        let meaning = self.understand(Heard { text, ..heard }).await;
        match meaning.order_number().filter(|_| orders && meaning.says_only_entities()).cloned() {
            Some(number) => return Some((meaning, Leads::Order(number))),
            None if lone && orders => return None,
            None => {}
        }
        let answers = heard.expecting.is_some_and(|kind| meaning.of_kind(kind).next().is_some());
        if meaning.says_only_entities() && (meaning.names_a_thing() || answers) {
            let said = meaning.entities.clone();
            return Some((meaning, Leads::Products(said)));
        }
        let likely = meaning.alternatives.first().is_some_and(|best| best.probability >= SURE);
        let leads = leads(meaning.intent.as_ref().filter(|_| likely)?, &meaning.entities, language)?;
        Some((meaning, leads))
    }
}

/// `None` for what is no request of its own: "no" before what is meant instead, "yes", a greeting.
fn leads(intent: &IntentName, said: &[Entity], language: &LanguageModel) -> Option<Leads> {
    match language.bindings.get(intent)? {
        Binding::Affirm | Binding::Deny | Binding::Greet => None,
        Binding::Search
        | Binding::Refine(_)
        | Binding::Recommend
        | Binding::Picks
        | Binding::Lists
        | Binding::Complete
        | Binding::WithoutHistory
        | Binding::WithHistory
        | Binding::ShowMore
        | Binding::Compare => Some(Leads::Products(said.to_vec())),
        _ => Some(Leads::To(intent.clone())),
    }
}

/// The least probable of the parts.
fn certainty(parts: &[&(Understanding, Leads)]) -> f32 {
    let best = |meaning: &Understanding| meaning.alternatives.first().map_or(1.0, |best| best.probability);
    parts.iter().map(|(meaning, _)| best(meaning)).fold(1.0, f32::min)
}

/// Every way to make two to [`MOST`] runs out of `count` pieces, as first and last piece of each run.
fn divisions(count: usize) -> Vec<Vec<(usize, usize)>> {
    let cuts = 0..1_usize << count.saturating_sub(1);
    let division = |cuts: usize| {
        let mut runs = Vec::new();
        let mut from = 0;
        for at in 0..count {
            if at + 1 == count || cuts & (1 << at) != 0 {
                runs.push((from, at));
                from = at + 1;
            }
        }
        runs
    };
    cuts.map(division).filter(|runs| (2..=MOST).contains(&runs.len())).collect()
}

/// The pieces of a message, without those that are mere politeness. One or none: there is nothing to cut.
fn pieces(text: &str, entities: &[Entity], language: &LanguageModel) -> Vec<Piece> {
    let folded = fold(text);
    let said = words(&folded.text);
    let fine = cut(text, &folded, &said, entities, language, true);
    if fine.len() <= PIECES {
        return fine;
    }
    let coarse = cut(text, &folded, &said, entities, language, false);
    if coarse.len() <= PIECES { coarse } else { Vec::new() }
}

fn cut(
    text: &str,
    folded: &Folded,
    said: &[Word<'_>],
    entities: &[Entity],
    language: &LanguageModel,
    everywhere: bool,
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in 1..=said.len() {
        let joined = if at < said.len() { join_at(said, at, &language.joins) } else { 0 };
        let place = Place { text, folded, said, at, joined };
        let cuts = at == said.len() || (at > from && place.cuts(entities, everywhere));
        if cuts && at > from {
            let span = folded.original(said[from].range.start..said[at - 1].range.end);
            let words = said[from..at].iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
            if !language.polite.contains(&words) {
                pieces.push(Piece { span, words: at - from });
            }
            from = at + joined;
        }
    }
    pieces
}

/// How many words the longest joining phrase takes that begins here.
fn join_at(said: &[Word<'_>], at: usize, joins: &[String]) -> usize {
    let begins = |join: &str| {
        let parts: Vec<&str> = join.split(' ').collect();
        let here = said.get(at..at + parts.len())?;
        here.iter().zip(&parts).all(|(word, part)| word.text == *part).then_some(parts.len())
    };
    joins.iter().filter_map(|join| begins(join)).max().unwrap_or(0)
}

/// The place before the word `at`, and the joining words that begin there.
struct Place<'a> {
    text: &'a str,
    folded: &'a Folded,
    said: &'a [Word<'a>],
    at: usize,
    joined: usize,
}

impl Place<'_> {
    fn cuts(&self, entities: &[Entity], everywhere: bool) -> bool {
        let gap = &self.folded.text[self.said[self.at - 1].range.end..self.said[self.at].range.start];
        let left = self.folded.original(self.said[self.at - 1].range.clone()).end;
        let next = self.said.get(self.at + self.joined);
        let right = next.map_or(left, |word| self.folded.original(word.range.clone()).start);
        // Folding makes a line break a space.
        let sentence = gap.contains(['.', '?', '!', ';']) || slice(self.text, left..right).contains('\n');
        // "between 20 and 40" is one entity, "leather boots, size 9" two of one thing.
        let within = entities.iter().any(|e| e.start < left && right < e.end);
        // Also with an article before it: "the third and the first".
        let after = self.said.get(self.at + self.joined + 1);
        let second = after.map_or(right, |word| self.folded.original(word.range.clone()).start);
        let begins = |e: &&Entity| e.start == right || e.start == second;
        // "How much" is the name of an attribute, and begins a question rather than a further wish.
        let wishes: Vec<&Entity> = entities.iter().filter(|e| e.bare_attribute().is_none()).collect();
        let before: Vec<&Entity> = wishes.iter().copied().filter(|e| e.end <= left).collect();
        let behind: Vec<&Entity> = wishes.iter().copied().filter(|e| e.start >= right).collect();
        // "A-1042 and A-1029" are two, "red and blue" one.
        let order = |e: Option<&&Entity>| e.is_some_and(|e| e.kind == EntityKind::OrderNumber);
        let two_orders = order(before.last()) && order(behind.first());
        let between = !two_orders
            && before.iter().any(|e| e.end == left)
            && behind.iter().any(begins)
            && !two_things(&before, &behind);
        !within && (sentence || (everywhere && self.joined > 0 && !between))
    }
}

/// The characters of a span.
fn slice(text: &str, span: Range<usize>) -> &str {
    let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
    &text[byte(span.start)..byte(span.end)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_pieces_can_be_divided_in_three_ways() {
        assert_eq!(divisions(3), [vec![(0, 0), (1, 2)], vec![(0, 1), (2, 2)], vec![(0, 0), (1, 1), (2, 2)]]);
        assert!(divisions(1).is_empty());
    }
}
