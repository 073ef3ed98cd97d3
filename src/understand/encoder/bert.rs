//! The forward of a BERT encoder over one sentence at a time: no padding, no mask, few and large operations.
//!
//! The formulas are those of Devlin et al. 2019 as rust-bert has them, dropout left out. Q, K and V are one linear layer, and
//! the factor of 1/√d before the softmax is in the weights of Q.

use tch::{Kind, TchError, Tensor};

use super::linear::Linear;
use super::precision::Precision;
use super::smooth::Spreads;
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
    pub(super) layers: Vec<Layer>,
}

pub(super) struct Layer {
    heads: i64,
    /// By how much the channels are narrowed that `qkv` reads; in fp32 they are as they are.
    before: Option<Tensor>,
    pub(super) qkv: Linear,
    attended: Linear,
    attended_norm: Norm,
    /// The same for `widen`.
    between: Option<Tensor>,
    pub(super) widen: Linear,
    narrow: Linear,
    norm: Norm,
}

impl Bert {
    /// In fp32.
    pub(super) fn plain(weights: &Weights, shape: Shape) -> Result<Bert, TchError> {
        Bert::new(weights, shape, None)
    }

    /// In int8, with its channels narrowed by their spreads.
    pub(super) fn quantised(weights: &Weights, shape: Shape, spreads: &Spreads) -> Result<Bert, TchError> {
        Bert::new(weights, shape, Some(spreads))
    }

    fn new(weights: &Weights, shape: Shape, spreads: Option<&Spreads>) -> Result<Bert, TchError> {
        let segment = weights.get("embeddings.token_type_embeddings.weight")?.f_select(0, 0)?;
        let of = |n: i64| spreads.and_then(|spreads| spreads.0.get(usize::try_from(n).ok()?));
        let before = |n: i64| of(n).map(|[before, _]| before);
        let layers = (0..shape.layers).map(|n| Layer::new(weights, n, shape.heads, of(n), before(n + 1)));
        Ok(Bert {
            words: weights.get("embeddings.word_embeddings.weight")?,
            positions: weights.get("embeddings.position_embeddings.weight")?.f_add(&segment)?,
            norm: Norm::new(weights, "embeddings.LayerNorm", before(0))?,
            layers: layers.collect::<Result<_, _>>()?,
        })
    }

    /// `[tokens]` and their positions → the states of the last layer and of the one at two thirds of the way, both
    /// `[tokens, width]`.
    pub(super) fn forward(&self, tokens: &[i64], positions: &[i64]) -> Result<[Tensor; 2], TchError> {
        let (lower, upper) = self.layers.split_at(self.layers.len() * 2 / 3);
        let on =
            |x: Tensor, layers: &[Layer]| layers.iter().try_fold(x, |x, layer| layer.think(&layer.look(&x)?));
        let middle = on(self.embed(tokens, positions)?, lower)?;
        let last = on(middle.shallow_clone(), upper)?;
        // Its channels are as narrow as the layer above wants them.
        let middle = match upper.first().and_then(|layer| layer.before.as_ref()) {
            Some(spread) => middle.f_mul(spread)?,
            None => middle,
        };
        Ok([last, middle])
    }

    /// What the first layer gets.
    pub(super) fn embed(&self, tokens: &[i64], positions: &[i64]) -> Result<Tensor, TchError> {
        let words = self.words.f_index_select(0, &Tensor::f_from_slice(tokens)?)?;
        let places = self.positions.f_index_select(0, &Tensor::f_from_slice(positions)?)?;
        self.norm.forward(&words.f_add(&places)?)
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
    fn new(
        weights: &Weights,
        n: i64,
        heads: i64,
        spreads: Option<&[Tensor; 2]>,
        after: Option<&Tensor>,
    ) -> Result<Layer, TchError> {
        let named = |part: &str| format!("encoder.layer.{n}.{part}");
        let (before, between) = (spreads.map(|s| &s[0]), spreads.map(|s| &s[1]));
        let precision = if spreads.is_some() { Precision::Int8 } else { Precision::Fp32 };
        let linear = |part: &str, spread: Option<&Tensor>| {
            let (weight, bias) = weights.pair(&named(part))?;
            Linear::new(widened(weight, spread)?, bias, precision)
        };
        let (q, q_bias) = weights.pair(&named("attention.self.query"))?;
        let (k, k_bias) = weights.pair(&named("attention.self.key"))?;
        let (v, v_bias) = weights.pair(&named("attention.self.value"))?;
        let scale = ((q_bias.size1()? / heads) as f64).sqrt().recip();
        let qkv = widened(Tensor::f_cat(&[q * scale, k, v], 0)?, before)?;
        Ok(Layer {
            heads,
            before: before.map(Tensor::shallow_clone),
            qkv: Linear::new(qkv, Tensor::f_cat(&[q_bias * scale, k_bias, v_bias], 0)?, precision)?,
            attended: linear("attention.output.dense", None)?,
            attended_norm: Norm::new(weights, &named("attention.output.LayerNorm"), between)?,
            between: between.map(Tensor::shallow_clone),
            widen: linear("intermediate.dense", between)?,
            narrow: linear("output.dense", None)?,
            norm: Norm::new(weights, &named("output.LayerNorm"), after)?,
        })
    }

    /// The first half: every token looks at the others.
    pub(super) fn look(&self, x: &Tensor) -> Result<Tensor, TchError> {
        let attended = self.attended.forward(&self.attend(x)?)?;
        self.attended_norm.forward(&join(&attended, x, self.before.as_ref())?)
    }

    /// The second half: every token by itself.
    pub(super) fn think(&self, x: &Tensor) -> Result<Tensor, TchError> {
        let wide = self.widen.forward(x)?.f_gelu("none")?;
        self.norm.forward(&join(&self.narrow.forward_by_token(wide)?, x, self.between.as_ref())?)
    }

    /// softmax(QKᵀ)V for all heads at once.
    fn attend(&self, x: &Tensor) -> Result<Tensor, TchError> {
        let tokens = x.size2()?.0;
        let qkv = self.qkv.forward(x)?.f_view([tokens, 3, self.heads, -1])?.f_permute([1, 2, 0, 3])?;
        let (q, k, v) = (qkv.f_select(0, 0)?, qkv.f_select(0, 1)?, qkv.f_select(0, 2)?);
        let weights = q.f_bmm(&k.f_transpose(1, 2)?)?.f_softmax(-1, None::<Kind>)?;
        weights.f_bmm(&v)?.f_transpose(0, 1)?.f_reshape([tokens, -1])
    }

    fn share(&self) -> Layer {
        Layer {
            heads: self.heads,
            before: self.before.as_ref().map(Tensor::shallow_clone),
            qkv: self.qkv.share(),
            attended: self.attended.share(),
            attended_norm: self.attended_norm.share(),
            between: self.between.as_ref().map(Tensor::shallow_clone),
            widen: self.widen.share(),
            narrow: self.narrow.share(),
            norm: self.norm.share(),
        }
    }
}

/// The residual connection, with the channels of `x` as wide as they were.
fn join(new: &Tensor, x: &Tensor, spread: Option<&Tensor>) -> Result<Tensor, TchError> {
    match spread {
        Some(spread) => new.f_addcmul(x, spread),
        None => new.f_add(x),
    }
}

/// A weight for narrowed channels.
fn widened(weight: Tensor, spread: Option<&Tensor>) -> Result<Tensor, TchError> {
    spread.map_or(Ok(weight.shallow_clone()), |spread| weight.f_mul(spread))
}

struct Norm {
    gain: Tensor,
    shift: Tensor,
}

impl Norm {
    /// One that divides each channel by its spread.
    fn new(weights: &Weights, name: &str, spread: Option<&Tensor>) -> Result<Norm, TchError> {
        let (gain, shift) = weights.pair(name)?;
        Ok(match spread {
            Some(spread) => Norm { gain: gain.f_div(spread)?, shift: shift.f_div(spread)? },
            None => Norm { gain, shift },
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        x.f_layer_norm(self.gain.size(), Some(&self.gain), Some(&self.shift), EPSILON, false)
    }

    fn share(&self) -> Norm {
        Norm { gain: self.gain.shallow_clone(), shift: self.shift.shallow_clone() }
    }
}
