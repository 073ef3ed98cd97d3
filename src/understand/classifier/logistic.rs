//! Multinomial logistic regression over a dense and a sparse part, fitted by L-BFGS.
//!
//! Minimises Σ wᵢ·loss(xᵢ) + ‖W‖² / 2C. libtorch does the sums: the dense part is a matrix product, the sparse one an
//! `embedding_bag` forwards and, over the transposed matrix, backwards; so the cost is linear in examples × n-grams.

use std::collections::VecDeque;

use tch::{Kind, Tensor};

use super::features::Sparse;

/// The inverse strength of the penalty; 30 was best on BANKING77 and CLINC150.
const C: f64 = 30.0;

/// Steps back that L-BFGS remembers.
const MEMORY: usize = 5;

/// `Sum` of libtorch's embedding bags.
const SUM: i64 = 0;

/// What to learn from: row i of each belongs together.
pub struct Samples<'a> {
    /// Unit-length vectors, or none at all.
    pub dense: Option<Vec<&'a [f32]>>,
    /// N-grams.
    pub sparse: Vec<&'a Sparse>,
    /// The class of each, below `classes`.
    pub class: Vec<usize>,
    /// How much each counts.
    pub weight: Vec<f32>,
    /// How many classes.
    pub classes: usize,
    /// How many n-grams.
    pub features: usize,
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Linear {
    classes: usize,
    /// Row-major `[dense + 1][classes]`: the last row is the bias.
    dense: Vec<f32>,
    /// Row-major `[features][classes]`.
    sparse: Vec<f32>,
}

impl Linear {
    /// The two blocks of weights, to be kept.
    pub fn weights(&self) -> (&[f32], &[f32]) {
        (&self.dense, &self.sparse)
    }

    /// From what was kept; `None` when the sizes do not fit.
    pub fn of(classes: usize, features: usize, dense: Vec<f32>, sparse: Vec<f32>) -> Option<Self> {
        let fits =
            sparse.len() == features * classes && !dense.is_empty() && dense.len().is_multiple_of(classes);
        fits.then_some(Linear { classes, dense, sparse })
    }

    /// One logit a class.
    pub fn logits(&self, dense: Option<&[f32]>, sparse: &[(u32, f32)]) -> Vec<f32> {
        let rows = self.dense.len() / self.classes;
        let mut logits = self.dense[(rows - 1) * self.classes..].to_vec();
        let mut add = |row: &[f32], value: f32| {
            for (logit, weight) in logits.iter_mut().zip(row) {
                *logit += value * weight;
            }
        };
        let dense = dense.unwrap_or_default();
        for (value, row) in dense.iter().zip(self.dense.chunks_exact(self.classes).take(rows - 1)) {
            add(row, *value);
        }
        for (at, value) in sparse {
            let from = *at as usize * self.classes;
            add(&self.sparse[from..from + self.classes], *value);
        }
        logits
    }

    /// Fits the samples in at most `steps` steps. Same samples, same result.
    ///
    /// # Errors
    /// What libtorch says, in words.
    pub fn fit(samples: &Samples<'_>, steps: usize) -> Result<Linear, tch::TchError> {
        let _no_gradients = tch::no_grad_guard();
        let problem = Problem::new(samples)?;
        let weights = problem.minimise(steps)?;
        let rows = problem.dense_rows;
        Ok(Linear {
            classes: samples.classes,
            dense: Vec::<f32>::try_from(weights.narrow(0, 0, rows).contiguous().view(-1))?,
            sparse: Vec::<f32>::try_from(weights.narrow(0, rows, problem.sparse_rows).contiguous().view(-1))?,
        })
    }
}

/// Probabilities from logits.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| (logit - highest).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// A sparse matrix as libtorch's embedding bags take it.
struct Bags {
    indices: Tensor,
    offsets: Tensor,
    values: Tensor,
}

impl Bags {
    fn new<'s>(rows: impl Iterator<Item = &'s [(u32, f32)]>) -> Bags {
        let (mut indices, mut offsets, mut values) = (Vec::new(), vec![0_i64], Vec::new());
        for row in rows {
            indices.extend(row.iter().map(|(at, _)| i64::from(*at)));
            values.extend(row.iter().map(|(_, value)| *value));
            offsets.push(indices.len() as i64);
        }
        Bags {
            indices: Tensor::from_slice(&indices),
            offsets: Tensor::from_slice(&offsets),
            values: Tensor::from_slice(&values),
        }
    }

    fn times(&self, matrix: &Tensor) -> Result<Tensor, tch::TchError> {
        let bags = Tensor::f_embedding_bag(
            matrix,
            &self.indices,
            &self.offsets,
            false,
            SUM,
            false,
            Some(&self.values),
            true,
        )?;
        Ok(bags.0)
    }
}

struct Problem {
    /// `[n, dense + 1]`, the last column 1.
    dense: Tensor,
    sparse: Bags,
    transposed: Bags,
    /// `[n, classes]`, one-hot.
    truth: Tensor,
    /// `[n, 1]`.
    weight: Tensor,
    dense_rows: i64,
    sparse_rows: i64,
    classes: i64,
}

impl Problem {
    fn new(samples: &Samples<'_>) -> Result<Problem, tch::TchError> {
        let n = samples.class.len();
        let mut dense = Vec::new();
        for i in 0..n {
            dense.extend_from_slice(samples.dense.as_ref().map_or(&[], |rows| rows[i]));
            dense.push(1.0_f32);
        }
        let dense_rows = dense.len().checked_div(n).unwrap_or(1) as i64;
        let mut columns: Vec<Vec<(u32, f32)>> = vec![Vec::new(); samples.features];
        for (i, row) in samples.sparse.iter().enumerate() {
            for (at, value) in row.iter() {
                columns[*at as usize].push((i as u32, *value));
            }
        }
        let classes: Vec<i64> = samples.class.iter().map(|class| *class as i64).collect();
        let truth = Tensor::from_slice(&classes).f_one_hot(samples.classes as i64)?.f_to_kind(Kind::Float)?;
        Ok(Problem {
            dense: Tensor::from_slice(&dense).f_view([n as i64, dense_rows])?,
            sparse: Bags::new(samples.sparse.iter().map(|row| row.as_slice())),
            transposed: Bags::new(columns.iter().map(Vec::as_slice)),
            truth,
            weight: Tensor::from_slice(&samples.weight).f_view([n as i64, 1])?,
            dense_rows,
            sparse_rows: samples.features as i64,
            classes: samples.classes as i64,
        })
    }

    /// The loss at `w` and its gradient.
    fn at(&self, w: &Tensor) -> Result<(f64, Tensor), tch::TchError> {
        let dense = w.f_narrow(0, 0, self.dense_rows)?;
        let sparse = w.f_narrow(0, self.dense_rows, self.sparse_rows)?;
        let logits = self.dense.f_matmul(&dense)? + self.sparse.times(&sparse)?;
        let logs = logits.f_log_softmax(1, Kind::Float)?;
        let loss = -(&logs * &self.truth * &self.weight).f_sum(Kind::Double)?.f_double_value(&[])?;
        let penalty = (w * w).f_sum(Kind::Double)?.f_double_value(&[])? / (2.0 * C);
        let off = (logs.f_exp()? - &self.truth) * &self.weight;
        let gradient = Tensor::f_cat(&[self.dense.f_tr()?.f_matmul(&off)?, self.transposed.times(&off)?], 0)?;
        Ok((loss + penalty, gradient + w / C))
    }

    /// Nocedal & Wright, Numerical Optimization, algorithm 7.5, with backtracking to the Armijo condition.
    fn minimise(&self, steps: usize) -> Result<Tensor, tch::TchError> {
        let size = [self.dense_rows + self.sparse_rows, self.classes];
        let mut w = Tensor::f_zeros(size, (Kind::Float, tch::Device::Cpu))?;
        let (mut loss, mut gradient) = self.at(&w)?;
        let mut memory: VecDeque<(Tensor, Tensor, f64)> = VecDeque::new();
        for _ in 0..steps {
            let direction = direction(&gradient, &memory)?;
            let slope = inner(&gradient, &direction)?;
            let norm = inner(&gradient, &gradient)?.sqrt();
            if slope >= 0.0 || norm < 1e-6 {
                break;
            }
            let mut step = if memory.is_empty() { (1.0 / norm).min(1.0) } else { 1.0 };
            let (next, next_loss, next_gradient) = loop {
                let next = &w + &direction * step;
                let (next_loss, next_gradient) = self.at(&next)?;
                if next_loss <= loss + 1e-4 * step * slope || step < 1e-8 {
                    break (next, next_loss, next_gradient);
                }
                step *= 0.5;
            };
            let gained = (loss - next_loss) / next_loss.abs().max(1e-9);
            let (s, y) = (&next - &w, &next_gradient - &gradient);
            let curvature = inner(&s, &y)?;
            if curvature > 1e-10 {
                memory.push_back((s, y, 1.0 / curvature));
                if memory.len() > MEMORY {
                    memory.pop_front();
                }
            }
            (w, loss, gradient) = (next, next_loss, next_gradient);
            if gained < TOLERANCE {
                break;
            }
        }
        Ok(w)
    }
}

/// Stops when a step gains less than this share of the loss: what is left changes no answer.
const TOLERANCE: f64 = 1e-4;

fn inner(a: &Tensor, b: &Tensor) -> Result<f64, tch::TchError> {
    a.f_view(-1)?.f_dot(&b.f_view(-1)?)?.f_double_value(&[])
}

/// The two-loop recursion.
fn direction(gradient: &Tensor, memory: &VecDeque<(Tensor, Tensor, f64)>) -> Result<Tensor, tch::TchError> {
    let mut q = -gradient;
    let mut alphas = Vec::with_capacity(memory.len());
    for (s, y, rho) in memory.iter().rev() {
        let alpha = rho * inner(s, &q)?;
        q -= y * alpha;
        alphas.push(alpha);
    }
    if let Some((_, y, rho)) = memory.back() {
        q *= 1.0 / (rho * inner(y, y)?);
    }
    for ((s, y, rho), alpha) in memory.iter().zip(alphas.iter().rev()) {
        let beta = rho * inner(y, &q)?;
        q += s * (alpha - beta);
    }
    Ok(q)
}
