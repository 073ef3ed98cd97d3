//! What the machine would say of examples that it had not learnt: by that scope and probabilities are calibrated.

use tch::{Device, Kind, TchError, Tensor};

use super::machine::{Fit, LeftOut, Points, common};
use super::scope::Trial;
use super::{LEXICAL, score, sense};

/// How many examples are left out, whole intents of them: more would not move the threshold.
const EXAMPLES: i64 = 1600;

/// How many known strangers are left out.
const STRANGERS: i64 = 400;

/// The share of intents that are withheld together with the one that they are nearest to.
const NEIGHBOURS: f64 = 0.05;

/// That many known strangers say as much as all simulated ones.
const AS_GOOD: f32 = 400.0;

/// An output that no class has.
const NEVER: f64 = -9.0;

/// What was learnt: examples class by class, then strangers.
pub(super) struct Learnt<'a> {
    pub(super) points: &'a Points,
    /// Where each class begins, and where the last one ends.
    pub(super) bounds: &'a [i64],
    /// After the last class.
    pub(super) strangers: i64,
}

/// Leaves examples out, and tells their scores and the temperature that makes outputs probabilities.
pub(super) fn rehearse(fit: &Fit, learnt: &Learnt<'_>) -> Result<(Vec<Trial>, f32), TchError> {
    let (blocks, rows) = rows(learnt);
    let inside: i64 = blocks.iter().map(|block| block.count).sum();
    let rows = Tensor::from_slice(&rows);
    let out = fit.without(&rows)?;
    let near = nearness(learnt, &rows, inside)?;
    let outputs = out.one_by_one()?;
    let truth: Vec<i64> =
        blocks.iter().flat_map(|block| std::iter::repeat_n(block.class, block.count as usize)).collect();
    let mut trials = Vec::new();
    for (i, (score, best)) in scores(&outputs, &near)?.into_iter().enumerate() {
        let right = truth.get(i).is_some_and(|class| *class == best);
        trials.push(Trial { score, in_scope: i < truth.len(), right, weight: 1.0 });
    }
    let weight = inside as f32 / AS_GOOD;
    trials.iter_mut().filter(|trial| !trial.in_scope).for_each(|trial| trial.weight = weight);
    for (score, _) in withheld(&out, &blocks, &near, learnt.bounds.len() as i64 - 1)? {
        trials.push(Trial { score, in_scope: false, right: false, weight: 1.0 });
    }
    let temperature = temperature(&outputs.f_narrow(0, 0, inside)?, &Tensor::from_slice(&truth))?;
    Ok((trials, temperature))
}

/// The examples of a class among the rows that are left out.
struct Block {
    class: i64,
    first: i64,
    count: i64,
}

/// Whole classes, evenly from all of them, until there are enough; then the strangers.
fn rows(learnt: &Learnt<'_>) -> (Vec<Block>, Vec<i64>) {
    let classes = learnt.bounds.len() - 1;
    // Steps of the golden ratio visit a circle evenly, wherever one stops.
    let mut order: Vec<usize> = (0..classes).collect();
    order.sort_by_key(|class| (*class as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (mut blocks, mut rows) = (Vec::new(), Vec::new());
    for class in order {
        let (from, to) = (learnt.bounds[class], learnt.bounds[class + 1]);
        // Of a very large class some are enough, but the others then stay learnt, so it is not withheld with less.
        if rows.len() as i64 >= EXAMPLES
            || (!blocks.is_empty() && rows.len() as i64 + to - from > 2 * EXAMPLES)
        {
            break;
        }
        blocks.push(Block { class: class as i64, first: rows.len() as i64, count: to - from });
        rows.extend(from..to);
    }
    let end = learnt.bounds[classes];
    rows.extend(end..end + learnt.strangers.min(STRANGERS));
    (blocks, rows)
}

/// How near each row is to the nearest other example of each class: `[rows, classes]`.
fn nearness(learnt: &Learnt<'_>, rows: &Tensor, inside: i64) -> Result<Tensor, TchError> {
    let bounds = learnt.bounds;
    let n = bounds[bounds.len() - 1];
    let examples = learnt.points.sparse.narrow(0, n)?;
    let lexical = common(&learnt.points.sparse.select(rows)?, &examples, n)?;
    let mut near = match &learnt.points.dense {
        Some(dense) => {
            let dense = sense(dense)?;
            let cosine = dense.f_index_select(0, rows)?.f_mm(&dense.f_narrow(0, 0, n)?.f_tr()?)?;
            cosine * (1.0 - LEXICAL) + lexical * LEXICAL
        }
        None => lexical,
    };
    let place = Tensor::f_arange(inside, (Kind::Int64, Device::Cpu))?;
    let own = rows.f_narrow(0, 0, inside)?;
    let never = Tensor::f_full([inside], -1.0, (Kind::Float, Device::Cpu))?;
    let _same = near.f_index_put_(&[Some(&place), Some(&own)], &never, false)?;
    let nearest = bounds
        .windows(2)
        .map(|pair| near.f_narrow(1, pair[0], pair[1] - pair[0])?.f_amax([1_i64].as_slice(), false));
    Tensor::f_stack(&nearest.collect::<Result<Vec<_>, _>>()?, 1)
}

/// Of each row the score of its best class, and which that is.
fn scores(outputs: &Tensor, near: &Tensor) -> Result<Vec<(f32, i64)>, TchError> {
    let (output, class) = outputs.f_max_dim(1, false)?;
    let near = near.f_gather(1, &class.f_unsqueeze(1)?, false)?.f_squeeze_dim(1)?;
    let (output, near) = (Vec::<f32>::try_from(&output)?, Vec::<f32>::try_from(&near)?);
    let class = Vec::<i64>::try_from(&class)?;
    Ok(output.into_iter().zip(near).map(|(output, near)| score(output, near)).zip(class).collect())
}

/// The scores of the examples of each class as if neither it nor its neighbours had been learnt.
fn withheld(
    out: &LeftOut,
    blocks: &[Block],
    near: &Tensor,
    classes: i64,
) -> Result<Vec<(f32, i64)>, TchError> {
    // A language may begin with a single intent, which has no neighbours.
    let neighbours = ((NEIGHBOURS * classes as f64).ceil() as i64).min(classes - 2).max(0);
    let mut all = Vec::new();
    for block in blocks {
        let mut outputs = out.block(block.first, block.count)?;
        let _own = outputs.f_narrow(1, block.class, 1)?.f_fill_(NEVER)?;
        let mean = outputs.f_mean_dim([0_i64].as_slice(), false, Kind::Float)?;
        let (_, nearest) = mean.f_topk(neighbours, 0, true, true)?;
        let _neighbours = outputs.f_index_fill_(1, &nearest, NEVER)?;
        all.extend(scores(&outputs, &near.f_narrow(0, block.first, block.count)?)?);
    }
    Ok(all)
}

/// The factor on the outputs that makes their softmax most likely right, over a grid in steps of a tenth.
fn temperature(outputs: &Tensor, truth: &Tensor) -> Result<f32, TchError> {
    let mut best = (f64::INFINITY, 1.0);
    for i in 0..45 {
        let factor = 1.1_f64.powi(i);
        let logs = (outputs * factor).f_log_softmax(1, Kind::Float)?;
        let right = logs.f_gather(1, &truth.f_unsqueeze(1)?, false)?;
        let loss = -right.f_mean(Kind::Double)?.f_double_value(&[])?;
        if loss < best.0 {
            best = (loss, factor);
        }
    }
    Ok(best.1 as f32)
}
