//! Which of the merchandisers' lists a message names.

use std::collections::HashSet;

use crate::model::{Action, Dialogue, ListName, Via};
use crate::text::{fold, singular, words};

use super::{Heard, SURE, query};

/// Whoever asks for a list says at least this share of its title.
const ENOUGH: f32 = 0.5;

/// Somebody asks for a list: the one whose title they say, or else most of it; or else which there are.
pub(super) fn asked(heard: &Heard<'_>) -> Action {
    let said = stems(&heard.understanding.text);
    titled(&said, heard).or_else(|| nearly(&said, heard)).map_or(Action::Lists, open)
}

/// A message that is a title and hardly more, where no rule knows better: "the winter warmers". A mere category is
/// looked for all the same, a number is a place in what is shown, and what goes on from a search does so.
pub(super) fn spoken(heard: &Heard<'_>, dialogue: &Dialogue) -> Option<Action> {
    let understanding = heard.understanding;
    let goes_on = dialogue.query.is_some() && query::only_conditions(understanding);
    if goes_on || understanding.text.trim().parse::<usize>().is_ok() {
        return None;
    }
    let ruled = matches!(understanding.via, Via::Example | Via::Pattern(_) | Via::Certain);
    if ruled
        || is_sure_of_else(heard)
        || (understanding.names_a_thing() && understanding.says_only_entities())
    {
        return None;
    }
    let list = titled(&stems(&understanding.text), heard)?;
    let title: HashSet<String> = list.titles.values().flat_map(|title| stems(title)).collect();
    let of_entities = understanding.entities.iter().flat_map(|entity| stems(&entity.text));
    let beside = stems(&understanding.search_text).into_iter().chain(of_entities);
    beside.into_iter().all(|word| title.contains(&word)).then(|| open(list))
}

/// Whether the message surely means something that is no way to look at products: "my orders" is no list of goods.
fn is_sure_of_else(heard: &Heard<'_>) -> bool {
    let understanding = heard.understanding;
    let intent = understanding.intent.as_ref().and_then(|name| heard.language.intent(name));
    understanding.confidence >= SURE && intent.is_some_and(|intent| !intent.binding.shows_products())
}

fn open(list: &ListName) -> Action {
    Action::List { list: list.id.clone() }
}

/// The list with the longest title that stands in the message word for word.
fn titled<'a>(said: &[String], heard: &Heard<'a>) -> Option<&'a ListName> {
    let stands = |title: &Vec<String>| {
        !title.is_empty() && said.windows(title.len()).any(|window| window == title.as_slice())
    };
    let longest = |list: &&ListName| titles(list).filter(stands).map(|title| title.len()).max().unwrap_or(0);
    heard.lists.iter().rev().filter(|list| longest(list) > 0).max_by_key(longest)
}

/// The only list of whose title the message says most, half of it at least.
fn nearly<'a>(said: &[String], heard: &Heard<'a>) -> Option<&'a ListName> {
    let share = |title: Vec<String>| {
        title.iter().filter(|word| said.contains(word)).count() as f32 / title.len().max(1) as f32
    };
    let most = |list: &ListName| titles(list).map(share).fold(0.0, f32::max);
    let mut near: Vec<(f32, &ListName)> = heard.lists.iter().map(|list| (most(list), list)).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    match near[..] {
        [(best, list), ..] if best >= ENOUGH && near.get(1).is_none_or(|(second, _)| *second < best) => {
            Some(list)
        }
        _ => None,
    }
}

fn titles(list: &ListName) -> impl Iterator<Item = Vec<String>> {
    list.titles.values().map(|title| stems(title))
}

fn stems(text: &str) -> Vec<String> {
    let folded = fold(text);
    words(&folded.text).into_iter().map(|word| singular(word.text)).collect()
}
