//! What is said of one product: "why this?", "the second one is not for me", "why the Nimbolt Clack Keyboard?".

use std::cmp::Reverse;

use crate::intents::{Binding, Intent};
use crate::model::{About, Action, Dialogue, EntityKind, ShownItem};
use crate::text::{fold, words};

use super::{Heard, ask, refer};

/// What is wanted of the product that is meant by its place, its name or its look, or else of the first that was shown.
pub(super) fn action(about: About, heard: &Heard<'_>, next: &Dialogue) -> Action {
    let placed = heard.understanding.ordinals().next().is_some();
    let name = if placed { Vec::new() } else { name(heard) };
    if let Some(item) = called(&name, heard, next) {
        return about.of(item.id.clone());
    }
    let spoken_of = refer::one(heard.understanding, next);
    // The ninth of five is none of them, and not the first; nor is what bears a name that none of them bears.
    let other = placed || (!name.is_empty() && heard.understanding.names_a_thing());
    let meant = spoken_of.clone().or_else(|| refer::first_shown(next).filter(|_| !other));
    let action = meant.map_or_else(|| refer::which(heard.understanding, next), |product| about.of(product));
    match name.len() {
        0 | 1 => action,
        _ => Action::ByName { spoken_of, named: name.join(" "), about, otherwise: Box::new(action) },
    }
}

/// The words of the message that may be those of a title: those of a search, and of a brand. "This one" has no name.
fn name(heard: &Heard<'_>) -> Vec<String> {
    let understanding = heard.understanding;
    let left = words_of(&understanding.search_text);
    let told = |word: &String| understanding.entities.iter().any(|e| words_of(&e.text).contains(word));
    if ask::says_pronoun(heard) || left.iter().all(told) {
        return Vec::new();
    }
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
