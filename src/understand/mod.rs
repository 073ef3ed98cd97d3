//! From a message to its meaning: an ordered cascade in which the first step that is sure answers.
//!
//! An example word for word → a pattern → the intent model over embedding and n-grams → nothing fits. Without the encoder a
//! second model, over n-grams alone, answers, and the understanding says so. Entities are read beside all of it.

pub mod classifier;
pub mod encoder;
pub mod entities;
mod explain;
mod kept;
mod language;
mod requests;
mod rules;
mod speller;
mod tongues;
mod vectors;

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use jiff::Timestamp;

use crate::intents::{IntentSet, Language};
use crate::model::{Candidate, EntityKind, Rung, ShopFacts, Understanding, Via, Vocabulary};
pub use crate::text::wording;
use classifier::Verdict;
use encoder::{Encoder, EncoderError, Layers, embedding};
pub use explain::{Explanation, Near, Scoped, Tried};
use language::LanguageModel;
pub use rules::Rule;
pub use speller::Speller;
use tongues::Tongues;

/// Why messages cannot be understood at all.
#[derive(Debug, thiserror::Error)]
pub enum UnderstandError {
    /// The encoder failed while the examples were embedded.
    #[error("the examples of intents/{language} cannot be embedded")]
    Encoder {
        /// Of which language.
        language: String,
        /// Why.
        source: EncoderError,
    },
    /// The intent model cannot be fitted.
    #[error("the intents of intents/{language} cannot be learnt")]
    Training {
        /// Of which language.
        language: String,
        /// What libtorch said.
        source: tch::TchError,
    },
    /// `index/shop.yaml` has a pattern that is none.
    #[error("order_number in index/shop.yaml does not compile: {0}")]
    OrderNumber(#[from] regex::Error),
}

/// A message, and what the house knows about it before reading.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// As written.
    pub text: &'a str,
    /// The language spoken so far, or the one that the channel tells: a message that is not clearly of another is of this
    /// one. Without it, of the shop's first.
    pub language: Option<&'a str>,
    /// What the house has just asked for: a bare "50" can then be a price.
    pub expecting: Option<EntityKind>,
    /// When it was written: "yesterday" is the day before, in UTC.
    pub at: Timestamp,
}

/// Understands messages of one shop.
#[derive(Debug)]
pub struct Understander {
    /// In the order of the intent set.
    languages: Vec<LanguageModel>,
    tongues: Tongues,
    encoder: Option<Encoder>,
    cache: Option<PathBuf>,
}

impl Understander {
    /// Learns the intents and gathers the words. Takes seconds and blocks: call it where nothing is served. Without an
    /// encoder, words alone decide. `cache` is a file in which the vectors of the examples are kept for the next start.
    ///
    /// # Errors
    /// [`UnderstandError`] when the encoder or the training fails, or the shop's order-number pattern is none.
    pub fn start(
        intents: Arc<IntentSet>,
        vocabulary: Arc<Vocabulary>,
        facts: &ShopFacts,
        encoder: Option<Encoder>,
        cache: Option<PathBuf>,
    ) -> Result<Self, UnderstandError> {
        let nothing_yet = Understander { languages: Vec::new(), tongues: Tongues::default(), encoder, cache };
        nothing_yet.relearn(&intents, &vocabulary, facts)
    }

    /// The same for files that have changed since. What can be kept is: the model of a language is fitted again only when
    /// its examples are others, and only sentences that are new are embedded. Blocks as long as that takes, while this
    /// one goes on answering.
    ///
    /// # Errors
    /// As [`Understander::start`].
    pub fn relearn(
        &self,
        intents: &IntentSet,
        vocabulary: &Vocabulary,
        facts: &ShopFacts,
    ) -> Result<Self, UnderstandError> {
        self.relearn_beside(intents, vocabulary, facts, self.cache.clone())
    }

    /// The same for files that are not the shop's own: what is learnt is kept in `cache`, so that the shop's own stays.
    ///
    /// # Errors
    /// As [`Understander::start`].
    pub fn relearn_beside(
        &self,
        intents: &IntentSet,
        vocabulary: &Vocabulary,
        facts: &ShopFacts,
        cache: Option<PathBuf>,
    ) -> Result<Self, UnderstandError> {
        let started = Instant::now();
        let encoder = self.encoder.clone();
        let learn = |language: &Language| {
            let file = cache.as_deref().map(|file| per_language(file, &language.code));
            let before = self.languages.iter().find(|known| known.code == language.code);
            LanguageModel::learn(language, vocabulary, facts, encoder.as_ref(), file.as_deref(), before)
        };
        // All at once: saved files are to be live within a second.
        let (languages, tongues) = thread::scope(|scope| {
            let learn = &learn;
            let languages: Vec<_> =
                intents.languages.iter().map(|language| scope.spawn(move || learn(language))).collect();
            let tongues = Tongues::learn(&intents.languages, vocabulary);
            let languages = languages.into_iter().map(joined).collect::<Result<Vec<_>, _>>();
            languages.map(|languages| (languages, tongues))
        })?;
        tracing::info!(milliseconds = started.elapsed().as_millis(), "learnt the intents");
        Ok(Understander { languages, tongues, encoder, cache })
    }

    /// What turns texts into vectors, unless there is none.
    pub fn encoder(&self) -> Option<&Encoder> {
        self.encoder.as_ref()
    }

    /// What a message means. Never fails: what is broken shows in `degraded`.
    pub async fn understand(&self, heard: Heard<'_>) -> Understanding {
        let Some(language) = self.heard_in(heard) else {
            return nothing(heard.text, heard.language.unwrap_or_default());
        };
        let mut meaning = nothing(heard.text, &language.code);
        let reading =
            language.reader.read(heard.text, entities::Context { expecting: heard.expecting, at: heard.at });
        (meaning.entities, meaning.search_text) = (reading.entities, reading.search_text);
        let bare = wording(heard.text, &language.polite);
        if let Some((intent, via)) = language.rules.certain(heard.text, &bare) {
            meaning.alternatives = vec![Candidate { intent: intent.clone(), probability: 1.0 }];
            (meaning.intent, meaning.via, meaning.confidence) = (Some(intent), via, 1.0);
            return meaning;
        }
        if bare.is_empty() {
            return meaning;
        }
        let bare = language.mended(&bare);
        let (layers, degraded) = self.layers(&bare).await;
        meaning.degraded = degraded;
        let via = if layers.is_some() { Via::Model } else { Via::Lexical };
        if let Some(verdict) = language.judge(&bare, layers.as_deref()) {
            let in_scope = verdict.in_scope || (language.seeks(&verdict) && language.names_goods(&bare));
            answer(&mut meaning, language, Verdict { in_scope, ..verdict }, via);
        }
        meaning.embedding = layers.as_deref().map(embedding);
        meaning
    }

    /// The language of a message. What a pattern of the language spoken so far takes ("hahaha", an emoji) changes none, nor
    /// does a mere answer to what was asked in it: "man" is no German then.
    fn heard_in(&self, heard: Heard<'_>) -> Option<&LanguageModel> {
        let Heard { text, language: before, expecting, at } = heard;
        let spoken = before.and_then(|code| self.languages.iter().find(|known| known.code == code));
        let takes = |known: &&LanguageModel| {
            let certain = known.rules.certain(text, &wording(text, &known.polite));
            matches!(certain, Some((_, Via::Pattern(_))))
        };
        let answers = |known: &&LanguageModel| {
            expecting.is_some_and(|kind| {
                let reading = known.reader.read(text, entities::Context { expecting, at });
                reading.search_text.is_empty() && reading.entities.iter().any(|entity| entity.kind == kind)
            })
        };
        let stays = |known: &&LanguageModel| takes(known) || answers(known);
        spoken.filter(stays).or_else(|| self.languages.get(self.tongues.detect(text, before)))
    }

    async fn layers(&self, text: &str) -> (Option<Layers>, Option<Rung>) {
        let Some(encoder) = &self.encoder else { return (None, Some(Rung::NoEncoder)) };
        match encoder.layers(text).await {
            Ok(vector) => (Some(vector), None),
            Err(EncoderError::Busy) => (None, Some(Rung::Busy)),
            Err(error) => {
                tracing::error!(%error, "understanding by words alone");
                (None, Some(Rung::NoEncoder))
            }
        }
    }
}

fn nothing(text: &str, language: &str) -> Understanding {
    Understanding { confidence: 0.0, via: Via::Nothing, ..Understanding::certain(text, language) }
}

fn answer(meaning: &mut Understanding, language: &LanguageModel, verdict: Verdict, via: Via) {
    meaning.confidence = verdict.confidence;
    meaning.alternatives = verdict
        .classes
        .iter()
        .map(|(class, probability)| Candidate {
            intent: language.names[*class].clone(),
            probability: *probability,
        })
        .collect();
    if verdict.in_scope {
        meaning.intent = meaning.alternatives.first().map(|candidate| candidate.intent.clone());
        meaning.via = via;
    }
}

/// What a thread found, or its panic as if it had happened here.
fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// `vectors.bin` → `vectors.en.bin`.
fn per_language(file: &Path, code: &str) -> PathBuf {
    let extension = file.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
    file.with_extension(format!("{code}.{extension}").trim_end_matches('.'))
}
