//! From entities to a product query, and from one query to the next.

use crate::model::{
    Action, AttributeFilter, Change, Dialogue, Entity, EntityKind, EntityValue, Money, ProductQuery,
    Respelled, Respelling, SetAside, ShownItem, Sort, Understanding, WORD,
};
use crate::text::{fold, key, singular};

use super::{Heard, refer};

/// How many refinements outlast what "another colour" set aside.
const SET_ASIDE: u32 = 2;

/// A query of this message alone.
pub(super) fn new(understanding: &Understanding) -> ProductQuery {
    let mut query = conditions(understanding);
    query.categories = categories(understanding);
    say(&mut query, understanding);
    query.sort = understanding.sort().unwrap_or_default();
    query
}

/// The words that were taken for others, and the search for them as they were written; `of` makes it of a message.
pub(super) fn respelled(
    understanding: &Understanding,
    of: impl Fn(&Understanding) -> ProductQuery,
) -> Option<Respelled> {
    let (changed, rest): (Vec<Entity>, Vec<Entity>) =
        understanding.entities.iter().cloned().partition(|entity| entity.meant.is_some() && !entity.negated);
    let words: Vec<Respelling> = changed
        .iter()
        .filter_map(|entity| Some(Respelling { written: entity.text.clone(), meant: entity.meant.clone()? }))
        .collect();
    if words.is_empty() {
        return None;
    }
    let plain = Understanding { entities: rest, ..understanding.clone() };
    let mut as_written = ProductQuery { as_written: true, ..of(&plain) };
    let of_text = as_written.text.to_lowercase();
    let missing =
        words.iter().map(|word| word.written.as_str()).filter(|w| !of_text.contains(&w.to_lowercase()));
    let text: Vec<&str> = missing.chain(as_written.text.split_whitespace()).collect();
    as_written.text = text.join(" ");
    as_written.language.clone_from(&understanding.language);
    Some(Respelled { words, as_written })
}

/// A new search for what the message says.
pub(super) fn search(understanding: &Understanding) -> Action {
    Action::Search { query: new(understanding), respelled: respelled(understanding, new) }
}

fn say(query: &mut ProductQuery, understanding: &Understanding) {
    query.text = words(understanding);
    query.thing = thing(understanding);
    query.language = if query.text.is_empty()
        && query.thing.is_empty()
        && !query.filters.iter().any(|filter| filter.kind.name() == WORD)
    {
        String::new()
    } else {
        understanding.language.clone()
    };
}

/// The names of categories in a message. Of two that stand side by side the last says what it is: a desk lamp is a lamp.
fn things(understanding: &Understanding) -> Vec<&Entity> {
    let all: Vec<&Entity> =
        understanding.of_kind(EntityKind::Category).filter(|entity| !entity.negated).collect();
    let is_last = |entity: &Entity| all.iter().all(|other| other.start != entity.end + 1);
    all.iter().copied().filter(|entity| is_last(entity)).collect()
}

/// The words of a message, those of its category among them; none where it names several categories.
fn thing(understanding: &Understanding) -> String {
    match things(understanding).len() {
        1 => understanding.search_text.clone(),
        _ => String::new(),
    }
}

/// The words that no filter stands for. Those of a category are left out too: everything in the category fits them
/// equally well, whether its title repeats them or not. Only where the category holds several kinds of things ("Kettles &
/// coffee") they say which.
fn words(understanding: &Understanding) -> String {
    let things = things(understanding);
    // No product is "shoes and a bag and a hat" at once.
    let several = things.len() > 1;
    let said_by_category = things
        .into_iter()
        .filter(|entity| several || !tells_apart(entity))
        .flat_map(|entity| bare_words(&entity.text));
    let of_categories: Vec<String> = said_by_category.collect();
    let rest = understanding.search_text.split_whitespace();
    let rest = rest.filter(|word| bare_words(word).iter().any(|word| !of_categories.contains(word)));
    rest.collect::<Vec<_>>().join(" ")
}

/// Whether the words name one of several kinds of things that the category's own name lists.
fn tells_apart(entity: &Entity) -> bool {
    let EntityValue::Categories(paths) = &entity.value else { return false };
    let said = bare_words(&entity.text);
    paths.iter().any(|path| {
        let parts: Vec<Vec<String>> = path.leaf().split([',', '&', '/']).map(bare_words).collect();
        let all: Vec<&String> = parts.iter().flatten().collect();
        parts.len() > 1 && said.iter().any(|word| all.contains(&word)) && said.len() < all.len()
    })
}

/// Folded, without plural or possessive ending.
fn bare_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    crate::text::words(&folded.text).into_iter().map(|word| singular(word.text)).collect()
}

/// Only the conditions of this message: no words, no category.
pub(super) fn conditions(understanding: &Understanding) -> ProductQuery {
    let mut query = ProductQuery::default();
    for entity in &understanding.entities {
        match &entity.value {
            EntityValue::Price(range) => query.price = *range,
            // "shoes except sandals"
            EntityValue::Categories(paths) if entity.negated => {
                let paths = paths.iter().map(ToString::to_string);
                query.filters.extend(paths.map(|path| AttributeFilter::not(EntityKind::Category, path)));
            }
            EntityValue::Word(value) if entity.kind.is_condition() => {
                let filter = AttributeFilter::new(entity.kind, value.as_str());
                put(&mut query.filters, AttributeFilter { negated: entity.negated, ..filter });
            }
            EntityValue::Attribute(filter) => {
                put(&mut query.filters, AttributeFilter { negated: entity.negated, ..filter.clone() });
            }
            _ => {}
        }
    }
    query
}

/// The things that are looked for.
pub(super) fn categories(understanding: &Understanding) -> Vec<crate::model::CategoryPath> {
    let paths = things(understanding).into_iter().filter_map(|entity| match &entity.value {
        EntityValue::Categories(paths) => Some(paths.clone()),
        _ => None,
    });
    paths.flatten().collect()
}

/// Whether it has any condition.
pub(super) fn has_conditions(understanding: &Understanding) -> bool {
    understanding.entities.iter().any(|entity| entity.is_condition() || entity.kind == EntityKind::Sort)
}

/// Conditions and nothing else: "under 50, in blue".
pub(super) fn only_conditions(understanding: &Understanding) -> bool {
    has_conditions(understanding)
        && !understanding.entities.iter().any(|e| e.kind == EntityKind::Category)
        && understanding.search_text.trim().is_empty()
}

/// `base` with what this message changes. A new value of a kind replaces the old one of that kind; a negation
/// drops what it contradicts; a category named anew replaces thing and words.
pub(super) fn refined(
    base: &ProductQuery,
    understanding: &Understanding,
    change: Option<Change>,
    dialogue: &Dialogue,
) -> ProductQuery {
    let said = conditions(understanding);
    let mut query = ProductQuery { as_written: false, ..base.clone() };
    lift(&mut query.filters, change, dialogue);
    let paths = categories(understanding);
    if !paths.is_empty() {
        query.categories = paths;
        say(&mut query, understanding);
    }
    if !said.price.is_open() {
        query.price = said.price;
        query.sort = Sort::Relevance;
    }
    if let Some(sort) = understanding.sort() {
        query.sort = sort;
    }
    // "Blue or red" are alternatives, and together replace what was wanted before.
    let anew = |old: &AttributeFilter| said.filters.iter().any(|new| new.kind == old.kind && !new.negated);
    query.filters.retain(|old| old.negated || !anew(old));
    for filter in &said.filters {
        put(&mut query.filters, filter.clone());
    }
    // "Bigger", and asked which size: 42. Then it is that one.
    let named = understanding.of_kind(EntityKind::Size).next().is_some();
    let resized = matches!(change, Some(Change::Bigger | Change::Smaller));
    if let Some(change) = change.filter(|_| !(named && resized)) {
        apply(change, &mut query);
        set_aside(change, &mut query, [&said.filters, &base.filters], &reference(dialogue));
    }
    query
}

/// `base` for what has these words too: "with dinosaurs", "at least 20 hours battery". The search says where nothing has
/// them.
pub(super) fn with_words(base: &ProductQuery, understanding: &Understanding) -> Action {
    let text = format!("{} {}", base.text, understanding.search_text).trim().to_owned();
    let language = understanding.language.clone();
    let query = ProductQuery { text, language, as_written: false, ..base.clone() };
    Action::Refine { query, change: None, than: None, respelled: None }
}

/// What "another colour" kept out comes back after a while: it was never said in so many words.
fn lift(filters: &mut Vec<AttributeFilter>, change: Option<Change>, dialogue: &Dialogue) {
    let Some(aside) = dialogue.set_aside.as_ref().filter(|aside| aside.refinements >= SET_ASIDE) else {
        return;
    };
    if !matches!(change, Some(Change::OtherColour | Change::OtherBrand)) {
        filters.retain(|filter| !aside.filters.contains(filter));
    }
}

/// Notes what "another colour" sets aside, and that a refinement has gone by since.
pub(super) fn remember_aside(action: &Action, before: &Dialogue, next: &mut Dialogue) {
    let Action::Refine { query, change, .. } = action else { return };
    let old = before.query.as_ref().map_or(&[][..], |query| query.filters.as_slice());
    let mut filters = before.set_aside.as_ref().map_or_else(Vec::new, |aside| aside.filters.clone());
    filters.retain(|filter| query.filters.contains(filter));
    let sets_aside = matches!(change, Some(Change::OtherColour | Change::OtherBrand));
    if sets_aside {
        let fresh = query.filters.iter().filter(|filter| filter.negated && !old.contains(filter));
        filters.extend(fresh.cloned());
    }
    let gone_by = before.set_aside.as_ref().map_or(0, |aside| aside.refinements + 1);
    let refinements = if sets_aside { 0 } else { gone_by };
    next.set_aside = Some(SetAside { filters, refinements }).filter(|aside| !aside.filters.is_empty());
}

/// Adds a filter once, dropping what it contradicts.
pub(super) fn put(filters: &mut Vec<AttributeFilter>, filter: AttributeFilter) {
    filters.retain(|old| old.kind != filter.kind || old.value != filter.value || old.range != filter.range);
    filters.push(filter);
}

/// The price that "cheaper" or "dearer" means: beyond that of the product that the message points to, or of everything that
/// was shown, unless it names a price itself.
pub(super) fn than(
    change: Option<Change>,
    understanding: &Understanding,
    dialogue: &Dialogue,
) -> Option<Money> {
    if understanding.of_kind(EntityKind::Price).next().is_some() {
        return None;
    }
    let pointed = refer::pointed(understanding, dialogue).cloned();
    let meant = pointed.map_or_else(|| reference(dialogue), |item| vec![item]);
    let prices = meant.into_iter().filter_map(|item| item.price);
    match change? {
        Change::Cheaper => prices.min_by_key(|price| price.minor),
        Change::Dearer => prices.max_by_key(|price| price.minor),
        _ => None,
    }
}

/// "Like the second one but cheaper": a wish for another price beside whatever else the message is about.
pub(super) fn price_wish(heard: &Heard<'_>) -> Option<Change> {
    let said = format!(" {} ", key(&heard.understanding.text));
    let says = |phrases: &[String]| phrases.iter().any(|phrase| said.contains(&format!(" {phrase} ")));
    let grammar = &heard.language.grammar;
    if says(&grammar.cheaper) {
        return Some(Change::Cheaper);
    }
    says(&grammar.dearer).then_some(Change::Dearer)
}

/// What "cheaper" compares with: the product spoken of, else everything last shown.
fn reference(dialogue: &Dialogue) -> Vec<ShownItem> {
    match (&dialogue.focus, &dialogue.shown) {
        (Some(item), _) => vec![item.clone()],
        (None, Some(shown)) => shown.products.clone(),
        (None, None) => Vec::new(),
    }
}

fn apply(change: Change, query: &mut ProductQuery) {
    match change {
        // "Over 150" and then "cheaper": the bound is what is given up.
        Change::Cheaper => query.price.min = None,
        Change::Dearer => query.price.max = None,
        Change::Bigger => resize(&mut query.filters, 1),
        Change::Smaller => resize(&mut query.filters, -1),
        _ => {}
    }
}

/// "Another colour" than the one just named or asked for before, or else than that of the product spoken of, or of the one
/// that stands first. "Another brand" than all of the list: each of its products has one, and they are many.
fn set_aside(
    change: Change,
    query: &mut ProductQuery,
    [said, before]: [&[AttributeFilter]; 2],
    shown: &[ShownItem],
) {
    let (kind, spoken_of) = match change {
        Change::OtherColour => (EntityKind::Colour, shown.get(..1).unwrap_or_default()),
        Change::OtherBrand => (EntityKind::Brand, shown),
        _ => return,
    };
    let values_of = |item: &ShownItem| match kind {
        EntityKind::Colour => item.colours.clone(),
        _ => Some(item.brand.clone()).filter(|brand| !brand.is_empty()).into_iter().collect(),
    };
    let wanted = |filters: &[AttributeFilter]| -> Vec<String> {
        filters.iter().filter(|f| f.kind == kind && !f.negated).map(|f| f.value.clone()).collect()
    };
    let (named, asked) = (wanted(said), wanted(before));
    let lies_open = |value: &String| shown.iter().any(|item| values_of(item).contains(value));
    // "Another colour, say red", or "not black": the message says itself what is wanted.
    if !named.iter().all(lies_open) || said.iter().any(|filter| filter.kind == kind && filter.negated) {
        return;
    }
    let set_aside = [named, asked, spoken_of.iter().flat_map(values_of).collect()];
    for value in set_aside.into_iter().find(|values| !values.is_empty()).into_iter().flatten() {
        put(&mut query.filters, AttributeFilter::not(kind, value));
    }
    query.filters.retain(|filter| filter.kind != kind || filter.negated);
}

const LETTERS: [&str; 8] = ["XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL"];

/// One size up or down: half steps below 20 (shoes in US and UK sizes), whole steps above, letters along their row.
fn resize(filters: &mut [AttributeFilter], direction: i32) {
    for filter in filters.iter_mut().filter(|f| f.kind == EntityKind::Size && !f.negated) {
        if let Some(i) = LETTERS.iter().position(|l| l.eq_ignore_ascii_case(&filter.value)) {
            let next = (i as i32 + direction).clamp(0, LETTERS.len() as i32 - 1) as usize;
            filter.value = LETTERS[next].to_owned();
        } else if let Ok(size) = filter.value.parse::<f32>() {
            let step = if size < 20.0 { 0.5 } else { 1.0 };
            filter.value = format!("{}", size + step * direction as f32);
        }
    }
}
