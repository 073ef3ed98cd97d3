//! A linear layer, `y = x Wᵀ + b`, in either precision.

use tch::{Device, Kind, Scalar, TchError, Tensor};

use super::precision::Precision;

pub(in crate::understand) enum Linear {
    Fp32 { weight: Tensor, bias: Tensor },
    Int8(Int8),
}

/// Weights as integers, each row with its own scale. fbgemm knows one scale for all of them, so it gets 1 and the rows'
/// scales are multiplied in afterwards, together with adding the bias.
pub(in crate::understand) struct Int8 {
    /// fbgemm's own layout of the integers.
    packed: Tensor,
    /// By output: the sum of its integers.
    sums: Tensor,
    /// `[outputs, inputs]` without memory of its own: fbgemm asks it for nothing but its shape.
    shape: Tensor,
    scales: Tensor,
    bias: Tensor,
    no_bias: Tensor,
}

impl Linear {
    /// From a weight of `[outputs, inputs]` and a bias of `[outputs]`, both fp32.
    pub(in crate::understand) fn new(
        weight: Tensor,
        bias: Tensor,
        precision: Precision,
    ) -> Result<Linear, TchError> {
        match precision {
            Precision::Fp32 => Ok(Linear::Fp32 { weight: weight.f_contiguous()?, bias }),
            Precision::Int8 => Int8::new(&weight, bias).map(Linear::Int8),
        }
    }

    /// `[tokens, inputs]` → `[tokens, outputs]`. In int8 the activations share one scale, so hand over one sentence only.
    pub(in crate::understand) fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        match self {
            Linear::Fp32 { weight, bias } => x.f_linear(weight, Some(bias)),
            Linear::Int8(int8) => int8.forward(x),
        }
    }

    /// As [`Linear::forward`], for activations that are nowhere below −0.17 (gelu's least) and whose tokens differ much
    /// in width: in int8 each token gets a scale of its own.
    pub(super) fn forward_by_token(&self, x: Tensor) -> Result<Tensor, TchError> {
        match self {
            Linear::Fp32 { .. } => self.forward(&x),
            Linear::Int8(int8) => int8.forward_by_token(x),
        }
    }

    /// The fp32 weights, if it has them.
    pub(super) fn weight(&self) -> Option<&Tensor> {
        match self {
            Linear::Fp32 { weight, .. } => Some(weight),
            Linear::Int8(_) => None,
        }
    }

    /// The same memory for another thread.
    pub(in crate::understand) fn share(&self) -> Linear {
        match self {
            Linear::Fp32 { weight, bias } => {
                Linear::Fp32 { weight: weight.shallow_clone(), bias: bias.shallow_clone() }
            }
            Linear::Int8(int8) => Linear::Int8(int8.share()),
        }
    }
}

impl Int8 {
    fn new(weight: &Tensor, bias: Tensor) -> Result<Int8, TchError> {
        let most = largest();
        // A row of zeros gets any scale but zero.
        let scales = (weight.f_abs()?.f_amax([1], true)? / most).f_clamp_min(f64::from(f32::MIN_POSITIVE))?;
        let integers =
            weight.f_div(&scales)?.f_round()?.f_clamp(-most, most)?.f_to_kind(Kind::Int8)?.f_contiguous()?;
        Ok(Int8 {
            packed: integers.f_fbgemm_pack_quantized_matrix()?,
            sums: integers.f_to_kind(Kind::Int)?.f_sum_dim_intlist([1i64].as_slice(), false, Kind::Int)?,
            shape: Tensor::f_zeros([1, 1], (Kind::Int8, Device::Cpu))?
                .f_expand(weight.size().as_slice(), false)?,
            scales: scales.f_squeeze_dim(1)?,
            no_bias: bias.f_zeros_like()?,
            bias,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor, TchError> {
        self.bias.f_addcmul(&self.product(x)?, &self.scales)
    }

    /// Tokens are made equally wide, and their products widened again.
    fn forward_by_token(&self, mut x: Tensor) -> Result<Tensor, TchError> {
        let widths = x.f_amax([1], true)?.f_clamp_min_(0.17)?;
        let product = self.product(&x.f_div_(&widths)?)?.f_mul_(&widths)?;
        self.bias.f_addcmul(&product, &self.scales)
    }

    /// With the integer weights, as though all scales were 1.
    fn product(&self, x: &Tensor) -> Result<Tensor, TchError> {
        x.f_fbgemm_linear_int8_weight_fp32_activation(
            &self.shape,
            &self.packed,
            &self.sums,
            Scalar::float(1.0),
            Scalar::int(0),
            &self.no_bias,
        )
    }

    fn share(&self) -> Int8 {
        Int8 {
            packed: self.packed.shallow_clone(),
            sums: self.sums.shallow_clone(),
            shape: self.shape.shallow_clone(),
            scales: self.scales.shallow_clone(),
            bias: self.bias.shallow_clone(),
            no_bias: self.no_bias.shallow_clone(),
        }
    }
}

/// The largest integer for a weight. Without VNNI, fbgemm adds two products of a weight and an 8-bit activation in 16
/// bits, which overflow silently at 127 × 255 × 2; 7-bit weights stay below (63 × 255 × 2 < 2¹⁵).
fn largest() -> f64 {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512vnni") {
        return 127.0;
    }
    63.0
}
