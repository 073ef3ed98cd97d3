//! The public data, where this machine has it.

use std::path::PathBuf;

/// A file of the public data, or `None`, said aloud, where this machine has none.
pub fn data(file: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SHOPHAND_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = root.join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there; point SHOPHAND_DATA at the data", path.display());
    None
}
