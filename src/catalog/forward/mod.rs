//! The terms of each product in their order, beside the inverted index: what candidates are scored by.
//!
//! One file, mapped into memory: a mark, the records of [`rank::forward`] one after the other in the order of the products,
//! where each begins (8 bytes each, and where the last ends), and their number (8 bytes).

mod title;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rank::forward::Record;
use tantivy::Directory;
use tantivy::directory::{MmapDirectory, OwnedBytes};

use crate::model::Product;

use super::CatalogError;
use title::Splitter;
pub(super) use title::is_preposition;

const MARK: &[u8; 8] = b"shfwd-1\n";
const NUMBER: usize = 8;
const FILE: &str = "forward.bin";

/// Writes the file as products come.
pub(super) struct Writer {
    path: PathBuf,
    out: BufWriter<File>,
    splitter: Splitter,
    starts: Vec<u64>,
    end: u64,
    /// Terms of all titles.
    terms: u64,
}

impl Writer {
    /// In the folder of an index.
    ///
    /// # Errors
    /// [`CatalogError::Write`].
    pub fn create(folder: &Path) -> Result<Self, CatalogError> {
        let path = folder.join(FILE);
        let made = File::create(&path).and_then(|file| {
            let mut out = BufWriter::with_capacity(1 << 20, file);
            out.write_all(MARK).map(|()| out)
        });
        let out = made.map_err(|error| CatalogError::write(&path, error))?;
        let end = MARK.len() as u64;
        Ok(Writer { path, out, splitter: Splitter::new(), starts: Vec::new(), end, terms: 0 })
    }

    /// The next product.
    ///
    /// # Errors
    /// [`CatalogError::Write`].
    pub fn add(&mut self, product: &Product) -> Result<(), CatalogError> {
        let (tokens, of_title) = self.splitter.tokens(product);
        let mut record = Vec::with_capacity(8 + tokens.len() * 5);
        rank::forward::write(product.id.as_str(), &tokens, &mut record);
        self.out.write_all(&record).map_err(|error| CatalogError::write(&self.path, error))?;
        self.starts.push(self.end);
        self.end += record.len() as u64;
        self.terms += of_title as u64;
        Ok(())
    }

    /// Ends the file. Returns the mean number of terms of a title.
    ///
    /// # Errors
    /// [`CatalogError::Write`].
    pub fn finish(mut self) -> Result<f32, CatalogError> {
        let mean = self.terms as f32 / self.starts.len().max(1) as f32;
        let written =
            self.ends().and_then(|()| self.out.flush()).and_then(|()| self.out.get_ref().sync_all());
        written.map_err(|error| CatalogError::write(&self.path, error)).map(|()| mean)
    }

    fn ends(&mut self) -> io::Result<()> {
        for start in self.starts.iter().chain([&self.end]) {
            self.out.write_all(&start.to_le_bytes())?;
        }
        self.out.write_all(&(self.starts.len() as u64).to_le_bytes())
    }
}

/// The file, opened.
pub(super) struct Forward {
    bytes: OwnedBytes,
    table: usize,
    products: usize,
}

impl Forward {
    /// Of the index in a folder.
    ///
    /// # Errors
    /// [`CatalogError::Corrupt`] when it is not there, or not whole.
    pub fn open(folder: &Path) -> Result<Self, CatalogError> {
        let path = folder.join(FILE);
        let bytes = map(folder, FILE).map_err(|error| CatalogError::corrupt(&path, error))?;
        let cut_off = || CatalogError::corrupt(&path, "it is cut off");
        let products = bytes.len().checked_sub(NUMBER).and_then(|at| number(&bytes, at));
        let products = products.ok_or_else(cut_off)? as usize;
        let table = (products + 2).checked_mul(NUMBER).and_then(|tail| bytes.len().checked_sub(tail));
        let table = table.ok_or_else(cut_off)?;
        if !bytes.starts_with(MARK) || number(&bytes, table + products * NUMBER) != Some(table as u64) {
            return Err(cut_off());
        }
        Ok(Forward { bytes, table, products })
    }

    /// The record of the product that came as number `row`, counted from 0.
    pub fn record(&self, row: usize) -> Record<'_> {
        let start = |row: usize| number(&self.bytes, self.table + row * NUMBER).unwrap_or(0) as usize;
        if row >= self.products {
            return Record::of(&[]);
        }
        Record::of(self.bytes.get(start(row)..start(row + 1)).unwrap_or_default())
    }
}

/// Maps a file of the index into memory.
pub(super) fn map(folder: &Path, file: &str) -> io::Result<OwnedBytes> {
    let directory = MmapDirectory::open(folder).map_err(io::Error::other)?;
    directory.open_read(Path::new(file)).map_err(io::Error::other)?.read_bytes()
}

pub(super) fn number(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(NUMBER)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}
