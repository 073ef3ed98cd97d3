//! A table of sentences and labels.

use std::path::Path;

use super::{Drafts, ImportError, OUT_OF_SCOPE, unknown};
use crate::problem::count;

const SENTENCE: [&str; 5] = ["sentence", "text", "utterance", "message", "example"];
const LABEL: [&str; 4] = ["label", "intent", "category", "class"];

/// So much of a header that is none is shown.
const SHOWN: usize = 80;

pub(super) fn read(file: &Path, text: &str, drafts: &mut Drafts) -> Result<(), ImportError> {
    let header = text.lines().next().unwrap_or_default();
    let often = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(often).unwrap_or(b',');
    if let Some(line) = stray_quote(text, char::from(delimiter)) {
        return Err(unknown(
            file,
            format!("a quote in line {line} is not closed where its cell ends; close it"),
        ));
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| unknown(file, error.to_string()))?.clone();
    let column =
        |names: &[&str]| header.iter().position(|cell| names.contains(&cell.trim().to_lowercase().as_str()));
    let (Some(sentence), Some(label)) = (column(&SENTENCE), column(&LABEL)) else {
        let names: String = header.iter().collect::<Vec<_>>().join(", ").chars().take(SHOWN).collect();
        return Err(unknown(file, format!("its columns are {names}")));
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
        let strangers = count(strangers, "sentence");
        drafts.leave(format!(
            "{strangers} labelled {OUT_OF_SCOPE}: what fits no intent is recognised as such by itself"
        ));
    }
    Ok(())
}

/// The line of the first cell that begins with a quote and ends otherwise. Reading on as though nothing were the matter
/// would take the rows below it for a part of the cell.
fn stray_quote(text: &str, delimiter: char) -> Option<usize> {
    let mut line = 1;
    let mut begun = None;
    let mut cell_begins = true;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match letter {
            '"' if begun.is_none() => begun = cell_begins.then_some(line),
            // Two of them stand for one.
            '"' if letters.next_if_eq(&'"').is_some() => {}
            '"' if letters.peek().is_none_or(|next| [delimiter, '\r', '\n'].contains(next)) => begun = None,
            '"' => return begun,
            _ => {}
        }
        cell_begins = begun.is_none() && [delimiter, '\r', '\n'].contains(&letter);
    }
    begun
}
