//! The vectors of training sentences on disk, so that a shop opens quickly the second time.
//!
//! The file is a mark, the vector of a probe sentence, the entries, and a SHA-256 over all of it. A probe that differs
//! means another model or precision: then, as when the file is damaged, everything is computed anew.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::classifier::Lesson;
use super::encoder::{DIMENSIONS, Encoder, EncoderError, Layers};

const MARK: &[u8; 8] = b"shvec-2\n";
const PROBE: &str = "which model computed these vectors";
const KEY: usize = 16;
const VECTOR: usize = 2 * DIMENSIONS * 4;
const CHECKSUM: usize = 32;

type Key = [u8; KEY];

/// The vectors of these texts, from those that are `in_memory` of the same encoder, or else from the file where it has
/// them; afterwards the file holds exactly these.
pub(super) fn of(
    texts: &[String],
    encoder: &Encoder,
    in_memory: Option<&Lesson>,
    file: Option<&Path>,
) -> Result<Vec<Layers>, EncoderError> {
    let Some(file) = file else { return encoder.layers_of_all(texts) };
    let probe = encoder.layers_of_all(&[PROBE])?.into_iter().next().ok_or(EncoderError::Stopped)?;
    let mut known = in_memory.map_or_else(|| read(file, &probe), of_lesson);
    let keys: Vec<Key> = texts.iter().map(|text| hash(text)).collect();
    let missing: Vec<usize> = (0..texts.len()).filter(|i| !known.contains_key(&keys[*i])).collect();
    let fresh = encoder.layers_of_all(&missing.iter().map(|i| texts[*i].as_str()).collect::<Vec<_>>())?;
    known.extend(missing.iter().map(|i| keys[*i]).zip(fresh));
    let vectors: Option<Vec<Layers>> = keys.iter().map(|key| known.get(key).cloned()).collect();
    let vectors = vectors.ok_or(EncoderError::Stopped)?;
    if !missing.is_empty()
        && let Err(error) = write(file, &probe, &keys, &vectors)
    {
        tracing::warn!(file = %file.display(), %error, "cannot keep the vectors of the examples; the next start is slower");
    }
    Ok(vectors)
}

fn of_lesson(lesson: &Lesson) -> HashMap<Key, Layers> {
    let vectors = lesson.embeddings.iter().flatten();
    lesson.texts.iter().zip(vectors).map(|(text, vector)| (hash(text), Arc::clone(vector))).collect()
}

fn hash(text: &str) -> Key {
    let mut key = [0; KEY];
    key.copy_from_slice(&Sha256::digest(text.as_bytes())[..KEY]);
    key
}

fn read(file: &Path, probe: &[f32]) -> HashMap<Key, Layers> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return HashMap::new(),
        Err(error) => {
            tracing::warn!(file = %file.display(), %error, "cannot read the kept vectors; computing them anew");
            return HashMap::new();
        }
    };
    parse(&bytes, probe).unwrap_or_else(|why| {
        tracing::warn!(file = %file.display(), why, "the kept vectors are of no use; computing them anew");
        HashMap::new()
    })
}

fn parse(bytes: &[u8], probe: &[f32]) -> Result<HashMap<Key, Layers>, &'static str> {
    let at = bytes.len().checked_sub(CHECKSUM).ok_or("the file is too short")?;
    let (body, checksum) = bytes.split_at(at);
    if Sha256::digest(body).as_slice() != checksum {
        return Err("the checksum is wrong");
    }
    let body = body.strip_prefix(MARK).ok_or("another format")?;
    let (kept, entries) = body.split_at_checked(VECTOR).ok_or("the file is too short")?;
    let likeness: f32 = numbers(kept).iter().zip(probe).take(DIMENSIONS).map(|(a, b)| a * b).sum();
    if likeness < 0.9999 {
        return Err("another model, or the same in another precision, made them");
    }
    let entry = |bytes: &[u8]| {
        let (key, vector) = bytes.split_at_checked(KEY)?;
        Some((Key::try_from(key).ok()?, numbers(vector)))
    };
    Ok(entries.chunks_exact(KEY + VECTOR).filter_map(entry).collect())
}

fn numbers(bytes: &[u8]) -> Layers {
    let numbers = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    Arc::from(numbers.collect::<Vec<f32>>())
}

fn append(bytes: &mut Vec<u8>, numbers: &[f32]) {
    for number in numbers {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
}

fn write(file: &Path, probe: &[f32], keys: &[Key], vectors: &[Layers]) -> std::io::Result<()> {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let mut bytes = MARK.to_vec();
    append(&mut bytes, probe);
    let mut seen = HashMap::new();
    for (key, vector) in keys.iter().zip(vectors) {
        if seen.insert(key, ()).is_none() {
            bytes.extend_from_slice(key);
            append(&mut bytes, vector);
        }
    }
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    crate::disk::replace(file, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::encoder::{Precision, find_model};

    #[test]
    fn vectors_kept_in_one_precision_are_of_no_use_in_another() {
        if Precision::best() == Precision::Fp32 {
            return eprintln!("SKIPPED: this machine knows no other precision");
        }
        let model = find_model().expect("the model, from `cargo xtask setup`");
        let encoder = |precision| Encoder::with_precision(&model, precision).expect("the model loads");
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("vectors");
        let texts = ["where is my order".to_owned(), "boots in blue".to_owned()];
        let (int8, fp32) = (encoder(Precision::Int8), encoder(Precision::Fp32));
        let first = of(&texts, &fp32, None, Some(&file)).expect("vectors");
        let second = of(&texts, &int8, None, Some(&file)).expect("vectors");
        assert_eq!(second, int8.layers_of_all(&texts).expect("vectors"));
        assert_ne!(first, second);
        let written = fs::read(&file).expect("the kept vectors");
        assert_eq!(second, of(&texts, &int8, None, Some(&file)).expect("vectors"));
        assert_eq!(written, fs::read(&file).expect("the kept vectors"), "kept, and so not written anew");
    }
}
