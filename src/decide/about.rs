//! What is said of one product: "why this?", "the second one is not for me", "why the Nimbolt Clack Keyboard?".

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::intents::{Binding, Intent};
use crate::model::{
    About, Action, Dialogue, Entity, EntityKind, ListSource, ProductId, ShownItem, ShownList,
};
use crate::text::{fold, key, words};

use super::{Heard, ask, correct, refer};

/// From this likeness on, twice the words that both have by the words of both, an example says what is meant.
const LIKE: f32 = 0.6;

/// What is wanted of the product that is meant by its place, its name or its look, or else of the first that was shown.
pub(super) fn action(about: About, heard: &Heard<'_>, next: &Dialogue) -> Action {
    let about = wondered(about, heard);
    let refuses = matches!(about, About::Dismiss { .. });
    if let Some(placed) = refer::placed(heard, next) {
        return at(placed, &about, refuses && !turns(heard));
    }
    let name = name(heard);
    if let Some(item) = called(&name, heard, next) {
        return about.of(item.id.clone());
    }
    // "Red is not for me" refuses a colour; "the red one" a product.
    let look = |entity: &Entity| entity.is_condition() && entity.kind != EntityKind::Brand;
    let by_look = heard.understanding.entities.iter().any(look);
    if refuses && by_look && name.is_empty() && !correct::says_single(heard) {
        return Action::WhichProduct;
    }
    // What the others are like is not one of them.
    let like_it = |id: &ProductId, list: &ShownList| list.source == ListSource::Alike(id.clone());
    let apart = |id: &ProductId| !next.on_card && next.shown.as_ref().is_some_and(|list| like_it(id, list));
    let spoken_of = refer::one(heard.understanding, next).filter(|id| !apart(id));
    let spoken_of = refer::by_price(heard.understanding, next).or(spoken_of);
    // What bears a name or a look that none of them bears is not the first; nor is it refused below a list of orders.
    let other = !name.is_empty() || by_look || !next.orders.is_empty();
    let named = heard.understanding.names_a_thing() && !name.is_empty();
    let first = || refer::first_shown(next).filter(|_| !(named || refuses && other));
    let meant = spoken_of.clone().or_else(first);
    let action = meant.map_or_else(|| refer::which(heard.understanding, next), |product| about.of(product));
    match name.len() {
        0 | 1 => action,
        _ => Action::ByName { spoken_of, named: name.join(" "), about, otherwise: Box::new(action) },
    }
}

/// "Is the second one not for me?" wonders why it is there.
fn wondered(about: About, heard: &Heard<'_>) -> About {
    let asks = heard.understanding.text.trim_end().ends_with('?');
    if asks && matches!(about, About::Dismiss { .. }) { About::Why } else { about }
}

/// What is wanted of the products at places of the list, of all of them or of the first; or how many there are.
fn at(placed: Result<Vec<ProductId>, usize>, about: &About, of_all: bool) -> Action {
    let mut places = match placed {
        Ok(places) => places.into_iter(),
        Err(0) => return Action::WhichProduct,
        Err(shown) => return Action::NotSoMany { shown },
    };
    match places.next() {
        Some(product) if of_all => Action::Dismiss { product, also: places.collect(), page: None },
        Some(product) => about.of(product),
        None => Action::WhichProduct,
    }
}

/// "… but show me the third": what stands behind that is not refused.
fn turns(heard: &Heard<'_>) -> bool {
    let ends = &heard.language.grammar.negation_ends;
    key(&heard.understanding.text).split(' ').any(|word| ends.iter().any(|end| end == word))
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
    let refused = listed && only && says_not && !turns(heard) && understanding.search_text.is_empty();
    (refused && intent.is_none_or(open)).then(|| action(About::Dismiss { page: None }, heard, next))
}

/// The words of the message that may be those of a title: those of a search, and of a brand. "This one" has no name.
fn name(heard: &Heard<'_>) -> Vec<String> {
    let understanding = heard.understanding;
    let left = words_of(&understanding.search_text);
    let told = |word: &String| understanding.entities.iter().any(|e| words_of(&e.text).contains(word));
    let certain = !correct::guessed(heard) && !heard.understanding.names_a_thing();
    if certain || ask::says_pronoun(heard) || left.iter().all(told) {
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
    if let Some((item, ..)) = in_full(&said, next).filter(|_| !name.is_empty()) {
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
        Binding::Why => Some(About::Why),
        Binding::WhyPrice => Some(About::WhyPrice),
        Binding::Dismiss => Some(About::Dismiss { page: None }),
        _ => None,
    };
    let looks = |binding: Binding| matches!(binding, Binding::Search | Binding::Refine(_));
    let may = intent.is_none_or(|intent| looks(intent.binding) || wanted(intent.binding).is_some());
    let said = words_of(&heard.understanding.text);
    let (item, from, length) = in_full(&said, next).filter(|_| may)?;
    let around: Vec<&str> = said[..from].iter().chain(&said[from + length..]).map(String::as_str).collect();
    let around = telling(&around, heard);
    if around.is_empty() {
        return Some(About::Detail.of(item.id.clone()));
    }
    let about = wanted(likest(&around, heard)?)?;
    let grammar = &heard.language.grammar;
    let denies =
        |word: &&String| grammar.negation.iter().any(|not| not.split(' ').next() == Some(word.as_str()));
    let refuses = matches!(about, About::Dismiss { .. });
    (!refuses || around.iter().any(|word| denies(&word))).then(|| about.of(item.id.clone()))
}

/// What the example that is most like these words is of, where it has most of them and little else.
fn likest(around: &BTreeSet<String>, heard: &Heard<'_>) -> Option<Binding> {
    let likeness = |example: &String| {
        let words = words_of(example);
        let words = telling(&words.iter().map(String::as_str).collect::<Vec<_>>(), heard);
        2.0 * words.intersection(around).count() as f32 / (words.len() + around.len()).max(1) as f32
    };
    let intents = heard.language.intents.iter();
    let best =
        intents.map(|intent| (intent.examples.iter().map(likeness).fold(0.0, f32::max), intent.binding));
    let (likeness, binding) = best.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (likeness >= LIKE).then_some(binding)
}

/// The words that are neither articles nor stand for a product themselves, as "this", "one" and "second" do.
fn telling(words: &[&str], heard: &Heard<'_>) -> BTreeSet<String> {
    let grammar = &heard.language.grammar;
    let lists = [&grammar.ordinal_before, &grammar.pronouns, &grammar.single, &grammar.polite];
    let idle = |word: &str| {
        lists.iter().any(|list| list.iter().any(|one| one == word)) || grammar.ordinals.contains_key(word)
    };
    words.iter().filter(|word| !idle(word)).map(|word| (*word).to_owned()).collect()
}

/// The product on the screen of whose title the message has the most from its beginning on, from which word on and how many:
/// the whole title, or two words behind the brand.
fn in_full<'d>(said: &[String], next: &'d Dialogue) -> Option<(&'d ShownItem, usize, usize)> {
    let run = |item: &'d ShownItem| {
        let title = words_of(&item.title);
        let brand = words_of(&item.brand).len();
        let from = |at: usize| said[at..].iter().zip(&title).take_while(|(a, b)| a == b).count();
        let (longest, at) = (0..said.len()).rev().map(|at| (from(at), at)).max_by_key(|(run, _)| *run)?;
        let enough = longest == title.len() || longest >= brand + 2;
        (enough && longest > 1).then_some((item, at, longest))
    };
    let shown = next.shown.as_ref()?.products.iter();
    // Of two the first: the last of equals is what a maximum finds.
    shown.rev().filter_map(run).max_by_key(|(.., longest)| *longest)
}

fn words_of(text: &str) -> Vec<String> {
    let folded = fold(text);
    words(&folded.text).into_iter().map(|word| word.text.to_owned()).collect()
}
