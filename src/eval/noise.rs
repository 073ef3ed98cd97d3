//! Sentences as hurried people write them: a seeded generator of typos, casing, politeness and missing punctuation.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::intents::Labelled;

/// Before and after the sentence, which `…` stands for.
const POLITE: &str = include_str!("polite.txt");

/// The chance that a letter is mistyped: what people on phones leave uncorrected (Palin et al. 2019, "How do People Type
/// on Mobile Devices?").
const MISTYPED: f64 = 0.023;

/// Rows of a QWERTY keyboard; a neighbour in the row is what a finger hits by mistake.
const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// What is done to a sentence. None changes what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// Letters dropped, doubled, swapped or hit beside.
    Typos,
    /// All capitals, or a capital at each word.
    Casing,
    /// Polite words before or after.
    Politeness,
    /// No punctuation at all, not even apostrophes.
    Punctuation,
}

impl Noise {
    /// All of them.
    pub const ALL: [Noise; 4] = [Noise::Typos, Noise::Casing, Noise::Politeness, Noise::Punctuation];

    /// For tables.
    pub fn name(self) -> &'static str {
        match self {
            Noise::Typos => "typos",
            Noise::Casing => "casing",
            Noise::Politeness => "politeness",
            Noise::Punctuation => "no punctuation",
        }
    }

    /// The rows with their sentences changed. Same rows and seed, same result.
    pub fn of(self, rows: &[Labelled], seed: u64) -> Vec<Labelled> {
        let mut random = SmallRng::seed_from_u64(seed);
        let mut change = |row: &Labelled| self.change(&row.sentence, &mut random);
        rows.iter().map(|row| Labelled { sentence: change(row), label: row.label.clone() }).collect()
    }

    fn change(self, sentence: &str, random: &mut SmallRng) -> String {
        match self {
            Noise::Typos => typos(sentence, random),
            Noise::Casing if random.random_bool(0.5) => sentence.to_uppercase(),
            Noise::Casing => capitalised(sentence),
            Noise::Politeness => polite(sentence, random),
            Noise::Punctuation => sentence.chars().filter(|c| !c.is_ascii_punctuation()).collect(),
        }
    }
}

fn typos(sentence: &str, random: &mut SmallRng) -> String {
    let mut chars: Vec<char> = sentence.chars().collect();
    let letters = chars.iter().filter(|c| c.is_alphabetic()).count();
    for _ in 0..(0..letters).filter(|_| random.random_bool(MISTYPED)).count() {
        // Between letters, so that no word loses its first or last one.
        let places: Vec<usize> = (1..chars.len().saturating_sub(1))
            .filter(|&i| chars[i - 1..=i + 1].iter().all(|c| c.is_alphabetic()))
            .collect();
        let Some(&at) = places.get(random.random_range(0..places.len().max(1))) else { break };
        match random.random_range(0..4) {
            0 => drop(chars.remove(at)),
            1 => chars.insert(at, chars[at]),
            2 => chars.swap(at, at + 1),
            _ => chars[at] = neighbour(chars[at], random),
        }
    }
    chars.into_iter().collect()
}

fn neighbour(c: char, random: &mut SmallRng) -> char {
    let row = KEYS.iter().find_map(|row| Some((row, row.find(c.to_ascii_lowercase())?)));
    let Some((row, at)) = row else { return c };
    let to = if at == 0 || (at + 1 < row.len() && random.random_bool(0.5)) { at + 1 } else { at - 1 };
    row[to..].chars().next().unwrap_or(c)
}

fn capitalised(sentence: &str) -> String {
    let mut start = true;
    let chars = sentence.chars().flat_map(|c| {
        let written: Vec<char> = if start { c.to_uppercase().collect() } else { vec![c] };
        start = c == ' ';
        written
    });
    chars.collect()
}

fn polite(sentence: &str, random: &mut SmallRng) -> String {
    let phrases: Vec<&str> =
        POLITE.lines().filter(|line| line.contains('…') && !line.starts_with('#')).collect();
    phrases[random.random_range(0..phrases.len())].replace('…', sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Labelled> {
        let row = |sentence: &str| Labelled { sentence: sentence.to_owned(), label: "order".to_owned() };
        vec![
            row("Where's my order, please?"),
            row("ok"),
            row(""),
            row("I ordered my card but it still isn't here"),
        ]
    }

    #[test]
    fn the_same_seed_makes_the_same_mistakes_and_another_seed_others() {
        assert_eq!(Noise::Typos.of(&rows(), 1), Noise::Typos.of(&rows(), 1));
        assert_ne!(Noise::Typos.of(&rows(), 1), Noise::Typos.of(&rows(), 2));
    }

    #[test]
    fn two_letters_of_a_hundred_are_mistyped_and_a_word_of_two_never_is() {
        let rows: Vec<Labelled> = (0..200).flat_map(|_| rows()).collect();
        let noisy = Noise::Typos.of(&rows, 7);
        let far = |(a, b): (&Labelled, &Labelled)| strsim::damerau_levenshtein(&a.sentence, &b.sentence);
        let (typos, letters) = (rows.iter().zip(&noisy).map(far).sum::<usize>(), 200 * (20 + 2 + 31));
        assert!((letters / 80..letters / 40).contains(&typos), "{typos} in {letters}");
        assert!(rows.iter().zip(&noisy).all(|(a, b)| a.sentence.len() > 2 || a == b));
    }

    #[test]
    fn casing_politeness_and_punctuation_keep_the_words() {
        for noise in [Noise::Casing, Noise::Politeness, Noise::Punctuation] {
            let noisy = noise.of(&rows(), 3);
            let words = noisy[3].sentence.to_lowercase().replace('\'', "");
            assert!(words.contains("i ordered my card but it still isnt here"), "{noise:?}: {words}");
        }
        assert_eq!(Noise::Punctuation.of(&rows(), 3)[0].sentence, "Wheres my order please");
    }
}
