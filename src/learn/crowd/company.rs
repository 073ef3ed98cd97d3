//! How many did two things both: what may be said aloud of others is counted here, whatever the recommenders made of it.

/// So many other shoppers must have done the same before it is said of "people": fewer would tell what one of them did
/// (k-anonymity; with 3, no one of them learns from it what another one did).
pub const FROM_OTHERS: usize = 3;
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

/// Who looked at and who bought each product. 4 bytes for each shopper and product.
#[derive(Debug, Default)]
pub(super) struct Company {
    from: Vec<usize>,
    /// Twice the shopper's number, and 1 more where they bought it; in ascending order for each product.
    marks: Vec<u32>,
}

impl Company {
    /// The shoppers of each product, one after the other.
    pub fn new(by_item: Vec<Vec<u32>>) -> Self {
        let mut company = Company { from: vec![0], marks: Vec::new() };
        company.marks.reserve_exact(by_item.iter().map(Vec::len).sum());
        for marks in by_item {
            company.marks.extend(marks);
            company.from.push(company.marks.len());
        }
        company
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
