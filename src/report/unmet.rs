//! What shoppers asked for and did not get: searches that found nothing, nothing with their words or only what is sold out, and messages that
//! nothing fits, put together by meaning, each group with a draft of what could be written about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{Action, Dropped, Product, ProductId, TurnRecord, Via};
use crate::text;

/// Why somebody did not get what they asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A search that no product matched.
    NothingFound,
    /// A search that found only what is sold out.
    SoldOut,
    /// A message that fits no intent.
    NotUnderstood,
}

/// One wish that was not met.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// As the shopper put it; addresses and numbers are taken out of transcripts.
    pub text: String,
    /// In which language.
    pub language: String,
    /// Why it was not.
    pub why: Why,
    /// Whose.
    pub shopper: String,
    /// When.
    pub at: Timestamp,
}

/// Wishes that mean the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Topic {
    /// Why they were not met.
    pub why: Why,
    /// The language.
    pub language: String,
    /// The wordings, the most frequent first.
    pub texts: Vec<String>,
    /// How often they were said.
    pub times: usize,
    /// By how many shoppers.
    pub shoppers: usize,
    /// What could be written into a file, as it would stand there.
    pub draft: String,
}

/// Two wishes are the same from this mean cosine on: sentences about one thing in MiniLM's space.
const SAME: f32 = 0.6;
/// A wish is about a word of the catalogue from this cosine on.
const ABOUT: f32 = 0.5;
/// At most so many different wordings are compared, the most frequent ones.
const WORDINGS: usize = 600;
/// A draft names so many wordings.
const NAMED: usize = 8;

/// Turns texts into vectors of unit length; nothing without a language model.
pub type Embed<'a> = &'a dyn Fn(&[String]) -> Option<Vec<Vec<f32>>>;

impl Want {
    /// The wishes of a turn that were not met. `sold_out` says whether a product is just now.
    pub fn of(turn: &TurnRecord, sold_out: &dyn Fn(&ProductId) -> bool) -> Vec<Want> {
        let want = |step: &crate::model::Step| {
            let why = match &step.action {
                // What is only near in meaning was not what they asked for.
                Action::Search { .. }
                    if step.products.iter().all(|shown| shown.trace.source == "meaning") =>
                {
                    Why::NothingFound
                }
                // Nor is what was found without their words.
                Action::Search { .. } if step.dropped.contains(&Dropped::Words) => Why::NothingFound,
                Action::Search { .. } if step.products.iter().all(|shown| sold_out(&shown.product)) => {
                    Why::SoldOut
                }
                Action::Fallback { .. } if step.understanding.via != Via::Certain => Why::NotUnderstood,
                _ => return None,
            };
            let text = step.understanding.text.trim().to_owned();
            let language = step.understanding.language.clone();
            let shopper = turn.incoming.shopper.to_string();
            text.chars().any(char::is_alphabetic).then_some(Want {
                text,
                language,
                why,
                shopper,
                at: turn.at,
            })
        };
        turn.steps().filter_map(want).collect()
    }
}

/// One wording.
struct Wording<'a> {
    text: &'a str,
    wants: Vec<&'a Want>,
}

/// Puts the wishes together, the most frequent topic first. `words` are those of the catalogue, for drafts of synonyms.
pub fn topics(wants: &[Want], words: &[String], embed: Embed<'_>) -> Vec<Topic> {
    let mut kinds: BTreeMap<(Why, &str), BTreeMap<String, Wording<'_>>> = BTreeMap::new();
    for want in wants {
        let same = text::fold(&want.text).text;
        let kind = kinds.entry((want.why, &want.language)).or_default();
        kind.entry(same).or_insert(Wording { text: &want.text, wants: Vec::new() }).wants.push(want);
    }
    let mut topics: Vec<Topic> = Vec::new();
    for ((why, language), wordings) in kinds {
        let mut wordings: Vec<Wording<'_>> = wordings.into_values().collect();
        wordings.sort_by(|a, b| b.wants.len().cmp(&a.wants.len()).then(a.text.cmp(b.text)));
        wordings.truncate(WORDINGS);
        let texts: Vec<String> = wordings.iter().map(|wording| wording.text.to_lowercase()).collect();
        let vectors = embed(&texts);
        let groups = match &vectors {
            Some(vectors) => learn::clusters::alike(vectors, SAME),
            None => (0..wordings.len()).collect(),
        };
        for members in by_group(&groups) {
            let some: Vec<&Wording<'_>> = members.iter().map(|i| &wordings[*i]).collect();
            let near = vectors.as_ref().and_then(|vectors| nearest(&vectors[members[0]], words, embed));
            topics.push(topic(why, language, &some, near));
        }
    }
    topics.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.texts.cmp(&b.texts)));
    topics
}

fn by_group(groups: &[usize]) -> Vec<Vec<usize>> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, group) in groups.iter().enumerate() {
        members.entry(*group).or_default().push(i);
    }
    members.into_values().collect()
}

fn topic(why: Why, language: &str, some: &[&Wording<'_>], near: Option<String>) -> Topic {
    let texts: Vec<String> = some.iter().map(|wording| wording.text.to_owned()).collect();
    let shoppers: BTreeSet<&str> =
        some.iter().flat_map(|wording| &wording.wants).map(|want| want.shopper.as_str()).collect();
    let draft = match why {
        Why::NothingFound => synonym(&texts[0], near),
        Why::SoldOut => String::new(),
        Why::NotUnderstood => faq(&texts),
    };
    Topic {
        why,
        language: language.to_owned(),
        times: some.iter().map(|wording| wording.wants.len()).sum(),
        shoppers: shoppers.len(),
        texts,
        draft,
    }
}

/// A line for `index/synonyms.yaml`; nothing where no word of the catalogue is near.
fn synonym(said: &str, near: Option<String>) -> String {
    near.map_or(String::new(), |word| {
        format!("- {{when: {}, also: [{}]}}", quoted(&said.to_lowercase()), quoted(&word))
    })
}

/// An intent file whose answer is still to be written, which `intents check` will say.
fn faq(texts: &[String]) -> String {
    let name: Vec<String> = text::words(&text::fold(&texts[0]).text)
        .into_iter()
        .map(|word| word.text.to_owned())
        .filter(|word| word.chars().all(|c| c.is_ascii_alphanumeric()))
        .take(4)
        .collect();
    let name = if name.is_empty() { "new_question".to_owned() } else { name.join("_") };
    let examples: String = texts.iter().take(NAMED).map(|text| format!("  - {}\n", quoted(text))).collect();
    format!("intent: {name}\ntitle: {}\naction: answer\nexamples:\n{examples}answers: []", quoted(&texts[0]))
}

/// A YAML scalar that means this text whatever is in it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || c == ' ' || c == '-';
    if text.chars().all(plain) && text.starts_with(char::is_alphabetic) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "''").replace(['\n', '\r'], " "))
}

/// The word of the catalogue that is nearest in meaning, if any is near.
fn nearest(vector: &[f32], words: &[String], embed: Embed<'_>) -> Option<String> {
    let vectors = embed(words)?;
    let cosine = |other: &Vec<f32>| vector.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
    let best = words.iter().zip(&vectors).max_by(|a, b| cosine(a.1).total_cmp(&cosine(b.1)))?;
    (cosine(best.1) >= ABOUT).then(|| best.0.clone())
}

/// What products are called: the names of their categories, each once.
pub fn words<'p>(products: impl Iterator<Item = &'p Product>) -> Vec<String> {
    let names: BTreeSet<String> =
        products.flat_map(|product| &product.category.0).map(|level| level.to_lowercase()).collect();
    names.into_iter().collect()
}

/// Remembers vectors, so that the catalogue's words are embedded once.
pub fn remembered<'a>(
    embed: impl Fn(&[String]) -> Option<Vec<Vec<f32>>> + 'a,
) -> impl Fn(&[String]) -> Option<Vec<Vec<f32>>> + 'a {
    let known: std::cell::RefCell<HashMap<Vec<String>, Vec<Vec<f32>>>> = std::cell::RefCell::default();
    move |texts| {
        if let Some(vectors) = known.borrow().get(texts) {
            return Some(vectors.clone());
        }
        let vectors = embed(texts)?;
        known.borrow_mut().insert(texts.to_vec(), vectors.clone());
        Some(vectors)
    }
}
