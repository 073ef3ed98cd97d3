//! The forward of a BERT encoder over one sentence at a time: no padding, no mask, few and large operations.
//!
//! The formulas are those of Devlin et al. 2019 as rust-bert has them, dropout left out. Q, K and V are one linear layer, and
//! the factor of 1/√d before the softmax is in the weights of Q.

use tch::{Kind, TchError, Tensor};

use super::linear::Linear;
use super::precision::Precision;
use super::weights::Weights;

/// As rust-bert sets it, whatever the model's config says.
const EPSILON: f64 = 1e-12;

/// The shape of the model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) layers: i64,
    pub(super) heads: i64,
}

pub(super) struct Bert {
    words: Tensor,
    /// With the embedding of the first (and only) segment added.
    positions: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    heads: i64,
    qkv: Linear,
    attended: Linear,
    attended_norm: Norm,
    widen: Linear,
    narrow: Linear,
    norm: Norm,
}

impl Bert {
    pub(super) fn new(weights: &Weights, shape: Shape, precision: Precision) -> Result<Bert, TchError> {
        let segment = weights.get("embeddings.token_type_embeddings.weight")?.f_select(0, 0)?;
        let layers = (0..shape.layers).map(|n| Layer::new(weights, n, shape.heads, precision));
        Ok(Bert {
            words: weights.get("embeddings.word_embeddings.weight")?,
            positions: weights.get("embeddings.position_embeddings.weight")?.f_add(&segment)?,
            norm: Norm::new(weights, "embeddings.LayerNorm")?,
            layers: layers.collect::<Result<_, _>>()?,
        })
    }

    /// `[tokens]` and their positions → `[tokens, width]`: the last layer's states.
    pub(super) fn forward(&self, tokens: &[i64], positions: &[i64]) -> Result<Tensor, TchError> {
        let words = self.words.f_index_select(0, &Tensor::f_from_slice(tokens)?)?;
        let places = self.positions.f_index_select(0, &Tensor::f_from_slice(positions)?)?;
        let embedded = self.norm.forward(&words.f_add(&places)?)?;
        self.layers.iter().try_fold(embedded, |x, layer| layer.forward(&x))
    }

    /// The same memory for another thread.
    pub(super) fn share(&self) -> Bert {
        Bert {
            words: self.words.shallow_clone(),
            positions: self.positions.shallow_clone(),
            norm: self.norm.share(),
            layers: self.layers.iter().map(Layer::share).collect(),
        }
    }
}

impl Layer {
    fn new(weights: &Weights, n: i64, heads: i64, precision: Precision) -> Result<Layer, TchError> {
        let named = |part: &str| format!("encoder.layer.{n}.{part}");
        let of = |part: &str| weights.get(&named(part));
        let linear =
            |part: &str| Linear::new(of(&format!("{part}.weight"))?, of(&format!("{part}.bias"))?, precision);
        let (query, bias) = (of("attention.self.query.weight")?, of("attention.self.query.bias")?);
        let scale = ((query.size().first().copied().unwrap_or(heads) / heads) as f64).sqrt().recip();
        let together = |q: Tensor, part: &str| {
            let (key, value) =
                (of(&format!("attention.self.key.{part}"))?, of(&format!("attention.self.value.{part}"))?);
            Tensor::f_cat(&[q, key, value], 0)
        };
        Ok(Layer {
            heads,
            qkv: Linear::new(together(query * scale, "weight")?, together(bias * scale, "bias")?, precision)?,
            attended: linear("attention.output.dense")?,
            attended_norm: Norm::new(weights, &named("attention.output.LayerNorm"))?,
            widen: linear("intermediate.dense")?,
            narrow: linear("output.dense")?,
            norm: Norm::new(weights, &named("output.LayerNorm"))?,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        let attended = self.attended.forward(&self.attend(x)?)?;
        let x = self.attended_norm.forward(&attended.f_add(x)?)?;
        let wide = self.widen.forward(&x)?.f_gelu("none")?;
        self.norm.forward(&self.narrow.forward(&wide)?.f_add(&x)?)
    }

    /// Every token's look at all others: softmax(QKᵀ)V for all heads at once.
    fn attend(&self, x: &Tensor) -> Result<Tensor, TchError> {
        let qkv = self.qkv.forward(x)?.f_view([x.size()[0], 3, self.heads, -1])?.f_permute([1, 2, 0, 3])?;
        let (q, k, v) = (qkv.f_select(0, 0)?, qkv.f_select(0, 1)?, qkv.f_select(0, 2)?);
        let weights = q.f_bmm(&k.f_transpose(1, 2)?)?.f_softmax(-1, None::<Kind>)?;
        weights.f_bmm(&v)?.f_transpose(0, 1)?.f_reshape([x.size()[0], -1])
    }

    fn share(&self) -> Layer {
        Layer {
            heads: self.heads,
            qkv: self.qkv.share(),
            attended: self.attended.share(),
            attended_norm: self.attended_norm.share(),
            widen: self.widen.share(),
            narrow: self.narrow.share(),
            norm: self.norm.share(),
        }
    }
}

struct Norm {
    gain: Tensor,
    shift: Tensor,
}

impl Norm {
    fn new(weights: &Weights, name: &str) -> Result<Norm, TchError> {
        Ok(Norm {
            gain: weights.get(&format!("{name}.weight"))?,
            shift: weights.get(&format!("{name}.bias"))?,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        x.f_layer_norm(self.gain.size(), Some(&self.gain), Some(&self.shift), EPSILON, false)
    }

    fn share(&self) -> Norm {
        Norm { gain: self.gain.shallow_clone(), shift: self.shift.shallow_clone() }
    }
}
