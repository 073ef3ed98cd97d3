//! Embedding what is new of a catalogue.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use usearch::Index;

use crate::model::Product;

use super::super::CatalogError;
use super::draft::Draft;
use super::keys::{Keys, key, text};
use super::{DIMENSIONS, Embed, Meaning, options};
use crate::disk;

/// Texts that are embedded between two writes to disk: a fraction of a second's work, which is what a kill costs.
const CHUNK: usize = 128;
/// When more than this share of the vectors belongs to texts that the catalogue no longer has, they are left behind.
const STALE: f64 = 0.25;
/// A text whose vector tells one model from another.
const PROBE: &str = "which model computed these vectors";

/// How far an embedding is, in texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded {
    /// Embedded so far, now and before.
    pub done: usize,
    /// Of so many.
    pub total: usize,
}

/// Hands over each product in turn.
type Visit<'a> = &'a dyn Fn(&mut dyn FnMut(Product)) -> Result<(), CatalogError>;

/// The vectors of a shop by one model.
pub(in crate::catalog) struct Vectors {
    folder: PathBuf,
    model: String,
}

impl Vectors {
    /// Those in a shop's state folder that `embed` made, or will make.
    ///
    /// # Errors
    /// [`CatalogError::Embed`] when it embeds nothing.
    pub fn of(state: &Path, embed: Embed<'_>) -> Result<Self, CatalogError> {
        let probe = embed(&[PROBE.to_owned()]).map_err(CatalogError::Embed)?;
        let probe = probe.first().filter(|vector| vector.len() == DIMENSIONS);
        let probe = probe
            .ok_or_else(|| CatalogError::Embed(format!("a vector of {DIMENSIONS} numbers was expected")))?;
        let numbers: String = rank::vectors::quantised(probe).iter().map(|n| format!("{n} ")).collect();
        Ok(Vectors { folder: state.join("vectors"), model: format!("{:016x}", key(&numbers)) })
    }

    fn file(&self) -> PathBuf {
        self.folder.join(format!("{}.usearch", self.model))
    }

    /// What there is already; `None` before the first embedding, or when it is damaged.
    pub fn open(&self) -> Option<Meaning> {
        let file = self.file();
        if !file.is_file() {
            return None;
        }
        Meaning::view(&file)
            .inspect_err(|why| tracing::warn!(file = %file.display(), why, "computing the vectors anew"))
            .ok()
    }

    /// Embeds every text that has no vector yet. `each` visits the products.
    ///
    /// # Errors
    /// [`CatalogError::Embed`] or [`CatalogError::Write`]; what was embedded until then is kept.
    pub fn complete(
        &self,
        keys: &Keys,
        each: Visit<'_>,
        embed: Embed<'_>,
        progress: &mut dyn FnMut(Embedded),
    ) -> Result<Meaning, CatalogError> {
        fs::create_dir_all(&self.folder).map_err(|error| CatalogError::write(&self.folder, error))?;
        let lock = self.folder.join("lock");
        let turn = File::create(&lock).and_then(|file| file.lock().map(|()| file));
        let _one_at_a_time = turn.map_err(|error| CatalogError::write(&lock, error))?;
        let mut wanted: Vec<u64> = keys.all().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let near = self.kept(&wanted)?;
        let draft = self.folder.join(format!("{}.draft", self.model));
        let known = near.size();
        let failed = |error: io::Error| CatalogError::write(&draft, error);
        let mut log = Draft::open(&draft, &mut |key, vector| {
            let is_new = wanted.binary_search(&key).is_ok() && !near.contains(key);
            if is_new { near.add(key, &vector).map_err(io::Error::other) } else { Ok(()) }
        })
        .map_err(failed)?;
        let mut missing = HashMap::new();
        each(&mut |product| {
            let text = text(&product);
            let key = key(text);
            if !near.contains(key) {
                missing.insert(key, text.to_owned());
            }
        })?;
        let mut missing: Vec<(u64, String)> = missing.into_iter().collect();
        missing.sort_unstable();
        let mut done = Embedded { done: wanted.len().saturating_sub(missing.len()), total: wanted.len() };
        for chunk in missing.chunks(CHUNK) {
            let texts: Vec<String> = chunk.iter().map(|(_, text)| text.clone()).collect();
            let vectors = embed(&texts).map_err(CatalogError::Embed)?;
            let vectors = vectors.iter().map(|vector| rank::vectors::quantised(vector));
            let vectors: Vec<(u64, Vec<i8>)> = chunk.iter().map(|(key, _)| *key).zip(vectors).collect();
            log.append(&vectors).map_err(failed)?;
            // On one core: what is near what may depend on the order, and the same feed is to give the same answers.
            for (key, vector) in &vectors {
                near.add(*key, vector).map_err(|error| CatalogError::Embed(error.to_string()))?;
            }
            done.done += chunk.len();
            progress(done);
        }
        if near.size() != known || !self.file().is_file() {
            self.keep(&near)?;
        }
        log.remove().map_err(failed)?;
        Meaning::view(&self.file()).map_err(CatalogError::Embed)
    }

    /// The vectors that there are, in memory, ready to be added to; without those of texts that are gone where they are many.
    fn kept(&self, wanted: &[u64]) -> Result<Index, CatalogError> {
        let failed = |error: &dyn std::fmt::Display| CatalogError::Embed(error.to_string());
        let file = self.file();
        let near = Index::new(&options()).map_err(|error| failed(&error))?;
        let loaded = file.is_file() && near.load(&file.to_string_lossy()).is_ok();
        if !loaded {
            near.reset().map_err(|error| failed(&error))?;
        }
        let here: Vec<u64> = wanted.iter().copied().filter(|key| near.contains(*key)).collect();
        if near.size() as f64 * (1.0 - STALE) <= here.len() as f64 {
            near.reserve(wanted.len() + near.size()).map_err(|error| failed(&error))?;
            return Ok(near);
        }
        let fresh = Index::new(&options()).map_err(|error| failed(&error))?;
        fresh.reserve(wanted.len()).map_err(|error| failed(&error))?;
        let mut vector = vec![0_i8; DIMENSIONS];
        for key in here {
            near.get(key, &mut vector).map_err(|error| failed(&error))?;
            fresh.add(key, &vector).map_err(|error| failed(&error))?;
        }
        Ok(fresh)
    }

    /// Puts a finished index in the place of the one before, and removes those of other models.
    fn keep(&self, near: &Index) -> Result<(), CatalogError> {
        let file = self.file();
        let beside = file.with_added_extension("new");
        near.save(&beside.to_string_lossy()).map_err(|error| CatalogError::write(&beside, error))?;
        let written = File::open(&beside).and_then(|file| file.sync_all());
        let written = written.and_then(|()| disk::put_in_place(&beside, &file));
        written.map_err(|error| CatalogError::write(&file, error))?;
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let other = !entry.file_name().to_string_lossy().starts_with(&self.model);
            if other && entry.path().extension().is_some() {
                // Of no use any more; that it cannot be removed harms nobody.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}
