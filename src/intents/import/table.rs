//! A table of sentences and labels.

use std::path::Path;

use super::{Drafts, ImportError, OUT_OF_SCOPE, unknown};

const SENTENCE: [&str; 5] = ["sentence", "text", "utterance", "message", "example"];
const LABEL: [&str; 4] = ["label", "intent", "category", "class"];

pub(super) fn read(file: &Path, text: &str, drafts: &mut Drafts) -> Result<(), ImportError> {
    let header = text.lines().next().unwrap_or_default();
    let often = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(often).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| unknown(file, error.to_string()))?.clone();
    let column =
        |names: &[&str]| header.iter().position(|cell| names.contains(&cell.trim().to_lowercase().as_str()));
    let (Some(sentence), Some(label)) = (column(&SENTENCE), column(&LABEL)) else {
        return Err(unknown(
            file,
            format!("its columns are {}", header.iter().collect::<Vec<_>>().join(", ")),
        ));
    };
    let mut strangers = 0;
    for record in reader.records() {
        let record = record.map_err(|error| unknown(file, error.to_string()))?;
        let cell = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
        let (sentence, label) = (cell(sentence), cell(label));
        if label == OUT_OF_SCOPE {
            strangers += 1;
            continue;
        }
        // Brackets of a table are brackets, not marks.
        let sentence = sentence.replace(['[', ']'], " ");
        match drafts.intent(&label) {
            Ok(draft) => draft.examples.push(sentence),
            Err(error) => {
                let line = record.position().map_or(0, csv::Position::line);
                drafts.leave(format!("{}:{line}: {label:?} makes no name: {error}", file.display()));
            }
        }
    }
    if strangers > 0 {
        drafts.leave(format!("{strangers} sentences labelled {OUT_OF_SCOPE}: what fits no intent is recognised as such by itself"));
    }
    Ok(())
}
