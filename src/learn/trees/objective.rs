//! What the order of a list should be.

/// Gives the slopes of a loss over one list.
pub trait Objective {
    /// For list `number`, whose first row is row `first` of all, and its rows' scores: first and second derivative of
    /// the loss by each score.
    fn slopes(&self, number: usize, first: usize, scores: &[f32], out: &mut [(f32, f32)]);
}

/// Listwise softmax (ListNet's top-one loss, Cao et al. 2007): the scores' softmax should be the rows' shares of what was
/// chosen. Fits lists of which one or few rows were chosen.
#[derive(Debug, Clone, Copy)]
pub struct Softmax<'a> {
    /// For each row of all lists, how often it was chosen; 0 or more.
    pub chosen: &'a [f32],
}

impl Objective for Softmax<'_> {
    fn slopes(&self, _number: usize, first: usize, scores: &[f32], out: &mut [(f32, f32)]) {
        let chosen = &self.chosen[first..first + scores.len()];
        let total: f32 = chosen.iter().sum();
        let top = scores.iter().copied().fold(f32::MIN, f32::max);
        let all: f32 = scores.iter().map(|score| (score - top).exp()).sum();
        for ((score, chosen), out) in scores.iter().zip(chosen).zip(out) {
            let share = (score - top).exp() / all;
            *out = match total > 0.0 {
                true => (share - chosen / total, (share * (1.0 - share)).max(1e-6)),
                false => (0.0, 1e-6),
            };
        }
    }
}

/// LambdaMART (Burges 2010): pairs of rows pull on each other by what swapping them would change in NDCG.
#[derive(Debug, Clone, Copy)]
pub struct Lambda<'a> {
    /// For each row of all lists, its gain, such as 2^relevance − 1.
    pub gains: &'a [f32],
    /// Pairs count of which one stands among so many best.
    pub depth: usize,
}

impl Objective for Lambda<'_> {
    fn slopes(&self, _number: usize, first: usize, scores: &[f32], out: &mut [(f32, f32)]) {
        out.fill((0.0, 1e-6));
        let gains = &self.gains[first..first + scores.len()];
        let ideal = self.ideal(gains);
        if ideal <= 0.0 {
            return;
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        for (place, a) in order.iter().enumerate().take(self.depth) {
            for (below, b) in order.iter().enumerate().skip(place + 1) {
                if gains[*a] == gains[*b] {
                    continue;
                }
                let discount = |place: usize| if place < self.depth { discount(place) } else { 0.0 };
                let change = (gains[*a] - gains[*b]).abs() * (discount(place) - discount(below)) / ideal;
                let (better, worse) = if gains[*a] > gains[*b] { (*a, *b) } else { (*b, *a) };
                let wrong = 1.0 / (1.0 + (scores[better] - scores[worse]).exp());
                out[better].0 -= wrong * change;
                out[worse].0 += wrong * change;
                let bend = wrong * (1.0 - wrong) * change;
                out[better].1 += bend;
                out[worse].1 += bend;
            }
        }
    }
}

impl Lambda<'_> {
    /// The DCG of the best order.
    fn ideal(&self, gains: &[f32]) -> f32 {
        let mut gains = gains.to_vec();
        gains.sort_unstable_by(|a, b| b.total_cmp(a));
        gains.iter().enumerate().take(self.depth).map(|(place, gain)| gain * discount(place)).sum()
    }
}

/// 1 ÷ log₂(rank + 1), places counted from 0.
fn discount(place: usize) -> f32 {
    1.0 / (place as f32 + 2.0).log2()
}
