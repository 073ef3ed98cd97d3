//! What a message says about the one before: "no, I meant boots", "the blue one".

use crate::intents::{Binding, Intent};
use crate::model::{Action, AttributeFilter, CategoryPath, Change, Dialogue, EntityKind, ProductQuery, Via};
use crate::text::key;

use super::{Heard, query, refer, run};

/// "No, I meant boots": another thing under the conditions of before. "No, blue": another condition.
pub(super) fn corrected(intent: Option<&Intent>, heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let base = next.query.as_ref()?;
    let understanding = heard.understanding;
    let about_products = intent.is_none_or(|intent| match intent.binding {
        Binding::Search | Binding::Refine(_) | Binding::Detail => true,
        Binding::Affirm | Binding::Deny | Binding::Cancel => true,
        Binding::Back => guessed(heard),
        _ => false,
    });
    if !about_products {
        return None;
    }
    let says_so = corrects(heard);
    let named = query::categories(understanding);
    // "Not boots, sandals", where boots were what was looked for.
    let conditions = query::conditions(understanding);
    let denied = conditions.filters.iter().any(|filter| denies(filter, base));
    if !named.is_empty() && (says_so || denied) {
        let under = under_another_thing(base, &named, next);
        let mut query = query::refined(&under, understanding, None, next);
        query.filters.retain(|filter| !denies(filter, base));
        return Some(Action::Refine { query, change: None, than: None, respelled: None });
    }
    let conditions =
        named.is_empty() && query::has_conditions(understanding) && understanding.says_only_entities();
    (says_so && conditions).then(|| run::refinement(base, None, heard, next))
}

/// Whether a model says what is meant, and no rule.
pub(super) fn guessed(heard: &Heard<'_>) -> bool {
    matches!(heard.understanding.via, Via::Model | Via::Lexical)
}

/// Whether the filter excludes what the search looks for.
fn denies(filter: &AttributeFilter, base: &ProductQuery) -> bool {
    let path = CategoryPath::parse(&filter.value);
    let covers = || base.categories.iter().any(|own| own.0.starts_with(&path.0));
    filter.kind == EntityKind::Category && filter.negated && covers()
}

/// The conditions that also make sense for another kind of thing: a size of shoes is none of coats, and what was set
/// aside belonged to what was shown.
fn under_another_thing(base: &ProductQuery, named: &[CategoryPath], next: &Dialogue) -> ProductQuery {
    let top = |path: &CategoryPath| path.0.first().cloned();
    let akin = base.categories.iter().any(|old| named.iter().any(|new| top(old) == top(new)));
    let aside = next.set_aside.as_ref().map_or(&[][..], |aside| aside.filters.as_slice());
    let fits = |filter: &AttributeFilter| {
        filter.kind != EntityKind::Category
            && (akin || filter.kind != EntityKind::Size)
            && !aside.contains(filter)
    };
    ProductQuery { filters: base.filters.iter().filter(|f| fits(f)).cloned().collect(), ..base.clone() }
}

/// Whether the message begins or ends with words of correction, or holds a phrase of them.
fn corrects(heard: &Heard<'_>) -> bool {
    let said = format!(" {} ", key(&heard.understanding.text));
    heard.language.grammar.corrections.iter().any(|phrase| {
        let spaced = format!(" {phrase} ");
        said.starts_with(&spaced)
            || said.ends_with(&spaced)
            || (phrase.contains(' ') && said.contains(&spaced))
    })
}

/// "The blue one", "the cheaper one", "the cheapest one": one of the things just shown.
pub(super) fn pointed(intent: Option<&Intent>, heard: &Heard<'_>, next: &Dialogue) -> Option<Action> {
    let understanding = heard.understanding;
    let open = intent.is_none_or(|intent| match intent.binding {
        Binding::Search | Binding::Refine(_) | Binding::Detail | Binding::Affirm | Binding::Deny => true,
        // A guess, where the words say no more than which: "the cheapest one is not for me" says more.
        binding => !is_of_one(binding) && guessed(heard) && understanding.says_only_entities(),
    });
    if !open || next.shown.is_none() || !says_single(heard) || understanding.ordinals().next().is_some() {
        return None;
    }
    let change = match intent.map(|intent| intent.binding) {
        Some(Binding::Refine(Some(change @ (Change::Cheaper | Change::Dearer)))) => Some(change),
        _ => None,
    };
    let product = match change {
        Some(change) if understanding.entities.is_empty() => refer::extreme(change == Change::Dearer, next),
        _ => refer::shown_as(understanding, next),
    };
    product.map(|product| Action::Detail { product })
}

/// Whether it says something of one product.
pub(super) fn is_of_one(binding: Binding) -> bool {
    matches!(binding, Binding::Dismiss | Binding::Why | Binding::WhyPrice)
}

/// Whether it speaks of "the … one".
pub(super) fn says_single(heard: &Heard<'_>) -> bool {
    let grammar = &heard.language.grammar;
    let said = key(&heard.understanding.text);
    let words: Vec<&str> = said.split(' ').collect();
    let is = |list: &[String], word: &str| list.iter().any(|known| known == word);
    let single = words.iter().rposition(|word| is(&grammar.single, word));
    // Between "the" and "one" stands what tells it from the others.
    single.is_some_and(|at| {
        words[..at]
            .iter()
            .rposition(|word| is(&grammar.ordinal_before, word))
            .is_some_and(|the| at - the >= 2)
    })
}
