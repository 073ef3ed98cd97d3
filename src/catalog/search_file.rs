//! `index/search.yaml`: how much each field counts, and how far a shopper's history may lift a product.

use std::path::Path;

use serde::Deserialize;

use crate::yaml::{self, YamlError};

/// The merchandiser's ranking.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SearchSettings {
    /// Boosts of the searched fields.
    pub fields: FieldBoosts,
    /// What a shopper's history may do.
    pub personal: Personal,
}

/// Boost of each field, 0 or more. 0 takes the field out of the search.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldBoosts {
    /// What a shopper reads first.
    pub title: f32,
    /// Who makes it.
    pub brand: f32,
    /// Every level of the path.
    pub category: f32,
    /// Colours.
    pub colour: f32,
    /// Every further column.
    pub attributes: f32,
    /// The sentences.
    pub description: f32,
}

/// What a shopper's history may do to the order.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Personal {
    /// How far it may lift a product, 0 to 1 of the best text score.
    pub weight: f32,
}

impl Default for FieldBoosts {
    fn default() -> Self {
        FieldBoosts { title: 3.0, brand: 2.0, category: 2.0, colour: 1.0, attributes: 1.0, description: 0.4 }
    }
}

impl Default for Personal {
    fn default() -> Self {
        Personal { weight: 0.35 }
    }
}

impl SearchSettings {
    /// Reads the text of a `search.yaml`.
    ///
    /// # Errors
    /// [`YamlError`] at an unknown key, or when a number is out of its range.
    pub fn parse(file: &Path, text: &str) -> Result<Self, YamlError> {
        let settings: SearchSettings = yaml::parse(file, text)?;
        let boosts = settings.fields;
        let all = [
            ("title", boosts.title),
            ("brand", boosts.brand),
            ("category", boosts.category),
            ("colour", boosts.colour),
            ("attributes", boosts.attributes),
            ("description", boosts.description),
        ];
        if let Some((key, value)) = all.into_iter().find(|(_, value)| !(0.0..=1000.0).contains(value)) {
            return Err(yaml::at_key(file, text, key, format!("{value} is no boost; write 0 to 1000")));
        }
        if all.iter().all(|(_, value)| *value == 0.0) {
            let message = "every field has boost 0, so nothing could be found".to_owned();
            return Err(yaml::at_key(file, text, "fields", message));
        }
        if !(0.0..=1.0).contains(&settings.personal.weight) {
            let message = format!("{} is no weight; write 0 to 1", settings.personal.weight);
            return Err(yaml::at_key(file, text, "weight", message));
        }
        Ok(settings)
    }
}
