//! `shophand eval recommend`: the program's own recommenders, measured on logs of anybody. Needs no shop.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::cli::output::Output;
use crate::eval::recommend::{Figures, Format, Job, measure};

/// Logs, and what to tell of them.
#[derive(Debug, Args)]
pub struct Recommend {
    /// The log to learn from
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// The log to predict; without it the last item of each sequence, or invoice of each customer, is held out
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    /// How the logs are written; found out where it is not said
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write all recommendations as a TREC run: request Q0 item place score part
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// End with the figures as one JSON object on one line
    #[arg(long)]
    json: bool,
}

/// Trains, recommends and prints.
///
/// # Errors
/// When a file cannot be read as a log, or the run cannot be written.
pub fn run(args: &Recommend, out: &mut dyn Output) -> Result<i32> {
    let job =
        Job { train: &args.train, test: args.test.as_deref(), format: args.format, run: args.run.as_deref() };
    let figures = measure(job, &mut |stage| {
        out.note(&format!("{} ({} of {})", stage.name, stage.number, stage.of));
    })?;
    report(&figures, out);
    if args.json {
        out.line(&serde_json::to_string(&figures)?);
    }
    Ok(0)
}

/// One figure a line.
fn report(figures: &Figures, out: &mut dyn Output) {
    let Figures { latency_p50_ms: p50, latency_p90_ms: p90, latency_p99_ms: p99, .. } = figures;
    let trees = if figures.refined { ", and trees" } else { "" };
    let mut parts: Vec<_> = figures.sources.iter().collect();
    parts.sort_by(|a, b| b.1.total_cmp(a.1));
    let parts: Vec<String> =
        parts.iter().map(|(name, share)| format!("{name} {:.0} %", *share * 100.0)).collect();
    let lines = [
        ("predictions", format!("{} over {} products", figures.predictions, figures.products)),
        ("HitRate@20", format!("{:.4}", figures.hit_rate_20)),
        ("MRR@20", format!("{:.4}", figures.mrr_20)),
        ("NDCG@20", format!("{:.4}", figures.ndcg_20)),
        ("coverage", format!("{:.4}", figures.coverage)),
        ("mean popularity", format!("{:.4}", figures.mean_popularity)),
        ("a request, p50 / p90 / p99", format!("{p50:.3} / {p90:.3} / {p99:.3} ms")),
        ("training", format!("{:.1} s", figures.training_seconds)),
        ("peak memory", figures.peak_memory_mb.map_or("–".to_owned(), |mb| format!("{mb:.0} MB"))),
        ("ordered by", format!("weights of {} features{trees}", figures.weights.len())),
        ("from", parts.join(", ")),
    ];
    for (name, value) in lines {
        out.line(&format!("{name:<30} {value}"));
    }
}
