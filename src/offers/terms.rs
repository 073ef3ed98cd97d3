//! Both files, read together: rules name segments.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{OFFERS, Offers};
use crate::model::Currency;
use crate::problem::{Place, Problems, Report};
use crate::segments::{SEGMENTS, Segments};

/// What a shop's files say of segments and offers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Terms {
    /// `index/segments.yaml`
    pub segments: Segments,
    /// `index/offers.yaml`
    pub offers: Offers,
    /// The first 12 hex digits of a digest of both.
    pub version: String,
}

impl Terms {
    /// Reads both files of the shop in `root`; one that is not there is an empty one.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn load(root: &Path, currency: Currency) -> Result<Self, Problems> {
        Self::with_offers(root, &root.join(OFFERS), currency)
    }

    /// The same with other offers than the shop's.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn with_offers(root: &Path, offers: &Path, currency: Currency) -> Result<Self, Problems> {
        let (segments_name, offers_name) = (Path::new(SEGMENTS), Path::new(OFFERS));
        let mut of_segments = Report::new(segments_name);
        let mut of_offers = Report::new(if offers.ends_with(OFFERS) { offers_name } else { offers });
        let (first, second) = (text(&root.join(SEGMENTS), &mut of_segments), text(offers, &mut of_offers));
        let segments = Segments::read(&first, &mut of_segments);
        let read = Offers::read(&second, currency, &segments, &mut of_offers);
        let mut problems = of_segments.problems;
        problems.append(&mut of_offers.problems);
        if !problems.is_empty() {
            problems.sort();
            return Err(Problems(problems));
        }
        Ok(Terms { segments, offers: read, version: version(&first, &second) })
    }
}

fn text(file: &Path, report: &mut Report<'_>) -> String {
    match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            report.add(Place::default(), format!("it cannot be read: {error}"));
            String::new()
        }
    }
}

fn version(segments: &str, offers: &str) -> String {
    let mut sha = Sha256::new();
    for part in [segments, offers] {
        sha.update((part.len() as u64).to_le_bytes());
        sha.update(part);
    }
    sha.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
