//! What a condition on products is about.

use serde::{Deserialize, Serialize};

use super::EntityKind;

/// One of the kinds that code knows, or any further column of the catalogue by its name: `colour`, `voltage`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Facet {
    /// A kind that products have.
    Kind(EntityKind),
    /// A column of the feed that is no kind.
    Column(String),
}

/// The name under which a word of a product's texts is kept out: "not skinny".
pub const WORD: &str = "word";

impl Facet {
    /// As the feed and files name it.
    pub fn name(&self) -> &str {
        match self {
            Facet::Kind(kind) => kind.name(),
            Facet::Column(name) => name,
        }
    }

    /// The kind, where it is one.
    pub fn kind(&self) -> Option<EntityKind> {
        match self {
            Facet::Kind(kind) => Some(*kind),
            Facet::Column(_) => None,
        }
    }
}

impl From<EntityKind> for Facet {
    fn from(kind: EntityKind) -> Self {
        Facet::Kind(kind)
    }
}

impl From<String> for Facet {
    /// A kind that a product can have, else a column: one called `date` or `age` says nothing about messages.
    fn from(name: String) -> Self {
        match EntityKind::from_name(&name) {
            Some(kind) if kind.is_condition() || kind == EntityKind::Category => Facet::Kind(kind),
            _ => Facet::Column(name),
        }
    }
}

impl From<&str> for Facet {
    fn from(name: &str) -> Self {
        Facet::from(name.to_owned())
    }
}

impl From<Facet> for String {
    fn from(facet: Facet) -> Self {
        facet.name().to_owned()
    }
}

impl PartialEq<EntityKind> for Facet {
    fn eq(&self, other: &EntityKind) -> bool {
        self.kind() == Some(*other)
    }
}
