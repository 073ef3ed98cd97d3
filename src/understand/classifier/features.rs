//! Word and character n-grams, weighted by TF-IDF.
//!
//! Two blocks, each of unit length times [`WEIGHT`]: words (1–2), and characters (2–4) inside words with a space at
//! either end. Term frequency is 1 + ln(tf), inverse document frequency ln((1 + n) / (1 + df)) + 1.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How much a block counts beside the unit-length embedding; 0.6 was best on BANKING77 and CLINC150.
pub const WEIGHT: f32 = 0.6;

/// A vector with few entries: indices ascending.
pub type Sparse = Vec<(u32, f32)>;

/// Which n-grams there are, and how rare each is.
#[derive(Debug, Clone)]
pub struct Vectoriser {
    /// Hash of the n-gram → index. 64 bits: two n-grams of one shop do not meet.
    index: HashMap<u64, u32>,
    idf: Vec<f32>,
    /// Whether the index is a word n-gram; the rest are characters.
    is_words: Vec<bool>,
}

impl Vectoriser {
    /// Learns from the texts of all examples.
    pub fn fit<S: AsRef<str>>(texts: &[S]) -> Vectoriser {
        let mut index = HashMap::new();
        let mut frequency: Vec<u32> = Vec::new();
        let mut is_words = Vec::new();
        for text in texts {
            let mut seen = ngrams(text.as_ref());
            seen.sort_unstable();
            seen.dedup();
            for (hash, words) in seen {
                let at = *index.entry(hash).or_insert_with(|| {
                    frequency.push(0);
                    is_words.push(words);
                    frequency.len() as u32 - 1
                });
                frequency[at as usize] += 1;
            }
        }
        let all = 1.0 + texts.len() as f32;
        let idf = frequency.iter().map(|df| (all / (1.0 + *df as f32)).ln() + 1.0).collect();
        Vectoriser { index, idf, is_words }
    }

    /// How many n-grams.
    pub fn size(&self) -> usize {
        self.idf.len()
    }

    /// The vector of a text; n-grams that no example has count for the length only by their absence.
    pub fn transform(&self, text: &str) -> Sparse {
        let mut found: Vec<u32> =
            ngrams(text).iter().filter_map(|(hash, _)| self.index.get(hash).copied()).collect();
        found.sort_unstable();
        let mut vector: Sparse = Vec::with_capacity(found.len());
        for run in found.chunk_by(|a, b| a == b) {
            let term = 1.0 + (run.len() as f32).ln();
            vector.push((run[0], term * self.idf[run[0] as usize]));
        }
        let length = |words: bool| {
            let block = vector.iter().filter(|(at, _)| self.is_words[*at as usize] == words);
            block.map(|(_, v)| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE)
        };
        let (words, characters) = (length(true), length(false));
        for (at, value) in &mut vector {
            *value *= WEIGHT / if self.is_words[*at as usize] { words } else { characters };
        }
        vector
    }
}

/// The hash of every n-gram, and whether it is made of words.
fn ngrams(text: &str) -> Vec<(u64, bool)> {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let mut grams: Vec<(u64, bool)> = words.iter().map(|word| (hash(&(0, word)), true)).collect();
    grams.extend(words.windows(2).map(|pair| (hash(&(1, pair)), true)));
    for word in words {
        let padded: Vec<char> = std::iter::once(' ').chain(word.chars()).chain([' ']).collect();
        for n in 2..=4 {
            grams.extend(padded.windows(n).map(|gram| (hash(&(2, gram)), false)));
        }
    }
    grams
}

fn hash<T: Hash>(gram: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    gram.hash(&mut hasher);
    hasher.finish()
}
