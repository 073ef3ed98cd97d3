//! A YAML file as a tree in which every node knows its place, so that a check can name line and column.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use crate::problem::{Place, Report};
use crate::text::fold;
use crate::yaml::{COMPARE, advice, explained, is_explained};

/// A node with its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) value: Value,
}

/// What a node holds. Numbers and truth values stay as they are spelled: `8.50`, `on`.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Nothing,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Text, Node)>),
}

/// A text with its place.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) place: Place,
    pub(crate) text: String,
}

/// Reads one document; a syntax error is reported and gives `None`. Anchors and merge keys are refused: a
/// merchandiser's file says each thing where it stands.
pub(crate) fn read(source: &str, report: &mut Report<'_>) -> Option<Node> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        strict_booleans: true,
        merge_keys: serde_saphyr::MergeKeyPolicy::Error,
        budget: serde_saphyr::budget! { max_depth: 16, max_anchors: 0, max_aliases: 0 },
    };
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(source, options) {
        Ok(raw) => Some(raw.value.into_node(&raw.referenced, source)),
        Err(error) => {
            let (line, column, message) = explained(&error);
            let place = Place { line: line as usize, column: column as usize };
            let own = matches!(error.without_snippet(), serde_saphyr::Error::DuplicateMappingKey { .. });
            let suggestion = (!is_explained(&error)).then(|| advice(&message).unwrap_or(COMPARE).to_owned());
            report.push(place, if own { message } else { format!("not valid YAML: {message}") }, suggestion);
            None
        }
    }
}

fn place(at: &serde_saphyr::Location) -> Place {
    Place { line: at.line() as usize, column: at.column() as usize }
}

/// What serde sees, before spellings are looked up in the source.
enum Raw {
    Nothing,
    /// Inferred to be a number or truth value: its spelling is in the source.
    Plain,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl Raw {
    fn into_node(self, at: &serde_saphyr::Location, source: &str) -> Node {
        let node = |raw: Spanned<Raw>| raw.value.into_node(&raw.referenced, source);
        let value = match self {
            Raw::Nothing => Value::Nothing,
            Raw::Text(text) => Value::Text(text),
            Raw::Plain => Value::Text(spelling(at, source)),
            Raw::List(items) => Value::List(items.into_iter().map(node).collect()),
            Raw::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| {
                        let key = node(key);
                        let text = match key.value {
                            Value::Text(text) => text,
                            _ => String::new(),
                        };
                        (Text { place: key.place, text }, node(value))
                    })
                    .collect(),
            ),
        };
        Node { place: place(at), value }
    }
}

fn spelling(at: &serde_saphyr::Location, source: &str) -> String {
    let span = at.span();
    let from = span.byte_offset().unwrap_or(0) as usize;
    let to = from + span.byte_len().unwrap_or(0) as usize;
    source.get(from..to).unwrap_or_default().trim().to_owned()
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or a mapping")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }
    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }
    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Plain)
    }
    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

impl Node {
    /// The entries of a mapping whose keys are all among `known`; others are reported.
    pub(crate) fn fields<'n>(&'n self, known: &[&str], report: &mut Report<'_>) -> Fields<'n> {
        let Some(entries) = self.map(report) else { return Fields { place: self.place, entries: &[] } };
        for (key, _) in entries {
            if !known.contains(&key.text.as_str()) {
                report.unknown(key.place, "key", &key.text, known.iter().copied());
            }
        }
        Fields { place: self.place, entries }
    }

    /// Whether it is a mapping, as every file of a shop is; what else it is, is reported.
    pub(crate) fn is_map(&self, report: &mut Report<'_>) -> bool {
        match &self.value {
            Value::Map(_) => true,
            Value::Nothing => {
                let place = Place { line: 1, column: 1 };
                let what = "expected a mapping (`key: value`), and nothing stands in this file".to_owned();
                report.push(place, what, Some("fill it in, or delete it".to_owned()));
                false
            }
            _ => self.map(report).is_some(),
        }
    }

    pub(crate) fn map(&self, report: &mut Report<'_>) -> Option<&[(Text, Node)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => {
                report.add(self.place, format!("expected a mapping (`key: value`), found {}", self.kind()));
                None
            }
        }
    }

    pub(crate) fn text(&self, report: &mut Report<'_>) -> Option<Text> {
        match &self.value {
            Value::Text(text) if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')) => {
                report.push(
                    self.place,
                    "a control character stands in this text".to_owned(),
                    Some("take it out; nobody can type it".to_owned()),
                );
                None
            }
            Value::Text(text) if !fold(text).text.is_empty() => {
                Some(Text { place: self.place, text: text.trim().to_owned() })
            }
            Value::Text(_) => {
                report.add(self.place, "this text is empty");
                None
            }
            _ => {
                report.add(self.place, format!("expected a text, found {}", self.kind()));
                None
            }
        }
    }

    pub(crate) fn items(&self, report: &mut Report<'_>) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => {
                report.add(self.place, format!("expected a list, found {}", self.kind()));
                None
            }
        }
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, report: &mut Report<'_>) -> Vec<Text> {
        let items = self.items(report).unwrap_or_default();
        items.iter().filter_map(|item| item.text(report)).collect()
    }

    fn kind(&self) -> &'static str {
        match self.value {
            Value::Nothing => "nothing",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// The entries of a mapping with known keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'n> {
    pub(crate) place: Place,
    entries: &'n [(Text, Node)],
}

impl<'n> Fields<'n> {
    pub(crate) fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
    }

    pub(crate) fn text(&self, key: &str, report: &mut Report<'_>) -> Option<Text> {
        self.get(key)?.text(report)
    }

    /// A text that must be there.
    pub(crate) fn needed(&self, key: &str, report: &mut Report<'_>) -> Option<Text> {
        if self.get(key).is_none() {
            report.add(self.place, format!("the key {key:?} is missing"));
        }
        self.text(key, report)
    }

    pub(crate) fn texts(&self, key: &str, report: &mut Report<'_>) -> Vec<Text> {
        self.get(key).map(|node| node.texts(report)).unwrap_or_default()
    }
}
