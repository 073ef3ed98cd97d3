//! The log that recommenders learn from: who touched what, in which order.

/// One product touched, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The product's number.
    pub item: u32,
    /// Seconds since 1970; 0 where the log does not say.
    pub at: u32,
}

/// What a sequence of a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One visit: products come back within it, and a later visit is somebody else's.
    Visits,
    /// All that one shopper ever touched.
    Histories,
}

/// At most so many choices are taken from one basket.
const A_TIME: usize = 3;

/// Sequences of steps. The sequence that ended last is the last. 8 bytes a step.
#[derive(Debug, Clone)]
pub struct Log {
    /// What the sequences are.
    pub kind: Kind,
    /// How many products there are; numbers are below it.
    pub products: usize,
    starts: Vec<usize>,
    steps: Vec<Step>,
}

impl Log {
    /// Takes each sequence in the order of its steps; the sequences are put in the order of their ends.
    pub fn new(kind: Kind, products: usize, mut sequences: Vec<Vec<Step>>) -> Self {
        sequences.retain(|steps| !steps.is_empty());
        sequences.sort_by_key(|steps| steps.last().map(|step| step.at));
        let mut log = Log::empty(kind, products);
        log.steps.reserve_exact(sequences.iter().map(Vec::len).sum());
        for sequence in sequences {
            log.push(&sequence);
        }
        log
    }

    fn empty(kind: Kind, products: usize) -> Self {
        Log { kind, products, starts: vec![0], steps: Vec::new() }
    }

    fn push(&mut self, sequence: &[Step]) {
        self.steps.extend_from_slice(sequence);
        self.starts.push(self.steps.len());
    }

    /// How many sequences there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether nothing was ever touched.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The steps of all sequences, one sequence after the other.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The sequences, that which ended last at the end.
    pub fn sequences(&self) -> impl DoubleEndedIterator<Item = &[Step]> + ExactSizeIterator {
        self.starts.windows(2).map(|ends| &self.steps[ends[0]..ends[1]])
    }

    /// The first and the last moment, when the log has times.
    pub fn span(&self) -> Option<(u32, u32)> {
        let first = self.steps.iter().map(|step| step.at).min().filter(|at| *at > 0)?;
        Some((first, self.steps.iter().map(|step| step.at).max()?))
    }

    /// The log without its end, and the choices at its end, at most about `limit`: what is known then of a shopper,
    /// and the product that they turn to next. Of visits the newest fifth at most is held out, of histories what
    /// each shopper did last.
    pub fn hold_out(&self, limit: usize) -> (Log, Vec<Choice<'_>>) {
        match self.kind {
            Kind::Visits => self.hold_out_visits(limit),
            Kind::Histories => self.hold_out_steps(limit),
        }
    }

    fn hold_out_visits(&self, limit: usize) -> (Log, Vec<Choice<'_>>) {
        let mut choices = Vec::new();
        let mut kept = self.len();
        for sequence in self.sequences().rev().take(self.len() / 5) {
            if choices.len() >= limit {
                break;
            }
            kept -= 1;
            choices.extend(
                (1..sequence.len()).map(|at| Choice { trail: &sequence[..at], next: sequence[at].item }),
            );
        }
        let mut log = Log::empty(self.kind, self.products);
        self.sequences().take(kept).for_each(|sequence| log.push(sequence));
        (log, choices)
    }

    fn hold_out_steps(&self, limit: usize) -> (Log, Vec<Choice<'_>>) {
        let mut log = Log::empty(self.kind, self.products);
        let mut choices = Vec::new();
        for sequence in self.sequences() {
            let (trail, last) = sequence.split_at(last_occasion(sequence));
            log.push(if trail.is_empty() { sequence } else { trail });
            // What comes again is no recommendation.
            let is_new = |step: &&Step| !trail.iter().any(|before| before.item == step.item);
            if trail.len() > 1 {
                let new = last.iter().filter(is_new).take(A_TIME);
                choices.extend(new.map(|step| Choice { trail, next: step.item }));
            }
        }
        // Spread over all shoppers, not only those who were here last.
        let every = choices.len().div_ceil(limit.max(1)).max(1);
        (log, choices.into_iter().step_by(every).collect())
    }
}

/// Where the steps of the last moment begin: a basket's products are bought at once.
fn last_occasion(sequence: &[Step]) -> usize {
    let Some(last) = sequence.last() else { return 0 };
    match last.at {
        0 => sequence.len() - 1,
        at => sequence.partition_point(|step| step.at < at),
    }
}

/// One choice of the log, held out.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The steps before it.
    pub trail: &'a [Step],
    /// What was touched then.
    pub next: u32,
}
