//! What is known of a product for a query: numbers that a blend weighs or trees split.

use crate::forward::{Part, Record, Token};

/// BM25's saturation and length normalisation (Robertson & Zaragoza 2009), for titles: short, and a word twice says
/// little. Found on Home Depot's judged queries, 0.6 and 0.4 against the usual 1.2 and 0.75.
const K1: f32 = 0.6;
const B: f32 = 0.4;
/// How far apart two words of a query may stand in a title and still be near, in either direction.
const NEAR: std::ops::RangeInclusive<i32> = -3..=4;

/// The features of a product, in the order of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Feature {
    /// BM25 over all parts, ÷ that of the best candidate.
    Best,
    /// BM25, ÷ what it could be at most.
    Bm25,
    /// The share of the query's words that the product has, weighed by how rare they are.
    Weighed,
    /// The share of the query's words that the product has.
    Covered,
    /// Of the words' weight what stands in the title's main part …
    Main,
    /// … behind a comma …
    Aside,
    /// … behind "with" …
    With,
    /// … behind "for" …
    For,
    /// … and in brackets.
    Bracket,
    /// Neighbours of the query that are neighbours of the title too.
    Phrase,
    /// Neighbours of the query that are near each other in the title.
    Near,
    /// The last word of the query is the last of the title's main part.
    Head,
    /// What of the words' weight is the last word of the title's main part.
    HeadWeight,
    /// The share of the query's numbers that the product has.
    Numbers,
    /// How many terms the title has, in tens.
    Length,
    /// Where in the title the first word of the query stands, in tens.
    First,
    /// How many words the query has, in tens.
    Words,
    /// How many numbers the query has.
    Asked,
    /// The cosine of the query's and the product's vectors.
    Cosine,
    /// The cosine of the product's vector and the mean of the best candidates'.
    Centre,
}

impl Feature {
    /// How many there are.
    pub const COUNT: usize = Feature::Centre as usize + 1;
}

/// A row of features.
pub type Row = [f32; Feature::COUNT];

/// One thing that a query asks for.
#[derive(Debug, Clone, Default)]
pub struct Concept {
    /// What may stand for it: runs of terms that must follow each other, with what finding one counts, 0 to 1.
    pub alternatives: Vec<(Vec<u32>, f32)>,
    /// How telling it is: ln(1 + (N − n + ½) ÷ (n + ½)), with the n of N products that have it.
    pub idf: f32,
    /// A bare number: 12, 0.75.
    pub number: bool,
}

/// A query, ready to be held against many products.
#[derive(Debug, Clone)]
pub struct Asked {
    concepts: Vec<Concept>,
    /// The concept that says what the thing is: the last word before a preposition.
    head: Option<usize>,
    /// What finding a term in each part counts, beside the title's 1.
    parts: [f32; Part::COUNT],
    /// Mean length of a title, in terms.
    length: f32,
    total: f32,
    numbers: f32,
    /// First term of each alternative → concept and alternative, sorted.
    starts: Vec<(u32, usize, usize)>,
    /// One bit for each first term: most terms of a product are turned away by it.
    sieve: u64,
}

/// What one concept found in a product.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    count: f32,
    /// Place in the title and its part, of the first occurrence there.
    place: Option<(i32, Part)>,
    head: bool,
}

impl Asked {
    /// Of what a query asks for, in its order.
    pub fn new(concepts: Vec<Concept>, head: Option<usize>, parts: [f32; Part::COUNT], length: f32) -> Self {
        let mut starts = Vec::new();
        for (concept, asked) in concepts.iter().enumerate() {
            for (alternative, (run, _)) in asked.alternatives.iter().enumerate() {
                starts.extend(run.first().map(|term| (*term, concept, alternative)));
            }
        }
        starts.sort_unstable();
        let sieve = starts.iter().fold(0, |bits, (term, ..)| bits | bit(*term));
        let total = concepts.iter().map(|concept| concept.idf).sum::<f32>().max(f32::MIN_POSITIVE);
        let numbers = concepts.iter().filter(|concept| concept.number).count() as f32;
        Asked { concepts, head, parts, length: length.max(1.0), total, numbers, starts, sieve }
    }

    /// The concepts, in the query's order.
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// The features that words alone tell, but for [`Feature::Best`], for which all candidates must be known.
    pub fn features(&self, record: Record<'_>, tokens: &mut Vec<Token>) -> Row {
        tokens.clear();
        tokens.extend(record.tokens());
        let title = tokens.iter().filter(|token| (token.part as usize) < Part::OF_TITLE).count();
        let found = self.found(tokens);
        let mut row = [0.0; Feature::COUNT];
        self.words(&found, title, &mut row);
        self.neighbours(&found, &mut row);
        row[Feature::Length as usize] = title as f32 / 10.0;
        row[Feature::Words as usize] = self.concepts.len() as f32 / 10.0;
        row[Feature::Asked as usize] = self.numbers;
        row
    }

    fn found(&self, tokens: &[Token]) -> Vec<Found> {
        let mut found = vec![Found::default(); self.concepts.len()];
        let mut counts: Vec<f32> = vec![0.0; self.starts.len()];
        for (place, token) in tokens.iter().enumerate() {
            if self.sieve & bit(token.term) == 0 {
                continue;
            }
            let from = self.starts.partition_point(|(term, ..)| *term < token.term);
            for (at, (term, concept, alternative)) in self.starts.iter().enumerate().skip(from) {
                if *term != token.term {
                    break;
                }
                let (run, _) = &self.concepts[*concept].alternatives[*alternative];
                if !stands(run, &tokens[place..]) {
                    continue;
                }
                counts[at] += self.parts[token.part as usize];
                let (last, found) = (place + run.len() - 1, &mut found[*concept]);
                if (token.part as usize) < Part::OF_TITLE && found.place.is_none() {
                    found.place = Some((last as i32, token.part));
                }
                found.head |= tokens[last].head;
            }
        }
        for (count, (_, concept, alternative)) in counts.iter().zip(&self.starts) {
            let weight = self.concepts[*concept].alternatives[*alternative].1;
            let found = &mut found[*concept];
            found.count = found.count.max(count * weight);
        }
        found
    }

    fn words(&self, found: &[Found], title: usize, row: &mut Row) {
        let norm = K1 * (1.0 - B + B * title as f32 / self.length);
        let (mut bm25, mut weighed, mut covered, mut numbers, mut head) = (0.0, 0.0, 0, 0.0, 0.0);
        let mut first = i32::MAX;
        for (at, (concept, found)) in self.concepts.iter().zip(found).enumerate() {
            if found.count <= 0.0 {
                continue;
            }
            bm25 += concept.idf * found.count * (K1 + 1.0) / (found.count + norm);
            weighed += concept.idf;
            covered += 1;
            numbers += f32::from(u8::from(concept.number));
            head += if found.head { concept.idf } else { 0.0 };
            if let Some((place, part)) = found.place {
                first = first.min(place);
                row[Feature::Main as usize + part as usize] += concept.idf / self.total;
            }
            if found.head && self.head == Some(at) {
                row[Feature::Head as usize] = 1.0;
            }
        }
        row[Feature::Best as usize] = bm25;
        row[Feature::Bm25 as usize] = bm25 / self.total / (K1 + 1.0);
        row[Feature::Weighed as usize] = weighed / self.total;
        row[Feature::Covered as usize] = covered as f32 / self.concepts.len().max(1) as f32;
        row[Feature::HeadWeight as usize] = head / self.total;
        row[Feature::Numbers as usize] = if self.numbers > 0.0 { numbers / self.numbers } else { 0.0 };
        row[Feature::First as usize] = first.min(99) as f32 / 10.0;
    }

    fn neighbours(&self, found: &[Found], row: &mut Row) {
        let (mut phrase, mut near) = (0.0, 0.0);
        for (concepts, found) in self.concepts.windows(2).zip(found.windows(2)) {
            let (Some((left, _)), Some((right, _))) = (found[0].place, found[1].place) else { continue };
            let weight = concepts[0].idf.min(concepts[1].idf);
            // Two words that one compound stands for are found in one place.
            phrase += if (0..=1).contains(&(right - left)) { weight } else { 0.0 };
            near += if NEAR.contains(&(right - left)) { weight } else { 0.0 };
        }
        row[Feature::Phrase as usize] = phrase / self.total;
        row[Feature::Near as usize] = near / self.total;
    }
}

fn bit(term: u32) -> u64 {
    1 << (term & 63)
}

/// Whether the tokens begin with a run.
fn stands(run: &[u32], tokens: &[Token]) -> bool {
    run.len() <= tokens.len() && run.iter().zip(tokens).all(|(term, token)| *term == token.term)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{forward, hash};

    fn record(words: &[(&str, Part)]) -> Vec<u8> {
        let tokens: Vec<Token> = words
            .iter()
            .map(|(word, part)| Token { term: hash(word), part: *part, head: *word == "shoe" })
            .collect();
        let mut bytes = Vec::new();
        forward::write("P", &tokens, &mut bytes);
        bytes
    }

    fn asked(words: &[&[&str]]) -> Asked {
        let concepts = words.iter().map(|runs| Concept {
            alternatives: runs.iter().map(|run| (run.split(' ').map(hash).collect(), 1.0)).collect(),
            idf: 2.0,
            number: false,
        });
        Asked::new(concepts.collect(), Some(words.len() - 1), [1.0; Part::COUNT], 4.0)
    }

    fn row(asked: &Asked, words: &[(&str, Part)]) -> Row {
        asked.features(Record::of(&record(words)), &mut Vec::new())
    }

    #[test]
    fn neighbours_in_the_order_of_the_query_are_a_phrase_and_others_are_near() {
        let asked = asked(&[&["trail"], &["shoe"]]);
        let together = row(&asked, &[("trail", Part::Main), ("shoe", Part::Main)]);
        let apart = row(&asked, &[("shoe", Part::Main), ("red", Part::Main), ("trail", Part::For)]);
        assert!(together[Feature::Phrase as usize] > 0.0 && apart[Feature::Phrase as usize] == 0.0);
        assert!(apart[Feature::Near as usize] > 0.0);
        assert_eq!(apart[Feature::For as usize], 0.5);
        assert_eq!((together[Feature::Covered as usize], together[Feature::Head as usize]), (1.0, 1.0));
    }

    #[test]
    fn a_compound_is_found_in_one_word_and_in_two() {
        let asked = asked(&[&["countertop", "counter top"]]);
        for words in [&[("countertop", Part::Main)][..], &[("counter", Part::Main), ("top", Part::Main)]] {
            assert_eq!(row(&asked, words)[Feature::Covered as usize], 1.0);
        }
        assert_eq!(row(&asked, &[("top", Part::Main), ("counter", Part::Main)])[Feature::Best as usize], 0.0);
    }

    #[test]
    fn a_word_twice_says_little_more_and_a_longer_title_less() {
        let asked = asked(&[&["shoe"]]);
        let best = |words: &[(&str, Part)]| row(&asked, words)[Feature::Best as usize];
        let once = best(&[("shoe", Part::Main)]);
        let twice = best(&[("shoe", Part::Main), ("shoe", Part::Main)]);
        let long = best(&[("shoe", Part::Main), ("a", Part::Main), ("b", Part::Main), ("c", Part::Main)]);
        assert!(long < once && once < twice && twice < 1.5 * once, "{long} {once} {twice}");
    }
}
