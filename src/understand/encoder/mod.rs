//! Sentences to vectors: all-MiniLM-L6-v2 on threads of its own, one for each core.
//!
//! Whoever has a text asks [`Encoder::embed`]; up to [`QUEUE`] requests wait, and one more is answered
//! [`EncoderError::Busy`] at once. A thread computes one sentence at a time, because libtorch's int8 product scales the
//! activations over its whole input: so a vector depends on nothing but its text.
//!
//! The forward is ours (`bert`), on tch; the linear layers compute in the [`Precision`] that is set. rust-bert tokenises, and
//! its pipeline is the [`Reference`] that the tests hold the vectors to.
//!
//! How like int8 is to fp32 is a matter of scales. The mean and the least cosine over shoppers' sentences, from a simulation
//! on every tenth of the labelled set (the first row on all of it); measured on all 593, the second row has 0.9923 and
//! 0.962, and the one in bold, which is what stands here, 0.9990 and 0.993:
//!
//! | weights | activations | mean | least |
//! |---|---|---|---|
//! | one scale and zero point | one scale | 0.980 | 0.908 |
//! | a scale for each row | one scale | 0.9923 | 0.963 |
//! | a scale for each row | one for each token before all layers | 0.9963 | 0.975 |
//! | a scale for each row, smoothed (`smooth`) | one scale | 0.9959 | 0.983 |
//! | a scale for each row, smoothed | one for each token before the last layer of a block | **0.9990** | **0.991** |
//! | the same in 7 bits, for processors without VNNI | the same | 0.9969 | 0.972 |
//!
//! Left out: smoothing by the layer norms' own gains instead of samples (0.9934), by an offset besides (0.9962), or also
//! before the other layers (0.9959 and less), and a scale for each token before all smoothed layers (0.9990): no gain or too
//! small a one for its cost.

mod bert;
mod files;
mod linear;
mod model;
mod precision;
mod queue;
mod reference;
mod smooth;
mod tokens;
mod weights;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quick_cache::sync::Cache;

pub use files::find_model;
pub(in crate::understand) use linear::Linear;
use model::Model;
pub use precision::Precision;
use queue::{CHUNK, Job, Queue};
pub use reference::Reference;

use crate::text::Words;

/// A unit-length vector of [`DIMENSIONS`] numbers.
pub type Embedding = Arc<[f32]>;

/// What one forward tells of a text: its [`Embedding`], and behind it as many numbers of a layer in the middle, of unit
/// length too. The middle still knows the words' forms, which the last layer has given up for the sense: intents that
/// differ in a word are told apart by both together.
pub type Layers = Arc<[f32]>;

/// The width of all-MiniLM-L6-v2.
pub const DIMENSIONS: usize = 384;

/// The embedding in the layers.
pub fn embedding(layers: &[f32]) -> Embedding {
    layers.iter().copied().take(DIMENSIONS).collect()
}

/// How many requests may wait. At about 2 ms a sentence (int8, one core) the last of them waits for a quarter of a second.
const QUEUE: usize = 128;

/// How many different texts keep their vectors: 3 kB each.
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
    /// This machine's libtorch cannot multiply 8-bit integers.
    #[error(
        "int8 needs libtorch with fbgemm and a processor with AVX2, which this machine lacks; set precision = \"fp32\" in [model] of shophand.toml, or leave it out"
    )]
    NoInt8,
    /// The queue is full; try again later or do without.
    #[error("the encoder is busy: {QUEUE} messages wait already")]
    Busy,
    /// The threads are gone; do without.
    #[error("the encoder has stopped")]
    Stopped,
    /// This text failed; others may succeed.
    #[error("the encoder failed: {0}")]
    Failed(String),
}

/// A handle to the encoder's threads. Clones share them; they end when the last one is dropped.
#[derive(Clone)]
pub struct Encoder {
    queue: Queue,
    precision: Precision,
    threads: usize,
    words: Arc<Words>,
    remembered: Arc<Cache<String, Layers>>,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder")
            .field("precision", &self.precision)
            .field("threads", &self.threads)
            .field("remembered", &self.remembered.len())
            .finish_non_exhaustive()
    }
}

impl Encoder {
    /// [`Encoder::with_precision`] in the [`Precision::best`] of this machine.
    ///
    /// # Errors
    /// As there.
    pub fn start(dir: &Path) -> Result<Encoder, EncoderError> {
        Encoder::with_precision(dir, Precision::best())
    }

    /// Loads the model in `dir`, once for all threads, starts one for each core and waits until they are warm (about
    /// half a second).
    ///
    /// # Errors
    /// [`EncoderError::Missing`] with the first file that is not there, [`EncoderError::Load`], or
    /// [`EncoderError::NoInt8`].
    pub fn with_precision(dir: &Path, precision: Precision) -> Result<Encoder, EncoderError> {
        // Also for the caller's thread and for all that come later, which learn the intents: a short sentence gains nothing
        // from a second thread, and threads that spin for each other come to a standstill on a busy machine.
        tch::set_num_threads(1);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let model = Model::load(dir, precision)?;
        let queue = queue::start(dir, &model, threads)?;
        let words = Arc::new(files::words(dir)?);
        Ok(Encoder { queue, precision, threads, words, remembered: Arc::new(Cache::new(REMEMBERED)) })
    }

    /// In what numbers it computes.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The words that the model knows whole, the commonest first.
    pub fn words(&self) -> &Arc<Words> {
        &self.words
    }

    /// How many sentences it computes at the same time.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// The vector of one text, remembered if it was asked for lately.
    ///
    /// # Errors
    /// [`EncoderError::Busy`], [`EncoderError::Stopped`] or [`EncoderError::Failed`]; callers go on without.
    pub async fn embed(&self, text: &str) -> Result<Embedding, EncoderError> {
        Ok(embedding(&self.layers(text).await?))
    }

    /// The same with the layer in the middle.
    ///
    /// # Errors
    /// As [`Encoder::embed`].
    pub async fn layers(&self, text: &str) -> Result<Layers, EncoderError> {
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

    /// The vectors of many texts, in their order, for training and indexing, on all threads. Blocks the caller, so call
    /// it from none that serves; messages that come meanwhile wait for [`CHUNK`] sentences at most.
    ///
    /// # Errors
    /// [`EncoderError::Stopped`] or [`EncoderError::Failed`].
    pub fn embed_all<S: AsRef<str>>(&self, texts: &[S]) -> Result<Vec<Embedding>, EncoderError> {
        Ok(self.layers_of_all(texts)?.iter().map(|layers| embedding(layers)).collect())
    }

    /// The same with the layer in the middle.
    ///
    /// # Errors
    /// As [`Encoder::embed_all`].
    pub fn layers_of_all<S: AsRef<str>>(&self, texts: &[S]) -> Result<Vec<Layers>, EncoderError> {
        let mut chunks = texts.chunks(CHUNK);
        let mut asked = VecDeque::new();
        let mut vectors = Vec::with_capacity(texts.len());
        loop {
            // One more than there are threads, so that none waits for us and the queue stays free for messages.
            while asked.len() <= self.threads
                && let Some(chunk) = chunks.next()
            {
                let (job, answer) =
                    Job::blocking(chunk.iter().map(|text| text.as_ref().to_owned()).collect());
                self.queue.wait(job)?;
                asked.push_back(answer);
            }
            let Some(answer) = asked.pop_front() else { return Ok(vectors) };
            vectors.extend(answer.recv().map_err(|_| EncoderError::Stopped)??);
        }
    }

    /// Ends the threads after what waits now; every later request is answered [`EncoderError::Stopped`].
    pub fn stop(&self) {
        self.queue.close();
    }
}
