//! What shoppers ask about products rather than look for.

use crate::intents::{Binding, Intent};
use crate::model::{
    About, Action, Asked, AttributeFilter, Dialogue, Entity, EntityKind, Facet, ProductQuery, Subject,
};
use crate::text::key;

use super::{Heard, query, refer, run};

/// The name under which files have the pieces that are left.
const STOCK: &str = "stock";

/// "Is it waterproof?", "which sizes?": of the product spoken of, or of one that the message names.
pub(super) fn question(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    let product = refer::one(understanding, next);
    let asked = asked(heard);
    // The sizes, colours and materials of a product are a whole list, so that "no" can be told.
    let of_wishes = |facet: &Facet| facet.name() == STOCK || facet.kind().is_some_and(run::is_wish);
    let only_wishes = asked.attributes.iter().all(of_wishes)
        && !asked.wanted.is_empty()
        && asked.wanted.iter().all(|wanted| wanted.kind.kind().is_some_and(run::is_wish));
    let wishes = run::wishes(heard, next);
    if let Some(product) = product.clone().filter(|_| only_wishes && !wishes.is_empty()) {
        return Action::Check { product, wanted: wishes };
    }
    let pointed = understanding.ordinals().next().is_some();
    if pointed && product.is_none() {
        return refer::which(understanding, next);
    }
    // "Which ones are waterproof?", of a list.
    let of_list = product.is_none() && asked.attributes.is_empty() && !asked.wanted.is_empty();
    if let Some(base) = next.query.as_ref().filter(|_| of_list && understanding.says_only_entities()) {
        return run::refinement(base, None, heard, next);
    }
    let named = if pointed { String::new() } else { understanding.text.clone() };
    let any_shown = next.shown.is_some() || next.focus.is_some();
    Action::Question { product, named, asked, any_shown }
}

/// "Does it keep coffee hot?" with a product on the table: words of a search, but of "it".
pub(super) fn of_the_card(intent: Option<&Intent>, heard: &Heard<'_>, next: &Dialogue) -> bool {
    let understanding = heard.understanding;
    let searches =
        intent.is_none_or(|intent| matches!(intent.binding, Binding::Search | Binding::Refine(None)));
    let bound = understanding.names_a_thing() || understanding.of_kind(EntityKind::Price).next().is_some();
    next.on_card && searches && says_pronoun(heard) && !bound && run::about_the_card(heard, next).is_none()
}

/// "It", "this one": something spoken of before.
pub(super) fn says_pronoun(heard: &Heard<'_>) -> bool {
    let said = format!(" {} ", key(&heard.understanding.text));
    heard.language.grammar.pronouns.iter().any(|word| said.contains(&format!(" {word} ")))
}

/// Everything about a product that the message points to or names.
pub(super) fn detail(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let product = refer::one(heard.understanding, next);
    let by_place = heard.understanding.ordinals().next().is_some();
    // "The blue one" is one of those shown, whatever else the catalogue has.
    let pointed = by_place || refer::shown_as(heard.understanding, next) == product;
    match product {
        Some(product) if pointed => Action::Detail { product },
        None if by_place || heard.understanding.says_only_entities() => {
            refer::which(heard.understanding, next)
        }
        spoken_of => {
            let any_shown = next.shown.is_some() || next.focus.is_some();
            let which = if any_shown { Action::WhichProduct } else { Action::NothingShown };
            Action::ByName {
                otherwise: Box::new(spoken_of.clone().map_or(which, |product| Action::Detail { product })),
                spoken_of,
                named: heard.understanding.text.clone(),
                about: About::Detail,
            }
        }
    }
}

fn asked(heard: &Heard<'_>) -> Asked {
    let understanding = heard.understanding;
    let names: Vec<&str> = understanding.entities.iter().filter_map(|e| e.bare_attribute()).collect();
    let units = names.iter().flat_map(|name| heard.language.units_of(name).to_vec()).collect();
    let wanted = query::conditions(understanding).filters;
    let wanted: Vec<AttributeFilter> = wanted.into_iter().filter(|filter| !filter.negated).collect();
    // What is a condition of a search is a word of the question.
    let conditions = understanding.entities.iter().filter(|entity| entity.is_condition());
    let words = conditions.map(|entity| entity.text.as_str()).chain([understanding.search_text.as_str()]);
    Asked {
        attributes: names.into_iter().map(Facet::from).collect(),
        units,
        wanted,
        words: words.collect::<Vec<_>>().join(" "),
        language: understanding.language.clone(),
        subject: subject(heard),
    }
}

/// What an attribute is asked of, unless that is "it", in words that no example knows: those would only be the manner of
/// asking. Things of the catalogue count although examples have them too.
fn subject(heard: &Heard<'_>) -> Option<Subject> {
    let understanding = heard.understanding;
    let asks = understanding.entities.iter().any(|entity| entity.bare_attribute().is_some());
    if !asks || understanding.ordinals().next().is_some() {
        return None;
    }
    let of = |chosen: fn(&Entity) -> bool| -> Vec<String> {
        let texts =
            understanding.entities.iter().filter(|entity| chosen(entity)).map(|entity| key(&entity.text));
        texts.flat_map(|text| text.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let attributes = of(|entity| entity.bare_attribute().is_some());
    let things = of(|entity| entity.kind == EntityKind::Category);
    let (said, left) = (key(&understanding.text), key(&understanding.search_text));
    let tells = |word: &str| {
        let open = left.split(' ').any(|one| one == word) && !attributes.iter().any(|one| one == word);
        open && (things.iter().any(|one| one == word) || !in_examples(word, heard))
    };
    let words: Vec<&str> = said.split(' ').collect();
    let telling: Vec<bool> = words.iter().map(|word| tells(word)).collect();
    // Before a telling word "this" is no pronoun: "how tall is this tent".
    let is_it = |at: usize| {
        let pronoun = heard.language.grammar.pronouns.iter().any(|one| one == words[at]);
        pronoun && !telling.get(at + 1).is_some_and(|tells| *tells)
    };
    if !telling.contains(&true) || (0..words.len()).any(is_it) {
        return None;
    }
    let words: Vec<&str> =
        words.iter().zip(&telling).filter(|(_, tells)| **tells).map(|(word, _)| *word).collect();
    Some(Subject { words: words.join(" "), things: query::categories(understanding) })
}

/// Whether an example of any intent has the word.
fn in_examples(word: &str, heard: &Heard<'_>) -> bool {
    // Most have not even the letters; an umlaut may hide them.
    let may = |text: &&String| !text.is_ascii() || text.to_ascii_lowercase().contains(word);
    let mut examples = heard.language.intents.iter().flat_map(|intent| &intent.examples).filter(may);
    examples.any(|example| key(example).split(' ').any(|one| one == word))
}

/// "Which colours do you have?": of the kind of thing that is named, or of the search under way; of the product on the
/// table it is a question about that one.
pub(super) fn values(heard: &Heard<'_>, next: &Dialogue) -> Action {
    let understanding = heard.understanding;
    let attribute = understanding.entities.iter().find_map(|entity| entity.bare_attribute());
    let thing = understanding.names_a_thing();
    if next.on_card && !thing && attribute.is_some() {
        return question(heard, next);
    }
    let query = match (&next.query, thing || attribute.is_none()) {
        (Some(base), false) => query::refined(base, understanding, None, next),
        _ => ProductQuery { text: String::new(), ..query::new(understanding) },
    };
    let attribute = attribute.map_or(Facet::Kind(EntityKind::Category), Facet::from);
    Action::Values { query, attribute }
}

/// "Compare the Harrier with the Drift": the pieces of the message between small words, where no place in the list is
/// named. What is the name of a product is for the catalogue to say.
pub(super) fn names(heard: &Heard<'_>) -> Vec<String> {
    if heard.understanding.ordinals().next().is_some() {
        return Vec::new();
    }
    let grammar = &heard.language.grammar;
    let mut said = format!(" {} ", key(&heard.understanding.text));
    let mut parting: Vec<&String> = grammar
        .to
        .iter()
        .chain(&grammar.against)
        .chain(&grammar.ordinal_lead)
        .chain(&grammar.joins)
        .collect();
    parting.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    for phrase in parting {
        said = said.replace(&format!(" {phrase} "), " | ");
    }
    let pieces = said.split('|').map(|piece| piece.trim().to_owned());
    let pieces: Vec<String> = pieces.filter(|piece| piece.chars().any(char::is_alphabetic)).collect();
    if pieces.len() >= 2 || heard.understanding.names_a_thing() { pieces } else { Vec::new() }
}
