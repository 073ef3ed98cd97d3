//! The sentences of a product's description that answer a question about it.

use tantivy::Term;

use crate::text::sentences;

use super::CatalogError;
use super::edition::Edition;
use super::spelling::Around;

/// More sentences would be the description over again.
const MOST: usize = 2;

/// A word of a question, by what may stand for it in a description.
struct Asked {
    /// Stems that must stand together.
    alternatives: Vec<Vec<String>>,
    /// How telling it is: the rarer in the catalogue, the more.
    weight: f64,
}

impl Asked {
    fn is_number(&self) -> bool {
        let digits = |stem: &String| stem.chars().all(|c| c.is_ascii_digit() || c == '.');
        self.alternatives.first().is_some_and(|run| run.iter().all(digits))
    }
}

impl Edition {
    /// The best sentences that hold the most telling of the asked words; without that one a sentence speaks of something
    /// else.
    pub(super) fn passages(
        &self,
        description: &str,
        words: &str,
        language: &str,
    ) -> Result<Vec<String>, CatalogError> {
        let found = self.speaking_of(&sentences(description), words, language)?;
        Ok(found.into_iter().map(str::to_owned).collect())
    }

    /// Those of some texts, in their order.
    pub(super) fn speaking_of<'t>(
        &self,
        texts: &[&'t str],
        words: &str,
        language: &str,
    ) -> Result<Vec<&'t str>, CatalogError> {
        let asked = self.asked(words, language)?;
        // "A 15 inch laptop" is about laptops: of what size theirs are is for the sentence to say.
        let named = asked.iter().filter(|word| !word.is_number());
        let Some(telling) = named.map(|word| word.weight).max_by(f64::total_cmp) else {
            return Ok(Vec::new());
        };
        let mut analyzer = self.words.clone();
        let mut found: Vec<(f64, usize, &str)> = Vec::new();
        for (place, sentence) in texts.iter().copied().enumerate() {
            let stems = analyzer.stems(sentence);
            let holds = |word: &&Asked| word.alternatives.iter().any(|run| holds(&stems, run));
            let held: Vec<&Asked> = asked.iter().filter(holds).collect();
            if held.iter().any(|word| !word.is_number() && word.weight >= telling) {
                found.push((held.iter().map(|word| word.weight).sum(), place, sentence));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(MOST);
        found.sort_by_key(|(_, place, _)| *place);
        Ok(found.into_iter().map(|(_, _, sentence)| sentence).collect())
    }

    /// Whether any product has the most telling of some words.
    pub(super) fn knows(&self, words: &str, language: &str) -> Result<bool, CatalogError> {
        let asked = self.asked(words, language)?;
        let most = asked.iter().filter(|word| !word.is_number()).max_by(|a, b| a.weight.total_cmp(&b.weight));
        let Some(telling) = most else { return Ok(false) };
        for stem in telling.alternatives.iter().flatten() {
            let in_titles = Term::from_field_text(self.fields.title, stem);
            if self.described(stem)? > 0 || self.searcher.doc_freq(&in_titles)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The words of a question that say what it is about. Of another language those that its synonyms know or that the
    /// catalogue has as they are.
    fn asked(&self, words: &str, language: &str) -> Result<Vec<Asked>, CatalogError> {
        let mut analyzer = self.words.clone();
        let foreign = self.foreign.get(language);
        let mut said: Vec<_> = analyzer.of_query(words).into_iter().filter(|word| !word.stop).collect();
        let mut own_words = foreign.map(|foreign| foreign.words.clone());
        let own = |plain: &str, words: &mut Option<super::text::Words>| {
            words.as_mut().and_then(|words| words.stems(plain).pop())
        };
        for word in &mut said {
            let of_another = foreign.zip(own(&word.plain, &mut own_words));
            let known = of_another.is_some_and(|(foreign, own)| foreign.synonyms.knows(&own));
            if known || self.described(&word.stem)? > 0 || self.synonyms.knows(&word.stem) {
                continue;
            }
            let meant = self.speller.correct(&word.plain, Around::default(), false);
            if let Some([meant]) = meant.as_deref() {
                *word = analyzer.word(meant);
            }
        }
        let own: Vec<String> = said.iter().filter_map(|word| own(&word.plain, &mut own_words)).collect();
        let stems: Vec<String> = said.into_iter().map(|word| word.stem).collect();
        let mut asked = Vec::new();
        let mut rest = stems.as_slice();
        while !rest.is_empty() {
            let own = own.get(stems.len() - rest.len()..).unwrap_or_default();
            let translated = foreign.and_then(|foreign| foreign.synonyms.at_start(own));
            let (taken, alternatives) =
                translated.or_else(|| self.synonyms.at_start(rest)).unwrap_or((1, &[]));
            let frequency = self.described(&rest[0])?;
            if foreign.is_none() || translated.is_some() || frequency > 0 {
                let mut all = vec![rest[..taken].to_vec()];
                all.extend_from_slice(alternatives);
                let mut most = 0;
                for run in &all {
                    let fewest =
                        run.iter().map(|stem| self.described(stem)).collect::<Result<Vec<_>, _>>()?;
                    most = most.max(fewest.into_iter().min().unwrap_or_default());
                }
                let weight = ((self.meta.products as f64 + 1.0) / (most as f64 + 1.0)).ln();
                asked.push(Asked { alternatives: all, weight });
            }
            rest = &rest[taken..];
        }
        Ok(asked)
    }

    /// In how many descriptions a stem stands, or values of attributes if those are more.
    fn described(&self, stem: &str) -> Result<u64, CatalogError> {
        let mut most = 0;
        for field in [self.fields.description, self.fields.attributes] {
            most = most.max(self.searcher.doc_freq(&Term::from_field_text(field, stem))?);
        }
        Ok(most)
    }
}

fn holds(stems: &[String], run: &[String]) -> bool {
    !run.is_empty() && stems.windows(run.len()).any(|window| window == run)
}
