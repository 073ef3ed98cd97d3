//! Strict YAML: every mistake is named with file, line and column, and an unknown key with the one that was meant.

pub(crate) mod tree;

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::problem::nearest;

/// A YAML file that does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}:{column}: {message}", file.display())]
pub struct YamlError {
    /// The file.
    pub file: PathBuf,
    /// 1-based.
    pub line: u64,
    /// 1-based, in characters.
    pub column: u64,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Reads `text` as the content of `file`.
///
/// # Errors
/// [`YamlError`] with the place of the first mistake.
pub fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, YamlError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let (line, column, mut message) = explained(&error);
        if let Some(advice) = advice(&message).filter(|_| !is_explained(&error)) {
            message.push_str(&format!("; {advice}"));
        }
        YamlError { file: file.to_owned(), line, column, message }
    })
}

/// Line and column of what the parser stumbled over, both 1-based, and what it is in words.
pub(crate) fn explained(error: &serde_saphyr::Error) -> (u64, u64, String) {
    let error = error.without_snippet();
    let (line, column) = error.location().map_or((1, 1), |at| (at.line().max(1), at.column().max(1)));
    (line, column, message(error))
}

const TOO_DEEP: &str = "lists and mappings lie too deep in each other here; perhaps a bracket is not closed";

fn message(error: &serde_saphyr::Error) -> String {
    use serde_saphyr::Error;
    use serde_saphyr::budget::BudgetBreach;
    match error {
        Error::SerdeUnknownField { field, expected, .. } => unknown("key", field, expected),
        Error::SerdeUnknownVariant { variant, expected, .. } => unknown("word", variant, expected),
        Error::SerdeMissingField { field, .. } => format!("the key {field:?} is missing"),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("the key {key:?} stands here twice; keep one of them")
        }
        Error::MultipleDocuments { .. } => {
            "a second document begins here; a file holds one, so take the line --- out".to_owned()
        }
        Error::Budget { breach: BudgetBreach::Anchors { .. } | BudgetBreach::Aliases { .. }, .. } => {
            "anchors (&name) and aliases (*name) are not read; write out what is meant".to_owned()
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => TOO_DEEP.to_owned(),
        // The scanner's limit, which is met before the budget's by brackets without anything in them.
        Error::ExternalMessage { msg, .. } if msg == "recursion limit exceeded" => TOO_DEEP.to_owned(),
        Error::NullIntoString { .. } => "a value is missing here; write a text, or remove the key".to_owned(),
        other => plain(other),
    }
}

/// The parser's own sentence, without the place that we name ourselves.
fn plain(error: &serde_saphyr::Error) -> String {
    let options = serde_saphyr::render_options! { snippets: serde_saphyr::SnippetMode::Off };
    let text = error.render_with_options(options);
    match text.rsplit_once(" at line ") {
        Some((sentence, _)) => sentence.to_owned(),
        None => text,
    }
}

/// What is to be done about any other mistake in the writing.
pub(crate) const COMPARE: &str = "compare it with the lines around it: two blanks a level, `- ` before each item, quotes \
                                  around a text with `: ` or ` #` in it";

/// What to do about a sentence of the parser, which says what it stumbled over and not why.
pub(crate) fn advice(message: &str) -> Option<&'static str> {
    const BRACKET: &str = "close the bracket, or put a text that begins with one into quotes";
    const QUOTE: &str = "close the quote; a single quote between single quotes is written twice";
    const ADVICE: [(&str, &str); 9] = [
        ("a tab", "indent with blanks, two for each level"),
        (
            "mapping values are not allowed",
            "put a text with a colon and a blank in it into quotes, or indent the line like those around it",
        ),
        ("placement of ':'", "close the bracket before it, or put a text with a colon into quotes"),
        ("a flow ", BRACKET),
        ("in flow construct", BRACKET),
        ("unclosed bracket", BRACKET),
        ("unclosed quote", QUOTE),
        ("scanning a quoted scalar", QUOTE),
        ("end of stream", "close the quote or the bracket that is open at the end of the file"),
    ];
    ADVICE.iter().find(|(part, _)| message.contains(part)).map(|(_, advice)| *advice)
}

/// Whether our own sentence says all that there is to say.
pub(crate) fn is_explained(error: &serde_saphyr::Error) -> bool {
    use serde_saphyr::Error;
    let error = error.without_snippet();
    matches!(
        error,
        Error::DuplicateMappingKey { .. }
            | Error::MultipleDocuments { .. }
            | Error::Budget { .. }
            | Error::NullIntoString { .. }
            | Error::SerdeUnknownField { .. }
            | Error::SerdeUnknownVariant { .. }
            | Error::SerdeMissingField { .. }
    ) || message(error) == TOO_DEEP
}

fn unknown(what: &str, written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(meant) => format!("unknown {what} {written:?}; did you mean {meant:?}?"),
        None if known.is_empty() => format!("unknown {what} {written:?}"),
        None => format!("unknown {what} {written:?}; known here: {}", known.join(", ")),
    }
}
