//! Which product is meant: "the second one", "the blue one", "the Cinder", "it".

use std::collections::HashSet;

use crate::model::{
    Action, Dialogue, EntityKind, EntityValue, OrderNumber, ProductId, ShownItem, Sort, Understanding,
};

use super::{Heard, place};

/// The one product that the message points to, if it is clear.
pub(super) fn one(understanding: &Understanding, dialogue: &Dialogue) -> Option<ProductId> {
    let shown = shown(dialogue);
    if let Some(ordinal) = understanding.ordinals().next() {
        return place(ordinal, shown.len()).map(|i| shown[i].id.clone());
    }
    let focus = dialogue.focus.as_ref();
    by_title(understanding, shown)
        .or_else(|| by_look(understanding, shown).filter(|_| !dialogue.on_card))
        .or(focus)
        .or_else(|| if shown.len() == 1 { shown.first() } else { None })
        .map(|item| item.id.clone())
}

/// The order at the place that the message names, of those just shown.
pub(super) fn order(understanding: &Understanding, dialogue: &Dialogue) -> Option<OrderNumber> {
    let at = place(understanding.ordinals().next()?, dialogue.orders.len())?;
    dialogue.orders.get(at).cloned()
}

/// The question which product is meant, or that there are not so many.
pub(super) fn which(understanding: &Understanding, dialogue: &Dialogue) -> Action {
    let (placed, shown) = (understanding.ordinals().next().is_some(), shown(dialogue).len());
    if placed && shown > 0 { Action::NotSoMany { shown } } else { Action::WhichProduct }
}

/// The product at the place in the list that the message names.
pub(super) fn pointed<'a>(understanding: &Understanding, dialogue: &'a Dialogue) -> Option<&'a ShownItem> {
    let shown = shown(dialogue);
    place(understanding.ordinals().next()?, shown.len()).map(|at| &shown[at])
}

/// What was shown of a product.
pub(super) fn item<'a>(id: &ProductId, dialogue: &'a Dialogue) -> Option<&'a ShownItem> {
    dialogue.focus.iter().chain(shown(dialogue)).find(|item| item.id == *id)
}

/// The only shown product of that colour or brand, or the extreme of the order that the message names.
pub(super) fn shown_as(understanding: &Understanding, dialogue: &Dialogue) -> Option<ProductId> {
    let by_look = || by_look(understanding, shown(dialogue)).map(|item| item.id.clone());
    by_price(understanding, dialogue).or_else(by_look)
}

/// The cheapest of what was shown, or the dearest, where the message says so.
pub(super) fn by_price(understanding: &Understanding, dialogue: &Dialogue) -> Option<ProductId> {
    match understanding.sort()? {
        Sort::PriceUp => extreme(false, dialogue),
        Sort::PriceDown => extreme(true, dialogue),
        _ => None,
    }
}

/// The cheapest or dearest of what was shown.
pub(super) fn extreme(dearest: bool, dialogue: &Dialogue) -> Option<ProductId> {
    let priced = shown(dialogue).iter().filter_map(|item| Some((item.price?.minor, item)));
    let found = match dearest {
        true => priced.max_by_key(|(price, _)| *price),
        false => priced.min_by_key(|(price, _)| *price),
    };
    found.map(|(_, item)| item.id.clone())
}

/// Two or three products to compare: those named by place, or the first two. Side by side already, and asked for again or
/// for more than lies there, they are meant among the list that they came from.
pub(super) fn several(understanding: &Understanding, dialogue: &Dialogue) -> Vec<ProductId> {
    let shown = shown(dialogue);
    let named = named(understanding, dialogue, shown);
    let behind = dialogue.compared_from.as_ref().map_or(&[][..], |list| list.products.as_slice());
    let news = named.len() >= 2 && named.len() < shown.len();
    if behind.is_empty() || news || places(understanding, usize::MAX).is_empty() {
        return named;
    }
    self::named(understanding, dialogue, behind)
}

/// The products of a list that the message names.
fn named(understanding: &Understanding, dialogue: &Dialogue, shown: &[ShownItem]) -> Vec<ProductId> {
    match places(understanding, shown.len()).as_slice() {
        [] => shown.iter().take(2).map(|item| item.id.clone()).collect(),
        // "compare it with the third": the product spoken of, and that one.
        [only] => {
            let named = &shown[*only].id;
            let other = dialogue.focus.as_ref().map(|item| &item.id).filter(|id| *id != named);
            other.into_iter().chain([named]).cloned().collect()
        }
        many => many.iter().take(3).map(|i| shown[*i].id.clone()).collect(),
    }
}

/// The products at the places that the message names, by words or by bare numbers, in the order of the message; how many there
/// are where it names one that is not there, and nothing where it names none.
pub(super) fn placed(heard: &Heard<'_>, dialogue: &Dialogue) -> Option<Result<Vec<ProductId>, usize>> {
    let understanding = heard.understanding;
    let shown = shown(dialogue);
    let mut places: Vec<Option<usize>> =
        understanding.ordinals().map(|ordinal| place(ordinal, shown.len())).collect();
    // "2 and 4": where the search is for numbers alone, they are none of a title.
    let negation = &heard.language.grammar.negation;
    let left = understanding.search_text.split_whitespace();
    let left: Vec<&str> = left.filter(|word| !negation.iter().any(|not| not == word)).collect();
    let number = |word: &&str| word.parse::<usize>().ok();
    let alone = understanding.entities.iter().all(|entity| entity.kind == EntityKind::Ordinal);
    if alone && !left.is_empty() && left.iter().all(|word| number(word).is_some()) {
        let at = |n: usize| n.checked_sub(1).filter(|at| *at < shown.len());
        places.extend(left.iter().filter_map(number).map(at));
    }
    if places.is_empty() {
        return None;
    }
    let Some(mut there) = places.into_iter().collect::<Option<Vec<usize>>>() else {
        return Some(Err(shown.len()));
    };
    let mut seen = HashSet::new();
    there.retain(|at| seen.insert(*at));
    Some(Ok(there.into_iter().map(|at| shown[at].id.clone()).collect()))
}

/// The places that the message names in a list of `len`, each once.
fn places(understanding: &Understanding, len: usize) -> Vec<usize> {
    let mut places: Vec<usize> = understanding.ordinals().filter_map(|ordinal| place(ordinal, len)).collect();
    if places.is_empty() {
        places = numbers(&understanding.text, len);
    }
    let mut seen = HashSet::new();
    places.retain(|i| seen.insert(*i));
    places
}

/// "1 and 3": where products are compared, two or more bare numbers are places in the list, 0-based here.
fn numbers(text: &str, len: usize) -> Vec<usize> {
    let places: Vec<usize> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.parse::<usize>().ok())
        .filter_map(|n| n.checked_sub(1).filter(|i| *i < len))
        .collect();
    if places.len() >= 2 { places } else { Vec::new() }
}

/// The first product of the last list, for "something like these".
pub(super) fn first_shown(dialogue: &Dialogue) -> Option<ProductId> {
    shown(dialogue).first().map(|item| item.id.clone())
}

fn shown(dialogue: &Dialogue) -> &[ShownItem] {
    dialogue.shown.as_ref().map_or(&[], |list| list.products.as_slice())
}

/// The only shown product with the most words of its title in the message, at least one that no other shares.
fn by_title<'a>(understanding: &Understanding, shown: &'a [ShownItem]) -> Option<&'a ShownItem> {
    let said: HashSet<String> = words(&understanding.text).collect();
    let hits: Vec<usize> = shown
        .iter()
        .enumerate()
        .map(|(i, item)| {
            words(&item.title)
                .filter(|word| {
                    said.contains(word)
                        && shown
                            .iter()
                            .enumerate()
                            .all(|(j, o)| i == j || !words(&o.title).any(|w| w == *word))
                })
                .count()
        })
        .collect();
    let best = *hits.iter().max()?;
    let mut winners = hits.iter().enumerate().filter(|(_, n)| **n == best);
    let (winner, _) = winners.next()?;
    (best > 0 && winners.next().is_none()).then(|| &shown[winner])
}

/// The only shown product of that colour or brand.
fn by_look<'a>(understanding: &Understanding, shown: &'a [ShownItem]) -> Option<&'a ShownItem> {
    let wanted: Vec<(EntityKind, &str)> = understanding
        .entities
        .iter()
        .filter(|entity| !entity.negated)
        .filter_map(|entity| match &entity.value {
            EntityValue::Word(word) => Some((entity.kind, word.as_str())),
            _ => None,
        })
        .filter(|(kind, _)| matches!(kind, EntityKind::Colour | EntityKind::Brand))
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let mut fitting = shown.iter().filter(|item| {
        wanted.iter().all(|(kind, value)| match kind {
            EntityKind::Colour => item.colours.iter().any(|c| c.eq_ignore_ascii_case(value)),
            _ => item.brand.eq_ignore_ascii_case(value),
        })
    });
    match (fitting.next(), fitting.next()) {
        (Some(item), None) => Some(item),
        _ => None,
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2).map(str::to_lowercase)
}
