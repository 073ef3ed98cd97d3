//! A least-squares support vector machine (Suykens & Vandewalle 1999) over embeddings and n-grams.
//!
//! One output a class, fitted to 1 for its own examples and 0 for all others, less the mean: f = K (K + λI)⁻¹ Y with
//! K = exp((cos − 1) / [`WIDTH`]) + [`WORDS`] · (common n-grams). Far from every example all outputs fall to the same low
//! value, which is what makes them a measure of scope. One factorisation gives, in closed form, what the machine would
//! say of an example that it had not learnt, or of an intent that it had not.

use tch::{Device, Kind, TchError, Tensor};

use super::bags::Bags;
use crate::understand::encoder::{Linear, Precision};

/// How far an example reaches, as a difference of cosines. By leave-one-out on BANKING77's training file 0.3 to 0.5 are
/// alike.
const WIDTH: f64 = 0.4;

/// What the middle layer counts beside the last. By leave-one-out on half of BANKING77's training file 0.6 and 1 are alike
/// (0.930 and 0.929, against 0.925 without), on the demo shop's examples too (0.798 and 0.802, 0.779); maxima over the
/// tokens and further layers add nothing to it.
const MIDDLE: f64 = 0.8;

/// What n-grams count beside the embedding, in the encoder's own language and in others. By leave-one-out on the demo
/// shop's examples: 0.4 gives 0.798 in English and 0.572 in German, 1.1 gives 0.760 and 0.586.
const WORDS: [f64; 2] = [0.4, 1.1];

/// The ridge λ: how much an example may be missed.
const RIDGE: f64 = 0.12;

/// From how many examples on a message is compared in 8-bit integers, a tenth of the time: up to here fp32 takes less
/// than half a millisecond.
const MANY: i64 = 4_000;

/// How the examples look to the machine.
#[derive(Debug)]
pub(super) struct Points {
    /// Embeddings `[n, 2 d]`, if there are any.
    pub(super) dense: Option<Tensor>,
    /// N-grams.
    pub(super) sparse: Bags,
    /// Whether the encoder has not learnt their language.
    pub(super) foreign: bool,
}

impl Points {
    fn words(&self) -> f64 {
        WORDS[usize::from(self.foreign)]
    }
}

/// What is fitted.
pub(super) struct Machine {
    /// The mean of the embeddings, taken off before they are compared: `[2 d]`; and what is left of them, of unit length:
    /// `[n, d]`.
    centre: Option<(Tensor, Linear)>,
    /// `[n, classes]`.
    alpha: Tensor,
    /// The n-grams' own weights, Σ xᵢ αᵢ: `[n-grams, classes]`.
    weights: Tensor,
}

impl Machine {
    /// From the coefficients of a fit.
    pub(super) fn of(points: &Points, alpha: Tensor) -> Result<Machine, TchError> {
        // Row by row, so that a sum is made in the same order whether the coefficients were just found or kept.
        let alpha = alpha.f_contiguous()?;
        let n = alpha.size()[0];
        let precision = if n < MANY { Precision::Fp32 } else { Precision::best() };
        let centre = |dense: &Tensor| {
            let mean = mean(dense)?;
            let none = Tensor::f_zeros([n], (Kind::Float, Device::Cpu))?;
            let compare = Linear::new(centred(dense, &mean)?, none, precision)?;
            Ok::<_, TchError>((mean, compare))
        };
        let centre = points.dense.as_ref().map(centre).transpose()?;
        let weights = points.sparse.transposed_times(&alpha)? * points.words();
        Ok(Machine { centre, alpha, weights })
    }

    /// The coefficients.
    pub(super) fn alpha(&self) -> &Tensor {
        &self.alpha
    }

    /// The same memory, for another thread.
    pub(super) fn share(&self) -> Machine {
        Machine {
            centre: self.centre.as_ref().map(|(mean, compare)| (mean.shallow_clone(), compare.share())),
            alpha: self.alpha.shallow_clone(),
            weights: self.weights.shallow_clone(),
        }
    }

    /// One output a class, of a message: its embedding `[1, 2 d]` and n-grams. `examples` are what was learnt.
    pub(super) fn outputs(
        &self,
        dense: Option<&Tensor>,
        message: &Bags,
        examples: &Bags,
    ) -> Result<Tensor, TchError> {
        let likeness = match (dense, &self.centre) {
            (Some(dense), Some((mean, compare))) => compare.forward(&centred(dense, mean)?)?,
            _ => examples.times(&message.dense_transposed()?)?.f_tr()?,
        };
        let near = reach(likeness)?.f_mm(&self.alpha)?;
        near.f_add(&message.times(&self.weights)?)
    }
}

/// exp((likeness − 1) / WIDTH), in place: it is the largest matrix there is.
fn reach(likeness: Tensor) -> Result<Tensor, TchError> {
    let mut likeness = likeness;
    likeness.f_sub_scalar_(1.0)?.f_div_scalar_(WIDTH)?.f_exp_()
}

fn mean(dense: &Tensor) -> Result<Tensor, TchError> {
    dense.f_mean_dim([0_i64].as_slice(), false, Kind::Float)
}

/// `[n, 2 d]` less the mean, the middle layer added to the sentence's vector, of unit length: `[n, d]`.
fn centred(dense: &Tensor, mean: &Tensor) -> Result<Tensor, TchError> {
    let off = dense.f_sub(mean)?;
    let width = off.size()[1] / 2;
    let (last, middle) = (unit(&off.f_narrow(1, 0, width)?)?, unit(&off.f_narrow(1, width, width)?)?);
    unit(&last.f_add(&(middle * MIDDLE))?)
}

fn unit(rows: &Tensor) -> Result<Tensor, TchError> {
    let length = rows.f_norm_scalaropt_dim(2.0, [1_i64].as_slice(), true)?.f_clamp_min(1e-6)?;
    rows.f_div(&length)
}

/// The common n-grams of each row of `rows` with each example: `[rows, n]`.
pub(super) fn common(rows: &Bags, examples: &Bags, n: i64) -> Result<Tensor, TchError> {
    let mut all = Vec::with_capacity((n / 256 + 1) as usize);
    rows.each_product(examples, |_, part| {
        all.push(part);
        Ok(())
    })?;
    Tensor::f_cat(&all, 1)
}

/// A fit with what it takes to ask what it would be without some of its examples.
pub(super) struct Fit {
    /// `[n, classes]`: 1 for the own class, 0 for others, less the mean over classes.
    target: Tensor,
    /// `[n, classes]`.
    pub(super) alpha: Tensor,
    /// The lower triangle of the Cholesky factor of K + λI: `[n, n]`.
    factor: Tensor,
}

impl Fit {
    /// Fits; `one_hot` is `[n, classes]`, a row of zeros for what belongs to no class.
    pub(super) fn of(points: &Points, one_hot: &Tensor) -> Result<Fit, TchError> {
        let size = one_hot.size();
        let dense = points.dense.as_ref();
        let kernel = match dense {
            Some(dense) => {
                let centred = centred(dense, &mean(dense)?)?;
                reach(centred.f_mm(&centred.f_tr()?)?)?
            }
            None => Tensor::f_zeros([size[0], size[0]], (Kind::Float, Device::Cpu))?,
        };
        points.sparse.each_product(&points.sparse, |first, part| {
            let mut own = kernel.f_narrow(1, first, part.size()[1])?;
            let words = &part * points.words();
            if dense.is_none() {
                own.copy_(&reach(part)?);
            }
            own.f_add_(&words).map(drop)
        })?;
        let _ridge = kernel.f_diagonal(0, 0, 1)?.f_add_scalar_(RIDGE)?;
        // In its own memory: column by column, as LAPACK wants it, a symmetric matrix is its own transpose.
        let factor = kernel.f_tr()?;
        let factor = factor.f_linalg_cholesky_out(&factor, false)?;
        let target = one_hot - 1.0 / size[1] as f64;
        let alpha = solve(&factor, &target)?;
        Ok(Fit { target, alpha, factor })
    }

    /// What is needed to leave rows out, for these rows.
    pub(super) fn without(&self, rows: &Tensor) -> Result<LeftOut, TchError> {
        let (n, some) = (self.target.size()[0], rows.size()[0]);
        // The whole inverse takes ⅔n³ operations, some of its columns 2n² each.
        let inverse = if 3 * some > n {
            self.factor.f_cholesky_inverse(false)?.f_index_select(0, rows)?.f_index_select(1, rows)?
        } else {
            let columns = Tensor::f_zeros([n, some], (Kind::Float, Device::Cpu))?;
            let place = Tensor::f_arange(some, (Kind::Int64, Device::Cpu))?;
            let ones = Tensor::f_ones([some], (Kind::Float, Device::Cpu))?;
            let columns = columns.f_index_put(&[Some(rows), Some(&place)], &ones, false)?;
            solve(&self.factor, &columns)?.f_index_select(0, rows)?
        };
        let target = self.target.f_index_select(0, rows)?;
        Ok(LeftOut { inverse, target, alpha: self.alpha.f_index_select(0, rows)? })
    }
}

/// (L Lᵀ)⁻¹ `right`. libtorch's own `cholesky_solve` would copy L.
fn solve(lower: &Tensor, right: &Tensor) -> Result<Tensor, TchError> {
    let half = lower.f_linalg_solve_triangular(right, false, true, false)?;
    lower.f_tr()?.f_linalg_solve_triangular(&half, true, true, false)
}

/// Outputs for examples as if they had not been learnt: f = y − (A⁻¹ₛₛ)⁻¹ αₛ for a block S of rows.
pub(super) struct LeftOut {
    /// Rows and columns of A⁻¹.
    inverse: Tensor,
    target: Tensor,
    alpha: Tensor,
}

impl LeftOut {
    /// Each row by itself: `[rows, classes]`.
    pub(super) fn one_by_one(&self) -> Result<Tensor, TchError> {
        let diagonal = self.inverse.f_diagonal(0, 0, 1)?.f_unsqueeze(1)?;
        self.target.f_sub(&self.alpha.f_div(&diagonal)?)
    }

    /// `count` rows from `first` on, together: `[count, classes]`.
    pub(super) fn block(&self, first: i64, count: i64) -> Result<Tensor, TchError> {
        let inverse = self.inverse.f_narrow(0, first, count)?.f_narrow(1, first, count)?.f_contiguous()?;
        let own = self.alpha.f_narrow(0, first, count)?;
        self.target.f_narrow(0, first, count)?.f_sub(&Tensor::f_linalg_solve(&inverse, &own, true)?)
    }
}
