//! Weights that quantise better: SmoothQuant (Xiao et al. 2023, arXiv 2211.10438).
//!
//! A layer's activations share one 8-bit scale, so a channel that is ten times as wide as the others leaves them a tenth of the
//! steps. Dividing every channel by its spread and multiplying the weights that read it by the same changes no product.
//! The division costs nothing: it goes into the gain and shift of the layer norm that made the channel.

use tch::{TchError, Tensor};

use super::bert::Bert;
use super::tokens::Tokens;

/// Sentences of the kind that shoppers write, to see how wide each channel gets.
const SAMPLES: [&str; 10] = [
    "where is my order",
    "do you have these boots in blue, size 9?",
    "I want to return a jacket that is too small",
    "how much is shipping to Canada? thanks!",
    "hello",
    "show me wireless headphones under $50",
    "12345 abc !!! 😀",
    "cancel it please, I changed my mind about the red one and would like my money back",
    "wo bleibt mein Paket mit den Schuhen?",
    "will it rain in Paris tomorrow",
];

/// How much of the activations' width goes over to the weights: of 0.5, 0.75 and 1 (mean cosines 0.9989, 0.9990 and
/// 0.9977) the best.
const SHARE: f64 = 0.75;

/// A spread narrower than this part of the widest is taken as this, so that a channel that happens to rest is not blown up.
const NARROWEST: f64 = 1e-3;

/// By layer: the spread of each channel before Q, K and V, and before the wide layer; both `[width]`.
pub(super) struct Spreads(pub(super) Vec<[Tensor; 2]>);

impl Spreads {
    /// Watches the fp32 model read the samples.
    pub(super) fn find(plain: &Bert, tokens: &Tokens) -> Result<Spreads, TchError> {
        let mut widths: Vec<[Option<Tensor>; 2]> = plain.layers.iter().map(|_| [None, None]).collect();
        for sample in SAMPLES {
            let (ids, positions) = tokens.read(sample);
            let mut x = plain.embed(&ids, &positions)?;
            for (layer, [before, between]) in plain.layers.iter().zip(&mut widths) {
                widen(before, &x)?;
                x = layer.look(&x)?;
                widen(between, &x)?;
                x = layer.think(&x)?;
            }
        }
        let spreads = plain.layers.iter().zip(widths).map(|(layer, [before, between])| {
            Ok([spread(before, layer.qkv.weight())?, spread(between, layer.widen.weight())?])
        });
        spreads.collect::<Result<_, _>>().map(Spreads)
    }
}

fn widen(width: &mut Option<Tensor>, x: &Tensor) -> Result<(), TchError> {
    let here = x.f_abs()?.f_amax([0], false)?;
    *width = Some(match width {
        Some(width) => width.f_maximum(&here)?,
        None => here,
    });
    Ok(())
}

/// widthᵅ / weight¹⁻ᵅ for each channel, where the weight is the largest that reads it.
fn spread(width: Option<Tensor>, weight: Option<&Tensor>) -> Result<Tensor, TchError> {
    let (Some(width), Some(weight)) = (width, weight) else {
        return Err(TchError::Torch("the spread of a layer was asked of integers".to_owned()));
    };
    let largest = weight.f_abs()?.f_amax([0], false)?.f_clamp_min(1e-5)?;
    let spread = width.f_pow_tensor_scalar(SHARE)?.f_div(&largest.f_pow_tensor_scalar(1.0 - SHARE)?)?;
    spread.f_maximum(&(spread.f_max()? * NARROWEST))
}
