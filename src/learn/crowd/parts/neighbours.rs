//! What shoppers with a like trail went on to.

use std::sync::Arc;

use super::super::index::{Index, Place};
use super::super::scores::{Scores, keep_best};
use super::super::trail::Trail;
use super::{Recommender, Room};

/// How many of the newest places of the trail's newest product are looked at, and what share of that for each older
/// one: 2,000 in all, whatever the size of the log. Three times as many find no more on logs of five days and of ten years.
const SAMPLED: f32 = 800.0;
const SAMPLED_FADE: f32 = 0.6;
/// How many of the most alike sequences are followed.
const FOLLOWED: usize = 250;
/// Longer sequences are read so far to both sides of the place where they meet the trail.
const READ: usize = 30;

/// How likeness is weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kin {
    /// VMIS-kNN (Kersbergen et al., "Serenade", 2022): the trail's products weigh linearly less the older they are,
    /// what neighbours touched weighs by its rarity, and less (0.9 a step) the older the newest common product.
    Visit,
    /// In the manner of STAN (Garg et al. 2019): what stands close to the meeting point in the neighbour's sequence
    /// weighs most; rare products make closer kin, and long sequences less close.
    Aligned {
        /// What is left of a product's weight with each newer one of the trail.
        trail_fade: f32,
        /// What is left with each step away from the meeting point.
        step_fade: f32,
        /// Likeness is divided by the sequence's length to this power.
        length_power: f32,
        /// How much what stands before the meeting point counts.
        before: f32,
    },
}

/// Follows the sequences most like the trail.
#[derive(Debug, Clone)]
pub struct Neighbours {
    index: Arc<Index>,
    rarity: Arc<Vec<f32>>,
    kin: Kin,
}

/// Likeness by sequence; grown once, emptied after each request.
#[derive(Debug, Default)]
pub(super) struct Kinship {
    likeness: Vec<f32>,
    met: Vec<Meeting>,
    touched: Vec<u32>,
}

/// Where a sequence meets the trail.
#[derive(Debug, Clone, Copy, Default)]
struct Meeting {
    /// Which product of the trail, 0 the newest, was counted last.
    counted: u8,
    /// The newest product of the trail that occurs.
    newest: u8,
    /// Where that stands.
    position: u32,
}

impl Neighbours {
    /// Over the sequences of an index.
    pub fn new(index: Arc<Index>, rarity: Arc<Vec<f32>>, kin: Kin) -> Self {
        Neighbours { index, rarity, kin }
    }

    fn weight(&self, trail: &Trail, rank: usize, item: u32) -> f32 {
        match self.kin {
            Kin::Visit => 1.0 - rank as f32 / trail.recent.len() as f32,
            Kin::Aligned { trail_fade, .. } => trail_fade.powi(rank as i32) * self.rarity[item as usize],
        }
    }

    fn meet(&self, trail: &Trail, room: &mut Kinship) {
        room.likeness.resize(self.index.sequences(), 0.0);
        room.met.resize(self.index.sequences(), Meeting::default());
        for (rank, recent) in trail.recent.iter().enumerate() {
            let weight = self.weight(trail, rank, recent.item);
            let sampled = SAMPLED * SAMPLED_FADE.powi(rank as i32);
            for place in self.index.places(recent.item, sampled as usize).iter().rev() {
                meet_at(*place, rank as u8, weight, room);
            }
        }
    }

    /// The most alike, equals by age.
    fn closest(&self, room: &mut Kinship) -> Vec<(u32, f32)> {
        let length = |sequence: u32| match self.kin {
            Kin::Visit => 1.0,
            Kin::Aligned { length_power, .. } => {
                (self.index.sequence(sequence).len() as f32).powf(length_power)
            }
        };
        let likeness = &mut room.likeness;
        // Numbers count down, so that of equals the newest comes first.
        let alike = room.touched.drain(..).map(|sequence| {
            let likeness = std::mem::take(&mut likeness[sequence as usize]);
            (u32::MAX - sequence, likeness / length(sequence))
        });
        let mut alike: Vec<(u32, f32)> = alike.collect();
        keep_best(&mut alike, FOLLOWED);
        alike.into_iter().map(|(reversed, likeness)| (u32::MAX - reversed, likeness)).collect()
    }

    fn follow(&self, sequence: u32, likeness: f32, met: Meeting, out: &mut Scores) {
        let (items, here) = (self.index.sequence(sequence), met.position as usize);
        let from = here.saturating_sub(READ);
        let read = &items[from..items.len().min(here + READ + 1)];
        let here = here - from;
        match self.kin {
            Kin::Visit => {
                let likeness = likeness * 0.9_f32.powi(i32::from(met.newest));
                for (_, item) in read.iter().enumerate().filter(|(at, item)| !read[..*at].contains(item)) {
                    out.add(*item, likeness * self.rarity[*item as usize]);
                }
            }
            Kin::Aligned { step_fade, before, .. } => {
                let mut weight = likeness;
                for item in &read[here + 1..] {
                    out.add(*item, weight);
                    weight *= step_fade;
                }
                weight = likeness * before;
                for item in read[..here].iter().rev() {
                    out.add(*item, weight);
                    weight *= step_fade;
                }
            }
        }
    }
}

#[inline]
fn meet_at(place: Place, rank: u8, weight: f32, room: &mut Kinship) {
    let sequence = place.sequence as usize;
    let (likeness, met) = (&mut room.likeness[sequence], &mut room.met[sequence]);
    if *likeness == 0.0 {
        room.touched.push(place.sequence);
        *met = Meeting { counted: u8::MAX, newest: rank, position: place.position };
    }
    // A product that occurs twice in a sequence makes it no more alike.
    if met.counted != rank {
        met.counted = rank;
        *likeness += weight;
    }
}

impl Recommender for Neighbours {
    fn name(&self) -> &'static str {
        match self.kin {
            Kin::Visit => "neighbours",
            Kin::Aligned { .. } => "aligned neighbours",
        }
    }

    fn recommend(&self, trail: &Trail, room: &mut Room, out: &mut Scores) {
        let room = &mut room.kin;
        self.meet(trail, room);
        for (sequence, likeness) in self.closest(room) {
            self.follow(sequence, likeness, room.met[sequence as usize], out);
        }
    }
}
