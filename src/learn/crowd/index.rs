//! Where in the log each product occurs: what all parts that look into other shoppers' sequences share.

use super::log::Log;

/// A product in a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The sequence.
    pub sequence: u32,
    /// Where in it.
    pub position: u32,
}

/// The log without repeated touches of one product in a row, and the places of each product in it.
/// 12 bytes a step.
#[derive(Debug, Clone, Default)]
pub struct Index {
    starts: Vec<u32>,
    items: Vec<u32>,
    places_from: Vec<u32>,
    places: Vec<Place>,
}

impl Index {
    /// Counts and sorts the places; time and memory grow with the steps.
    pub fn new(log: &Log) -> Self {
        let mut index = Index { starts: vec![0], ..Index::default() };
        for steps in log.sequences() {
            let mut last = None;
            let steps = steps.iter().filter(|step| last.replace(step.item) != Some(step.item));
            index.items.extend(steps.map(|step| step.item));
            index.starts.push(index.items.len() as u32);
        }
        index.places_from = vec![0; log.products + 1];
        for item in &index.items {
            index.places_from[*item as usize + 1] += 1;
        }
        for i in 0..log.products {
            index.places_from[i + 1] += index.places_from[i];
        }
        index.find_places();
        index
    }

    fn find_places(&mut self) {
        let mut next = self.places_from.clone();
        self.places = vec![Place::default(); self.items.len()];
        for sequence in 0..self.sequences() as u32 {
            let from = self.starts[sequence as usize];
            for at in from..self.starts[sequence as usize + 1] {
                let item = self.items[at as usize] as usize;
                self.places[next[item] as usize] = Place { sequence, position: at - from };
                next[item] += 1;
            }
        }
    }

    /// How many products there are.
    pub fn products(&self) -> usize {
        self.places_from.len().saturating_sub(1)
    }

    /// How many sequences there are.
    pub fn sequences(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Where `item` occurs, at most the last `newest` of its places; those in the newest sequences are last.
    pub fn places(&self, item: u32, newest: usize) -> &[Place] {
        let from = self.places_from[item as usize] as usize;
        let to = self.places_from[item as usize + 1] as usize;
        &self.places[from.max(to.saturating_sub(newest))..to]
    }

    /// The products of a sequence.
    pub fn sequence(&self, number: u32) -> &[u32] {
        &self.items[self.starts[number as usize] as usize..self.starts[number as usize + 1] as usize]
    }

    /// ln(sequences ÷ places) of each product: what is everywhere says little (inverse document frequency).
    pub fn rarity(&self) -> Vec<f32> {
        let all = self.sequences().max(1) as f32;
        let places = self.places_from.windows(2).map(|ends| (ends[1] - ends[0]).max(1) as f32);
        places.map(|places| (all / places).ln().max(0.05)).collect()
    }
}
