//! `shophand eval intents`: the program's own models, measured on labelled sentences.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use crate::app::start_encoder;
use crate::catalog::load_shop;
use crate::config::Config;
use crate::eval::intents::{Figures, Labelled, Quality, Reading, Trained, read, write_predictions};
use crate::eval::noise::Noise;
use crate::live::read_intents;

use crate::cli::output::Output;

/// Files of sentences, and what to tell of them.
#[derive(Debug, Args)]
pub struct Intents {
    /// CSV with the columns sentence,label to learn from; the label out_of_scope means none of the intents
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// CSV with the same columns to judge
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Write sentence,label,predicted,confidence,top3 of each judged sentence
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// End with the figures as one JSON object on one line
    #[arg(long)]
    json: bool,
    /// Judge further files too, and set them beside the first; .tsv with the columns utterance and intent will do
    #[arg(long, value_name = "FILE", num_args = 1..)]
    also: Vec<PathBuf>,
    /// Judge the test file once more with typos, in other casing, with polite words, and without punctuation
    #[arg(long)]
    noise: bool,
    /// Where the noise comes from: same seed, same typos
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Without the encoder: what is left when it is lost while serving
    #[arg(long)]
    words_only: bool,
}

/// Trains, judges and prints. `shop` is asked where the model lies, in what numbers it computes, and what is polite.
///
/// # Errors
/// When a file cannot be read as labelled sentences, the predictions cannot be written, or the model is missing.
pub fn run(args: &Intents, shop: &Path, out: &mut dyn Output) -> Result<i32> {
    let train = read(&args.train)?;
    let test = read(&args.test)?;
    let mut others: Vec<(String, Vec<Labelled>)> = Vec::new();
    for file in &args.also {
        others.push((file.display().to_string(), read(file)?));
    }
    if args.noise {
        others.extend(Noise::ALL.iter().map(|noise| (noise.name().to_owned(), noise.of(&test, args.seed))));
    }
    let encoder = if args.words_only { None } else { Some(start_encoder(&Config::load(shop)?.model)?) };
    let polite = polite(shop);
    let trained = Trained::on(&train, Reading { encoder: encoder.as_ref(), polite: &polite })?;
    let (figures, judged) = trained.judge(&test)?;
    if let Some(file) = &args.out {
        write_predictions(file, &judged)?;
    }
    let judge = |(name, rows): (String, Vec<Labelled>)| Ok((name, trained.judge(&rows)?.0));
    let others = others.into_iter().map(judge).collect::<Result<Vec<_>>>()?;
    report(&figures, out);
    if !others.is_empty() {
        beside(&figures, &others, out);
    }
    if args.json {
        out.line(&json(&figures, &others)?);
    }
    Ok(0)
}

/// What is polite in the language of the shop in this folder, as its messages are read too; nothing where there is no shop.
fn polite(shop: &Path) -> Vec<String> {
    let intents = load_shop(shop).ok().and_then(|facts| read_intents(shop, &facts).into_set().ok());
    let language = intents.and_then(|intents| intents.languages.into_iter().next());
    language.map(|language| language.grammar.polite).unwrap_or_default()
}

/// The figures, one a line.
fn report(figures: &Figures, out: &mut dyn Output) {
    let (quality, cost) = (&figures.quality, &figures.cost);
    let share = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.4}"));
    let milliseconds = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.2} ms"));
    let lines = [
        (
            "sentences",
            format!(
                "{} in scope, {} out of scope",
                quality.in_scope_sentences, quality.out_of_scope_sentences
            ),
        ),
        ("in-scope accuracy", share(quality.in_scope_accuracy)),
        ("  when it must always answer", share(quality.always_answer_accuracy)),
        ("out-of-scope precision", share(quality.out_of_scope_precision)),
        ("out-of-scope recall", share(quality.out_of_scope_recall)),
        ("AUROC", share(quality.auroc)),
        ("macro-F1", share(quality.macro_f1)),
        ("MCC", share(Some(quality.mcc))),
        ("calibration error (ECE)", format!("{}, of scope {}", share(quality.ece), share(quality.scope_ece))),
        (
            "training",
            format!("{:.2} s, after {:.1} s of embedding", cost.training_seconds, cost.embedding_seconds),
        ),
        ("a message, p50 / p99", format!("{} / {}", milliseconds(cost.p50_ms), milliseconds(cost.p99_ms))),
        (
            "  on top of embedding",
            format!(
                "{} / {}",
                milliseconds(Some(cost.on_top_p50_ms)),
                milliseconds(Some(cost.on_top_p99_ms))
            ),
        ),
        ("peak memory", cost.peak_memory_mb.map_or("–".to_owned(), |mb| format!("{mb:.0} MB"))),
    ];
    for (name, value) in lines {
        out.line(&format!("{name:<30} {value}"));
    }
}

/// The other files' accuracies, and how many points they lie below the first's.
fn beside(figures: &Figures, others: &[(String, Figures)], out: &mut dyn Output) {
    let of = |figures: &Figures| {
        let quality = &figures.quality;
        [quality.in_scope_accuracy, quality.always_answer_accuracy].map(Option::unwrap_or_default)
    };
    let clean = of(figures);
    out.line(&format!("{:<40} {:>16} {:>24}", "beside it (cost in points)", "in scope", "always answering"));
    for (name, other) in others {
        let other = of(other);
        let cost = |i: usize| format!("{:.4} ({:+.1})", other[i], (other[i] - clean[i]) * 100.0);
        out.line(&format!("{:<40} {:>16} {:>24}", tail(name), cost(0), cost(1)));
    }
}

/// The last 40 characters: of a path what tells it from others.
fn tail(name: &str) -> String {
    let length = name.chars().count();
    name.chars().skip(length.saturating_sub(40)).collect()
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    figures: &'a Figures,
    /// By file or kind of noise.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    beside: BTreeMap<&'a str, &'a Quality>,
}

fn json(figures: &Figures, others: &[(String, Figures)]) -> Result<String> {
    let beside = others.iter().map(|(name, other)| (name.as_str(), &other.quality)).collect();
    Ok(serde_json::to_string(&Report { figures, beside })?)
}
