//! All that is learnt of one language.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::classifier::{Classifier, Lesson, Verdict};
use super::encoder::Encoder;
use super::entities::Reader;
use super::rules::Rules;
use super::{Speller, UnderstandError, kept, vectors, wording};
use crate::intents::{Binding, Language};
use crate::model::{IntentName, ShopFacts, Vocabulary};
use crate::text::{key, singular};

/// The names under which the two models are kept.
const FULL: &str = "full";
const LEXICAL: &str = "lexical";

/// Rules, readers and models of one language.
#[derive(Debug)]
pub(super) struct LanguageModel {
    pub(super) code: String,
    pub(super) rules: Rules,
    pub(super) reader: Reader,
    /// By class.
    pub(super) names: Vec<IntentName>,
    pub(super) polite: Vec<String>,
    /// "and", "also": where a second request may begin.
    pub(super) joins: Vec<String>,
    pub(super) bindings: HashMap<IntentName, Binding>,
    /// Words of the goods, without plural endings.
    goods: HashSet<String>,
    speller: Speller,
    models: Option<Arc<Models>>,
}

#[derive(Debug)]
struct Models {
    /// What they were fitted to, so that an edit that changes no example fits nothing anew.
    lesson: Lesson,
    /// With embeddings; absent when the shop runs without an encoder.
    full: Option<Classifier>,
    /// By words alone.
    lexical: Classifier,
}

impl LanguageModel {
    pub(super) fn learn(
        language: &Language,
        vocabulary: &Vocabulary,
        facts: &ShopFacts,
        encoder: Option<&Encoder>,
        cache: Option<&Path>,
        before: Option<&LanguageModel>,
    ) -> Result<LanguageModel, UnderstandError> {
        let (names, mut lesson) = lesson(language);
        let names_of_things = names_of(language, vocabulary);
        let speller = Speller::with_names(
            &lesson.texts,
            &names_of_things,
            &vocabulary.words,
            encoder.map(Encoder::words),
        );
        lesson.foreign = encoder.is_some() && !speller.knows_the_language();
        let same = |models: &&Arc<Models>| models.lesson.asks_the_same(&lesson);
        let known = before.and_then(|before| before.models.as_ref());
        let models = match known.filter(same) {
            _ if lesson.texts.is_empty() => None,
            Some(models) => Some(Arc::clone(models)),
            None => {
                let failed = |source| UnderstandError::Encoder { language: language.code.clone(), source };
                if let Some(encoder) = encoder {
                    lesson.embeddings = Some(
                        vectors::of(&lesson.texts, encoder, known.map(|models| &models.lesson), cache)
                            .map_err(failed)?,
                    );
                }
                Some(Arc::new(learnt(&language.code, lesson, cache)?))
            }
        };
        Ok(LanguageModel {
            code: language.code.clone(),
            goods: goods(language, vocabulary),
            speller,
            rules: Rules::new(language),
            reader: Reader::new(language, vocabulary, facts)?,
            names,
            polite: language.grammar.polite.clone(),
            joins: language.grammar.joins.clone(),
            bindings: language.intents.iter().map(|intent| (intent.name.clone(), intent.binding)).collect(),
            models,
        })
    }

    /// A wording with its misspelt words put right.
    pub(super) fn mended(&self, bare: &str) -> String {
        self.speller.mend(bare)
    }

    /// Whether a wording is words of the goods and nothing else ("hdmi cable"): too little for the model, enough for a search.
    pub(super) fn names_goods(&self, bare: &str) -> bool {
        bare.split(' ').all(|word| self.goods.contains(&singular(word)))
    }

    /// Whether a search is what fits best.
    pub(super) fn seeks(&self, verdict: &Verdict) -> bool {
        let best = verdict.classes.first().and_then(|(class, _)| self.bindings.get(&self.names[*class]));
        matches!(best, Some(Binding::Search))
    }

    /// What the model says of a wording; nothing when the language has no examples.
    pub(super) fn judge(&self, bare: &str, embedding: Option<&[f32]>) -> Option<Verdict> {
        let models = self.models.as_ref()?;
        Some(match (&models.full, embedding) {
            (Some(full), Some(embedding)) => full.classify(bare, Some(embedding)),
            _ => models.lexical.classify(bare, None),
        })
    }
}

impl LanguageModel {
    /// What the model was fitted to; nothing when the language has no examples.
    pub(super) fn lesson(&self) -> Option<&Lesson> {
        self.models.as_ref().map(|models| &models.lesson)
    }

    /// The score from which on the model that judges such a message takes it to be in scope.
    pub(super) fn threshold(&self, embedded: bool) -> Option<f32> {
        let models = self.models.as_ref()?;
        let model = models.full.as_ref().filter(|_| embedded).unwrap_or(&models.lexical);
        Some(model.scope().threshold)
    }
}

/// The examples of a language, once each.
fn lesson(language: &Language) -> (Vec<IntentName>, Lesson) {
    let mut names = Vec::new();
    let mut lesson = Lesson::default();
    for intent in language.intents.iter().filter(|intent| !intent.examples.is_empty()) {
        let mut texts: Vec<String> =
            intent.examples.iter().map(|example| wording(example, &language.grammar.polite)).collect();
        texts.sort_unstable();
        texts.dedup();
        texts.retain(|text| !text.is_empty());
        if texts.is_empty() {
            continue;
        }
        lesson.class.extend(std::iter::repeat_n(names.len(), texts.len()));
        lesson.texts.extend(texts);
        names.push(intent.name.clone());
    }
    lesson.classes = names.len();
    (names, lesson)
}

/// The models as they were learnt before, if nothing has changed, or learnt now and kept.
fn learnt(code: &str, lesson: Lesson, cache: Option<&Path>) -> Result<Models, UnderstandError> {
    let file = cache.map(|cache| cache.with_extension(format!("{code}.model")));
    if let Some(models) = file.as_deref().and_then(|file| resumed(file, &lesson)) {
        return Ok(models);
    }
    let models = train(code, lesson)?;
    if let (Some(file), Some(full)) = (&file, &models.full) {
        kept::write(file, &models.lesson, &[(FULL, full), (LEXICAL, &models.lexical)]);
    }
    Ok(models)
}

fn resumed(file: &Path, lesson: &Lesson) -> Option<Models> {
    let mut kept = kept::read(file, lesson, &[FULL, LEXICAL])?.into_iter();
    let full = Classifier::resume(lesson, &kept.next()?)?;
    let words_only = words_only(lesson);
    let lexical = Classifier::resume(&words_only, &kept.next()?)?;
    Some(Models { lesson: lesson.clone(), full: Some(full), lexical })
}

/// Both models at once: neither fills the cores alone.
fn train(code: &str, lesson: Lesson) -> Result<Models, UnderstandError> {
    let failed = |source| UnderstandError::Training { language: code.to_owned(), source };
    let words_only = words_only(&lesson);
    let none = Lesson::default();
    let (full, lexical) = thread::scope(|scope| {
        let full = lesson.embeddings.as_ref().map(|_| scope.spawn(|| Classifier::train(&lesson, &none)));
        let lexical = Classifier::train(&words_only, &none);
        (full.map(thread::ScopedJoinHandle::join), lexical)
    });
    let full = match full {
        Some(Ok(model)) => Some(model.map_err(failed)?),
        Some(Err(_)) => return Err(failed(tch::TchError::Torch("training panicked".to_owned()))),
        None => None,
    };
    Ok(Models { full, lexical: lexical.map_err(failed)?, lesson })
}

/// What things of the shop are called: no misspelling of anything.
fn names_of(language: &Language, vocabulary: &Vocabulary) -> Vec<String> {
    let files = language.entities.iter().flat_map(|words| &words.values);
    let files = files.flat_map(|value| &value.also);
    let Vocabulary { brands, category_names, values, .. } = vocabulary;
    let catalogue = brands.iter().chain(category_names.keys()).chain(values.values().flatten());
    files.chain(catalogue).map(|name| key(name)).collect()
}

/// What titles say for the sake of grammar is no word of the goods.
fn goods(language: &Language, vocabulary: &Vocabulary) -> HashSet<String> {
    let words = vocabulary.words.iter().map(|word| key(word));
    words.filter(|word| !language.grammar.filler.contains(word)).map(|word| singular(&word)).collect()
}

/// The same lesson for the model that stands in when the encoder is lost.
fn words_only(lesson: &Lesson) -> Lesson {
    Lesson { embeddings: None, foreign: false, ..lesson.clone() }
}
