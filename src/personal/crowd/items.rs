//! Products as the dense numbers that learning works with. Ids outside, numbers inside.

use std::collections::HashMap;

use crate::model::ProductId;

/// The products that a log names, in the order of their first appearance.
#[derive(Debug, Clone, Default)]
pub(super) struct Items {
    ids: Vec<ProductId>,
    numbers: HashMap<ProductId, u32>,
}

impl Items {
    /// The number of a product, given now if it has none.
    pub fn number(&mut self, id: &ProductId) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.ids.len() as u32;
        self.ids.push(id.clone());
        self.numbers.insert(id.clone(), number);
        number
    }

    /// The number of a product that the log names.
    pub fn find(&self, id: &ProductId) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// The product of a number.
    pub fn id(&self, number: u32) -> Option<&ProductId> {
        self.ids.get(number as usize)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }
}
