//! Search, measured on any catalogue, queries and judgements: how good the first products are, and how fast they come.

pub mod clicks;
pub mod measures;
pub mod trec;

use std::io::Write;
use std::time::{Duration, Instant};

use rank::blend::score;
use rank::features::Row;
use serde::Serialize;

use crate::catalog::{Catalog, CatalogError, PlainIndex, Wanted};
use crate::model::{ProductQuery, Vector};

use super::cost::quantile;
use trec::{Qrels, TestQuery, TrecError, run_lines};

/// What the rankings are worth, each measure the mean over the judged queries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quality {
    /// [`measures::ndcg`].
    pub ndcg_10: f64,
    /// [`measures::reciprocal_rank`].
    pub mrr: f64,
    /// [`measures::recall`] of the queries that any product answers.
    pub recall_100: f64,
    /// The share of the queries that found nothing.
    pub zero_results: f64,
    /// How many queries were judged.
    pub queries: usize,
    /// How many of them a product answers, so that there is something to recall.
    pub answerable: usize,
}

/// How long a query took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Speed {
    /// Half of the queries were answered within this.
    pub p50_ms: f64,
    /// 99 of 100 were.
    pub p99_ms: f64,
}

/// The first products of one query, best first, with their scores.
pub type Found = Vec<(String, f64)>;

/// Rankings and times of all queries, in their order.
#[derive(Debug, Default)]
pub struct Rankings {
    /// Query by query.
    pub found: Vec<Found>,
    times: Vec<Duration>,
}

impl Rankings {
    /// Ranks the first `k` products of each query. `meanings` are the queries' vectors, if there are any: making them is
    /// not timed, as a message has its vector anyway.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn of_catalog(
        catalog: &Catalog,
        queries: &[TestQuery],
        meanings: &[Vector],
        k: usize,
        tell: &mut dyn FnMut(usize),
    ) -> Result<Self, CatalogError> {
        let mut rankings = Rankings::default();
        for (at, query) in queries.iter().enumerate() {
            let text = asked(query, meanings.get(at));
            let started = Instant::now();
            let ranked = catalog.rank(&Wanted { query: &text, limit: k })?;
            rankings.times.push(started.elapsed());
            rankings.found.push(ranked.into_iter().map(|(id, s)| (id.to_string(), f64::from(s))).collect());
            tell(at + 1);
        }
        Ok(rankings)
    }

    /// The same by the yardstick.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn of_plain(plain: &PlainIndex, queries: &[TestQuery], k: usize) -> Result<Self, CatalogError> {
        let mut rankings = Rankings::default();
        for query in queries {
            let started = Instant::now();
            let ranked = plain.search(&query.text, k)?;
            rankings.times.push(started.elapsed());
            rankings.found.push(ranked.into_iter().map(|(id, s)| (id, f64::from(s))).collect());
        }
        Ok(rankings)
    }

    /// Rankings by scores that are there already, of the first hundred.
    pub fn by_scores(ids: &[Vec<String>], scores: &[Vec<f32>]) -> Self {
        let ranked = ids.iter().zip(scores).map(|(ids, scores)| {
            let mut found: Found =
                ids.iter().cloned().zip(scores.iter().map(|score| f64::from(*score))).collect();
            found.sort_by(|(_, a), (_, b)| b.total_cmp(a));
            found.truncate(100);
            found
        });
        Rankings { found: ranked.collect(), times: Vec::new() }
    }

    /// What they are worth by these judgements; queries that nobody judged are left out.
    pub fn quality(&self, queries: &[TestQuery], qrels: &Qrels) -> Quality {
        let (mut ndcg, mut mrr, mut nothing) = (0.0, 0.0, 0.0);
        let mut recalls = Vec::new();
        let mut judged = 0;
        for (query, found) in queries.iter().zip(&self.found) {
            let Some(gains) = qrels.get(&query.id) else { continue };
            let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
            judged += 1;
            ndcg += measures::ndcg(&ids, gains);
            mrr += measures::reciprocal_rank(&ids, gains);
            recalls.extend(measures::recall(&ids, gains));
            nothing += f64::from(u8::from(ids.is_empty()));
        }
        let mean = |sum: f64, of: usize| sum / of.max(1) as f64;
        Quality {
            ndcg_10: mean(ndcg, judged),
            mrr: mean(mrr, judged),
            recall_100: mean(recalls.iter().sum(), recalls.len()),
            zero_results: mean(nothing, judged),
            queries: judged,
            answerable: recalls.len(),
        }
    }

    /// How long they took.
    pub fn speed(&self) -> Speed {
        let at = |share| quantile(&self.times, share).unwrap_or_default();
        Speed { p50_ms: at(0.5), p99_ms: at(0.99) }
    }

    /// Writes them as a TREC run.
    ///
    /// # Errors
    /// The system's error.
    pub fn write(&self, queries: &[TestQuery], path: &std::path::Path) -> Result<(), TrecError> {
        let mut out = Vec::new();
        for (query, found) in queries.iter().zip(&self.found) {
            out.extend(run_lines(&query.id, found, "shophand").into_bytes());
        }
        let written = std::fs::File::create(path).and_then(|mut file| file.write_all(&out));
        written
            .map_err(|error| TrecError::File { path: path.display().to_string(), reason: error.to_string() })
    }
}

/// Every candidate of each query with its features, for learning how to rank them.
///
/// # Errors
/// [`CatalogError::Search`] when the index fails.
pub fn examples(
    catalog: &Catalog,
    queries: &[TestQuery],
    meanings: &[Vector],
    tell: &mut dyn FnMut(usize),
) -> Result<Vec<Vec<(String, Row)>>, CatalogError> {
    let mut all = Vec::with_capacity(queries.len());
    for (at, query) in queries.iter().enumerate() {
        let found = catalog.examples(&asked(query, meanings.get(at)))?;
        all.push(found.into_iter().map(|(id, row)| (id.to_string(), row)).collect());
        tell(at + 1);
    }
    Ok(all)
}

/// The scores that the weights set by hand give.
pub fn by_hand(found: &[Vec<(String, Row)>]) -> Vec<Vec<f32>> {
    found.iter().map(|found| found.iter().map(|(_, row)| score(row)).collect()).collect()
}

fn asked(query: &TestQuery, meaning: Option<&Vector>) -> ProductQuery {
    ProductQuery { text: query.text.clone(), meaning: meaning.cloned(), ..ProductQuery::default() }
}
