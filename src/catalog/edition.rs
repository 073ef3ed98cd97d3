//! One built index with the files that shape its answers: what a search sees from beginning to end.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tantivy::query::{Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, Index, ReloadPolicy, Searcher, TantivyDocument, Term};

use crate::model::{Product, ProductId, Vocabulary};

use super::CatalogError;
use super::meta::{FORMAT, Meta};
use super::schema::Fields;
use super::search_file::SearchSettings;
use super::sources::Places;
use super::spelling::Speller;
use super::synonyms::Synonyms;
use super::text::{ANALYZER, Words, analyzer};

/// What one search answers from.
pub(super) struct Edition {
    pub searcher: Searcher,
    pub fields: Fields,
    pub meta: Meta,
    pub vocabulary: Arc<Vocabulary>,
    pub synonyms: Synonyms,
    /// What shoppers say in other languages than the catalogue's.
    pub foreign: BTreeMap<String, Foreign>,
    pub settings: SearchSettings,
    pub speller: Speller,
    pub words: Words,
    pub version: String,
    pub warnings: Vec<String>,
}

/// The words of a language that the catalogue does not speak.
pub(super) struct Foreign {
    pub words: Words,
    pub synonyms: Synonyms,
}

/// The merchandiser's files that need no new index.
pub(super) struct Ranking {
    synonyms: Synonyms,
    foreign: BTreeMap<String, Foreign>,
    settings: SearchSettings,
    digest: String,
}

impl Ranking {
    /// Reads `synonyms.yaml`, those of other languages and `search.yaml`; a file that is not there is an empty one.
    pub fn load(places: &Places) -> Result<Self, CatalogError> {
        let read = |file: &Path| match fs::read_to_string(file) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CatalogError::file(file, &error)),
        };
        let mut hash = Sha256::new();
        let synonyms = match read(&places.synonyms())? {
            Some(text) => {
                hash.update(&text);
                Synonyms::parse(&places.synonyms(), &text)?
            }
            None => Synonyms::default(),
        };
        let mut foreign = BTreeMap::new();
        for (language, file) in places.synonyms_by_language() {
            let Some(text) = read(&file)? else { continue };
            hash.update(&language);
            hash.update(&text);
            let synonyms = Synonyms::parse_in(&language, &file, &text)?;
            foreign.insert(language.clone(), Foreign { words: Words::of_language(&language), synonyms });
        }
        hash.update([0]);
        let settings = match read(&places.search())? {
            Some(text) => {
                hash.update(&text);
                SearchSettings::parse(&places.search(), &text)?
            }
            None => SearchSettings::default(),
        };
        Ok(Ranking { synonyms, foreign, settings, digest: format!("{:x}", hash.finalize()) })
    }
}

/// The folder of the index in use and its meta file; `None` before the first build.
///
/// # Errors
/// [`CatalogError::Corrupt`] when `CURRENT` names an index that is not there or cannot be read.
pub(super) fn current(places: &Places) -> Result<Option<(PathBuf, Meta)>, CatalogError> {
    let file = places.current();
    let name = match fs::read_to_string(&file) {
        Ok(name) => name,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CatalogError::corrupt(&file, error)),
    };
    let name = name.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(CatalogError::corrupt(&file, format!("it names no index but {name:?}")));
    }
    let folder = places.index().join(name);
    let meta_file = folder.join("meta-shop.json");
    let text = fs::read(&meta_file).map_err(|error| CatalogError::corrupt(&meta_file, error))?;
    let format: Format = serde_json::from_slice(&text).map_err(|e| CatalogError::corrupt(&meta_file, e))?;
    if format.format != FORMAT {
        // Of another version of this program: as good as none, and built anew.
        return Ok(None);
    }
    let meta = serde_json::from_slice(&text).map_err(|error| CatalogError::corrupt(&meta_file, error))?;
    Ok(Some((folder, meta)))
}

#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

impl Edition {
    /// Opens a built index.
    ///
    /// # Errors
    /// [`CatalogError::Corrupt`] when a file is missing or its checksum is wrong.
    pub fn open(folder: &Path, meta: Meta, ranking: Ranking) -> Result<Self, CatalogError> {
        let corrupt = |error: tantivy::TantivyError| CatalogError::corrupt(folder, error);
        let index = Index::open_in_dir(folder).map_err(corrupt)?;
        let damaged = index.validate_checksum().map_err(corrupt)?;
        if let Some(file) = damaged.iter().min() {
            return Err(CatalogError::corrupt(&folder.join(file), "its checksum is wrong"));
        }
        let (schema, fields) = Fields::schema();
        if index.schema() != schema {
            return Err(CatalogError::corrupt(folder, "its fields are not those of this version"));
        }
        index.tokenizers().register(ANALYZER, analyzer());
        let reader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(corrupt)?;
        let searcher = reader.searcher();
        if searcher.num_docs() != meta.products as u64 {
            let reason = format!("it holds {} of {} products", searcher.num_docs(), meta.products);
            return Err(CatalogError::corrupt(folder, reason));
        }
        let mut vocabulary = meta.vocabulary();
        let unknown = ranking.synonyms.name_categories(&mut vocabulary);
        Ok(Edition {
            searcher,
            fields,
            vocabulary: Arc::new(vocabulary),
            speller: Speller::new(&meta.words),
            words: Words::new(),
            version: format!("{}-{}", short(&meta.digest), short(&ranking.digest)),
            synonyms: ranking.synonyms,
            foreign: ranking.foreign,
            settings: ranking.settings,
            warnings: unknown
                .into_iter()
                .map(|name| format!("index/synonyms.yaml names a category that no product is in: {name}"))
                .collect(),
            meta,
        })
    }

    /// The product at an address.
    pub fn product(&self, address: DocAddress) -> Result<Product, CatalogError> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        let json = document.get_first(self.fields.product).and_then(|value| value.as_str()).unwrap_or("");
        serde_json::from_str(json)
            .map_err(|error| CatalogError::Search(format!("a product in the index cannot be read: {error}")))
    }

    /// Where a product is.
    pub fn address(&self, id: &ProductId) -> Result<Option<DocAddress>, CatalogError> {
        let query =
            TermQuery::new(Term::from_field_text(self.fields.id, id.as_str()), IndexRecordOption::Basic);
        let weight = query.weight(tantivy::query::EnableScoring::disabled_from_searcher(&self.searcher))?;
        for (ordinal, segment) in self.searcher.segment_readers().iter().enumerate() {
            let scorer = weight.scorer(segment, 1.0)?;
            let doc = tantivy::DocSet::doc(&scorer);
            if doc != tantivy::TERMINATED {
                return Ok(Some(DocAddress::new(ordinal as u32, doc)));
            }
        }
        Ok(None)
    }
}

fn short(digest: &str) -> &str {
    &digest[..digest.len().min(8)]
}
