//! What the intent model makes of the shop's own sentences and buttons.

use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use tokio::runtime::Handle;

use crate::app::ShopDir;
use crate::eval::intents::{Judged, Labelled, Reading, cross_validate};
use crate::intents::check::{LostButton, Mistake};
use crate::intents::{IntentSet, Language};
use crate::model::{IntentName, ShopFacts, Vocabulary};
use crate::understand::encoder::Encoder;
use crate::understand::{Heard, Understander};

/// Each sentence is judged by a model that learnt from four fifths of the others.
const FOLDS: usize = 5;

/// The sentences of every language that a model trained without them takes for another intent.
pub(super) fn mistakes(set: &IntentSet, encoder: &Encoder) -> Result<Vec<Mistake>> {
    let mut found = Vec::new();
    for language in set.languages.iter().filter(|language| language.intents.len() > 1) {
        let rows: Vec<Labelled> = language
            .intents
            .iter()
            .flat_map(|intent| {
                let label = intent.name.to_string();
                intent
                    .examples
                    .iter()
                    .map(move |example| Labelled { sentence: example.clone(), label: label.clone() })
            })
            .collect();
        let reading = Reading { encoder: Some(encoder), polite: &language.grammar.polite };
        let (_, judged) = cross_validate(&rows, FOLDS, &reading)?;
        found.extend(judged.iter().filter_map(|judged| mistake(language, judged)));
    }
    Ok(found)
}

fn mistake(language: &Language, judged: &Judged) -> Option<Mistake> {
    if judged.best() == judged.label {
        return None;
    }
    let taken_for = IntentName::parse(judged.best()).ok()?;
    let likeness = |example: &&String| strsim::sorensen_dice(example, &judged.sentence);
    let examples = &language.intent(&taken_for)?.examples;
    let nearest = examples.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    Some(Mistake {
        language: language.code.clone(),
        intent: IntentName::parse(&judged.label).ok()?,
        example: judged.sentence.clone(),
        taken_for,
        probability: judged.probability(),
        nearest: nearest.clone(),
    })
}

/// The buttons that mean neither an intent nor anything about a product.
pub(super) fn lost_buttons(
    set: &Arc<IntentSet>,
    vocabulary: &Arc<Vocabulary>,
    facts: &ShopFacts,
    encoder: Encoder,
    shop: &ShopDir,
) -> Result<Vec<LostButton>> {
    let cache = Some(shop.state.join("embeddings"));
    let understander = Understander::start(set.clone(), vocabulary.clone(), facts, Some(encoder), cache)?;
    let mut lost = Vec::new();
    for language in &set.languages {
        for intent in &language.intents {
            for button in &intent.buttons {
                let heard = Heard {
                    text: button,
                    language: Some(&language.code),
                    expecting: None,
                    at: Timestamp::now(),
                };
                let meaning = Handle::current().block_on(understander.understand(heard));
                // A slot's answer ("for a woman") is no request of its own.
                if meaning.intent.is_none() && meaning.entities.is_empty() {
                    lost.push((language.code.clone(), intent.name.clone(), button.clone()));
                }
            }
        }
    }
    Ok(lost)
}
