//! Sentences that were collected elsewhere: Rasa's training files and tables, as drafts of intents, then as files of the shop.

mod plan;
mod rasa;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
pub use plan::{Change, Options, Plan};

use crate::model::{BadId, IntentName};
use crate::problem::Problems;

/// The label of sentences that mean none of the intents: there is nothing to teach.
const OUT_OF_SCOPE: &str = "out_of_scope";

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read or written.
    #[error("{file} cannot be {done}: {reason}")]
    File {
        /// Which file.
        file: PathBuf,
        /// "read" or "written".
        done: &'static str,
        /// What the system says.
        reason: std::io::Error,
    },
    /// A file is neither Rasa's YAML nor a table of sentences.
    #[error(
        "{file}: {reason}; expected Rasa's nlu.yml or domain.yml, or a CSV file with the columns sentence,label"
    )]
    Unknown {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file is no YAML.
    #[error("{0}")]
    Yaml(Problems),
    /// The shop's own files are broken.
    #[error("the shop's own files have errors; `shophand intents check` shows them, mend them first")]
    Shop,
    /// The shop does not speak the language.
    #[error("there is no intents/{0} with a replies.yaml in it; name a language of the shop with --language")]
    Language(String),
}

/// What was read of one intent.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Draft {
    /// With marks as this shop writes them, unchecked.
    examples: Vec<String>,
    answers: Vec<String>,
}

/// What was read of all files.
#[derive(Debug, Default)]
pub struct Drafts {
    intents: BTreeMap<IntentName, Draft>,
    /// Rasa's lookup tables and synonyms: entity or value → words.
    lookups: BTreeMap<String, Vec<String>>,
    synonyms: BTreeMap<String, Vec<String>>,
    /// What was not taken over, and why.
    left: Vec<String>,
}

impl Drafts {
    /// Reads files of either kind.
    ///
    /// # Errors
    /// [`ImportError`] at the first file that is neither.
    pub fn read(files: &[PathBuf]) -> Result<Drafts, ImportError> {
        let mut drafts = Drafts::default();
        for file in files {
            let fault = |reason| ImportError::File { file: file.clone(), done: "read", reason };
            let text = decoded(&std::fs::read(file).map_err(fault)?).map_err(|why| unknown(file, why))?;
            if text.trim().is_empty() {
                return Err(unknown(file, "it is empty"));
            }
            let yaml = file.extension().is_some_and(|e| e == "yml" || e == "yaml");
            if yaml { rasa::read(file, &text, &mut drafts)? } else { table::read(file, &text, &mut drafts)? }
        }
        Ok(drafts)
    }

    fn intent(&mut self, name: &str) -> Result<&mut Draft, BadId> {
        Ok(self.intents.entry(valid_name(name)?).or_default())
    }

    fn leave(&mut self, what: impl Into<String>) {
        self.left.push(what.into());
    }
}

/// `FAQ/Ask-Hours` → `faq_ask_hours`.
fn valid_name(name: &str) -> Result<IntentName, BadId> {
    let lower = name.trim().to_lowercase();
    let parts = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let joined = parts.collect::<Vec<_>>().join("_");
    let first = joined.starts_with(|c: char| c.is_ascii_digit());
    IntentName::parse(&if first { format!("intent_{joined}") } else { joined })
}

/// The text of a file, as spreadsheets save it too: a byte order mark says how it is encoded, else it is UTF-8, and what
/// is neither is taken for Windows-1252. Else why it is no text: a letter that is lost is a wrong sentence in the shop's files.
fn decoded(bytes: &[u8]) -> Result<String, String> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let (text, _, broken) = encoding.decode(bytes);
    let line_of = |at: usize| text[..at].matches('\n').count() + 1;
    // Windows-1252 has letters where Latin-1 has these controls.
    let binary = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}');
    if let Some(at) = text.find(binary) {
        return Err(format!("line {} holds a control character, so it is no text file", line_of(at)));
    }
    if broken {
        let line = text.find('\u{fffd}').map_or(1, line_of);
        let name = encoding.name();
        return Err(format!(
            "line {line} is not {name}, although the mark at the beginning of the file says so; save it as {name}"
        ));
    }
    Ok(text.into_owned())
}

fn unknown(file: &Path, reason: impl Into<String>) -> ImportError {
    ImportError::Unknown { file: file.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests;
