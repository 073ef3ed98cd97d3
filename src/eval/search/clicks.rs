//! Clicks as judgements: what shoppers chose says what they were looking for.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::trec::{Qrels, TestQuery, TrecError};

/// What the product that was clicked most is worth; others in proportion.
const MOST: f64 = 2.0;

/// Reads a CSV file (`.tsv`: tabs) with the columns `query` and `product`, a row for each click, or with a column `clicks` how
/// many they were. Each different query text is a query. That shoppers click what stands first is not corrected for.
///
/// # Errors
/// [`TrecError`] names the file and the line.
pub fn read_clicks(path: &Path) -> Result<(Vec<TestQuery>, Qrels), TrecError> {
    let name = path.display().to_string();
    let failed = |error: csv::Error| TrecError::File { path: name.clone(), reason: error.to_string() };
    let tabs = path.extension().is_some_and(|extension| extension == "tsv");
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(if tabs { b'\t' } else { b',' })
        .from_path(path)
        .map_err(failed)?;
    let headers = reader.headers().map_err(failed)?.clone();
    let column = |wanted: &str| headers.iter().position(|header| header == wanted);
    let (Some(query), Some(product)) = (column("query"), column("product")) else {
        let found: Vec<&str> = headers.iter().collect();
        let reason = format!("it needs the columns query and product, and has {}", found.join(", "));
        return Err(TrecError::File { path: name, reason });
    };
    let clicks = column("clicks");
    let mut counts: BTreeMap<String, HashMap<String, f64>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let count = clicks.map_or(Some(1.0), |at| cell(at).parse().ok().filter(|n: &f64| *n >= 0.0));
        let line = record.position().map_or(0, |place| place.line() as usize);
        let wrong = |reason: &str| TrecError::Line { path: name.clone(), line, reason: reason.to_owned() };
        let count = count.ok_or_else(|| wrong("the column clicks needs a number that is not negative"))?;
        if cell(query).is_empty() || cell(product).is_empty() {
            return Err(wrong("the query or the product is empty"));
        }
        let of_query = counts.entry(cell(query).to_lowercase()).or_default();
        *of_query.entry(cell(product).to_owned()).or_default() += count;
    }
    Ok(judged(counts))
}

fn judged(counts: BTreeMap<String, HashMap<String, f64>>) -> (Vec<TestQuery>, Qrels) {
    let mut queries = Vec::with_capacity(counts.len());
    let mut qrels = Qrels::new();
    for (number, (text, products)) in counts.into_iter().enumerate() {
        let id = format!("c{}", number + 1);
        let most = products.values().copied().fold(f64::MIN_POSITIVE, f64::max);
        qrels.insert(id.clone(), products.into_iter().map(|(id, n)| (id, MOST * n / most)).collect());
        queries.push(TestQuery { id, text });
    }
    (queries, qrels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_clicked_most_is_worth_most_however_the_query_is_cased() {
        let file = tempfile::NamedTempFile::with_suffix(".csv").expect("a file");
        std::fs::write(file.path(), "query,product\nKettle,P-1\nkettle,P-1\nkettle,P-2\n").expect("written");
        let (queries, qrels) = read_clicks(file.path()).expect("read");
        assert_eq!(queries.len(), 1);
        assert_eq!((qrels["c1"]["P-1"], qrels["c1"]["P-2"]), (2.0, 1.0));
        std::fs::write(file.path(), "query,product,clicks\nkettle,P-1,many\n").expect("written");
        assert!(read_clicks(file.path()).expect_err("no number").to_string().contains(":2:"));
    }
}
