//! SHA-256 of files, and what to say when one is not what it should be.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Large enough that reading is not what takes the time.
const BUFFER: usize = 1 << 20;

/// The SHA-256 of a file's content, in lower-case hexadecimal.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256(path: &Path) -> Result<String> {
    let context = || format!("cannot read {}", path.display());
    let mut file = File::open(path).with_context(context)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = file.read(&mut buffer).with_context(context)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
    }
    let mut hexadecimal = String::new();
    for byte in hasher.finalize() {
        write!(hexadecimal, "{byte:02x}")?;
    }
    Ok(hexadecimal)
}

/// Why `file` is refused and what to do about it.
pub fn mismatch(file: &str, expected: &str, got: &str) -> String {
    format!(
        "{file} is not the file that this project was made with, so it was deleted and nothing unpacked\n\
         \x20 expected SHA-256 {expected}\n\
         \x20 got      SHA-256 {got}\n\
         A download that was cut off, or a package mirror that serves another build, are the usual reasons. \
         Run `cargo xtask setup` again. If it fails alike, look at `python3 -m pip config list` for a mirror, \
         or put the right file into .deps/wheels/ yourself."
    )
}
