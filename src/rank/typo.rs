//! Words that a misspelt one may have meant.

/// Words with in how many products each stands, to be compared quickly.
#[derive(Debug, Clone, Default)]
pub struct Known {
    words: Vec<Word>,
    /// Where the words of each length begin, by length in letters.
    lengths: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Word {
    letters: Box<[char]>,
    /// Which letters occur, one bit each: an edit changes at most two of them.
    bits: u32,
    products: u32,
}

/// A word near another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near<'a> {
    /// Its letters.
    pub letters: &'a [char],
    /// How many edits away; a swap of neighbours is one (optimal string alignment).
    pub edits: usize,
    /// In how many products it stands.
    pub products: u32,
}

impl Known {
    /// Of words and numbers of products.
    pub fn new<'w>(words: impl Iterator<Item = (&'w str, u32)>) -> Self {
        let mut words: Vec<Word> = words
            .map(|(word, products)| {
                let letters: Box<[char]> = word.chars().collect();
                Word { bits: bits(&letters), letters, products }
            })
            .collect();
        words.sort_by(|a, b| a.letters.len().cmp(&b.letters.len()).then_with(|| a.letters.cmp(&b.letters)));
        let longest = words.last().map_or(0, |word| word.letters.len());
        let lengths = (0..=longest + 1)
            .map(|length| words.partition_point(|word| word.letters.len() < length))
            .collect();
        Known { words, lengths }
    }

    /// Every other word within so many edits.
    pub fn near<'k>(&'k self, word: &[char], most: usize) -> Vec<Near<'k>> {
        let wanted = bits(word);
        let begin = |length: usize| self.lengths.get(length).copied().unwrap_or(self.words.len());
        let (from, to) = (begin(word.len().saturating_sub(most)), begin(word.len() + most + 1));
        let mut rows = Rows::default();
        let mut found = Vec::new();
        for known in &self.words[from..to] {
            if (known.bits ^ wanted).count_ones() as usize > 2 * most {
                continue;
            }
            let edits = rows.distance(word, &known.letters, most);
            if (1..=most).contains(&edits) {
                found.push(Near { letters: &known.letters, edits, products: known.products });
            }
        }
        found
    }
}

fn bits(word: &[char]) -> u32 {
    word.iter().fold(0, |bits, c| bits | 1 << (*c as u32 % 32))
}

/// The rows of the table that the distance is worked out in, kept from word to word.
#[derive(Debug, Default)]
struct Rows {
    before: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Rows {
    /// The optimal string alignment distance, or more than `most`.
    fn distance(&mut self, a: &[char], b: &[char], most: usize) -> usize {
        self.before.clear();
        self.before.resize(b.len() + 1, usize::MAX / 2);
        self.last.clear();
        self.last.extend(0..=b.len());
        self.row.resize(b.len() + 1, 0);
        for i in 1..=a.len() {
            self.row[0] = i;
            let mut least = i;
            for j in 1..=b.len() {
                let mut edits = (self.last[j] + 1).min(self.row[j - 1] + 1);
                edits = edits.min(self.last[j - 1] + usize::from(a[i - 1] != b[j - 1]));
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    edits = edits.min(self.before[j - 2] + 1);
                }
                self.row[j] = edits;
                least = least.min(edits);
            }
            if least > most {
                return most + 1;
            }
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.row);
        }
        self.last[b.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(word: &str, most: usize) -> Vec<(String, usize)> {
        let known = Known::new([("kettle", 3), ("settle", 1), ("metal", 9), ("kettles", 2)].into_iter());
        let letters: Vec<char> = word.chars().collect();
        let mut found: Vec<(String, usize)> = known
            .near(&letters, most)
            .iter()
            .map(|near| (near.letters.iter().collect(), near.edits))
            .collect();
        found.sort();
        found
    }

    #[test]
    fn a_swap_is_one_edit_and_the_word_itself_is_none() {
        assert_eq!(near("kettel", 1), [("kettle".to_owned(), 1)]);
        assert_eq!(near("kettle", 1), [("kettles".to_owned(), 1), ("settle".to_owned(), 1)]);
        assert_eq!(near("mettel", 2).len(), 3);
        assert_eq!(near("teapot", 2), []);
    }
}
