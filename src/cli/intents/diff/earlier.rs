//! The files as they were: of a folder, or of a revision in git.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::super::git::{GitError, git};
use crate::app::ShopDir;

/// A folder with `intents/` in it, and `index/shop.yaml` where there was one.
///
/// # Errors
/// When `what` is neither a folder of intents nor a revision that has some.
pub(super) fn files(what: &str, shop: &ShopDir, aside: &Path) -> Result<PathBuf> {
    let folder = Path::new(what);
    if folder.is_dir() {
        return from_folder(folder, aside);
    }
    let listed =
        git(&shop.root, &["ls-tree", "-r", "-z", "--name-only", what, "--", "intents", "index/shop.yaml"])
            .map_err(no_earlier)?;
    let listed = String::from_utf8(listed).context("git lists a file whose name is no UTF-8")?;
    let names: Vec<&str> = listed.split('\0').filter(|name| !name.is_empty()).collect();
    if !names.iter().any(|name| name.starts_with("intents/")) {
        bail!("{what} has no intents/ in {}; name another revision or a folder", shop.root.display());
    }
    let to = aside.join("earlier");
    for name in names {
        let content = git(&shop.root, &["show", &format!("{what}:./{name}")]).map_err(no_earlier)?;
        let file = to.join(name);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&file, content).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(to)
}

/// A shop's folder, or its folder of intents.
fn from_folder(folder: &Path, aside: &Path) -> Result<PathBuf> {
    if folder.join("intents").is_dir() {
        return Ok(folder.to_owned());
    }
    let to = aside.join("earlier");
    crate::disk::copy_folder(folder, &to.join("intents"))
        .with_context(|| format!("{} cannot be read", folder.display()))?;
    Ok(to)
}

fn no_earlier(error: GitError) -> anyhow::Error {
    let otherwise = match &error {
        GitError::Unknown(_) => "name a revision of git or a folder",
        _ => "name a folder that holds them, `shophand intents diff DIR`",
    };
    anyhow::anyhow!("there are no earlier files, because {error}; {otherwise}")
}
