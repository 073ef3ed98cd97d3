//! The encoder against rust-bert's own pipeline, in one process: one sentence's p50 and p99, sentences per second with 32
//! asking at once, and how like the vectors are: `cargo bench --bench encoder`.
//!
//! Other work on the machine slows all of them, so what counts are the ratios: the contestants take turns.

mod measure;

use std::path::Path;
use std::time::Instant;

use measure::{megabytes, percentile};
use shophand::understand::encoder::{Embedding, Encoder, Precision, Reference, find_model};

/// 17 tokens with the two around them.
const SENTENCE: &str = "hi, could you tell me where my order is please? thank you!";

/// How often each contestant computes it, in rounds of [`TURN`].
const ROUNDS: usize = 40;
const TURN: usize = 10;

/// How many ask at once.
const ASKERS: usize = 32;

fn main() {
    let dir = find_model().expect("a model");
    let sentences = sentences();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!("memory of the process: {} MB before anything is loaded", megabytes());
    let encoders: Vec<Encoder> = precisions().into_iter().map(|precision| load(&dir, precision)).collect();
    // One thread for rust-bert, as for each of our encoders: the first measure is of one core.
    tch::set_num_threads(1);
    let reference = Reference::load(&dir).expect("rust-bert's pipeline");
    println!("  {} MB with rust-bert's pipeline", megabytes());
    alone(&reference, &encoders);
    crowd(&runtime, &reference, &encoders, &sentences[..sentences.len().min(10 * ASKERS)]);
    likeness(&reference, &encoders, &sentences);
}

fn load(dir: &Path, precision: Precision) -> Encoder {
    let start = Instant::now();
    let encoder = Encoder::with_precision(dir, precision).expect("an encoder");
    let (seconds, threads) = (start.elapsed().as_secs_f64(), encoder.threads());
    println!("  {} MB with ours in {precision} on {threads} threads, loaded in {seconds:.1} s", megabytes());
    encoder
}

/// What this machine can do.
fn precisions() -> Vec<Precision> {
    match Precision::best() {
        Precision::Int8 => vec![Precision::Int8, Precision::Fp32],
        Precision::Fp32 => vec![Precision::Fp32],
    }
}

/// Sentences as shoppers write them.
fn sentences() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labelled/en.csv");
    let mut reader = csv::Reader::from_path(file).expect("the labelled sentences");
    reader.records().map(|record| record.expect("a row")[0].to_owned()).collect()
}

fn alone(reference: &Reference, encoders: &[Encoder]) {
    let mut times = vec![Vec::new(); encoders.len() + 1];
    for _ in 0..ROUNDS {
        for _ in 0..TURN {
            times[0].push(milliseconds(|| drop(reference.embed(&[SENTENCE]).expect("a vector"))));
        }
        for (encoder, times) in encoders.iter().zip(&mut times[1..]) {
            for _ in 0..TURN {
                // Never answered from memory, and with the way to the encoder's thread and back.
                times.push(milliseconds(|| drop(encoder.embed_all(&[SENTENCE]).expect("a vector"))));
            }
        }
    }
    let theirs = percentile(&mut times[0], 0.5);
    println!("one sentence, one core:");
    let names = std::iter::once("rust-bert fp32".to_owned())
        .chain(encoders.iter().map(|encoder| format!("ours {}", encoder.precision())));
    for (name, times) in names.zip(&mut times) {
        let (p50, p99) = (percentile(times, 0.5), percentile(times, 0.99));
        println!("  {name:<15} p50 {p50:6.2} ms   p99 {p99:6.2} ms   {:.2} × rust-bert", p50 / theirs);
    }
}

fn milliseconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1000.0
}

/// [`ASKERS`] tasks, each asking for the next sentence as soon as it has the last, against batches of as many in
/// rust-bert with one thread and with one for each core. The best of three, each in turn.
fn crowd(
    runtime: &tokio::runtime::Runtime,
    reference: &Reference,
    encoders: &[Encoder],
    sentences: &[String],
) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut theirs = vec![0.0_f64; 2];
    let mut ours = vec![0.0_f64; encoders.len()];
    for round in 0..3 {
        for (threads, best) in [1, cores].into_iter().zip(&mut theirs) {
            tch::set_num_threads(threads as i32);
            let seconds = milliseconds(|| batches(reference, sentences)) / 1000.0;
            *best = best.max(sentences.len() as f64 / seconds);
        }
        for (encoder, best) in encoders.iter().zip(&mut ours) {
            let fresh: Vec<String> = sentences.iter().map(|text| format!("{text} {round}")).collect();
            let seconds = milliseconds(|| runtime.block_on(ask(encoder, fresh))) / 1000.0;
            *best = best.max(sentences.len() as f64 / seconds);
        }
    }
    println!("{ASKERS} at once, {cores} cores:");
    for (threads, rate) in [1, cores].iter().zip(&theirs) {
        println!("  rust-bert fp32, batches of {ASKERS}, {threads} threads: {rate:5.0} sentences/s");
    }
    let best = theirs.iter().copied().fold(f64::MIN, f64::max);
    for (encoder, rate) in encoders.iter().zip(&ours) {
        println!(
            "  ours {}: {rate:5.0} sentences/s, {:.2} × rust-bert's best",
            encoder.precision(),
            rate / best
        );
    }
}

fn batches(reference: &Reference, sentences: &[String]) {
    let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
    for batch in texts.chunks(ASKERS) {
        reference.embed(batch).expect("vectors");
    }
}

async fn ask(encoder: &Encoder, sentences: Vec<String>) {
    let tasks = (0..ASKERS).map(|n| {
        let encoder = encoder.clone();
        let own: Vec<String> = sentences.iter().skip(n).step_by(ASKERS).cloned().collect();
        tokio::spawn(async move {
            for sentence in own {
                encoder.embed(&sentence).await.expect("a vector");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("a task");
    }
}

fn likeness(reference: &Reference, encoders: &[Encoder], sentences: &[String]) {
    let theirs: Vec<Embedding> =
        sentences.iter().map(|text| reference.embed(&[text]).expect("a vector").remove(0)).collect();
    println!("cosine to rust-bert fp32, {} sentences:", sentences.len());
    for encoder in encoders {
        let ours = encoder.embed_all(sentences).expect("vectors");
        let mut cosines: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| cosine(a, b)).collect();
        let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
        println!(
            "  ours {}: mean {mean:.5}, 5 % below {:.5}, min {:.5}",
            encoder.precision(),
            percentile(&mut cosines, 0.05),
            percentile(&mut cosines, 0.0)
        );
    }
}

/// Both have unit length.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(x, y)| f64::from(x * y)).sum()
}
