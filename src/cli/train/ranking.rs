//! `shophand train ranking`: learns from judged queries or clicks which products belong first.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::Args;

use crate::catalog::Catalog;
use crate::catalog::ranker::{Judged, Ranker, cross_validate};
use crate::cli::output::Output;
use crate::cli::trial::Trial;
use crate::eval::search::clicks::read_clicks;
use crate::eval::search::trec::{Gains, Qrels, TestQuery, read_qrels, read_queries};
use crate::eval::search::{Rankings, by_hand, examples};

/// What to learn from.
#[derive(Debug, Args)]
pub struct Ranking {
    #[command(flatten)]
    trial: Trial,
    /// Lines of: the query's id, a tab, its words
    #[arg(long, value_name = "FILE.tsv", requires = "qrels", required_unless_present = "clicks")]
    queries: Option<PathBuf>,
    /// TREC judgements, lines of: query 0 product gain
    #[arg(long, value_name = "FILE", requires = "queries")]
    qrels: Option<PathBuf>,
    /// CSV or TSV with the columns query and product, and perhaps clicks, instead of judged queries
    #[arg(long, value_name = "FILE", conflicts_with = "queries")]
    clicks: Option<PathBuf>,
    /// Where the ranker is written; put it below index/ and name it as model: in index/ranking.yaml
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// Also say how good such a ranker is on queries that it has not seen: each part is ranked by what the others teach
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=50))]
    folds: Option<u16>,
}

/// Learns and writes; prints the cross-validated figures if they are asked for.
///
/// # Errors
/// When a file cannot be read, nothing can be learnt from it, or the ranker cannot be written.
pub fn run(args: &Ranking, shop: &Path, out: &mut dyn Output) -> Result<i32> {
    let (mut queries, qrels) = asked(args)?;
    queries.retain(|query| qrels.contains_key(&query.id));
    ensure!(!queries.is_empty(), "none of the queries is judged, so there is nothing to learn from");
    let trial = args.trial.open(shop, out)?;
    let total = queries.len() as u64;
    let meanings = trial.meanings(&queries)?;
    let found = examples(&trial.catalog, &queries, &meanings, &mut |done| {
        out.progress(done as u64, total, "searching");
    })?;
    let judged: Vec<Judged> = queries
        .iter()
        .zip(&found)
        .map(|(query, found)| Judged {
            query: query.id.clone(),
            rows: found.iter().map(|(_, row)| *row).collect(),
            gains: found.iter().map(|(id, _)| worth(&qrels[&query.id], id)).collect(),
        })
        .collect();
    if let Some(folds) = args.folds {
        validate(&trial.catalog, usize::from(folds), &judged, &found, (&queries, &qrels), out)?;
    }
    let ranker = Ranker::fit(&judged)?;
    ranker.save(&args.out)?;
    out.line(&format!("learnt from {} queries; the ranker is in {}", judged.len(), args.out.display()));
    Ok(0)
}

fn asked(args: &Ranking) -> Result<(Vec<TestQuery>, Qrels)> {
    Ok(match (&args.clicks, &args.queries, &args.qrels) {
        (Some(clicks), ..) => read_clicks(clicks)?,
        (None, Some(queries), Some(qrels)) => (read_queries(queries)?, read_qrels(qrels)?),
        _ => anyhow::bail!("name --queries and --qrels, or --clicks"),
    })
}

fn worth(gains: &Gains, product: &str) -> f32 {
    gains.get(product).map_or(0.0, |gain| gain.exp2() - 1.0) as f32
}

type Found = Vec<(String, rank::features::Row)>;

fn validate(
    catalog: &Catalog,
    folds: usize,
    judged: &[Judged],
    found: &[Found],
    (queries, qrels): (&[TestQuery], &Qrels),
    out: &mut dyn Output,
) -> Result<()> {
    let scores =
        cross_validate(judged, folds, &mut |done| out.progress(done as u64, folds as u64, "learning"))?;
    let ids = |found: &Found| -> Vec<String> { found.iter().map(|(id, _)| id.clone()).collect() };
    let ids: Vec<Vec<String>> = found.iter().map(ids).collect();
    let by_hand = Rankings::by_scores(&ids, &by_hand(found)).quality(queries, qrels);
    let trained = Rankings::by_scores(&ids, &scores).quality(queries, qrels);
    out.line(&format!("{:<30} {:>12} {:>20}", format!("{} products", catalog.len()), "by hand", "trained"));
    for (name, ours, theirs) in [
        ("NDCG@10", by_hand.ndcg_10, trained.ndcg_10),
        ("MRR", by_hand.mrr, trained.mrr),
        ("recall@100", by_hand.recall_100, trained.recall_100),
    ] {
        out.line(&format!("{name:<30} {ours:>12.4} {theirs:>20.4}"));
    }
    out.line(&format!("cross-validated over {} queries in {folds} folds", queries.len()));
    Ok(())
}
