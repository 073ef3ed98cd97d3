//! `shophand eval search`: the search, measured on a catalogue, queries and judgements of anybody. Needs no shop.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use crate::catalog::PlainIndex;
use crate::catalog::ranker::Ranker;
use crate::cli::output::Output;
use crate::cli::trial::Trial;
use crate::eval::search::trec::{read_qrels, read_queries};
use crate::eval::search::{Quality, Rankings, Speed};

/// A catalogue, and what to look for in it.
#[derive(Debug, Args)]
pub struct Search {
    #[command(flatten)]
    trial: Trial,
    /// Lines of: the query's id, a tab, its words
    #[arg(long, value_name = "FILE.tsv")]
    queries: PathBuf,
    /// TREC judgements, lines of: query 0 product gain
    #[arg(long, value_name = "FILE")]
    qrels: PathBuf,
    /// Rank by what `shophand train ranking` has learnt, too
    #[arg(long, value_name = "MODEL")]
    ranker: Option<PathBuf>,
    /// Write the rankings as a TREC run
    #[arg(long, value_name = "OUT.trec")]
    run: Option<PathBuf>,
    /// How many products are ranked for a query
    #[arg(short = 'k', default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    k: u16,
    /// End with the figures as one JSON object on one line
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Figures {
    #[serde(flatten)]
    quality: Quality,
    products: usize,
    #[serde(flatten)]
    speed: Speed,
    index_seconds: f64,
    index_mb: f64,
    embedding_seconds: f64,
    vectors_mb: f64,
    /// tantivy as it comes: a stemmed OR query over the titles, in the same run.
    plain: Plain,
    /// p99 ÷ the p99 of plain tantivy.
    p99_to_plain: f64,
}

#[derive(Debug, Serialize)]
struct Plain {
    #[serde(flatten)]
    quality: Quality,
    #[serde(flatten)]
    speed: Speed,
}

/// Takes the catalogue in as a shop would, builds its index, asks every query and prints what the answers are worth.
///
/// # Errors
/// When a file cannot be read as what it is said to be, or the index cannot be built.
pub fn run(args: &Search, shop: &Path, out: &mut dyn Output) -> Result<i32> {
    if let Some(file) = &args.run {
        // Not after minutes of work.
        let wrong = || format!("--run {}: it cannot be written", file.display());
        crate::disk::writable(file).with_context(wrong)?;
    }
    let queries = read_queries(&args.queries)?;
    let qrels = read_qrels(&args.qrels)?;
    let judged = queries.iter().filter(|query| qrels.contains_key(&query.id)).count();
    anyhow::ensure!(
        judged > 0,
        "{} judges none of the queries of {}",
        args.qrels.display(),
        args.queries.display()
    );
    let ranker = args.ranker.as_deref().map(Ranker::load).transpose()?;
    let trial = args.trial.open(shop, out)?;
    let catalog = match ranker {
        Some(ranker) => trial.catalog.with_ranker(ranker),
        None => trial.catalog.clone(),
    };
    let k = usize::from(args.k);
    let yardstick = tempfile::tempdir()?;
    let plain = Rankings::of_plain(&PlainIndex::build(&catalog, yardstick.path())?, &queries, k)?;
    let total = queries.len() as u64;
    let rankings = Rankings::of_catalog(&catalog, &queries, &trial.meanings(&queries)?, k, &mut |done| {
        out.progress(done as u64, total, "searching");
    })?;
    if let Some(file) = &args.run {
        rankings.write(&queries, file)?;
    }
    let plain = Plain { quality: plain.quality(&queries, &qrels), speed: plain.speed() };
    let speed = rankings.speed();
    let [index_mb, vectors_mb] = trial.megabytes()?;
    let figures = Figures {
        quality: rankings.quality(&queries, &qrels),
        products: catalog.len(),
        speed,
        index_seconds: trial.indexing.as_secs_f64(),
        index_mb,
        embedding_seconds: trial.embedding.as_secs_f64(),
        vectors_mb,
        p99_to_plain: speed.p99_ms / plain.speed.p99_ms.max(f64::MIN_POSITIVE),
        plain,
    };
    report(&figures, out);
    if args.json {
        out.line(&serde_json::to_string(&figures)?);
    }
    Ok(0)
}

fn report(figures: &Figures, out: &mut dyn Output) {
    let Figures { quality, speed, plain, .. } = figures;
    out.line(&format!("{:<30} {:>12} {:>20}", "", "shophand", "plain tantivy"));
    let pair = |name: &str, ours: f64, theirs: f64| format!("{name:<30} {ours:>12.4} {theirs:>20.4}");
    for line in [
        pair("NDCG@10", quality.ndcg_10, plain.quality.ndcg_10),
        pair("MRR", quality.mrr, plain.quality.mrr),
        pair("recall@100", quality.recall_100, plain.quality.recall_100),
        pair("queries without result", quality.zero_results, plain.quality.zero_results),
        pair("a query, p50 ms", speed.p50_ms, plain.speed.p50_ms),
        pair("a query, p99 ms", speed.p99_ms, plain.speed.p99_ms),
        format!("{:<30} {:>12.1} {:>20}", "p99 ÷ plain tantivy's", figures.p99_to_plain, 1),
        format!("{:<30} {:>12}", "queries judged", quality.queries),
        format!("{:<30} {:>12}", "  that recall is about", quality.answerable),
        format!("{:<30} {:>12}", "products", figures.products),
        format!("{:<30} {:>12.2}", "index built, s", figures.index_seconds),
        format!("{:<30} {:>12.1}", "index on disk, MB", figures.index_mb),
        format!("{:<30} {:>12.1}", "embedded, s", figures.embedding_seconds),
        format!("{:<30} {:>12.1}", "vectors on disk, MB", figures.vectors_mb),
    ] {
        out.line(&line);
    }
}
