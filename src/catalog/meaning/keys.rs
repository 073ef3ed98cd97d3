//! Which products have which texts: by the hash of what is embedded of them.
//!
//! One file in the folder of an index: the key of each product in the order of the files (8 bytes each), then the same
//! products by their keys (8 bytes of key, 4 of number).

use std::path::Path;

use sha2::{Digest, Sha256};
use tantivy::directory::OwnedBytes;

use crate::disk;
use crate::model::Product;

use super::super::CatalogError;
use super::super::forward::{map, number};

const FILE: &str = "keys.bin";
const KEY: usize = 8;
const ENTRY: usize = KEY + 4;

/// What is embedded of a product: what a shopper reads first.
pub(super) fn text(product: &Product) -> &str {
    product.title.trim()
}

/// The key of a text: the first eight bytes of its SHA-256.
pub(super) fn key(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(KEY).fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// The key of what is embedded of a product.
pub(in crate::catalog) fn key_of(product: &Product) -> u64 {
    key(text(product))
}

/// Gathers the keys of products as they come.
#[derive(Default)]
pub(in crate::catalog) struct KeyWriter {
    keys: Vec<u64>,
}

impl KeyWriter {
    /// The next product.
    pub fn add(&mut self, product: &Product) {
        self.keys.push(key_of(product));
    }

    /// Writes them into the folder of an index.
    ///
    /// # Errors
    /// [`CatalogError::Write`].
    pub fn write(self, folder: &Path) -> Result<(), CatalogError> {
        let mut sorted: Vec<(u64, u32)> = self.keys.iter().zip(0..).map(|(key, row)| (*key, row)).collect();
        sorted.sort_unstable();
        let mut bytes = Vec::with_capacity(self.keys.len() * (KEY + ENTRY));
        self.keys.iter().for_each(|key| bytes.extend_from_slice(&key.to_le_bytes()));
        for (key, row) in sorted {
            bytes.extend_from_slice(&key.to_le_bytes());
            bytes.extend_from_slice(&row.to_le_bytes());
        }
        let path = folder.join(FILE);
        disk::replace(&path, &bytes).map_err(|error| CatalogError::write(&path, error))
    }
}

/// The keys of an index.
pub(in crate::catalog) struct Keys {
    bytes: OwnedBytes,
    products: usize,
}

impl Keys {
    /// Of the index in a folder.
    ///
    /// # Errors
    /// [`CatalogError::Corrupt`] when the file is not there, or not whole.
    pub fn open(folder: &Path, products: usize) -> Result<Self, CatalogError> {
        let path = folder.join(FILE);
        let bytes = map(folder, FILE).map_err(|error| CatalogError::corrupt(&path, error))?;
        match bytes.len() == products * (KEY + ENTRY) {
            true => Ok(Keys { bytes, products }),
            false => Err(CatalogError::corrupt(&path, "it is cut off")),
        }
    }

    /// Of the product that came as number `row`.
    pub fn of(&self, row: usize) -> Option<u64> {
        (row < self.products).then(|| number(&self.bytes, row * KEY))?
    }

    /// The key of each product, in their order.
    pub fn all(&self) -> impl Iterator<Item = u64> {
        (0..self.products).filter_map(|row| self.of(row))
    }

    /// The products with a key.
    pub fn rows(&self, wanted: u64) -> Vec<usize> {
        let at = |place: usize| number(&self.bytes, self.products * KEY + place * ENTRY);
        let (mut from, mut to) = (0, self.products);
        while from < to {
            let middle = from.midpoint(to);
            if at(middle).is_some_and(|key| key < wanted) { from = middle + 1 } else { to = middle }
        }
        let same = (from..self.products).take_while(|place| at(*place) == Some(wanted));
        same.filter_map(|place| self.row(place)).collect()
    }

    fn row(&self, place: usize) -> Option<usize> {
        let at = self.products * KEY + place * ENTRY + KEY;
        let bytes: [u8; 4] = self.bytes.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }
}
