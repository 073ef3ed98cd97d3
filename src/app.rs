//! The composition root: the only place that knows every part.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use jiff::Timestamp;

use crate::catalog::{self, Catalog, CatalogError};
use crate::config::{self, Config, ConfigError};
use crate::ids::Ids;
use crate::import;
use crate::intents::IntentSet;
use crate::live::{self, Current, Snapshot};
use crate::model::{ProductId, ShopFacts};
use crate::offers::{Market, Stall, Terms};
use crate::personal::{Crowd, CrowdBuilder};
use crate::problem::Problems;
use crate::store::{SledStore, Store, StoreError};
use crate::turn::Assistant;
use crate::understand::encoder::{Encoder, EncoderError, Precision, find_model};
use crate::understand::{UnderstandError, Understander};

/// Why a shop cannot be opened. Each names the file or folder and what to do.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The folder is no shop.
    #[error(
        "{0} is no shop: it has no folder `{1}`; name one with --shop DIR, or make one with `shophand new DIR`"
    )]
    NoShop(PathBuf, &'static str),
    /// `shophand.toml`.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The files under `index/`, or the index built from them.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The files under `intents/`, or those of segments and offers.
    #[error(transparent)]
    Intents(#[from] Problems),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The demo's shoppers and orders.
    #[error(transparent)]
    Import(#[from] import::ImportError),
    /// The language model.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// Training on the intent files.
    #[error(transparent)]
    Understand(#[from] UnderstandError),
    /// The state folder.
    #[error("{path} cannot be made: {reason}; check permissions and disk space")]
    State { path: PathBuf, reason: String },
}

/// A shop's folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopDir {
    /// The folder with `index/` and `intents/`.
    pub root: PathBuf,
    /// `.shophand/` in it: all state, one folder to back up.
    pub state: PathBuf,
}

impl ShopDir {
    /// Checks that `root` is a shop and makes its state folder.
    ///
    /// # Errors
    /// When it lacks `index/` or `intents/`, or the state folder cannot be made.
    pub fn open(root: &Path) -> Result<Self, AppError> {
        for part in ["index", "intents"] {
            if !root.join(part).is_dir() {
                return Err(AppError::NoShop(root.to_owned(), part));
            }
        }
        let state = root.join(".shophand");
        std::fs::create_dir_all(&state)
            .map_err(|e| AppError::State { path: state.clone(), reason: e.to_string() })?;
        Ok(ShopDir { root: root.to_owned(), state })
    }

    /// The store's folder.
    pub fn store(&self) -> PathBuf {
        self.state.join("store")
    }

    /// Where the owner of the store listens for commands.
    pub fn socket(&self) -> PathBuf {
        self.state.join("socket")
    }
}

/// Tells whoever waits what is being done.
pub type Progress<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// Opens the store; a new one of the demo shop gets its shoppers, histories and orders.
///
/// # Errors
/// [`StoreError::Locked`] when another process has it, so that the caller can reach it through the socket.
pub fn open_store(shop: &ShopDir, now: Timestamp) -> Result<Arc<SledStore>, AppError> {
    if shop.root.join("index/demo").is_dir() {
        make_demo_store(shop, now)?;
    }
    Ok(Arc::new(SledStore::open(&shop.store())?))
}

/// Made beside and renamed when it is whole, so that a start that is cut off leaves no half demo.
fn make_demo_store(shop: &ShopDir, now: Timestamp) -> Result<(), AppError> {
    let draft = shop.state.join("store.draft");
    let fault = |e: std::io::Error| AppError::State { path: draft.clone(), reason: e.to_string() };
    // Two first starts at once: the second waits, and then finds the store made.
    let turnstile = File::create(shop.state.join("store.making")).map_err(fault)?;
    turnstile.lock().map_err(fault)?;
    if shop.store().exists() {
        return Ok(());
    }
    let currency = catalog::load_shop(&shop.root)?.currency;
    if draft.exists() {
        std::fs::remove_dir_all(&draft).map_err(fault)?;
    }
    let store = SledStore::open(&draft)?;
    import::import_demo(&shop.root, &store, &import::Options::new(&shop.state, currency, now))?;
    drop(store);
    std::fs::rename(&draft, shop.store()).map_err(fault)
}

/// Reads the intent files and holds them to everything that they may refer to.
///
/// # Errors
/// All problems of all files.
pub fn load_intents(shop: &ShopDir, facts: &ShopFacts) -> Result<IntentSet, Problems> {
    live::load_intents(&shop.root, facts)
}

/// Starts the encoder as the settings have it.
///
/// # Errors
/// When the model is missing or does not load, or this machine cannot do the precision that is asked for.
pub fn start_encoder(set: &config::Model) -> Result<Encoder, EncoderError> {
    let dir = set.dir.clone().map_or_else(find_model, Ok)?;
    Encoder::with_precision(&dir, set.precision.unwrap_or_else(Precision::best))
}

/// In the state folder: the vectors of the examples and the models learnt from them, one file each a language.
const LEARNT: &str = "embeddings";

/// What does not change from shopper to shopper: the files, the model and the index.
#[derive(Clone)]
pub struct Parts {
    /// The operator's settings.
    pub config: Config,
    /// The shop's facts.
    pub facts: ShopFacts,
    /// What the shop understands and says.
    pub intents: Arc<IntentSet>,
    /// Text to meaning.
    pub understander: Arc<Understander>,
    /// The products.
    pub catalog: Catalog,
    /// Segments and offers.
    pub terms: Arc<Terms>,
}

impl Parts {
    /// Opens them all. Blocks; the model takes seconds, and so do an index and intents that are new.
    ///
    /// # Errors
    /// [`AppError`]: at start a missing model, a broken file or index ends the command.
    pub fn open(shop: &ShopDir, progress: Progress<'_>) -> Result<Parts, AppError> {
        progress("Reading the language model");
        let encoder = start_encoder(&Config::load(&shop.root)?.model)?;
        Self::open_with(shop, Some(encoder), progress)
    }

    /// The same with an encoder that is there already, or without one: words alone decide then.
    ///
    /// # Errors
    /// [`AppError`] when a file or the index is broken.
    pub fn open_with(
        shop: &ShopDir,
        encoder: Option<Encoder>,
        progress: Progress<'_>,
    ) -> Result<Parts, AppError> {
        let config = Config::load(&shop.root)?;
        let facts = catalog::load_shop(&shop.root)?;
        let intents = Arc::new(load_intents(shop, &facts)?);
        let terms = Arc::new(Terms::load(&shop.root, facts.currency)?);
        progress("Opening the product index");
        let catalog = Catalog::open(&shop.root, &shop.state, facts.currency, &mut |_| {})?;
        let catalog = recalled(catalog, encoder.as_ref())?;
        progress("Learning the intents");
        let cache = shop.state.join(LEARNT);
        let vocabulary = catalog.vocabulary();
        let understander = Understander::start(intents.clone(), vocabulary, &facts, encoder, Some(cache))?;
        Ok(Parts { config, facts, intents, understander: Arc::new(understander), catalog, terms })
    }

    /// The same shop with the intents of another folder, which is read like a shop's; facts too, where it has them. What is
    /// learnt of them is kept in `state`. Blocks.
    ///
    /// # Errors
    /// All problems of those files, or that they cannot be learnt.
    pub fn with_files_of(&self, root: &Path, state: &Path) -> Result<Parts, AppError> {
        let facts = match root.join("index/shop.yaml").is_file() {
            true => catalog::load_shop(root)?,
            false => self.facts.clone(),
        };
        let intents = Arc::new(live::load_intents(root, &facts)?);
        let vocabulary = self.catalog.vocabulary();
        let cache = Some(state.join(LEARNT));
        let understander = self.understander.relearn_beside(&intents, &vocabulary, &facts, cache)?;
        Ok(Parts { facts, intents, understander: Arc::new(understander), ..self.clone() })
    }

    /// The same with what all products mean, as shoppers have it some seconds after a start. What has no vector yet is
    /// embedded, which takes some milliseconds a product, and kept. Blocks.
    ///
    /// # Errors
    /// [`AppError::Catalog`] when the model fails or the state folder cannot be written.
    pub fn with_meanings(self) -> Result<Parts, AppError> {
        let Some(encoder) = self.understander.encoder() else { return Ok(self) };
        let embed = |texts: &[String]| encoder.embed_all(texts).map_err(|error| error.to_string());
        let catalog = self.catalog.embedded(&embed, &mut |_| {})?;
        Ok(Parts { catalog, ..self })
    }

    /// What the shop understands and says.
    pub fn snapshot(&self) -> Snapshot {
        let Parts { intents, understander, facts, catalog, terms, .. } = self.clone();
        Snapshot::new(intents, understander, facts, catalog, terms)
    }

    /// The assistant over these parts and a store, which has learnt from all that everybody did.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn assistant(
        &self,
        store: Arc<dyn Store>,
        ids: Ids,
        now: Timestamp,
    ) -> Result<Arc<Assistant>, AppError> {
        let assistant = self.newcomer(store, ids);
        let crowd = learn_crowd(assistant.store.as_ref(), &self.catalog, now, &|_| {})?;
        assistant.replace_crowd(crowd);
        let market = Market::count(assistant.store.as_ref(), &self.catalog, &self.terms, now)?;
        assistant.stall.replace(market);
        Ok(assistant)
    }

    /// The same before it has learnt anything of what others do.
    pub fn newcomer(&self, store: Arc<dyn Store>, ids: Ids) -> Arc<Assistant> {
        Arc::new(Assistant {
            current: Arc::new(Current::new(self.snapshot())),
            store,
            crowd: RwLock::default(),
            stall: Stall::default(),
            limits: self.config.links.limits(),
            ids,
        })
    }
}

/// With what its products mean, as far as that was worked out before.
fn recalled(catalog: Catalog, encoder: Option<&Encoder>) -> Result<Catalog, CatalogError> {
    let Some(encoder) = encoder else { return Ok(catalog) };
    catalog.recalled(&|texts| encoder.embed_all(texts).map_err(|error| error.to_string()))
}

/// New products are suggested beside so many of those that are most like what shoppers have touched.
const ALIKE: usize = 20;

/// More events than this are not learnt from in a moment.
const MANY: usize = 20_000;

/// How far the learning has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lesson {
    /// There are so many events that it will take a while: seconds per million.
    Long,
    /// All of them are read, so many; now it is learnt from them.
    Begun(usize),
}

/// Learns from what everybody does, and says how far it has come.
///
/// # Errors
/// When the store cannot be read.
pub fn learn_crowd(
    store: &dyn Store,
    catalog: &Catalog,
    now: Timestamp,
    progress: &dyn Fn(Lesson),
) -> Result<Crowd, StoreError> {
    let mut builder = CrowdBuilder::new(now);
    let mut read = 0;
    store.each_event(&mut |owner, event| {
        builder.add(owner, event);
        read += 1;
        if read == MANY {
            progress(Lesson::Long);
        }
    })?;
    progress(Lesson::Begun(read));
    // A product whose neighbours cannot be looked up has none.
    let nearest = |id: &ProductId| catalog.nearest(id, ALIKE).unwrap_or_default();
    Ok(builder.build_with(&nearest, &mut |stage| {
        tracing::info!("recommenders: {} ({} of {})", stage.name, stage.number, stage.of);
    }))
}
