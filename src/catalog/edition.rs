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
use crate::problem::{Place, Problem, Problems, Report};

use super::CatalogError;
use super::forward::Forward;
use super::lists::CuratedList;
use super::meaning::{Keys, Meaning};
use super::meta::{FORMAT, Meta};
use super::order::Columns;
use super::pairs::Pairs;
use super::prices::Shown;
use super::ranker::Ranker;
use super::ranking::{RankingSettings, Rules};
use super::schema::Fields;
use super::sources::{FORMER, LISTS, Places, RANKING, SYNONYMS, hash_file};
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
    /// What merchandisers have put together.
    pub lists: Arc<Vec<CuratedList>>,
    /// Trained on this shop's own queries.
    pub ranker: Option<Arc<Ranker>>,
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
    /// Where the products are, by their numbers.
    pub rows: Arc<Vec<DocAddress>>,
    pub keys: Arc<Keys>,
    /// What the products mean, where that was worked out.
    pub meaning: Option<Arc<Meaning>>,
    pub words: Words,
    /// What products cost the one who asks, where it was told who that is.
    pub shown: Option<Arc<Shown>>,
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
    lists: Arc<Vec<CuratedList>>,
    ranker: Option<Arc<Ranker>>,
    digest: String,
}

impl PartialEq for Ranking {
    /// Of the same files.
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Ranking {
    /// Reads `synonyms.yaml`, those of other languages, `ranking.yaml` and `lists.yaml`; a file that is not there is an empty one.
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
            reported(name, of, &mut problems);
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
        let mut lists = Vec::new();
        if let Some(text) = read(LISTS)? {
            reported(LISTS, &mut |report| lists = CuratedList::read(&text, report));
        }
        let mut settings = RankingSettings::default();
        let mut ranker = None;
        if let Some(text) = read(RANKING)? {
            let index = places.shop.join("index");
            reported(RANKING, &mut |report| {
                settings = RankingSettings::read(&text, &index, report);
                ranker = trained(&settings, &index, &mut sha, report);
            });
        }
        if places.text(FORMER)?.is_some() {
            reported(FORMER, &mut former);
        }
        if !problems.is_empty() {
            problems.sort();
            return Err(Problems(problems).into());
        }
        Ok(Ranking {
            synonyms: Arc::new(synonyms),
            foreign: Arc::new(foreign),
            settings: Arc::new(settings),
            lists: Arc::new(lists),
            ranker,
            digest: format!("{:x}", sha.finalize()),
        })
    }
}

/// What is said of a file that is read no more.
fn former(report: &mut Report<'_>) {
    let help = format!("move what it says to {RANKING}, and delete it");
    report.push(Place::default(), "this file is read no more".to_owned(), Some(help));
}

/// Reads a file by its name, and keeps what is wrong with it.
fn reported(name: &str, of: &mut dyn FnMut(&mut Report<'_>), problems: &mut Vec<Problem>) {
    let mut report = Report::new(Path::new(name));
    of(&mut report);
    problems.append(&mut report.problems);
}

/// The ranker that the settings name, if it is there. It counts for the digest: one that was trained anew ranks otherwise
/// though nothing else has changed.
fn trained(
    settings: &RankingSettings,
    index: &Path,
    sha: &mut Sha256,
    report: &mut Report<'_>,
) -> Option<Arc<Ranker>> {
    let model = settings.model_file(index).filter(|model| model.is_file())?;
    let place = settings.model.as_ref()?.place;
    let read = hash_file(&model, sha).map_err(|error| format!("{}: {error}", model.display()));
    let ranker = read.and_then(|()| Ranker::load(&model).map_err(|error| error.to_string()));
    ranker.map(Arc::new).map_err(|reason| report.add(place, reason)).ok()
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
        let columns: Vec<Columns> = searcher.segment_readers().iter().map(Columns::of).collect();
        let bare = Edition {
            fields,
            vocabulary: Arc::default(),
            synonyms: ranking.synonyms.clone(),
            foreign: ranking.foreign.clone(),
            settings: ranking.settings.clone(),
            lists: ranking.lists.clone(),
            ranker: None,
            ranked_by: String::new(),
            rules: Arc::default(),
            category_stems: Arc::default(),
            speller: Arc::new(Speller::new(meta.clone(), Pairs::open(folder)?)),
            forward: Arc::new(Forward::open(folder)?),
            rows: Arc::new(rows(&searcher, &columns)),
            columns: Arc::new(columns),
            keys: Arc::new(Keys::open(folder, meta.products)?),
            meaning: None,
            words: Words::new(),
            shown: None,
            version: String::new(),
            warnings: Vec::new(),
            meta,
            searcher,
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
        let Ranking { synonyms, foreign, settings, lists, ranker, digest } = ranking;
        let said =
            foreign.values().map(|foreign| &foreign.synonyms).chain([&*synonyms]).flat_map(Synonyms::said);
        vocabulary.words.extend(said.cloned());
        let mut edition = Edition {
            category_stems: Arc::new(category_stems(&vocabulary)),
            vocabulary: Arc::new(vocabulary),
            version: version(&self.meta, &digest, self.meaning.as_deref()),
            synonyms,
            foreign,
            settings,
            lists,
            ranker,
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

    /// The same products with what they mean.
    pub fn with_meaning(&self, meaning: Option<Arc<Meaning>>) -> Self {
        let version = version(&self.meta, &self.ranked_by, meaning.as_deref());
        Edition { meaning, version, ..self.clone() }
    }

    /// What ranks its products.
    pub fn ranking(&self) -> Ranking {
        Ranking {
            synonyms: self.synonyms.clone(),
            foreign: self.foreign.clone(),
            settings: self.settings.clone(),
            lists: self.lists.clone(),
            ranker: self.ranker.clone(),
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

/// Changes with every product, every file that ranks, and the vectors.
fn version(meta: &Meta, ranked_by: &str, meaning: Option<&Meaning>) -> String {
    let vectors = meaning.map(|meaning| format!("-v{}", meaning.len())).unwrap_or_default();
    format!("{}-{}{vectors}", short(&meta.digest), short(ranked_by))
}

/// The address of each product by its number.
fn rows(searcher: &Searcher, columns: &[Columns]) -> Vec<DocAddress> {
    let mut rows = vec![DocAddress::new(0, 0); searcher.num_docs() as usize];
    for (segment, columns) in (0..).zip(columns) {
        for doc in 0..searcher.segment_reader(segment).max_doc() {
            let row = columns.row(doc).and_then(|row| rows.get_mut(row));
            row.into_iter().for_each(|row| *row = DocAddress::new(segment, doc));
        }
    }
    rows
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
