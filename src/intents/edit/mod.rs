//! Changing a merchandiser's file without losing a comment: every change is made in the text itself, and held to say exactly
//! what was meant before it counts.
//!
//! `yaml_parser` gives a tree in which every blank and comment has its place, `pretty_yaml` lays such a tree out; the reader
//! that the shop itself uses judges both.

mod add;
mod format;
mod quote;

use std::path::{Path, PathBuf};

use yaml_parser::{SyntaxKind, SyntaxNode};

use crate::problem::{Problems, Report};
use crate::yaml::tree::{self, Node, Value};

pub use add::{Added, add_example, with_example, with_examples};
pub use format::format;
pub(crate) use quote::{quoted, scalar};

/// Why a file was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It cannot be read or written.
    #[error("{file} cannot be {done}: {reason}")]
    File {
        /// Which file.
        file: PathBuf,
        /// "read" or "written".
        done: &'static str,
        /// What the system says.
        reason: std::io::Error,
    },
    /// It is not sound, so nothing can be said about what it means.
    #[error(transparent)]
    Broken(#[from] Problems),
    /// It is sound, but written in a way that this program cannot change safely.
    #[error("{file} is left as it is: {reason}; change it by hand")]
    Unsafe {
        /// Which file.
        file: PathBuf,
        /// What stands in the way.
        reason: String,
    },
}

fn unsafe_to_edit(file: &Path, reason: impl Into<String>) -> EditError {
    EditError::Unsafe { file: file.to_owned(), reason: reason.into() }
}

/// What a text says, without where it says it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Nothing,
    Text(String),
    List(Vec<Meaning>),
    Map(Vec<(String, Meaning)>),
}

impl From<&Node> for Meaning {
    fn from(node: &Node) -> Meaning {
        match &node.value {
            Value::Nothing => Meaning::Nothing,
            Value::Text(text) => Meaning::Text(text.clone()),
            Value::List(items) => Meaning::List(items.iter().map(Meaning::from).collect()),
            Value::Map(entries) => {
                Meaning::Map(entries.iter().map(|(key, node)| (key.text.clone(), node.into())).collect())
            }
        }
    }
}

impl Meaning {
    fn of(file: &Path, text: &str) -> Result<Meaning, EditError> {
        let mut report = Report::new(file);
        match tree::read(text, &mut report) {
            Some(node) if report.problems.is_empty() => Ok(Meaning::from(&node)),
            _ => Err(Problems(report.problems).into()),
        }
    }

    /// The entry of that name; only mappings have entries.
    fn entry(&mut self, name: &str) -> Option<&mut Meaning> {
        match self {
            Meaning::Map(entries) => entries.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

fn tree(file: &Path, text: &str) -> Result<SyntaxNode, EditError> {
    yaml_parser::parse(text).map_err(|error| unsafe_to_edit(file, error.to_string().replace('\n', " ")))
}

/// The entries of the mapping that the file consists of; none when it is no block of `key: value` lines.
fn top_entries(tree: &SyntaxNode) -> Vec<SyntaxNode> {
    let top =
        tree.descendants().find(|node| matches!(node.kind(), SyntaxKind::BLOCK_MAP | SyntaxKind::FLOW_MAP));
    let block = top.filter(|node| node.kind() == SyntaxKind::BLOCK_MAP);
    block.map_or_else(Vec::new, |map| {
        map.children().filter(|child| child.kind() == SyntaxKind::BLOCK_MAP_ENTRY).collect()
    })
}

/// The key of an entry.
fn key_of(entry: &SyntaxNode) -> String {
    let key = entry.children().find(|child| child.kind() == SyntaxKind::BLOCK_MAP_KEY);
    key.map_or_else(String::new, |key| key.text().to_string().trim().to_owned())
}

fn start(node: &SyntaxNode) -> usize {
    node.text_range().start().into()
}

fn end(node: &SyntaxNode) -> usize {
    node.text_range().end().into()
}

#[cfg(test)]
mod tests;
