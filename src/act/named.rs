//! Products by their names: "is the Harrier 5 waterproof?", "compare the Harrier with the Drift".

use std::collections::BTreeSet;

use crate::model::{Product, ProductQuery};
use crate::text::{fold, singular, words};

use super::{ActError, Stage};

/// How many products may bear the rarest word of a name that has two words or more …
const SHARED: usize = 15;
/// … and of one that is a single word.
const SINGLE: usize = 4;
/// How many hits are looked at.
const CANDIDATES: usize = 20;

/// The product that a text calls by its name: at least two words of its title, one of them telling, or one that hardly
/// any other product has. `spoken_of` is kept when its title has all of these words too.
pub(super) fn product(
    text: &str,
    spoken_of: Option<&Product>,
    stage: &Stage<'_>,
) -> Result<Option<Product>, ActError> {
    let said = words_of(text);
    let Some((named, _)) = best(text, &said, stage)? else { return Ok(None) };
    // The one that is waterproof must not go before the one that was asked whether it is.
    let Some((named, best)) = best(&named.join(" "), &said, stage)? else { return Ok(None) };
    let in_title = |product: &Product| {
        let title = words_of(&product.title);
        named.iter().all(|word| title.contains(word))
    };
    if spoken_of.is_some_and(in_title) {
        return Ok(None);
    }
    let mut rarest = usize::MAX;
    for word in named.iter().filter(|word| word.chars().any(char::is_alphabetic)) {
        let query = ProductQuery { text: word.clone(), as_written: true, ..ProductQuery::default() };
        rarest = rarest.min(stage.catalog.search(&query, 1)?.total);
    }
    let most = match (named.len(), spoken_of) {
        (2.., _) => SHARED,
        (_, None) => SINGLE,
        _ => 0,
    };
    Ok((rarest <= most).then_some(best))
}

/// Of what a search for a text finds, the product with most of the words that were said in its title, and with the fewest
/// others; and these words.
fn best(
    text: &str,
    said: &BTreeSet<String>,
    stage: &Stage<'_>,
) -> Result<Option<(Vec<String>, Product)>, ActError> {
    let query = ProductQuery { text: text.to_owned(), as_written: true, ..ProductQuery::default() };
    let hits = stage.catalog.search(&query, CANDIDATES)?;
    let named = |product: &Product| -> Vec<String> {
        words_of(&product.title).into_iter().filter(|word| said.contains(word)).collect()
    };
    let best = hits
        .items
        .into_iter()
        .map(|hit| (named(&hit.product), hit.product))
        .max_by_key(|(named, product)| (named.len(), std::cmp::Reverse(words_of(&product.title).len())));
    Ok(best.filter(|(named, _)| !named.is_empty()))
}

/// How many words of a product's title a text has, those of its brand left out.
pub(super) fn words_beyond_the_brand(product: &Product, text: &str) -> usize {
    let (said, brand) = (words_of(text), words_of(&product.brand));
    words_of(&product.title).iter().filter(|word| said.contains(*word) && !brand.contains(*word)).count()
}

/// Whether a title has a word of a text in it.
pub(super) fn shares_a_word(title: &str, text: &str) -> bool {
    !words_of(title).is_disjoint(&words_of(text))
}

fn words_of(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    words(&folded.text)
        .into_iter()
        .flat_map(|word| word.text.split(['-', '/']).map(singular).collect::<Vec<_>>())
        .filter(|word| !word.is_empty())
        .collect()
}
