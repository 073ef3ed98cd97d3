//! From saved files to the snapshot that answers, or to what is wrong with them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Current, Snapshot, load_intents};
use crate::catalog::{Catalog, load_shop};

/// What is live, and what keeps newer files from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Digest of the intent files that answer.
    pub version: String,
    /// How long it took to bring them live; `None` for those that the shop was opened with.
    pub took: Option<Duration>,
    /// What is wrong with the files as they are now, each with its place; empty when they are what answers.
    pub problems: Vec<String>,
}

/// Brings a shop's files live.
#[derive(Debug)]
pub struct Reloader {
    root: PathBuf,
    catalog: Catalog,
    current: Arc<Current>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The edition of the catalogue whose words the current snapshot knows.
    edition: String,
    took: Option<Duration>,
    problems: Vec<String>,
}

/// What a look at the files came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// What they say is live, from now on or already.
    Live,
    /// They are broken; what was live before stays.
    Broken,
    /// They changed while they were read.
    Unsettled,
}

impl Reloader {
    /// For the shop in `root`, whose current snapshot was learnt with the words of this catalogue.
    pub fn new(root: &Path, catalog: Catalog, current: Arc<Current>) -> Self {
        let state = Mutex::new(State { edition: catalog.version(), took: None, problems: Vec::new() });
        Reloader { root: root.to_owned(), catalog, current, state }
    }

    /// What is live, and what is wrong with newer files.
    pub fn status(&self) -> Status {
        let version = self.current.snapshot().intents.version.clone();
        let state = self.lock();
        Status { version, took: state.took, problems: state.problems.clone() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The edition of the catalogue, whose words are learnt too.
    pub(super) fn edition(&self) -> String {
        self.catalog.version()
    }

    /// Reads the files and brings them live. `since` is when somebody saved; `settled` says whether nothing has changed
    /// since the reading began, so that half of a larger change never goes live. Blocks, for seconds when examples changed.
    pub(super) fn reload(&self, since: Instant, settled: impl Fn() -> bool) -> Outcome {
        let edition = self.edition();
        let read = self.read();
        if !settled() {
            return Outcome::Unsettled;
        }
        let renewed = read.and_then(|read| self.renew(read, &edition));
        let mut state = self.lock();
        match renewed {
            Ok(renewed) => {
                let mended = !std::mem::take(&mut state.problems).is_empty();
                state.edition = edition;
                if let Some(snapshot) = renewed {
                    let version = snapshot.intents.version.clone();
                    self.current.replace(snapshot);
                    let took = since.elapsed();
                    state.took = Some(took);
                    tracing::info!("intents reloaded in {} ms (version {version})", took.as_millis());
                } else if mended {
                    tracing::info!("the files are sound again, and say what was live all along");
                }
                Outcome::Live
            }
            Err(problems) => {
                if state.problems != problems {
                    let live = &self.current.snapshot().intents.version;
                    let all = problems.join("\n");
                    tracing::error!("the saved files are broken, so version {live} keeps answering:\n{all}");
                    state.problems = problems;
                }
                Outcome::Broken
            }
        }
    }

    fn read(&self) -> Result<Files, Vec<String>> {
        let facts = load_shop(&self.root).map_err(|error| vec![error.to_string()])?;
        let live = self.current.snapshot();
        if facts.currency != live.facts.currency {
            let (new, old) = (facts.currency.code(), live.facts.currency.code());
            return Err(vec![format!(
                "index/shop.yaml: the currency is now {new}, but all prices are read as {old}; restart the program to change it"
            )]);
        }
        let intents = load_intents(&self.root, &facts);
        let intents = intents.map_err(|found| found.0.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        Ok(Files { intents, facts })
    }

    /// The next snapshot; `None` when it would be the one that is live.
    fn renew(&self, files: Files, edition: &str) -> Result<Option<Snapshot>, Vec<String>> {
        let live = self.current.snapshot();
        let Files { intents, facts } = files;
        let same_words = self.lock().edition == edition;
        if same_words && intents.version == live.intents.version && facts == live.facts {
            return Ok(None);
        }
        let understander = if same_words && live.teaches_the_same(&intents, &facts) {
            live.understander.clone()
        } else {
            let learnt = live.understander.relearn(&intents, &self.catalog.vocabulary(), &facts);
            Arc::new(learnt.map_err(|error| vec![chain(&error)])?)
        };
        Ok(Some(Snapshot::new(Arc::new(intents), understander, facts)))
    }

    /// Notes that a reload came to grief in a way that nobody foresaw.
    pub(super) fn broke(&self, why: &str) {
        tracing::error!(why, "the saved files could not be taken over; what was live before keeps answering");
        self.lock().problems = vec![format!("the saved files could not be taken over: {why}")];
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was read and is sound.
struct Files {
    intents: crate::intents::IntentSet,
    facts: crate::model::ShopFacts,
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
