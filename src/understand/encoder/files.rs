//! Where the model is.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::EncoderError;
use crate::text::Words;

/// The files that rust-bert reads.
pub(super) const FILES: [&str; 7] = [
    "model.safetensors",
    "config.json",
    "vocab.txt",
    "tokenizer_config.json",
    "modules.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
];

/// The model's folder: `SHOPHAND_MODEL_DIR`, else `model/` beside the program, else `.deps/model` in the current
/// folder, the sources' folder, or one above either.
///
/// # Errors
/// [`EncoderError::NoModel`] with every folder that was looked at.
pub fn find_model() -> Result<PathBuf, EncoderError> {
    if let Some(dir) = env::var_os("SHOPHAND_MODEL_DIR").filter(|dir| !dir.is_empty()) {
        return Ok(PathBuf::from(dir));
    }
    let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("model")));
    let sources = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let above = [env::current_dir().ok(), sources]
        .into_iter()
        .flatten()
        .flat_map(|start| start.ancestors().map(|dir| dir.join(".deps").join("model")).collect::<Vec<_>>());
    let candidates: Vec<PathBuf> = beside.into_iter().chain(above).collect();
    match candidates.iter().find(|dir| dir.join(FILES[0]).is_file() || dir.join(FILES[1]).is_file()) {
        Some(dir) => Ok(dir.clone()),
        None => {
            let mut tried: Vec<String> = candidates.iter().map(|dir| dir.display().to_string()).collect();
            tried.dedup();
            Err(EncoderError::NoModel { tried: tried.join(", ") })
        }
    }
}

/// Whether every file is there.
pub(super) fn check(dir: &Path) -> Result<(), EncoderError> {
    match FILES.iter().map(|name| dir.join(name)).find(|path| !path.is_file()) {
        Some(path) => Err(EncoderError::Missing { path }),
        None => Ok(()),
    }
}

/// The words among the model's word pieces. `vocab.txt` has the commonest first, after special marks and single letters;
/// `##` marks the inside of a word.
pub(super) fn words(dir: &Path) -> Result<Words, EncoderError> {
    let text = fs::read_to_string(dir.join("vocab.txt"));
    let text =
        text.map_err(|e| EncoderError::Load { dir: dir.to_owned(), reason: format!("vocab.txt: {e}") })?;
    let is_word = |piece: &&str| piece.chars().nth(1).is_some() && piece.chars().all(char::is_alphabetic);
    Ok(Words::new(text.lines().filter(is_word).map(str::to_owned)))
}
