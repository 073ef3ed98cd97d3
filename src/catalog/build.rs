//! Building an index in a folder of its own, and switching to it in one step.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexWriter};

use crate::disk;
use crate::model::Currency;

use super::forward;
use super::meaning::KeyWriter;
use super::meta::Gatherer;
use super::schema::Fields;
use super::sources::Places;
use super::text::{ANALYZER, analyzer};
use super::{CatalogError, Progress};

/// Memory that the writer may fill before it writes a segment: larger than most shops' whole index.
const WRITER_BYTES: usize = 192 << 20;

/// How often progress is told, in products.
const TELL_EVERY: usize = 500;

/// Builds the index of a shop's products and makes it the current one. When this fails, is interrupted or killed, the one
/// before stays current.
///
/// # Errors
/// [`CatalogError`] of the product files, or [`CatalogError::Write`].
pub(super) fn build(
    places: &Places,
    currency: Currency,
    digest: &str,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, CatalogError> {
    let folder = new_folder(places, digest)?;
    let built = fill(places, currency, digest, &folder, progress).and_then(|()| switch(places, &folder));
    if let Err(error) = built {
        // A half-built index is of no use; that it cannot be removed either would hide the error that matters.
        let _ = fs::remove_dir_all(&folder);
        return Err(error);
    }
    remove_others(places, &folder);
    Ok(folder)
}

/// Waits until no other thread or process builds or opens this shop's index, and keeps them waiting until it is dropped:
/// whoever finishes an index removes the others.
///
/// # Errors
/// [`CatalogError::Write`] when the folder cannot be made or the lock not taken.
pub(super) fn one_at_a_time(places: &Places) -> Result<File, CatalogError> {
    fs::create_dir_all(&places.state).map_err(|error| CatalogError::write(&places.state, error))?;
    let file = places.state.join("index.lock");
    let lock = File::create(&file).map_err(|error| CatalogError::write(&file, error))?;
    lock.lock().map_err(|error| CatalogError::write(&file, error))?;
    Ok(lock)
}

/// A new folder named after the digest: `3fa94c…-1`.
fn new_folder(places: &Places, digest: &str) -> Result<PathBuf, CatalogError> {
    let index = places.index();
    fs::create_dir_all(&index).map_err(|error| CatalogError::write(&index, error))?;
    let mut n = 1;
    loop {
        let folder = index.join(format!("{}-{n}", &digest[..digest.len().min(12)]));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => n += 1,
            Err(error) => return Err(CatalogError::write(&folder, error)),
        }
    }
}

fn fill(
    places: &Places,
    currency: Currency,
    digest: &str,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), CatalogError> {
    let failed = |error: tantivy::TantivyError| CatalogError::write(folder, error);
    let (schema, fields) = Fields::schema();
    let index = Index::create_in_dir(folder, schema).map_err(failed)?;
    index.tokenizers().register(ANALYZER, analyzer());
    // One thread, so that the same files make the same index, in the order of the files.
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES).map_err(failed)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let bytes_total = places.bytes();
    let mut gatherer = Gatherer::new();
    let mut forward = forward::Writer::create(folder)?;
    let mut keys = KeyWriter::default();
    let mut products = 0;
    places.each_product(currency, &mut |product, bytes| {
        gatherer.add(&product);
        let json = serde_json::to_string(&product).map_err(|error| CatalogError::write(folder, error))?;
        forward.add(&product)?;
        keys.add(&product);
        writer.add_document(fields.document(&product, json, products as u64)).map_err(failed)?;
        products += 1;
        if products % TELL_EVERY == 0 {
            progress(Progress { rows: products as u64, bytes, bytes_total });
        }
        Ok(())
    })?;
    if products == 0 {
        return Err(CatalogError::NoProducts { shop: places.shop.clone() });
    }
    writer.commit().map_err(failed)?;
    merge(&index, &mut writer).map_err(failed)?;
    writer.wait_merging_threads().map_err(failed)?;
    progress(Progress { rows: products as u64, bytes: bytes_total, bytes_total });
    let (mut meta, pairs) = gatherer.finish(digest);
    meta.title_terms = forward.finish()?;
    pairs.write(folder)?;
    keys.write(folder)?;
    let meta = serde_json::to_vec(&meta).map_err(|e| CatalogError::write(folder, e))?;
    disk::replace(&folder.join("meta-shop.json"), &meta).map_err(|error| CatalogError::write(folder, error))
}

/// One segment answers fastest.
fn merge(index: &Index, writer: &mut IndexWriter) -> tantivy::Result<()> {
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
        writer.garbage_collect_files().wait()?;
    }
    Ok(())
}

fn switch(places: &Places, folder: &Path) -> Result<(), CatalogError> {
    let name = folder.file_name().unwrap_or_default().as_encoded_bytes();
    let current = places.current();
    disk::replace(&current, name).map_err(|error| CatalogError::write(&current, error))
}

/// Removes every index but this one. What is still being read stays readable until it is let go (on Unix), or is removed
/// after the next build (elsewhere), so failing here is no error.
fn remove_others(places: &Places, folder: &Path) {
    let Ok(entries) = fs::read_dir(places.index()) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.is_dir()
            && path != folder
            && let Err(error) = fs::remove_dir_all(&path)
        {
            tracing::debug!(path = %path.display(), %error, "an old index stays until the next build");
        }
    }
}
