//! What git knows of a shop's files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why git says nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum GitError {
    /// The program is missing.
    #[error("git cannot be run: {0}")]
    Missing(std::io::Error),
    /// The shop is in no repository.
    #[error("{0} is in no git repository")]
    NoRepository(PathBuf),
    /// It does not know what it is asked for.
    #[error("git says: {0}")]
    Unknown(String),
}

/// What the command prints, run in the shop's folder.
///
/// # Errors
/// [`GitError`].
pub(super) fn git(root: &Path, args: &[&str]) -> Result<Vec<u8>, GitError> {
    let output = Command::new("git").arg("-C").arg(root).args(args).env("LC_ALL", "C").output();
    let output = output.map_err(GitError::Missing)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let reason = String::from_utf8_lossy(&output.stderr).into_owned();
    if reason.contains("not a git repository") {
        return Err(GitError::NoRepository(root.to_owned()));
    }
    let reason = reason.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
    Err(GitError::Unknown(reason.to_owned()))
}

/// The files of the shop that are not as they were in a revision, the new ones among them.
///
/// # Errors
/// [`GitError`].
pub(super) fn changed_since(root: &Path, revision: &str) -> Result<BTreeSet<PathBuf>, GitError> {
    let of_shop = ["--", "intents", "index"];
    let changed = ["diff", "--name-only", "--relative", "-z", "--end-of-options", revision];
    let fresh = ["ls-files", "--others", "--exclude-standard", "-z"];
    let mut files = BTreeSet::new();
    for command in [&changed[..], &fresh[..]] {
        let listed = git(root, &[command, &of_shop].concat())?;
        let names = listed.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        files.extend(names.map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned())));
    }
    Ok(files)
}
