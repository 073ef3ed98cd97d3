//! Adding up scores over many products without clearing them all each time.

/// Scores by product number; most are zero.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    values: Vec<f32>,
    touched: Vec<u32>,
}

impl Scores {
    /// Room for so many products.
    pub fn new(products: usize) -> Self {
        Scores { values: vec![0.0; products], touched: Vec::new() }
    }

    /// Adds to a product's score; only what is above zero counts.
    #[inline]
    pub fn add(&mut self, item: u32, score: f32) {
        if score > 0.0 {
            let value = &mut self.values[item as usize];
            if *value == 0.0 {
                self.touched.push(item);
            }
            *value += score;
        }
    }

    /// A product's score.
    #[inline]
    pub fn of(&self, item: u32) -> f32 {
        self.values[item as usize]
    }

    /// The products with a score, in no particular order.
    pub fn touched(&self) -> &[u32] {
        &self.touched
    }

    /// The highest score.
    pub fn top(&self) -> f32 {
        self.touched.iter().map(|item| self.of(*item)).fold(0.0, f32::max)
    }

    /// Back to zero.
    pub fn clear(&mut self) {
        for item in self.touched.drain(..) {
            self.values[item as usize] = 0.0;
        }
    }

    /// The products with the highest scores, best first, equals by number. Empties the scores.
    pub fn take_best(&mut self, limit: usize) -> Vec<(u32, f32)> {
        let values = &mut self.values;
        let all = self.touched.drain(..).map(|item| (item, std::mem::take(&mut values[item as usize])));
        let mut all: Vec<(u32, f32)> = all.collect();
        keep_best(&mut all, limit);
        all
    }
}

/// Keeps the `limit` highest, best first, equals by number.
pub fn keep_best(all: &mut Vec<(u32, f32)>, limit: usize) {
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if all.len() > limit {
        all.select_nth_unstable_by(limit, order);
        all.truncate(limit);
    }
    all.sort_unstable_by(order);
}
