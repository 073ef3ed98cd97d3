//! Learning a ranker, and how good it is on queries that it has not seen.

use learn::trees::{Boosted, Lambda, Lists, Settings};
use rank::blend;
use rank::features::Row;

use super::{INPUTS, Ranker, RankerError, SCALE, inputs};

/// Ranks of the first so many are what the trees are grown for.
const DEPTH: usize = 15;

/// The candidates of a query, with what each is worth to who asks it.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// As the judgements call the query.
    pub query: String,
    /// The candidates' features.
    pub rows: Vec<Row>,
    /// The gain of each, 2^relevance − 1.
    pub gains: Vec<f32>,
}

/// Small trees: a list has few judged products, and much of what looks like a rule is chance.
fn settings() -> Settings {
    Settings {
        trees: 80,
        leaves: 8,
        rows_in_leaf: 300,
        hessian_in_leaf: 1e-3,
        l2: 5.0,
        ..Settings::default()
    }
}

pub(super) fn trees(judged: &[Judged]) -> Result<Boosted, RankerError> {
    let mut lists = Lists::new(INPUTS);
    let (mut before, mut gains) = (Vec::new(), Vec::new());
    for one in judged {
        let scores: Vec<f32> = one.rows.iter().map(blend::score).collect();
        let seen = inputs(&one.rows, &scores);
        let differs = seen.iter().any(|(row, _)| one.gains[*row] != one.gains[seen[0].0]);
        if !differs {
            continue;
        }
        for (row, inputs) in seen {
            lists.values.extend(inputs);
            before.push(scores[row] * SCALE);
            gains.push(one.gains[row]);
        }
        lists.close();
    }
    if gains.is_empty() {
        let reason = "no query has two products among its best that are worth differently much";
        return Err(RankerError::Nothing(reason.to_owned()));
    }
    Ok(Boosted::fit(&lists, &before, &Lambda { gains: &gains, depth: DEPTH }, settings()))
}

/// The scores of each query's candidates by a ranker that was trained on the other folds: what a trained ranker is worth to
/// queries that it has not seen. A query's fold depends on its id alone.
///
/// # Errors
/// [`RankerError::Nothing`].
pub fn cross_validate(
    judged: &[Judged],
    folds: usize,
    tell: &mut dyn FnMut(usize),
) -> Result<Vec<Vec<f32>>, RankerError> {
    let fold = |query: &str| rank::hash(query) as usize % folds.max(2);
    let mut scores = vec![Vec::new(); judged.len()];
    for held_out in 0..folds.max(2) {
        let others: Vec<Judged> = judged.iter().filter(|one| fold(&one.query) != held_out).cloned().collect();
        let ranker = Ranker::fit(&others)?;
        for (one, scores) in judged.iter().zip(&mut scores) {
            if fold(&one.query) == held_out {
                *scores = one.rows.iter().map(blend::score).collect();
                ranker.adjust(&one.rows, scores);
            }
        }
        tell(held_out + 1);
    }
    Ok(scores)
}

#[cfg(test)]
mod tests {
    use rank::features::Feature;

    use super::*;

    /// Shoppers of this shop want short titles, which nothing set by hand prefers.
    fn judged(queries: usize) -> Vec<Judged> {
        let query = |query: usize| {
            let rows: Vec<Row> = (0..20)
                .map(|at| {
                    let mut row = [0.0; Feature::COUNT];
                    row[Feature::Best as usize] = 1.0 - at as f32 / 200.0;
                    row[Feature::Length as usize] = ((at * 7 + query) % 20) as f32 / 10.0;
                    row
                })
                .collect();
            let short = |row: &Row| if row[Feature::Length as usize] < 0.3 { 3.0 } else { 0.0 };
            let gains = rows.iter().map(short).collect();
            Judged { query: format!("q{query}"), rows, gains }
        };
        (0..queries).map(query).collect()
    }

    #[test]
    fn a_ranker_learns_what_this_shops_shoppers_want_and_reads_back_the_same() {
        let judged = judged(200);
        let scores = cross_validate(&judged, 4, &mut |_| ()).expect("it learns");
        let first_is_right = judged.iter().zip(&scores).filter(|(one, scores)| {
            let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
            best.is_some_and(|best| one.gains[best] > 0.0)
        });
        assert!(first_is_right.count() > 180, "nearly always");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("ranker.json");
        let ranker = Ranker::fit(&judged).expect("it learns");
        ranker.save(&file).expect("saved");
        assert_eq!(Ranker::load(&file).expect("read"), ranker);
        std::fs::write(&file, "{}").expect("spoilt");
        let error = Ranker::load(&file).expect_err("no ranker").to_string();
        assert!(error.contains("train it anew"), "{error}");
    }

    #[test]
    fn without_a_difference_there_is_nothing_to_learn() {
        let mut judged = judged(3);
        judged.iter_mut().for_each(|one| one.gains.fill(1.0));
        assert!(Ranker::fit(&judged).is_err());
    }
}
