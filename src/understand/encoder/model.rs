//! A text to its vector: tokenise, forward, mean over the tokens, unit length.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use rust_bert::Config;
use rust_bert::bert::BertConfig;
use rust_bert::pipelines::sentence_embeddings::SentenceEmbeddingsModulesConfig;
use tch::{Kind, TchError, Tensor};

use super::bert::{Bert, Shape};
use super::precision::{Precision, has_fbgemm};
use super::smooth::Spreads;
use super::tokens::Tokens;
use super::weights::Weights;
use super::{DIMENSIONS, EncoderError, Layers, files};

pub(super) struct Model {
    tokens: Arc<Tokens>,
    bert: Bert,
}

impl Model {
    /// rust-bert panics on a file that does not parse, so a panic is an error like any other here.
    pub(super) fn load(dir: &Path, precision: Precision) -> Result<Model, EncoderError> {
        files::check(dir)?;
        if precision == Precision::Int8 && !has_fbgemm() {
            return Err(EncoderError::NoInt8);
        }
        let loaded = catch_unwind(AssertUnwindSafe(|| tch::no_grad(|| read(dir, precision))));
        let loaded = loaded.unwrap_or_else(|panic| Err(said(&*panic)));
        loaded.map_err(|reason| EncoderError::Load { dir: dir.to_owned(), reason })
    }

    /// The layers of one text.
    pub(super) fn embed(&self, text: &str) -> Result<Layers, EncoderError> {
        match catch_unwind(AssertUnwindSafe(|| tch::no_grad(|| self.vector(text)))) {
            Ok(Ok(vector)) => Ok(vector),
            Ok(Err(error)) => Err(EncoderError::Failed(error.to_string())),
            Err(panic) => Err(EncoderError::Failed(said(&*panic))),
        }
    }

    fn vector(&self, text: &str) -> Result<Layers, TchError> {
        let (tokens, positions) = self.tokens.read(text);
        let [last, middle] = self.bert.forward(&tokens, &positions)?;
        let both = Tensor::f_cat(&[pooled(&last)?, pooled(&middle)?], 0)?;
        Ok(Arc::from(Vec::<f32>::try_from(both)?))
    }

    /// The same model in the same memory for another thread.
    pub(super) fn share(&self) -> Model {
        Model { tokens: self.tokens.clone(), bert: self.bert.share() }
    }
}

/// The mean over the tokens, of unit length.
fn pooled(states: &Tensor) -> Result<Tensor, TchError> {
    let mean = states.f_mean_dim([0i64].as_slice(), false, None::<Kind>)?;
    mean.f_div(&mean.f_norm()?.f_clamp_min(1e-12)?)
}

fn read(dir: &Path, precision: Precision) -> Result<Model, String> {
    let config = BertConfig::from_file(dir.join("config.json"));
    let modules = SentenceEmbeddingsModulesConfig::from_file(dir.join("modules.json"));
    if config.hidden_size != DIMENSIONS as i64 || !modules.has_normalization() {
        return Err(format!("it is no sentence encoder of {DIMENSIONS} dimensions and unit length"));
    }
    let weights = Weights::read(&dir.join("model.safetensors")).map_err(|error| error.to_string())?;
    let shape = Shape { layers: config.num_hidden_layers, heads: config.num_attention_heads };
    let tokens = Tokens::load(dir).map_err(|error| error.to_string())?;
    let bert = build(&weights, shape, precision, &tokens).map_err(|error| error.to_string())?;
    Ok(Model { tokens: Arc::new(tokens), bert })
}

fn build(weights: &Weights, shape: Shape, precision: Precision, tokens: &Tokens) -> Result<Bert, TchError> {
    let plain = Bert::plain(weights, shape)?;
    match precision {
        Precision::Fp32 => Ok(plain),
        Precision::Int8 => Bert::quantised(weights, shape, &Spreads::find(&plain, tokens)?),
    }
}

/// What a panic said.
pub(super) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked without a word").to_owned()
}
