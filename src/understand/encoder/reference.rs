//! rust-bert's own sentence-embeddings pipeline, in fp32: what the tests hold the encoder's vectors to, and what its
//! benchmark is measured against. Nothing that serves uses it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use rust_bert::pipelines::common::ModelType;
use rust_bert::pipelines::sentence_embeddings::{SentenceEmbeddingsConfig, SentenceEmbeddingsModel};
use tch::Device;

use super::model::said;
use super::{Embedding, EncoderError, files};

/// The pipeline over a model's folder. It computes on the thread that asks, with as many threads as libtorch takes.
pub struct Reference(SentenceEmbeddingsModel);

impl Reference {
    /// Loads the model in `dir`. rust-bert panics on a file that does not parse, so a panic is an error like any other
    /// here.
    ///
    /// # Errors
    /// [`EncoderError::Missing`] or [`EncoderError::Load`].
    pub fn load(dir: &Path) -> Result<Reference, EncoderError> {
        files::check(dir)?;
        let failed = |reason: String| EncoderError::Load { dir: dir.to_owned(), reason };
        let resource = |name: &str| dir.join(name).into();
        let config = SentenceEmbeddingsConfig {
            modules_config_resource: resource("modules.json"),
            transformer_type: ModelType::Bert,
            transformer_config_resource: resource("config.json"),
            // libtorch's loader goes by the extension, so the safetensors need no conversion.
            transformer_weights_resource: resource("model.safetensors"),
            pooling_config_resource: resource("1_Pooling/config.json"),
            dense_config_resource: None,
            dense_weights_resource: None,
            sentence_bert_config_resource: resource("sentence_bert_config.json"),
            tokenizer_config_resource: resource("tokenizer_config.json"),
            tokenizer_vocab_resource: resource("vocab.txt"),
            tokenizer_merges_resource: None,
            device: Device::Cpu,
            kind: None,
        };
        match catch_unwind(AssertUnwindSafe(|| SentenceEmbeddingsModel::new(config))) {
            Ok(Ok(model)) => Ok(Reference(model)),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(panic) => Err(failed(said(&*panic))),
        }
    }

    /// One vector for each text, in order, computed as one padded batch.
    ///
    /// # Errors
    /// [`EncoderError::Failed`] with what rust-bert said.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EncoderError> {
        match catch_unwind(AssertUnwindSafe(|| self.0.encode(texts))) {
            Ok(Ok(vectors)) => Ok(vectors.into_iter().map(Arc::from).collect()),
            Ok(Err(error)) => Err(EncoderError::Failed(error.to_string())),
            Err(panic) => Err(EncoderError::Failed(said(&*panic))),
        }
    }
}
