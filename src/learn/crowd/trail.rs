//! What a request knows: the shopper's steps so far.

use super::log::Step;

/// Only so many of the newest steps are looked at: what lies further back says little of the next.
const LOOKED_AT: usize = 60;
/// Of how many different products.
const DIFFERENT: usize = 20;

/// One product of the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct Recent {
    /// Its number.
    pub item: u32,
    /// How often it occurs in the trail.
    pub times: u32,
    /// Seconds from its last occurrence to the step after it, when the log has times.
    pub dwell: Option<f32>,
    /// Whether the newest product of the trail had occurred before this one too: the shopper goes to and fro.
    pub to_and_fro: bool,
}

/// The trail's different products, the newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trail {
    /// At most 20.
    pub recent: Vec<Recent>,
}

impl Trail {
    /// Reads steps, the newest last.
    pub fn new(steps: &[Step]) -> Self {
        let steps = &steps[steps.len().saturating_sub(LOOKED_AT)..];
        let Some(newest) = steps.last().map(|step| step.item) else { return Trail::default() };
        let mut recent: Vec<Recent> = Vec::new();
        for (place, step) in steps.iter().enumerate().rev() {
            if let Some(known) = recent.iter_mut().find(|known| known.item == step.item) {
                known.times += 1;
                continue;
            }
            if recent.len() == DIFFERENT {
                continue;
            }
            let next = steps.get(place + 1).filter(|_| step.at > 0);
            let dwell = next.map(|next| next.at.saturating_sub(step.at) as f32);
            let to_and_fro = steps[..place].iter().any(|before| before.item == newest);
            recent.push(Recent { item: step.item, times: 1, dwell, to_and_fro });
        }
        Trail { recent }
    }

    /// Each product with `fade` to the power of how many newer ones there are, as long as that is worth a thousandth.
    pub fn faded(&self, fade: f32) -> impl Iterator<Item = (u32, f32)> {
        self.recent.iter().scan(1.0_f32, move |weight, recent| {
            let now = *weight;
            *weight *= fade;
            (now > 1e-3).then_some((recent.item, now))
        })
    }
}
