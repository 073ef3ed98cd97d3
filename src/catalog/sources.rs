//! Where products come from: the shop's own file, and what was imported.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::disk;
use crate::import::feed::{Feed, Flaw, Place};
use crate::import::{self, ImportError, Kind, Mapping, Numbers, Reader};
use crate::model::{Currency, Product, ProductId};

use super::{CatalogError, meta};

/// What shoppers call things.
pub(super) const SYNONYMS: &str = "index/synonyms.yaml";
/// How products are ordered.
pub(super) const RANKING: &str = "index/ranking.yaml";
/// What merchandisers have put together.
pub(super) const LISTS: &str = "index/lists.yaml";
/// What the ranking's file was called before it had rules.
pub(super) const FORMER: &str = "index/search.yaml";

/// The product files that a shop has: its own first, then the imported one.
pub fn product_files(shop: &Path, state: &Path) -> Vec<PathBuf> {
    Places { shop: shop.to_owned(), state: state.to_owned() }.product_files()
}

/// What of the shop's own file goes before or beside the imported feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// Products of both: the row of the own file is on offer.
    pub of_both: usize,
    /// Products of the own file alone.
    pub own_alone: usize,
}

/// Compares the shop's own file of products with what was imported.
///
/// # Errors
/// As when the catalogue is opened.
pub fn beside_feed(shop: &Path, state: &Path, currency: Currency) -> Result<Beside, CatalogError> {
    let places = Places { shop: shop.to_owned(), state: state.to_owned() };
    let imported = places.imported();
    let mut own: HashSet<ProductId> = HashSet::new();
    for file in places.product_files().into_iter().filter(|file| *file != imported) {
        each_own(&file, currency, &mut |product, _, _| {
            own.insert(product.id);
            Ok(())
        })?;
    }
    let mut of_both = 0;
    each_imported(&imported, &mut |product, _| {
        of_both += usize::from(own.contains(&product.id));
        Ok(())
    })?;
    Ok(Beside { of_both, own_alone: own.len() - of_both })
}

/// The files that may rank or list the products of a shop, some of which may not be there.
pub fn ranking_files(shop: &Path) -> Vec<PathBuf> {
    let places = Places { shop: shop.to_owned(), state: PathBuf::new() };
    let of_languages = places.synonyms_by_language().into_iter().map(|(_, name)| name);
    let names = [SYNONYMS, RANKING, LISTS, FORMER].into_iter().map(str::to_owned).chain(of_languages);
    names.map(|name| shop.join(name)).collect()
}

/// The files of a shop that the catalogue is made of.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub shop: PathBuf,
    pub state: PathBuf,
}

impl Places {
    /// The product files that there are: the shop's own first, then the imported one.
    pub fn product_files(&self) -> Vec<PathBuf> {
        let own = ["index/products.csv", "index/products.jsonl"].map(|name| self.shop.join(name));
        own.into_iter().chain([self.imported()]).filter(|file| file.is_file()).collect()
    }

    pub fn imported(&self) -> PathBuf {
        import::imported_products(&self.state)
    }

    /// The text of a file of the shop; `None` when there is none.
    ///
    /// # Errors
    /// [`CatalogError::File`] when it cannot be read.
    pub fn text(&self, name: &str) -> Result<Option<String>, CatalogError> {
        let file = self.shop.join(name);
        match std::fs::read(&file) {
            Ok(bytes) => match disk::utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(reason) => Err(CatalogError::File { file, reason: format!("it {reason}") }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CatalogError::file(&file, &error)),
        }
    }

    /// `index/synonyms.<language>.yaml` of every language that has one, by its code.
    pub fn synonyms_by_language(&self) -> Vec<(String, String)> {
        let entries = std::fs::read_dir(self.shop.join("index")).into_iter().flatten().flatten();
        let named = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let code = name.strip_prefix("synonyms.")?.strip_suffix(".yaml")?;
            Some((code.to_owned(), format!("index/{name}")))
        });
        let mut files: Vec<(String, String)> = named.collect();
        files.sort();
        files
    }

    /// The folder of all built indexes.
    pub fn index(&self) -> PathBuf {
        self.state.join("index")
    }

    /// The file that names the index in use.
    pub fn current(&self) -> PathBuf {
        self.index().join("CURRENT")
    }

    /// Digest of the product files, the currency and the index's format: the same digest, the same index.
    ///
    /// # Errors
    /// [`CatalogError::NoProducts`] when there is no product file, [`CatalogError::File`] when one cannot be read.
    pub fn digest(&self, currency: Currency) -> Result<String, CatalogError> {
        let files = self.product_files();
        if files.is_empty() {
            return Err(CatalogError::NoProducts { shop: self.shop.clone() });
        }
        let mut hash = Sha256::new();
        hash.update(meta::FORMAT.to_le_bytes());
        hash.update(currency.code());
        for file in files {
            hash.update(file.file_name().unwrap_or_default().as_encoded_bytes());
            hash_file(&file, &mut hash).map_err(|error| CatalogError::file(&file, &error))?;
        }
        Ok(format!("{:x}", hash.finalize()))
    }

    /// Bytes of all product files, for progress.
    pub fn bytes(&self) -> u64 {
        self.product_files().iter().filter_map(|f| f.metadata().ok()).map(|m| m.len()).sum()
    }

    /// Visits every product once, with the bytes read so far. Of an id in the shop's own file and in the imported one, the
    /// shop's own counts.
    pub fn each_product(
        &self,
        currency: Currency,
        visit: &mut dyn FnMut(Product, u64) -> Result<(), CatalogError>,
    ) -> Result<(), CatalogError> {
        let mut own: HashMap<ProductId, Place> = HashMap::new();
        let imported = self.imported();
        let mut before = 0;
        for file in self.product_files() {
            if file == imported {
                each_imported(&file, &mut |product, read| match own.contains_key(&product.id) {
                    true => Ok(()),
                    false => visit(product, before + read),
                })?;
            } else {
                let mut unique = |product: Product, at: Place, read: u64| {
                    if let Some(first) = own.insert(product.id.clone(), at) {
                        let reason =
                            format!("the id is already that of {first}; every product needs its own");
                        let flaw = Flaw::new("id", product.id.as_str(), reason);
                        return Err(row_error(&file, at, flaw).into());
                    }
                    visit(product, before + read)
                };
                before += each_own(&file, currency, &mut unique)?;
            }
        }
        Ok(())
    }
}

/// Adds a file to a digest.
pub(super) fn hash_file(path: &Path, hash: &mut Sha256) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            n => hash.update(&buffer[..n]),
        }
    }
}

fn row_error(file: &Path, at: Place, flaw: Flaw) -> ImportError {
    let Flaw { field, value, reason } = flaw;
    ImportError::Row { file: file.to_owned(), at, field, value, reason }
}

type Own<'v> = &'v mut dyn FnMut(Product, Place, u64) -> Result<(), CatalogError>;

/// Visits the products of the shop's own file, which must be right in every row. Returns its size.
fn each_own(file: &Path, currency: Currency, visit: Own<'_>) -> Result<u64, CatalogError> {
    let feed = Feed::open(file)?;
    let mut reader = Reader::new(Kind::Catalog, &Mapping::default(), &feed)?;
    reader.require_own(&feed, &["id", "title"])?;
    let numbers = Numbers { currency, decimal_comma: import::decimal_comma(&feed, &mut reader)? };
    let mut failed: Option<CatalogError> = None;
    feed.each(&mut |item| {
        let (at, product) = match item {
            Ok(record) => (record.at, import::product(&reader.row(&record), &record, numbers)),
            Err((at, flaw)) => (at, Err(flaw)),
        };
        let product = product.map_err(|flaw| row_error(file, at, flaw))?;
        match visit(product, at, feed.bytes_read()) {
            Ok(()) => Ok(ControlFlow::Continue(())),
            Err(error) => {
                failed = Some(error);
                Ok(ControlFlow::Break(()))
            }
        }
    })?;
    failed.map_or(Ok(feed.bytes()), Err)
}

/// Visits the products of the importer's file, which it has written itself.
pub(super) fn each_imported(
    file: &Path,
    visit: &mut dyn FnMut(Product, u64) -> Result<(), CatalogError>,
) -> Result<(), CatalogError> {
    let reader =
        BufReader::with_capacity(256 * 1024, File::open(file).map_err(|e| CatalogError::file(file, &e))?);
    let mut read = 0;
    for (i, line) in reader.lines().enumerate() {
        let line = line.map_err(|e| CatalogError::file(file, &e))?;
        read += line.len() as u64 + 1;
        let product = serde_json::from_str(&line).map_err(|error| CatalogError::File {
            file: file.to_owned(),
            reason: format!("line {}: {error}; run `shophand import catalog FILE` again", i + 1),
        })?;
        visit(product, read)?;
    }
    Ok(())
}
