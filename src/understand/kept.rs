//! What was learnt, on disk, so that a shop whose files have not changed opens at once the next time.
//!
//! A safetensors file beside the kept vectors, with a digest of all that was learnt from: other sentences, another
//! encoder or another version of the program mean learning anew, and so does a file that cannot be read.

use std::path::Path;

use sha2::{Digest, Sha256};
use tch::{Kind, Tensor};

use super::classifier::{Classifier, Learnt, Lesson};

const DIGEST: &str = "digest";
/// To be raised with every change of what is fitted, so that no coefficients of another formula are taken up.
const RECIPE: [u8; 1] = [2];
/// So many numbers of a vector tell one encoder, or precision, from another.
const TELLING: usize = 8;

/// What the models of these names were learnt from.
fn digest(lesson: &Lesson) -> Vec<u8> {
    let mut all = Sha256::new();
    all.update(env!("CARGO_PKG_VERSION"));
    all.update(RECIPE);
    all.update([u8::from(lesson.foreign)]);
    for (text, class) in lesson.texts.iter().zip(&lesson.class) {
        all.update(class.to_le_bytes());
        all.update(text);
        all.update([0]);
    }
    for number in lesson.embeddings.iter().flatten().flat_map(|vector| vector.iter().take(TELLING)) {
        all.update(number.to_le_bytes());
    }
    all.finalize().to_vec()
}

/// The models of `names`, when the file holds exactly what would be learnt from this lesson.
pub(super) fn read(file: &Path, lesson: &Lesson, names: &[&str]) -> Option<Vec<Learnt>> {
    if !file.is_file() {
        return None;
    }
    let found = Tensor::read_safetensors(file).inspect_err(|error| {
        tracing::warn!(file = %file.display(), %error, "what was learnt cannot be read; learning anew");
    });
    let found = found.ok()?;
    let numbers = |name: String| {
        let (_, tensor) = found.iter().find(|(known, _)| *known == name)?;
        Vec::<f32>::try_from(tensor.f_to_kind(Kind::Float).ok()?.f_view(-1).ok()?).ok()
    };
    let kept: Vec<u8> = numbers(DIGEST.to_owned())?.iter().map(|byte| *byte as u8).collect();
    if kept != digest(lesson) {
        return None;
    }
    let one = |name: &&str| {
        let calibration = numbers(format!("{name}.calibration"))?.try_into().ok()?;
        Some(Learnt { alpha: numbers(format!("{name}.alpha"))?, calibration })
    };
    names.iter().map(one).collect()
}

/// Keeps what was learnt. Failing to is no more than a slower next start, so it is only logged.
pub(super) fn write(file: &Path, lesson: &Lesson, models: &[(&str, &Classifier)]) {
    let bytes: Vec<f32> = digest(lesson).iter().map(|byte| f32::from(*byte)).collect();
    let mut tensors = vec![(DIGEST.to_owned(), Tensor::from_slice(&bytes))];
    for (name, model) in models {
        let learnt = match model.learnt() {
            Ok(learnt) => learnt,
            Err(error) => {
                return tracing::warn!(%error, "what was learnt cannot be kept; the next start is slower");
            }
        };
        tensors.push((format!("{name}.alpha"), Tensor::from_slice(&learnt.alpha)));
        tensors.push((format!("{name}.calibration"), Tensor::from_slice(&learnt.calibration)));
    }
    // Written beside and renamed, so that a start that is cut off leaves no half file.
    let draft = file.with_extension(format!("draft-{}", std::process::id()));
    let written = Tensor::write_safetensors(&tensors, &draft).map_err(|error| error.to_string());
    let kept = written.and_then(|()| std::fs::rename(&draft, file).map_err(|error| error.to_string()));
    if let Err(error) = kept {
        tracing::warn!(file = %file.display(), %error, "cannot keep what was learnt; the next start is slower");
    }
}
