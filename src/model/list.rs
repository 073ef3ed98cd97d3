//! Lists that merchandisers curate, as far as a conversation speaks of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ListId;

/// A list by its id and what shoppers read above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListName {
    /// As the file writes it.
    pub id: ListId,
    /// ISO 639-1 code → title; an empty code is every language that has none of its own. Never empty.
    pub titles: BTreeMap<String, String>,
}

impl ListName {
    /// The title in a language, or else the one for all, or else the first that there is.
    pub fn title(&self, language: &str) -> &str {
        let own = self.titles.get(language).or_else(|| self.titles.get(""));
        own.or_else(|| self.titles.values().next()).map_or(self.id.as_str(), String::as_str)
    }
}
