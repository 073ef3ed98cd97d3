//! One built index with the files that shape its answers: what a search sees from beginning to end.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tantivy::query::{Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, Index, ReloadPolicy, Searcher, TantivyDocument, Term};

use crate::model::{CategoryPath, Product, ProductId, Vocabulary};
use crate::problem::{Place, Problems, Report};

use super::CatalogError;
use super::forward::Forward;
use super::meta::{FORMAT, Meta};
use super::order::Columns;
use super::pairs::Pairs;
use super::ranking::{RankingSettings, Rules};
use super::schema::Fields;
use super::sources::{FORMER, Places, RANKING, SYNONYMS, hash_file};
use super::spelling::Speller;
use super::synonym_file::SynonymFile;
use super::synonyms::Synonyms;
use super::text::{ANALYZER, Words, analyzer};

/// What one search answers from. Large parts are shared, so that another ranking of the same products costs nothing.
#[derive(Clone)]
pub(super) struct Edition {
    pub searcher: Searcher,
    pub fields: Fields,
    pub meta: Arc<Meta>,
    pub vocabulary: Arc<Vocabulary>,
    pub synonyms: Arc<Synonyms>,
    /// What shoppers say in other languages than the catalogue's.
    pub foreign: Arc<BTreeMap<String, Foreign>>,
    pub settings: Arc<RankingSettings>,
    /// Of the files that rank.
    pub ranked_by: String,
    /// Pins, boosts and buries with the products that they are about.
    pub rules: Arc<Rules>,
    /// What categories are called, as stems → the categories.
    pub category_stems: Arc<HashMap<String, Vec<CategoryPath>>>,
    pub speller: Arc<Speller>,
    /// The terms of each product.
    pub forward: Arc<Forward>,
    /// Of each segment.
    pub columns: Arc<Vec<Columns>>,
    pub words: Words,
    pub version: String,
    pub warnings: Vec<String>,
}

/// The words of a language that the catalogue does not speak.
pub(super) struct Foreign {
    pub words: Words,
    pub synonyms: Synonyms,
}

/// The merchandiser's files that need no new index. Cheap to clone.
#[derive(Clone)]
pub struct Ranking {
    synonyms: Arc<Synonyms>,
    foreign: Arc<BTreeMap<String, Foreign>>,
    settings: Arc<RankingSettings>,
    digest: String,
}

impl PartialEq for Ranking {
    /// Of the same files.
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Ranking {
    /// Reads `synonyms.yaml`, those of other languages and `ranking.yaml`; a file that is not there is an empty one.
    ///
    /// # Errors
    /// [`CatalogError::Files`] with every problem of all of them.
    pub(super) fn load(places: &Places) -> Result<Self, CatalogError> {
        let mut sha = Sha256::new();
        let mut problems = Vec::new();
        let mut read = |name: &str| -> Result<Option<String>, CatalogError> {
            let text = places.text(name)?;
            if let Some(text) = &text {
                [name, text].iter().for_each(|part| {
                    sha.update((part.len() as u64).to_le_bytes());
                    sha.update(part);
                });
            }
            Ok(text)
        };
        let mut reported = |name: &str, of: &mut dyn FnMut(&mut Report<'_>)| {
            let mut report = Report::new(Path::new(name));
            of(&mut report);
            problems.append(&mut report.problems);
        };
        let mut synonyms = Synonyms::default();
        if let Some(text) = read(SYNONYMS)? {
            reported(SYNONYMS, &mut |report| {
                synonyms = Synonyms::of(&SynonymFile::read(&text, report), Words::new());
            });
        }
        let mut foreign = BTreeMap::new();
        for (language, name) in places.synonyms_by_language() {
            let Some(text) = read(&name)? else { continue };
            reported(&name, &mut |report| {
                let words = Words::of_language(&language);
                let synonyms = Synonyms::of(&SynonymFile::read(&text, report), words.clone());
                foreign.insert(language.clone(), Foreign { words, synonyms });
            });
        }
        let mut settings = RankingSettings::default();
        if let Some(text) = read(RANKING)? {
            let index = places.shop.join("index");
            reported(RANKING, &mut |report| settings = RankingSettings::read(&text, &index, report));
            // A ranker that was trained anew ranks otherwise though nothing else has changed.
            if let Some(model) = settings.model_file(&index).filter(|model| model.is_file()) {
                hash_file(&model, &mut sha).map_err(|error| CatalogError::file(&model, &error))?;
            }
        }
        if places.text(FORMER)?.is_some() {
            reported(FORMER, &mut |report| {
                let help = format!("move what it says to {RANKING}, and delete it");
                report.push(Place::default(), "this file is read no more".to_owned(), Some(help));
            });
        }
        if !problems.is_empty() {
            problems.sort();
            return Err(Problems(problems).into());
        }
        Ok(Ranking {
            synonyms: Arc::new(synonyms),
            foreign: Arc::new(foreign),
            settings: Arc::new(settings),
            digest: format!("{:x}", sha.finalize()),
        })
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
        let meta = Arc::new(meta);
        let columns = searcher.segment_readers().iter().map(Columns::of).collect();
        let bare = Edition {
            searcher,
            fields,
            vocabulary: Arc::default(),
            synonyms: ranking.synonyms.clone(),
            foreign: ranking.foreign.clone(),
            settings: ranking.settings.clone(),
            ranked_by: String::new(),
            rules: Arc::default(),
            category_stems: Arc::default(),
            speller: Arc::new(Speller::new(meta.clone(), Pairs::open(folder)?)),
            forward: Arc::new(Forward::open(folder)?),
            columns: Arc::new(columns),
            words: Words::new(),
            version: String::new(),
            warnings: Vec::new(),
            meta,
        };
        bare.with_ranking(ranking)
    }

    /// The same products, ranked by these files.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn with_ranking(&self, ranking: Ranking) -> Result<Self, CatalogError> {
        let mut vocabulary = self.meta.vocabulary();
        let unknown = ranking.synonyms.name_categories(&mut vocabulary);
        let Ranking { synonyms, foreign, settings, digest } = ranking;
        let mut edition = Edition {
            category_stems: Arc::new(category_stems(&vocabulary)),
            vocabulary: Arc::new(vocabulary),
            version: format!("{}-{}", short(&self.meta.digest), short(&digest)),
            synonyms,
            foreign,
            settings,
            ranked_by: digest,
            warnings: unknown
                .into_iter()
                .map(|name| format!("index/synonyms.yaml names a category that no product is in: {name}"))
                .collect(),
            ..self.clone()
        };
        edition.rules = Arc::new(Rules::of(&edition, &edition.settings.rules)?);
        Ok(edition)
    }

    /// What ranks its products.
    pub fn ranking(&self) -> Ranking {
        Ranking {
            synonyms: self.synonyms.clone(),
            foreign: self.foreign.clone(),
            settings: self.settings.clone(),
            digest: self.ranked_by.clone(),
        }
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

fn category_stems(vocabulary: &Vocabulary) -> HashMap<String, Vec<CategoryPath>> {
    let mut words = Words::new();
    let mut known: HashMap<String, Vec<CategoryPath>> = HashMap::new();
    let mut add = |name: &str, path: &CategoryPath| {
        let paths = known.entry(words.stems(name).join(" ")).or_default();
        if !paths.contains(path) {
            paths.push(path.clone());
        }
    };
    for path in &vocabulary.categories {
        add(path.leaf(), path);
        add(&path.to_string(), path);
    }
    for (name, paths) in &vocabulary.category_names {
        paths.iter().for_each(|path| add(name, path));
    }
    known
}

fn short(digest: &str) -> &str {
    &digest[..digest.len().min(8)]
}
