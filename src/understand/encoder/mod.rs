//! Sentences to vectors: rust-bert's sentence-embeddings model on a thread of its own.
//!
//! Whoever has a text asks [`Encoder::embed`]; up to [`QUEUE`] requests wait, and one more is answered
//! [`EncoderError::Busy`] at once. What waits together is computed together, but a vector does not depend on its
//! company: padding is masked, and fp32 sums in another order differ by less than 1e-5 in each dimension.

mod files;
mod model;
mod queue;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quick_cache::sync::Cache;

pub use files::find_model;
use queue::{Job, Queue};

/// A unit-length vector of [`DIMENSIONS`] numbers.
pub type Embedding = Arc<[f32]>;

/// The width of all-MiniLM-L6-v2.
pub const DIMENSIONS: usize = 384;

/// How many requests may wait. At about 7 ms a sentence the last of them waits for half a second alone, less in batches.
const QUEUE: usize = 128;

/// How many different texts keep their vectors: 1.5 kB each.
const REMEMBERED: usize = 8192;

/// Why there is no vector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncoderError {
    /// Set-up did not run, or not to its end.
    #[error(
        "the model file {path} is missing; run `cargo xtask setup`, or point SHOPHAND_MODEL_DIR at the model's folder"
    )]
    Missing {
        /// The first file that is not there.
        path: PathBuf,
    },
    /// No folder holds a model.
    #[error(
        "no model found: looked for {tried}; run `cargo xtask setup`, or point SHOPHAND_MODEL_DIR at the model's folder"
    )]
    NoModel {
        /// The folders, separated by commas.
        tried: String,
    },
    /// The files are there but cannot be used.
    #[error("the model in {dir} does not load: {reason}; delete the folder and run `cargo xtask setup`")]
    Load {
        /// The model's folder.
        dir: PathBuf,
        /// What rust-bert or libtorch said.
        reason: String,
    },
    /// The queue is full; try again later or do without.
    #[error("the encoder is busy: {QUEUE} messages wait already")]
    Busy,
    /// The thread is gone; do without.
    #[error("the encoder has stopped")]
    Stopped,
    /// This text or batch failed; others may succeed.
    #[error("the encoder failed: {0}")]
    Failed(String),
}

/// A handle to the encoder's thread. Clones share the thread; it ends when the last one is dropped.
#[derive(Clone)]
pub struct Encoder {
    queue: Queue,
    remembered: Arc<Cache<String, Embedding>>,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("remembered", &self.remembered.len()).finish_non_exhaustive()
    }
}

impl Encoder {
    /// Loads the model in `dir` on a new thread and waits until it can be used (about half a second).
    ///
    /// # Errors
    /// [`EncoderError::Missing`] with the first file that is not there, or [`EncoderError::Load`].
    pub fn start(dir: &Path) -> Result<Encoder, EncoderError> {
        files::check(dir)?;
        let queue = queue::start(dir.to_owned())?;
        Ok(Encoder { queue, remembered: Arc::new(Cache::new(REMEMBERED)) })
    }

    /// The vector of one text, remembered if it was asked for lately.
    ///
    /// # Errors
    /// [`EncoderError::Busy`], [`EncoderError::Stopped`] or [`EncoderError::Failed`]; callers go on without.
    pub async fn embed(&self, text: &str) -> Result<Embedding, EncoderError> {
        if let Some(known) = self.remembered.get(text) {
            return Ok(known);
        }
        let (job, answer) = Job::awaited(text);
        self.queue.offer(job)?;
        let vectors = answer.await.map_err(|_| EncoderError::Stopped)??;
        let vector = vectors.into_iter().next().ok_or(EncoderError::Stopped)?;
        self.remembered.insert(text.to_owned(), vector.clone());
        Ok(vector)
    }

    /// The vectors of many texts, in their order, for training and indexing. Blocks the thread, so call it from none
    /// that serves; messages that come meanwhile are taken in between the batches.
    ///
    /// # Errors
    /// [`EncoderError::Stopped`] or [`EncoderError::Failed`].
    pub fn embed_all<S: AsRef<str>>(&self, texts: &[S]) -> Result<Vec<Embedding>, EncoderError> {
        // Sentences of like length together: less padding, a third of the time.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&i| texts[i].as_ref().len());
        let mut vectors: Vec<Option<Embedding>> = vec![None; texts.len()];
        for chunk in order.chunks(queue::BATCH) {
            let (job, answer) = Job::blocking(chunk.iter().map(|&i| texts[i].as_ref().to_owned()).collect());
            self.queue.wait(job)?;
            let found = answer.recv().map_err(|_| EncoderError::Stopped)??;
            for (&i, vector) in chunk.iter().zip(found) {
                vectors[i] = Some(vector);
            }
        }
        vectors.into_iter().collect::<Option<Vec<_>>>().ok_or(EncoderError::Stopped)
    }

    /// Ends the thread after what waits now; every later request is answered [`EncoderError::Stopped`].
    pub fn stop(&self) {
        self.queue.close();
    }
}
