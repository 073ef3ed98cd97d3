//! Why an import stops. What is wrong with single rows is reported instead and does not stop it.

use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::yaml::YamlError;

use super::feed::Place;

/// Why a feed cannot be read, or its content not be kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is not there, or breaks off.
    #[error("{}: {reason}", file.display())]
    Read {
        /// Which.
        file: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The file has no form that we know.
    #[error("{}: {reason}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// What was found and what to do.
        reason: String,
    },
    /// A field that no row can do without has no column.
    #[error(
        "{}: no column is known to hold {}; name it with `--map {field}=COLUMN`; the columns are: {columns}",
        file.display(), meaning(field)
    )]
    NoColumn {
        /// Which file.
        file: PathBuf,
        /// The field.
        field: String,
        /// The columns that there are.
        columns: String,
    },
    /// The same of a file of the shop's own, whose columns are called as the shop pleases.
    #[error(
        "{}: no column is known to hold {}; call one of them `{field}`; the columns are: {columns}",
        file.display(), meaning(field)
    )]
    NoOwnColumn {
        /// Which file.
        file: PathBuf,
        /// The field.
        field: String,
        /// The columns that there are.
        columns: String,
    },
    /// The mapping names something that is not there.
    #[error("the mapping {mapping:?} is wrong: {reason}")]
    Mapping {
        /// As it was given.
        mapping: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A mapping file that is no sound YAML.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// A row of the shop's own file, which must be right as a whole.
    #[error("{}: {at}: {field} {value:?}: {reason}", file.display())]
    Row {
        /// Which file.
        file: PathBuf,
        /// Where in it.
        at: Place,
        /// The field.
        field: String,
        /// What was written there.
        value: String,
        /// Why that cannot be, and what would be right.
        reason: String,
    },
    /// What was read cannot be written.
    #[error(
        "{} cannot be written: {reason}; free some disk space or check its permissions, then run the import again: \
         it goes on where it stopped",
        path.display()
    )]
    Write {
        /// Where.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The store refused a batch.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a field is, for people.
fn meaning(field: &str) -> String {
    let meant = match field {
        "customer" => "whose it is",
        "at" => "when it happened",
        "product" | "id" => "the product's id",
        "number" => "the order's number",
        "status" => "the order's status",
        _ => return format!("the {field}"),
    };
    meant.to_owned()
}

impl ImportError {
    pub(crate) fn read(file: &Path, error: impl std::fmt::Display) -> Self {
        ImportError::Read { file: file.to_owned(), reason: error.to_string() }
    }

    pub(crate) fn write(path: &Path, error: impl std::fmt::Display) -> Self {
        ImportError::Write { path: path.to_owned(), reason: error.to_string() }
    }
}
