//! The files of search experiments: queries as TSV, judgements (qrels) and results (runs) as TREC writes them.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::Path;

/// Why a file cannot be used. Each names it, and the line.
#[derive(Debug, thiserror::Error)]
pub enum TrecError {
    /// It cannot be read or written.
    #[error("{path}: {reason}")]
    File {
        /// Which.
        path: String,
        /// What the system said, or what it lacks.
        reason: String,
    },
    /// A line is not as it should be.
    #[error("{path}:{line}: {reason}")]
    Line {
        /// Of which file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it, and how it should be.
        reason: String,
    },
}

/// One query of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestQuery {
    /// As the judgements call it.
    pub id: String,
    /// In a shopper's words.
    pub text: String,
}

/// Product id → how well it answers the query. What is not judged has gain 0.
pub type Gains = HashMap<String, f64>;

/// The judgements by query id.
pub type Qrels = BTreeMap<String, Gains>;

/// Reads lines of `id<TAB>words`.
///
/// # Errors
/// [`TrecError`], also for an id that stands there twice.
pub fn read_queries(path: &Path) -> Result<Vec<TestQuery>, TrecError> {
    let mut queries: Vec<TestQuery> = Vec::new();
    let mut lines: HashMap<String, usize> = HashMap::new();
    each_line(path, &mut |line, text| {
        let (id, words) = text.split_once('\t').ok_or("write the query's id, a tab, and its words")?;
        let (id, words) = (id.trim(), words.trim());
        if id.is_empty() || words.is_empty() {
            return Err("write the query's id, a tab, and its words".to_owned());
        }
        if let Some(first) = lines.insert(id.to_owned(), line) {
            return Err(format!("the id {id} is that of line {first} already"));
        }
        queries.push(TestQuery { id: id.to_owned(), text: words.to_owned() });
        Ok(())
    })?;
    filled(path, queries.is_empty(), "it holds no query").map(|()| queries)
}

/// Reads lines of `query iteration product gain`, as TREC's qrels are.
///
/// # Errors
/// [`TrecError`].
pub fn read_qrels(path: &Path) -> Result<Qrels, TrecError> {
    let mut qrels = Qrels::new();
    each_line(path, &mut |_, text| {
        let columns: Vec<&str> = text.split_whitespace().collect();
        let [query, _, product, gain] = columns[..] else {
            return Err("write four columns: query, 0, product, gain".to_owned());
        };
        let number = gain.parse().ok().filter(|gain: &f64| gain.is_finite());
        let number = number.ok_or_else(|| format!("the gain {gain:?} is no number"))?;
        qrels.entry(query.to_owned()).or_default().insert(product.to_owned(), number);
        Ok(())
    })?;
    filled(path, qrels.is_empty(), "it holds no judgement").map(|()| qrels)
}

/// One line of a run: `query Q0 product rank score tag`, ranks from 1.
pub fn run_lines(query: &str, found: &[(String, f64)], tag: &str) -> String {
    let mut lines = String::new();
    for (at, (product, score)) in found.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{query} Q0 {product} {} {score:.6} {tag}", at + 1);
    }
    lines
}

fn filled(path: &Path, empty: bool, reason: &str) -> Result<(), TrecError> {
    match empty {
        true => Err(TrecError::File { path: path.display().to_string(), reason: reason.to_owned() }),
        false => Ok(()),
    }
}

type Take<'t> = &'t mut dyn FnMut(usize, &str) -> Result<(), String>;

fn each_line(path: &Path, take: Take<'_>) -> Result<(), TrecError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| TrecError::File { path: name.clone(), reason: error.to_string() })?;
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if !line.trim().is_empty() {
            take(at + 1, line).map_err(|reason| TrecError::Line {
                path: name.clone(),
                line: at + 1,
                reason,
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        file
    }

    #[test]
    fn judgements_are_read_by_query_and_a_wrong_line_is_named() {
        let qrels = read_qrels(file("q1 0 P-1 2.00\n\nq1 0 P-2 1\nq2\t0\tP-1\t0.33\n").path()).expect("read");
        assert_eq!(qrels["q1"]["P-1"], 2.0);
        assert_eq!(qrels["q2"]["P-1"], 0.33);
        let wrong = file("q1 0 P-1 2\nq1 0 P-2 good\n");
        let error = read_qrels(wrong.path()).expect_err("no number").to_string();
        assert!(error.ends_with(":2: the gain \"good\" is no number"), "{error}");
    }

    #[test]
    fn a_query_without_words_and_one_that_stands_there_twice_are_refused() {
        assert_eq!(read_queries(file("a\tred shoes\n").path()).expect("read")[0].text, "red shoes");
        for (text, line) in [("a\tshoes\nb shoes\n", ":2:"), ("a\tx\na\ty\n", ":2:"), ("", "no query")] {
            let error = read_queries(file(text).path()).expect_err(text).to_string();
            assert!(error.contains(line), "{error}");
        }
    }

    #[test]
    fn a_run_has_the_six_columns_that_trec_eval_reads() {
        let found = [("P-2".to_owned(), 1.5), ("P-1".to_owned(), 0.25)];
        assert_eq!(
            run_lines("q1", &found, "shophand"),
            "q1 Q0 P-2 1 1.500000 shophand\nq1 Q0 P-1 2 0.250000 shophand\n"
        );
    }
}
