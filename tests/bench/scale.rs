//! How searching, and what it takes of memory and disk, grow from fifty thousand to a million products.
//!
//! Titles are made up, each another one, of words as unevenly common as those of a language (Zipf). Vectors are made up of
//! the words' and a searched one is a product's, perturbed: nothing is embedded. Prints figures; numbers of products may be
//! given: `cargo bench --profile dev --bench scale -- 50000 200000`.

#[path = "measure.rs"]
mod measure;

use std::collections::HashMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use shophand::catalog::{Catalog, Wanted};
use shophand::disk;
use shophand::model::{Currency, ProductQuery, Vector};

const SIZES: [usize; 2] = [50_000, 1_000_000];
/// Queries that are measured, after as many to warm up.
const QUERIES: usize = 1000;
/// Products of a ranking: what a shopper's history re-orders.
const DEEP: usize = 100;
const DIMENSIONS: usize = 384;
/// How far a searched vector is from the product's, in shares of a number's spread.
const PERTURBED: f32 = 0.5;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    let mut slowest = Vec::new();
    for size in sizes {
        slowest.push((size, measured(size)?));
    }
    if let (Some((few, first)), Some((many, last))) = (slowest.first(), slowest.last())
        && few != many
    {
        println!("p99 with {many} products is {:.1} times that with {few}", last / first);
    }
    Ok(())
}

/// Prints the figures of a catalogue of that size; the p99 of a ranking in milliseconds.
fn measured(size: usize) -> Outcome<f64> {
    println!("{size} products");
    let shop = tempfile::tempdir()?;
    let state = shop.path().join(".shophand");
    let titles = titles(size);
    write(&titles, &state)?;
    let before = measure::resident();
    let started = Instant::now();
    let catalog = Catalog::open(shop.path(), &state, Currency::USD, &mut |_| ())?;
    println!("  index built in {:.1} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    let embed = |texts: &[String]| Ok(texts.iter().map(|text| Arc::from(vector(text))).collect());
    let catalog = catalog.embedded(&embed, &mut |_| ())?;
    println!("  neighbours indexed in {:.1} s", started.elapsed().as_secs_f64());
    let queries = queries(&titles);
    drop(titles);
    let opened = Catalog::open(shop.path(), &state, Currency::USD, &mut |_| ())?.recalled(&embed)?;
    drop(catalog);
    let p99 = ranked(&opened, &queries)?;
    searched(&opened, &queries)?;
    let per_product = |bytes: u64| bytes as f64 / size as f64;
    println!(
        "  disk per product: {:.0} bytes of index, {:.0} of vectors",
        per_product(disk::size(&state.join("index"))?),
        per_product(disk::size(&state.join("vectors"))?),
    );
    if let (Some(before), Some(after)) = (before, measure::resident()) {
        println!(
            "  memory per product, files mapped included: {:.0} bytes",
            per_product(after.saturating_sub(before))
        );
    }
    Ok(p99)
}

fn ranked(catalog: &Catalog, queries: &[ProductQuery]) -> Outcome<f64> {
    let mut times = Vec::with_capacity(queries.len());
    for round in 0..2 {
        for query in queries {
            let started = Instant::now();
            catalog.rank(&Wanted { query, limit: DEEP })?;
            if round > 0 {
                times.push(milliseconds(started.elapsed()));
            }
        }
    }
    let (p50, p99) = (measure::percentile(&mut times, 0.5), measure::percentile(&mut times, 0.99));
    println!("  first {DEEP} ranked by words and meaning: p50 {p50:.2} ms, p99 {p99:.2} ms");
    Ok(p99)
}

fn searched(catalog: &Catalog, queries: &[ProductQuery]) -> Outcome<()> {
    let mut times = Vec::with_capacity(queries.len());
    for query in queries {
        let started = Instant::now();
        catalog.search(query, 10)?;
        times.push(milliseconds(started.elapsed()));
    }
    let (p50, p99) = (measure::percentile(&mut times, 0.5), measure::percentile(&mut times, 0.99));
    println!("  a page with all of the words, and how many there are: p50 {p50:.2} ms, p99 {p99:.2} ms");
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// So many titles, no two of them the same.
fn titles(size: usize) -> Vec<String> {
    let mut random = StdRng::seed_from_u64(1);
    let words: Vec<String> = (0..30_000).map(|_| word(&mut random)).collect();
    (0..size)
        .map(|number| {
            let length = random.random_range(4..10);
            let mut title: Vec<&str> = (0..length).map(|_| zipf(&words, &mut random)).collect();
            let (inches, feet) = (random.random_range(1..40), random.random_range(2..20));
            let measure = format!("{inches} in. x {feet} ft.");
            title.push(&measure);
            format!("{} {number}", title.join(" "))
        })
        .collect()
}

fn word(random: &mut StdRng) -> String {
    const HEADS: &[u8] = b"bdfghklmnprstvwz";
    const HEARTS: &[u8] = b"aeiou";
    let syllables = random.random_range(2..4);
    let letter =
        |letters: &[u8], random: &mut StdRng| char::from(letters[random.random_range(0..letters.len())]);
    (0..syllables)
        .flat_map(|_| [letter(HEADS, random), letter(HEARTS, random), letter(HEADS, random)])
        .collect()
}

/// The nth word as often as 1 ÷ n, nearly.
fn zipf<'w>(words: &'w [String], random: &mut StdRng) -> &'w str {
    let most = (words.len() as f64).ln();
    let rank = (random.random::<f64>() * most).exp() as usize;
    &words[rank.min(words.len()) - 1]
}

fn write(titles: &[String], state: &Path) -> Outcome<()> {
    let file = state.join("catalog/products.jsonl");
    fs::create_dir_all(state.join("catalog"))?;
    let mut out = BufWriter::new(File::create(file)?);
    for (number, title) in titles.iter().enumerate() {
        writeln!(out, "{}", serde_json::json!({"id": format!("P{number}"), "title": title}))?;
    }
    Ok(out.flush()?)
}

/// The sum of the words' vectors: titles with words in common are near each other.
fn vector(text: &str) -> Vec<f32> {
    thread_local! {
        static WORDS: std::cell::RefCell<HashMap<String, Vec<f32>>> = std::cell::RefCell::default();
    }
    let mut sum = vec![0.0; DIMENSIONS];
    WORDS.with_borrow_mut(|known| {
        for word in text.split(' ') {
            let of_word = known.entry(word.to_owned()).or_insert_with(|| {
                let seed = word.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
                let mut random = StdRng::seed_from_u64(seed);
                (0..DIMENSIONS).map(|_| random.random::<f32>() - 0.5).collect()
            });
            sum.iter_mut().zip(of_word.iter()).for_each(|(sum, number)| *sum += number);
        }
        // The numbers behind the titles are all different ones: not worth remembering.
        if known.len() > 50_000 {
            known.clear();
        }
    });
    sum
}

/// Two to five words of a title, a third of them with a slip of the finger, and the title's vector perturbed.
fn queries(titles: &[String]) -> Vec<ProductQuery> {
    let mut random = StdRng::seed_from_u64(2);
    (0..QUERIES)
        .map(|number| {
            let title = &titles[random.random_range(0..titles.len())];
            let words: Vec<&str> = title.split(' ').filter(|word| word.len() > 3).collect();
            let length = random.random_range(2..6).min(words.len());
            let from = random.random_range(0..=words.len() - length);
            let mut text = words[from..from + length].join(" ");
            if number % 3 == 0 && text.is_ascii() && text.len() > 3 {
                text = format!("{}{}{}{}", &text[..1], &text[2..3], &text[1..2], &text[3..]);
            }
            let spread = 0.3 * (title.split(' ').count() as f32).sqrt();
            let perturbed: Vec<f32> = vector(title)
                .into_iter()
                .map(|number| number + spread * PERTURBED * (random.random::<f32>() - 0.5) * 3.5)
                .collect();
            ProductQuery { text, meaning: Some(Vector::of(&perturbed)), ..ProductQuery::default() }
        })
        .collect()
}
