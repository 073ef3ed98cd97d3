//! Labelled sentences and judgements as CSV files.

use std::path::Path;

use super::intents::{EvalError, Judged, Labelled};

/// How many intents the predictions file names.
const TOP: usize = 3;

/// How much of a wrong file's first line an error shows.
const SHOWN: usize = 80;

/// The columns, and what other data sets call them.
const SENTENCE: [&str; 2] = ["sentence", "utterance"];
const LABEL: [&str; 2] = ["label", "intent"];

/// Reads a CSV file with the columns `sentence,label`, in any order and among others; `.tsv` means tabs and no quotes.
///
/// # Errors
/// [`EvalError::File`] or [`EvalError::Row`].
pub fn read(path: &Path) -> Result<Vec<Labelled>, EvalError> {
    let name = path.display().to_string();
    let failed = |reason: csv::Error| EvalError::File { path: name.clone(), reason: reason.to_string() };
    let tabs = path.extension().is_some_and(|extension| extension == "tsv");
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::Headers)
        .delimiter(if tabs { b'\t' } else { b',' })
        .quoting(!tabs)
        .from_path(path)
        .map_err(failed)?;
    let headers = reader.headers().map_err(failed)?.clone();
    let column = |wanted: [&str; 2]| headers.iter().position(|name| wanted.contains(&name));
    let (Some(sentence), Some(label)) = (column(SENTENCE), column(LABEL)) else {
        let found: String = headers.iter().collect::<Vec<_>>().join(",").chars().take(SHOWN).collect();
        return Err(EvalError::File { path: name, reason: format!("its columns are {found}") });
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let row = Labelled { sentence: cell(sentence), label: cell(label).trim().to_owned() };
        if row.label.is_empty() {
            return Err(EvalError::Row { path: name, line, reason: "the label is empty" });
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(EvalError::File { path: name, reason: "it holds no sentence".to_owned() });
    }
    Ok(rows)
}

/// Writes the columns `sentence,label,predicted,confidence,top3`: confidence that the sentence is in scope at all, and
/// the three best intents as `label:probability|label:probability|label:probability`.
///
/// # Errors
/// [`EvalError::Unwritable`] when the file cannot be written.
pub fn write_predictions(path: &Path, judged: &[Judged]) -> Result<(), EvalError> {
    let failed = |reason: csv::Error| EvalError::Unwritable {
        path: path.display().to_string(),
        reason: reason.to_string(),
    };
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    writer.write_record(["sentence", "label", "predicted", "confidence", "top3"]).map_err(failed)?;
    for j in judged {
        let top: Vec<String> =
            j.top.iter().take(TOP).map(|(label, probability)| format!("{label}:{probability:.4}")).collect();
        let confidence = format!("{:.6}", j.confidence);
        let row = [&j.sentence, &j.label, j.predicted(), &confidence, &top.join("|")];
        writer.write_record(row).map_err(failed)?;
    }
    writer.flush().map_err(|error| failed(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("sentences.csv");
        std::fs::write(&path, text).expect("written");
        (dir, path)
    }

    #[test]
    fn a_file_that_holds_no_labelled_sentences_is_named_with_what_is_wrong() {
        for (text, says) in [
            ("text,intent\nhello,greet\n", "its columns are text,intent"),
            ("sentence,label\n", "holds no sentence"),
            ("sentence,label\nhello,greet\nbye,\n", "line 3: the label is empty"),
            ("sentence,label\nhello,greet,more\n", "2 fields"),
        ] {
            let (_dir, path) = file(text);
            let error = read(&path).expect_err(says).to_string();
            assert!(error.contains("sentences.csv") && error.contains(says), "{error}");
        }
    }

    #[test]
    fn predictions_name_the_best_three_and_what_is_out_of_scope() {
        let (_dir, path) = file("label,note,sentence\ngreet,x,\"hello, you\"\n");
        let rows = read(&path).expect("reads");
        assert_eq!(rows, [Labelled { sentence: "hello, you".to_owned(), label: "greet".to_owned() }]);
        let top = ["greet", "bye", "yes", "no"].map(|label| (label.to_owned(), 0.25)).to_vec();
        let row = rows.into_iter().next().expect("one");
        let mut judged = Judged {
            sentence: row.sentence,
            label: row.label,
            top,
            accepted: true,
            confidence: 0.5,
            score: 0.1,
        };
        write_predictions(&path, &[judged.clone()]).expect("written");
        let written = std::fs::read_to_string(&path).expect("reads");
        assert_eq!(
            written,
            "sentence,label,predicted,confidence,top3\n\
             \"hello, you\",greet,greet,0.500000,greet:0.2500|bye:0.2500|yes:0.2500\n"
        );
        judged.accepted = false;
        write_predictions(&path, &[judged]).expect("written");
        assert!(std::fs::read_to_string(&path).expect("reads").contains(",out_of_scope,0.500000,"));
    }
}
