//! What is bought together: for each product, what lay in the same baskets more often than chance would put it there.

use super::log::{Kind, Log, Step};
use super::parts::Table;
use super::scores::Scores;

/// Of a product that is in every basket the newest are enough to know what goes with it.
const NEWEST: usize = 2000;
/// A basket of more products is a wholesaler's, and says little of what goes with what.
const LARGEST: usize = 50;
/// How many neighbours a product keeps.
const KEPT: usize = 100;
/// A pair that was seen once proves nothing: the cosine is shrunk by so many baskets.
const DAMP: f32 = 2.0;

/// Cosines of products by the baskets that they were in. 8 bytes a neighbour.
#[derive(Debug, Default)]
pub struct Baskets {
    table: Table,
}

impl Baskets {
    /// Counts pairs in each product's newest baskets, so that time and memory grow with the steps. Each sequence is what was
    /// bought at once.
    pub fn new(products: usize, baskets: Vec<Vec<Step>>) -> Self {
        let log = Log::new(Kind::Visits, products, distinct(baskets));
        let mut holding: Vec<Vec<u32>> = vec![Vec::new(); products];
        let all: Vec<&[Step]> = log.sequences().collect();
        for (number, basket) in (0_u32..).zip(&all) {
            basket.iter().for_each(|step| holding[step.item as usize].push(number));
        }
        let baskets_of = |item: u32| holding[item as usize].len() as f32;
        let mut room = Scores::new(products);
        let mut table = Table::new();
        for item in 0..products as u32 {
            let own = &holding[item as usize];
            for basket in &own[own.len().saturating_sub(NEWEST)..] {
                let others = all[*basket as usize].iter().filter(|step| step.item != item);
                others.for_each(|step| room.add(step.item, 1.0));
            }
            let counted: Vec<(u32, f32)> =
                room.touched().iter().map(|other| (*other, room.of(*other))).collect();
            room.clear();
            for (other, together) in counted {
                let chance = ((baskets_of(item) + DAMP) * (baskets_of(other) + DAMP)).sqrt();
                room.add(other, together / chance);
            }
            table.push(&room.take_best(KEPT));
        }
        Baskets { table }
    }

    /// What goes with a product, strongest first, with the cosine.
    pub fn with(&self, item: u32) -> &[(u32, f32)] {
        self.table.row(item)
    }
}

/// Each product once in each basket; no basket of one product, or of more than anybody carries.
fn distinct(mut baskets: Vec<Vec<Step>>) -> Vec<Vec<Step>> {
    for basket in &mut baskets {
        basket.sort_by_key(|step| step.item);
        basket.dedup_by_key(|step| step.item);
    }
    baskets.retain(|basket| (2..=LARGEST).contains(&basket.len()));
    baskets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basket(items: &[u32]) -> Vec<Step> {
        items.iter().map(|item| Step { item: *item, at: 1000 }).collect()
    }

    #[test]
    fn what_lay_together_more_often_than_chance_goes_together() {
        // 0 is in every basket; 1 only ever with 2, 3 with anything.
        let mut all: Vec<Vec<Step>> = (0..30).map(|_| basket(&[0, 1, 2])).collect();
        all.extend((0..30).map(|n| basket(&[0, 3, 4 + n % 3])));
        let baskets = Baskets::new(8, all);
        assert_eq!(baskets.with(1)[0].0, 2, "{:?}", baskets.with(1));
        assert!(baskets.with(1)[0].1 > baskets.with(1)[1].1, "everybody has 0: {:?}", baskets.with(1));
        assert!(baskets.with(7).is_empty());
    }

    #[test]
    fn what_is_bought_alone_or_by_the_hundred_goes_with_nothing() {
        let crate_of_all: Vec<u32> = (0..60).collect();
        let baskets = Baskets::new(60, vec![basket(&[1]), basket(&[2, 2]), basket(&crate_of_all)]);
        assert!((0..60).all(|item| baskets.with(item).is_empty()));
    }
}
