//! What is said of one product: "why this?", "the second one is not for me", "why the Nimbolt Clack Keyboard?".

use std::cmp::Reverse;

use crate::intents::{Binding, Intent};
use crate::model::{
    About, Action, Dialogue, Entity, EntityKind, ListSource, ProductId, ShownItem, ShownList,
};
use crate::text::{fold, key, words};

use super::{Heard, ask, refer};

/// What is wanted of the product that is meant by its place, its name or its look, or else of the first that was shown.
pub(super) fn action(about: About, heard: &Heard<'_>, next: &Dialogue) -> Action {
    let placed = heard.understanding.ordinals().next().is_some();
    let name = if placed { Vec::new() } else { name(heard) };
    if let Some(product) = numbered(&name, next) {
        return about.of(product.id.clone());
    }
    if let Some(item) = called(&name, heard, next) {
        return about.of(item.id.clone());
    }
    if let (About::Dismiss { .. }, Some((product, also))) = (&about, several(heard, next)) {
        return Action::Dismiss { product, also, page: None };
    }
    // What the others are like is not one of them.
    let like_it = |id: &ProductId, list: &ShownList| list.source == ListSource::Alike(id.clone());
    let apart = |id: &ProductId| !next.on_card && next.shown.as_ref().is_some_and(|list| like_it(id, list));
    let spoken_of = refer::one(heard.understanding, next).filter(|id| !apart(id));
    let spoken_of = refer::by_price(heard.understanding, next).or(spoken_of);
    // The ninth of five is none of them, and not the first; nor is what bears a name that none of them bears.
    let other = placed || (!name.is_empty() && heard.understanding.names_a_thing());
    let meant = spoken_of.clone().or_else(|| refer::first_shown(next).filter(|_| !other));
    let action = meant.map_or_else(|| refer::which(heard.understanding, next), |product| about.of(product));
    match name.len() {
        0 | 1 => action,
        _ => Action::ByName { spoken_of, named: name.join(" "), about, otherwise: Box::new(action) },
    }
}

/// "Not the third one", of a list: somebody who says no more than that does not want it.
pub(super) fn refused(intent: Option<&Intent>, heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let understanding = heard.understanding;
    let open = |intent: &Intent| {
        use Binding::{Deny, Detail, Dismiss, Question, Refine, Search, ShowMore};
        matches!(intent.binding, Detail | Question | Dismiss | Deny | Search | Refine(_) | ShowMore)
    };
    let places = |entity: &Entity| entity.kind == EntityKind::Ordinal;
    let only = !understanding.entities.is_empty() && understanding.entities.iter().all(places);
    let negation = &heard.language.grammar.negation;
    let says_not = key(&understanding.text).split(' ').any(|word| negation.iter().any(|not| not == word));
    let listed = next.shown.is_some() && next.orders.is_empty();
    let refused = listed && only && says_not && understanding.search_text.is_empty();
    (refused && intent.is_none_or(open)).then(|| action(About::Dismiss { page: None }, heard, next))
}

/// The products at the places that the message names, where it names more than one.
fn several(heard: &Heard<'_>, next: &Dialogue) -> Option<(ProductId, Vec<ProductId>)> {
    let mut named = refer::placed(heard.understanding, next).into_iter();
    let (first, also) = (named.next()?, named.collect::<Vec<_>>());
    (!also.is_empty()).then_some((first, also))
}

/// "2 is not for me": a number and no name is a place.
fn numbered<'d>(name: &[String], next: &'d Dialogue) -> Option<&'d ShownItem> {
    let [number] = name else { return None };
    next.shown.as_ref()?.products.get(number.parse::<usize>().ok()?.checked_sub(1)?)
}

/// The words of the message that may be those of a title: those of a search, and of a brand. "This one" has no name.
fn name(heard: &Heard<'_>) -> Vec<String> {
    let understanding = heard.understanding;
    let left = words_of(&understanding.search_text);
    let told = |word: &String| understanding.entities.iter().any(|e| words_of(&e.text).contains(word));
    if ask::says_pronoun(heard) || left.iter().all(told) {
        return Vec::new();
    }
    let negation = &heard.language.grammar.negation;
    let left: Vec<String> = left.into_iter().filter(|word| !negation.contains(word)).collect();
    let brands = understanding.of_kind(EntityKind::Brand).flat_map(|brand| words_of(&brand.text));
    let brands: Vec<String> = brands.filter(|word| !left.contains(word)).collect();
    brands.into_iter().chain(left).collect()
}

/// The product on the screen whose title the message has, or else the one with most of its words, and the fewest others,
/// where not all of them have the same words of the name.
fn called<'d>(name: &[String], heard: &Heard<'_>, next: &'d Dialogue) -> Option<&'d ShownItem> {
    let said = words_of(&heard.understanding.text);
    if let Some((item, _)) = in_full(&said, next).filter(|_| !name.is_empty()) {
        return Some(item);
    }
    let count = |of: &[String], title: &[String]| of.iter().filter(|word| title.contains(word)).count();
    let shown = next.shown.as_ref()?.products.iter().chain(&next.focus);
    let titled: Vec<(Vec<String>, &ShownItem)> = shown.map(|item| (words_of(&item.title), item)).collect();
    let least = titled.iter().map(|(title, _)| count(name, title)).min().filter(|_| titled.len() > 1);
    let named = titled.iter().filter(|(title, _)| count(name, title) > least.unwrap_or(0));
    let most = named.max_by_key(|(title, _)| (count(&said, title), Reverse(title.len())));
    most.map(|(_, item)| *item)
}

/// "Why the Nimbolt Clack Keyboard?", with that keyboard on the screen: its words are those of a search, and what is said
/// around them says what is wanted of it. By itself its title opens its card.
pub(super) fn titled(intent: Option<&Intent>, heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let wanted = |binding: Binding| match binding {
        Binding::Detail => Some(About::Detail),
        Binding::Why => Some(About::Why),
        Binding::WhyPrice => Some(About::WhyPrice),
        Binding::Dismiss => Some(About::Dismiss { page: None }),
        _ => None,
    };
    let looks = |binding: Binding| matches!(binding, Binding::Search | Binding::Refine(_));
    let may = intent.is_none_or(|intent| looks(intent.binding) || wanted(intent.binding).is_some());
    let said = words_of(&heard.understanding.text);
    let (item, length) = in_full(&said, next).filter(|_| may)?;
    let product = item.id.clone();
    if said.len() == length {
        return Some(About::Detail.of(product));
    }
    let near = heard.understanding.alternatives.iter();
    let mut near = near.filter_map(|near| wanted(heard.language.intent(&near.intent)?.binding));
    near.next().map(|about| about.of(product))
}

/// The product on the screen of whose title the message has the most from its beginning on, and how many words: the whole
/// title, or two words behind the brand.
fn in_full<'d>(said: &[String], next: &'d Dialogue) -> Option<(&'d ShownItem, usize)> {
    let run = |item: &'d ShownItem| {
        let title = words_of(&item.title);
        let brand = words_of(&item.brand).len();
        let from = |at: usize| said[at..].iter().zip(&title).take_while(|(a, b)| a == b).count();
        let longest = (0..said.len()).map(from).max()?;
        let enough = longest == title.len() || longest >= brand + 2;
        (enough && longest > 1).then_some((item, longest))
    };
    let shown = next.shown.as_ref()?.products.iter();
    // Of two the first: the last of equals is what a maximum finds.
    shown.rev().filter_map(run).max_by_key(|(_, longest)| *longest)
}

fn words_of(text: &str) -> Vec<String> {
    let folded = fold(text);
    words(&folded.text).into_iter().map(|word| word.text.to_owned()).collect()
}
