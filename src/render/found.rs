//! What a search found, what it did not, and how to go on from there.

use crate::model::{
    Action, Button, Change, Dropped, Facet, Fit, ListSource, Narrowing, Outcome, ProductQuery, Relaxed,
    Reply, Respelled, Scored, Sort, Suggestion, ValueCount,
};

use super::{Words, about, cards, person, products::more, text};

/// How many values of an attribute get a button.
const BUTTONS: usize = 6;

/// One page of products.
pub(super) fn some(outcome: &Outcome, words: &Words<'_>) -> Reply {
    let Outcome::Found {
        query, items, total, offset, relaxed, respelled, suggestion, narrowing, limit, ..
    } = outcome
    else {
        return Reply::default();
    };
    if items.is_empty() {
        return text(words.say("no_more", &[]));
    }
    let first = *offset == 0;
    let mut said = Vec::new();
    let mut buttons = Vec::new();
    if let Some(respelled) = respelled.as_ref().filter(|_| first) {
        said.push(corrected(respelled, words));
        buttons.push(as_written(respelled, words));
    }
    if let Some(suggestion) = suggestion.as_ref().filter(|_| first) {
        said.push(unknown(suggestion, words));
        buttons.push(instead_of(suggestion));
    }
    said.push(lead(outcome, words));
    if let Some(relaxed) = relaxed.as_ref().filter(|_| first) {
        buttons.extend(relaxed.instead.iter().map(|other| without(other, words)));
    }
    buttons.extend(narrowing.iter().flat_map(|narrowing| choices(narrowing, words)));
    let shown = offset + items.len();
    if *total > shown {
        buttons.push(more(ListSource::Search, query, shown, words));
    }
    // Nothing is cheaper than the only one.
    if limit.is_none() && *total > 1 {
        buttons.extend(cheaper(query, items, words));
    }
    Reply { text: said.join(" "), cards: cards::all(items, query, words), buttons, ..Reply::default() }
}

/// The sentence above the products.
fn lead(outcome: &Outcome, words: &Words<'_>) -> String {
    let Outcome::Found { query, items, total, offset, relaxed, fit, narrowing, limit, .. } = outcome else {
        return String::new();
    };
    let what = about::query(query, words);
    let count = total.to_string();
    let order = order_of(query).map(|key| words.say(key, &[]));
    let question = narrowing.as_ref().map(|narrowing| about::which(&narrowing.attribute, words));
    let values = [
        ("what", what.as_str()),
        ("total", count.as_str()),
        ("order", order.as_deref().unwrap_or_default()),
        ("question", question.as_deref().unwrap_or_default()),
    ];
    let sold_out = items.iter().all(|item| !item.product.in_stock());
    match (relaxed, offset, total) {
        _ if *limit == Some(Change::Dearer) => words.say("dearest_already", &[]),
        _ if limit.is_some() => words.say("cheapest_already", &[]),
        (Some(relaxed), 0, n) => without_some(relaxed, *n, words),
        (_, 0, _) if *fit == Fit::Meaning => words.say("found_near", &values),
        (_, 0, _) if *fit == Fit::Most => words.say("found_partial", &values),
        (_, 0, _) if sold_out => words.say("found_sold_out", &values),
        (_, 0, n) if *n > 1 && order.is_some() => words.say("found_sorted", &values),
        (_, 0, 1) => words.say("found_one", &values),
        (_, 0, n) if *n <= items.len() => words.say("found_few", &values),
        (_, 0, _) if question.is_some() => words.say("found_wide", &values),
        (_, 0, _) => words.say("found", &values),
        _ => words.say("found_page", &values),
    }
}

/// "Nothing in red under $50. Without the price limit there are 4:"
fn without_some(relaxed: &Relaxed, total: usize, words: &Words<'_>) -> String {
    let key = if total == 1 { "found_relaxed_one" } else { "found_relaxed" };
    let values = [
        ("what", about::query(&relaxed.asked, words)),
        ("dropped", about::dropped(&relaxed.dropped, words)),
        ("total", total.to_string()),
    ];
    words.say(key, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// The same with another condition given up.
fn without((dropped, query, total): &(Dropped, ProductQuery, usize), words: &Words<'_>) -> Button {
    let dropped = about::dropped(std::slice::from_ref(dropped), words);
    let label = words.say("button_without", &[("dropped", &dropped), ("n", &total.to_string())]);
    Button::act(label, found_again(query))
}

fn corrected(respelled: &Respelled, words: &Words<'_>) -> String {
    let meant = about::quoted(respelled.words.iter().map(|word| word.meant.as_str()), words);
    let written = about::quoted(respelled.words.iter().map(|word| word.written.as_str()), words);
    words.say("found_corrected", &[("meant", &meant), ("written", &written)])
}

/// The way back from a correction.
fn as_written(respelled: &Respelled, words: &Words<'_>) -> Button {
    let written = about::quoted(respelled.words.iter().map(|word| word.written.as_str()), words);
    let label = words.say("button_as_written", &[("written", &written)]);
    Button::act(label, Action::Search { query: respelled.as_written.clone(), respelled: None })
}

fn unknown(suggestion: &Suggestion, words: &Words<'_>) -> String {
    words.say("found_unknown", &[("written", &suggestion.written), ("like", &suggestion.like)])
}

fn instead_of(suggestion: &Suggestion) -> Button {
    let query = suggestion.query.clone();
    Button::act(suggestion.like.clone(), Action::Search { query, respelled: None })
}

fn choices<'a>(narrowing: &'a Narrowing, words: &'a Words<'_>) -> impl Iterator<Item = Button> + 'a {
    narrowing.values.iter().map(|value| choice(&narrowing.attribute, value, words))
}

/// `black (12)`
fn choice(attribute: &Facet, value: &ValueCount, words: &Words<'_>) -> Button {
    let shown = cards::shortened(&about::value(attribute, &value.value, words), 24);
    Button::act(format!("{shown} ({})", value.count), found_again(&value.query))
}

fn found_again(query: &ProductQuery) -> Action {
    Action::Refine { query: query.clone(), change: None, than: None, respelled: None }
}

/// How to say in which order the products stand, where the shopper asked for one.
fn order_of(query: &ProductQuery) -> Option<&'static str> {
    match query.sort {
        Sort::Relevance => None,
        Sort::PriceUp => Some("sorted_price_up"),
        Sort::PriceDown => Some("sorted_price_down"),
        Sort::Rating => Some("sorted_rating"),
        Sort::Newest => Some("sorted_newest"),
        Sort::Popular => Some("sorted_popular"),
    }
}

/// "Cheaper" than the cheapest of these, kept on the button so that a tap weeks later still means these.
fn cheaper(query: &ProductQuery, items: &[Scored], words: &Words<'_>) -> Option<Button> {
    let than = items.iter().filter_map(|item| item.product.price).min_by_key(|price| price.minor)?;
    let change = Some(Change::Cheaper);
    let action = Action::Refine { query: query.clone(), change, than: Some(than), respelled: None };
    Some(Button::act(words.say("button_cheaper", &[]), action))
}

/// Nothing at all, not even with less.
pub(super) fn nothing(query: &ProductQuery, suggestion: Option<&Suggestion>, words: &Words<'_>) -> Reply {
    let mut said = vec![words.say("nothing_found", &[("what", &about::query(query, words))])];
    let mut buttons = vec![person(words)];
    if let Some(suggestion) = suggestion {
        said.insert(0, unknown(suggestion, words));
        buttons.insert(0, instead_of(suggestion));
    }
    Reply { text: said.join(" "), buttons, ..Reply::default() }
}

/// "Running shoes, by colour: black (12), blue (9)."
pub(super) fn values(
    query: &ProductQuery,
    attribute: &Facet,
    values: &[ValueCount],
    words: &Words<'_>,
) -> Reply {
    let what = about::query(query, words);
    let name = about::attribute(attribute, words);
    if values.is_empty() {
        return text(words.say("values_unknown", &[("what", &what), ("attribute", &name)]));
    }
    let listed: Vec<String> = values
        .iter()
        .map(|value| format!("{} ({})", about::value(attribute, &value.value, words), value.count))
        .collect();
    let told = [("what", what.as_str()), ("attribute", name.as_str()), ("values", &listed.join(", "))];
    let buttons = values.iter().take(BUTTONS).map(|value| choice(attribute, value, words)).collect();
    Reply { text: about::capitalised(&words.say("values", &told)), buttons, ..Reply::default() }
}
