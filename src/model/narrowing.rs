//! What makes a long list shorter.

use serde::{Deserialize, Serialize};

use super::{Facet, ProductQuery};

/// A value of an attribute among what was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValueCount {
    /// As the feed writes it; a category as its path.
    pub value: String,
    /// How many products have it.
    pub count: usize,
    /// The search for these.
    pub query: ProductQuery,
}

/// A way to make a long list shorter: the attribute that splits it best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Narrowing {
    /// Which.
    pub attribute: Facet,
    /// Its commonest values.
    pub values: Vec<ValueCount>,
}
