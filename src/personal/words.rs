//! What the words of titles say of taste: a range, a pattern, a material, which no column of the catalogue may hold.

use std::collections::{BTreeSet, HashMap};

use unicode_segmentation::UnicodeSegmentation;

use crate::model::Product;
use crate::text;

/// A sentence is said to fit when its words occur in so much of the history.
const TELLING: f32 = 0.25;

/// For each word, in how much of the faded history it occurs.
#[derive(Debug, Clone, Default)]
pub(super) struct WordTaste {
    shares: HashMap<String, f32>,
    total: f32,
}

impl WordTaste {
    /// Takes in a product that weighs so much.
    pub fn add(&mut self, product: &Product, weight: f32) {
        if weight > 0.0 {
            self.total += weight;
            for word in words(product) {
                *self.shares.entry(word).or_default() += weight;
            }
        }
    }

    /// How well each of these products' titles fits: Σ share of the history with the word × ln(products ÷ products with
    /// it), so that what all of them have in common says nothing; 0 to 1 of the best.
    pub fn fit(&self, products: &[&Product]) -> Vec<f32> {
        if self.total <= 0.0 {
            return vec![0.0; products.len()];
        }
        let titles: Vec<BTreeSet<String>> = products.iter().map(|product| words(product)).collect();
        let mut with: HashMap<&str, f32> = HashMap::new();
        for word in titles.iter().flatten() {
            *with.entry(word).or_default() += 1.0;
        }
        let all = products.len() as f32;
        let says = |word: &String| {
            let share = self.shares.get(word).copied().unwrap_or(0.0) / self.total;
            share * (all / with.get(word.as_str()).copied().unwrap_or(all)).ln()
        };
        let fit: Vec<f32> = titles.iter().map(|title| title.iter().map(says).sum()).collect();
        let top = fit.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        fit.into_iter().map(|fit| (fit / top).clamp(0.0, 1.0)).collect()
    }

    /// The sentence with the most words of the history, weighed by in how much of it they occur. Not the first one: that is
    /// read first anyhow.
    pub fn sentence<'t>(&self, text: &'t str) -> Option<&'t str> {
        let sentences: Vec<&str> = text.unicode_sentences().map(str::trim).collect();
        if sentences.len() < 2 || self.total <= 0.0 {
            return None;
        }
        let share = |word: &String| self.shares.get(word).copied().unwrap_or(0.0) / self.total;
        let fits = |sentence: &str| words_of(sentence).iter().map(share).sum::<f32>();
        let best = sentences.into_iter().skip(1).rev().max_by(|a, b| fits(a).total_cmp(&fits(b)))?;
        (fits(best) >= TELLING).then_some(best)
    }
}

fn words(product: &Product) -> BTreeSet<String> {
    words_of(&product.title)
}

fn words_of(text: &str) -> BTreeSet<String> {
    let folded = text::fold(text);
    text::words(&folded.text).into_iter().map(|word| text::singular(word.text)).collect()
}
