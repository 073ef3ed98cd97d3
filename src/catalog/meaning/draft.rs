//! Vectors that are computed and not yet in the index of neighbours: appended as they come, so that an embedding that is
//! killed goes on where it was.
//!
//! Entries of one length: the text's key (8 bytes), the vector (8 bits a number), and the FNV-1a of both (4 bytes). What a
//! kill cut off, or a power cut left as it should not be, is left out and computed again.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::DIMENSIONS;

const KEY: usize = 8;
const ENTRY: usize = KEY + DIMENSIONS + 4;

/// The file, open at its end.
pub(super) struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    /// Opens or makes it, and gives `take` what it holds.
    ///
    /// # Errors
    /// The system's error.
    pub fn open(path: &Path, take: &mut dyn FnMut(u64, Vec<i8>) -> io::Result<()>) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut reader = BufReader::with_capacity(1 << 20, &file);
        let mut entry = vec![0; ENTRY];
        let mut end = 0;
        while reader.read_exact(&mut entry).is_ok() {
            let (body, sum) = entry.split_at(ENTRY - 4);
            if checksum(body).to_le_bytes() != sum {
                break;
            }
            let (key, vector) = body.split_at(KEY);
            let key = key.iter().rev().fold(0, |key, byte| key << 8 | u64::from(*byte));
            take(key, vector.iter().map(|byte| byte.cast_signed()).collect())?;
            end += ENTRY as u64;
        }
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        Ok(Draft { path: path.to_owned(), file })
    }

    /// Appends some vectors; they are on disk when this returns.
    ///
    /// # Errors
    /// The system's error.
    pub fn append(&mut self, vectors: &[(u64, Vec<i8>)]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(vectors.len() * ENTRY);
        for (key, vector) in vectors {
            let from = bytes.len();
            bytes.extend_from_slice(&key.to_le_bytes());
            bytes.extend(vector.iter().map(|number| number.cast_unsigned()));
            let sum = checksum(&bytes[from..]);
            bytes.extend_from_slice(&sum.to_le_bytes());
        }
        self.file.write_all(&bytes)?;
        self.file.sync_data()
    }

    /// Removes it: everything is in the index of neighbours.
    ///
    /// # Errors
    /// The system's error.
    pub fn remove(self) -> io::Result<()> {
        std::fs::remove_file(self.path)
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path) -> Vec<u64> {
        let mut keys = Vec::new();
        let take = &mut |key, vector: Vec<i8>| {
            assert_eq!(vector, vec![-3; DIMENSIONS]);
            keys.push(key);
            Ok(())
        };
        Draft::open(path, take).expect("opened");
        keys
    }

    #[test]
    fn what_was_appended_is_there_again_and_what_was_cut_off_is_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("draft");
        let vector = || vec![-3; DIMENSIONS];
        let mut draft = Draft::open(&path, &mut |_, _| Ok(())).expect("made");
        draft.append(&[(7, vector()), (u64::MAX, vector())]).expect("appended");
        assert_eq!(read(&path), [7, u64::MAX]);
        let whole = std::fs::read(&path).expect("read");
        std::fs::write(&path, &whole[..whole.len() - 1]).expect("cut off");
        assert_eq!(read(&path), [7]);
        let mut spoilt = whole;
        spoilt[ENTRY + 20] ^= 1;
        std::fs::write(&path, &spoilt).expect("spoilt");
        assert_eq!(read(&path), [7], "a sum that does not fit");
    }
}
