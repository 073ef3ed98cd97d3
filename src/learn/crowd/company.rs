//! How many did two things both: what may be said aloud of others is counted here, whatever the recommenders made of it.

/// Of a product that everybody has, only so many are asked, so that a request's time does not grow with the log.
const ASKED: usize = 2000;

/// What is said of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// They bought both.
    Bought,
    /// They looked at both, put them in a basket, or bought them.
    LookedAt,
}

/// What each shopper touched, one shopper after the other. 4 bytes for each shopper and product, and 8 for each shopper.
#[derive(Debug, Default)]
pub struct Deeds {
    /// Twice the product's number, and 1 more where it was bought.
    marks: Vec<u32>,
    /// Where each shopper's marks end.
    ends: Vec<usize>,
}

impl Deeds {
    /// Takes in the next shopper's products, each with whether it was bought; empties `done`.
    pub fn push(&mut self, done: &mut Vec<(u32, bool)>) {
        if done.is_empty() {
            return;
        }
        done.sort_unstable();
        // Of a product's entries the last one is the purchase, if there was any.
        let last = done.chunk_by(|a, b| a.0 == b.0).filter_map(<[_]>::last);
        self.marks.extend(last.map(|(item, bought)| 2 * item + u32::from(*bought)));
        self.ends.push(self.marks.len());
        done.clear();
    }

    /// The marks of each shopper, with the shopper's number.
    fn by_shopper(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let mut from = 0;
        (0..).zip(&self.ends).map(move |(shopper, to)| {
            let marks = &self.marks[from..*to];
            from = *to;
            (shopper, marks)
        })
    }
}

/// Who looked at and who bought each product. 4 bytes for each shopper and product.
#[derive(Debug, Default)]
pub struct Company {
    from: Vec<usize>,
    /// Twice the shopper's number, and 1 more where they bought it; in ascending order for each product.
    marks: Vec<u32>,
}

impl Company {
    /// Turns who did what into what was done by whom; `products` is how many there are, their numbers are below it.
    pub fn new(products: usize, deeds: &Deeds) -> Self {
        let mut from = vec![0; products + 1];
        deeds.marks.iter().for_each(|mark| from[(mark >> 1) as usize + 1] += 1);
        (0..products).for_each(|item| from[item + 1] += from[item]);
        let (mut next, mut marks) = (from.clone(), vec![0; deeds.marks.len()]);
        for (shopper, done) in deeds.by_shopper() {
            for mark in done {
                let next = &mut next[(mark >> 1) as usize];
                marks[*next] = 2 * shopper + (mark & 1);
                *next += 1;
            }
        }
        Company { from, marks }
    }

    /// Whether at least so many shoppers did it with both products.
    pub fn is_shared(&self, one: u32, other: u32, deed: Deed, by: usize) -> bool {
        let (one, other) = (self.of(one), self.of(other));
        let (few, many) = if one.len() < other.len() { (one, other) } else { (other, one) };
        let did = |mark: u32| deed == Deed::LookedAt || mark & 1 == 1;
        let did_both = |mark: &&u32| {
            let same = many.binary_search_by_key(&(**mark >> 1), |known| known >> 1);
            did(**mark) && same.is_ok_and(|at| did(many[at]))
        };
        few.iter().rev().take(ASKED).filter(did_both).take(by).count() == by
    }

    fn of(&self, item: u32) -> &[u32] {
        match (self.from.get(item as usize), self.from.get(item as usize + 1)) {
            (Some(from), Some(to)) => &self.marks[*from..*to],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_three_did_with_both_products_is_told_from_what_two_did() {
        let mut deeds = Deeds::default();
        for done in [
            vec![(0, false), (1, true), (0, true)],
            vec![],
            vec![(1, true), (0, true), (2, false)],
            vec![(0, true), (1, false)],
            vec![(2, true)],
        ] {
            deeds.push(&mut done.clone());
        }
        let company = Company::new(4, &deeds);
        let most = |one, other, deed| (0..9).rev().find(|by| company.is_shared(one, other, deed, *by));
        assert_eq!(most(0, 1, Deed::Bought), Some(2), "the third of them only looked at 1");
        assert_eq!(most(0, 1, Deed::LookedAt), Some(3));
        assert_eq!((most(2, 1, Deed::Bought), most(2, 1, Deed::LookedAt)), (Some(0), Some(1)));
        assert_eq!(most(3, 0, Deed::LookedAt), Some(0), "nobody knows 3");
        assert_eq!(most(9, 0, Deed::LookedAt), Some(0), "a product that came after the log");
    }
}
