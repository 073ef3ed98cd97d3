//! From saved files to the snapshot that answers, or to what is wrong with them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::status::Ledger;
use super::{Current, Snapshot, Status, load_intents};
use crate::catalog::{Catalog, CatalogError, Progress, Ranking, load_shop};
use crate::intents::IntentSet;
use crate::model::ShopFacts;
use crate::offers::Terms;

/// Brings a shop's files live.
#[derive(Debug)]
pub struct Reloader {
    root: PathBuf,
    state: PathBuf,
    current: Arc<Current>,
    /// Held from the look at what is live to its replacement, so that no change undoes another.
    publishing: Mutex<()>,
    /// Held while products are taken over, so that only one thread does.
    stocking: Mutex<()>,
    files: Ledger,
    stock: Ledger,
}

/// What a look at the files came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// What they say is live, from now on or already.
    Live,
    /// They are broken; what was live before stays.
    Broken,
    /// They changed while they were read.
    Unsettled,
}

impl Reloader {
    /// For the shop in `root` with its state in `state`.
    pub fn new(root: &Path, state: &Path, current: Arc<Current>) -> Self {
        Reloader {
            root: root.to_owned(),
            state: state.to_owned(),
            current,
            publishing: Mutex::default(),
            stocking: Mutex::default(),
            files: Ledger::default(),
            stock: Ledger::default(),
        }
    }

    /// What is live, and what is wrong with newer files.
    pub fn status(&self) -> Status {
        let live = self.current.snapshot();
        let (files, stock) = (self.files.read(), self.stock.read());
        Status {
            version: live.intents.version.clone(),
            offers: live.terms.version.clone(),
            catalog: live.catalog.version(),
            products: live.catalog.len(),
            took: files.took,
            restocked: stock.took,
            building: stock.busy,
            problems: [files.problems, stock.problems].concat(),
        }
    }

    /// What is live just now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.snapshot()
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn state(&self) -> &Path {
        &self.state
    }

    /// Reads the files but for the products, and brings them live. `since` is when somebody saved; `settled` says whether
    /// nothing has changed since the reading began, so that half of a larger change never goes live. Blocks, for seconds
    /// when examples changed.
    pub(super) fn reload(&self, since: Instant, settled: impl Fn() -> bool) -> Outcome {
        let read = self.read();
        if !settled() {
            return Outcome::Unsettled;
        }
        match read.and_then(|read| self.publish(Change::Files(Box::new(read)))) {
            Ok(renewed) => {
                let took = renewed.then(|| since.elapsed());
                let mended = self.files.live(took);
                if let Some(took) = took {
                    let version = &self.current.snapshot().intents.version;
                    tracing::info!("files reloaded in {} ms (intents {version})", took.as_millis());
                } else if mended {
                    tracing::info!("the files are sound again, and say what was live all along");
                }
                Outcome::Live
            }
            Err(problems) => {
                let all = problems.join("\n");
                if self.files.broken(problems) {
                    let live = &self.current.snapshot().intents.version;
                    tracing::error!("the saved files are broken, so version {live} keeps answering:\n{all}");
                }
                Outcome::Broken
            }
        }
    }

    /// Brings the products live as their files are now, in an index that is built first where they have changed; what was
    /// on offer before goes on being found meanwhile. True when they had changed.
    ///
    /// # Errors
    /// [`CatalogError`] names the file and the row at fault; what was on offer before stays.
    pub fn restock(&self, progress: &mut dyn FnMut(Progress)) -> Result<bool, CatalogError> {
        let _one_at_a_time = self.stocking.lock().unwrap_or_else(PoisonError::into_inner);
        let since = Instant::now();
        self.stock.begin();
        let stocked = self.current.snapshot().catalog.restocked(progress).inspect_err(|error| {
            self.out_of_stock(vec![error.to_string()]);
        })?;
        match self.publish(Change::Products(stocked)) {
            Ok(changed) => {
                let took = changed.then(|| since.elapsed());
                let mended = self.stock.live(took);
                let catalog = &self.current.snapshot().catalog;
                if let Some(took) = took {
                    let (products, version) = (catalog.len(), catalog.version());
                    tracing::info!("{products} products live in {} ms (version {version})", took.as_millis());
                } else if mended {
                    tracing::info!("the products are sound again, and say what was live all along");
                }
                Ok(changed)
            }
            Err(problems) => {
                let all = problems.join("\n");
                self.out_of_stock(problems);
                Err(CatalogError::Search(all))
            }
        }
    }

    /// Works out what the products mean that are new since the last time, and brings it live. True when there were any.
    /// Blocks for as long as that takes, minutes for ten thousands of products, unless `stopped` says so.
    ///
    /// # Errors
    /// [`CatalogError::Embed`] or [`CatalogError::Write`]; what was worked out until then is kept.
    pub fn embed(&self, stopped: &dyn Fn() -> bool) -> Result<bool, CatalogError> {
        let live = self.current.snapshot();
        let Some(encoder) = live.understander.encoder().filter(|_| !live.catalog.is_embedded()) else {
            return Ok(false);
        };
        let since = Instant::now();
        let embed = |texts: &[String]| match stopped() {
            true => Err("the program ends".to_owned()),
            false => encoder.embed_all(texts).map_err(|error| error.to_string()),
        };
        let embedded = live.catalog.embedded(&embed, &mut |_| ())?;
        let published =
            self.publish(Change::Meaning(embedded)).map_err(|all| CatalogError::Search(all.join("\n")))?;
        let took = since.elapsed().as_millis();
        tracing::info!("{} products can be found by their meaning, after {took} ms", live.catalog.len());
        Ok(published)
    }

    fn out_of_stock(&self, problems: Vec<String>) {
        let all = problems.join("\n");
        if self.stock.broken(problems) {
            let live = self.current.snapshot().catalog.version();
            tracing::error!("the products cannot be taken over, so version {live} stays on offer:\n{all}");
        }
    }

    fn read(&self) -> Result<Files, Vec<String>> {
        let facts = load_shop(&self.root).map_err(|error| each(&error))?;
        let live = self.current.snapshot();
        if facts.currency != live.facts.currency {
            let (new, old) = (facts.currency.code(), live.facts.currency.code());
            return Err(vec![format!(
                "index/shop.yaml: the currency is now {new}, but all prices are read as {old}; restart the program to change it"
            )]);
        }
        let ranking = live.catalog.read_ranking();
        let intents = load_intents(&self.root, &facts);
        match (intents, ranking, Terms::load(&self.root, facts.currency)) {
            (Ok(intents), Ok(ranking), Ok(terms)) => Ok(Files { intents, facts, ranking, terms }),
            (intents, ranking, terms) => {
                let own = intents.err().into_iter().chain(terms.err()).flat_map(|found| found.0);
                let all = own.map(|problem| problem.to_string());
                Err(all.chain(ranking.err().iter().flat_map(each)).collect())
            }
        }
    }

    /// Puts the next snapshot in the place of the one that is live; false when it would be the same.
    fn publish(&self, change: Change) -> Result<bool, Vec<String>> {
        let _one_at_a_time = self.publishing();
        let live = self.current.snapshot();
        let mut terms = live.terms.clone();
        let (intents, facts, catalog) = match change {
            Change::Files(files) => {
                let Files { intents, facts, ranking, terms: read } = *files;
                terms = if terms.version == read.version { terms } else { Arc::new(read) };
                let same = ranking == live.catalog.ranking();
                let catalog =
                    if same { Ok(live.catalog.clone()) } else { live.catalog.with_ranking(ranking) };
                (Arc::new(intents), facts, catalog)
            }
            // The ranking may have been saved anew while the index was built.
            Change::Products(stocked) => {
                let catalog = stocked.with_ranking(live.catalog.ranking());
                (live.intents.clone(), live.facts.clone(), catalog)
            }
            // The products may have changed while they were embedded; those that have not keep their vectors.
            Change::Meaning(embedded) => {
                (live.intents.clone(), live.facts.clone(), Ok(live.catalog.with_meaning_of(&embedded)))
            }
        };
        let catalog = catalog.map_err(|error| vec![error.to_string()])?;
        let same_files = intents.version == live.intents.version
            && facts == live.facts
            && terms.version == live.terms.version;
        let completed = catalog.is_embedded() && !live.catalog.is_embedded();
        if same_files && !completed && catalog.version() == live.catalog.version() {
            return Ok(false);
        }
        let (vocabulary, known) = (catalog.vocabulary(), live.catalog.vocabulary());
        let understander = if vocabulary == known && live.teaches_the_same(&intents, &facts) {
            live.understander.clone()
        } else {
            let learnt = live.understander.relearn(&intents, &vocabulary, &facts);
            Arc::new(learnt.map_err(|error| vec![chain(&error)])?)
        };
        self.current.replace(Snapshot::new(intents, understander, facts, catalog, terms));
        Ok(true)
    }

    /// Notes that the files came to grief in a way that nobody foresaw.
    pub(super) fn broke(&self, why: &str) {
        tracing::error!(why, "the saved files could not be taken over; what was live before keeps answering");
        self.files.broken(vec![format!("the saved files could not be taken over: {why}")]);
    }

    /// The same of the products.
    pub(super) fn broke_products(&self, why: &str) {
        self.out_of_stock(vec![format!("the saved products could not be taken over: {why}")]);
    }

    fn publishing(&self) -> MutexGuard<'_, ()> {
        self.publishing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was read and is sound.
struct Files {
    intents: IntentSet,
    facts: ShopFacts,
    ranking: Ranking,
    terms: Terms,
}

/// What is to go live.
enum Change {
    Files(Box<Files>),
    Products(Catalog),
    /// What the products mean, by the edition that was embedded.
    Meaning(Catalog),
}

/// What is wrong with files, one by one.
fn each(error: &CatalogError) -> Vec<String> {
    match error {
        CatalogError::Files(problems) => problems.0.iter().map(ToString::to_string).collect(),
        other => vec![other.to_string()],
    }
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text.push_str(&format!(": {deeper}"));
        cause = deeper.source();
    }
    text
}
