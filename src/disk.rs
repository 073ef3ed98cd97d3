//! Files that are either the old one or the new one, whatever happens in between; whole folders, and what is in them.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// Replaces the file at `path` by `content`: written beside it, flushed to disk, then renamed over it. A link goes on
/// leading to its file, and who may read the file stays as it was. What a killed write leaves behind is hidden, so that
/// nobody takes it for a file of the shop; the next write of that file takes its place.
///
/// # Errors
/// The system's error; the old file is untouched then.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let beside = beside(&path);
    let written = File::create(&beside).and_then(|mut file| {
        if let Ok(about) = fs::metadata(&path) {
            file.set_permissions(about.permissions())?;
        }
        file.write_all(content)?;
        file.sync_all()
    });
    match written.and_then(|()| put_in_place(&beside, &path)) {
        Ok(()) => Ok(()),
        Err(error) => {
            // The half-written file is of no use to anybody; that it cannot be removed either adds nothing.
            let _ = fs::remove_file(&beside);
            Err(error)
        }
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    path.with_file_name(name)
}

/// Renames a finished file over another one, so that the change survives a power cut.
///
/// # Errors
/// The system's error.
pub fn put_in_place(finished: &Path, path: &Path) -> io::Result<()> {
    fs::rename(finished, path)?;
    match path.parent() {
        // The folder of a bare file name is the one that we are in.
        Some(folder) if folder.as_os_str().is_empty() && cfg!(unix) => File::open(".")?.sync_all(),
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Whether a file could be written, before the work that it is to hold; what is in it stays.
///
/// # Errors
/// The system's error.
pub fn writable(path: &Path) -> io::Result<()> {
    File::options().create(true).append(true).open(path).map(drop)
}

/// What a file that people write holds, as text.
///
/// # Errors
/// What is wrong with it, and what to do: it is not UTF-8, as what some editors save.
pub fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    let utf_16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0);
    String::from_utf8(bytes).ok().filter(|_| !utf_16).ok_or_else(|| {
        let like = if utf_16 { " (it looks like UTF-16)" } else { "" };
        format!("is not UTF-8{like}: save it as UTF-8")
    })
}

/// Copies a folder with all that is in it; `to` is made when it is not there.
///
/// # Errors
/// The system's error; what was copied before stays.
pub fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Bytes of all files below a folder.
///
/// # Errors
/// The system's error.
pub fn size(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        bytes += if path.is_dir() { size(&path)? } else { path.metadata()?.len() };
    }
    Ok(bytes)
}

/// Something below a folder that could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {reason}", path.display())]
pub struct Unseen {
    /// Where.
    pub path: PathBuf,
    /// Why, in words.
    pub reason: String,
}

/// Everything below a folder that is no folder, links followed, hidden things left out. A link that leads back into a
/// folder that it stands in is [`Unseen`], so the walk ends whatever the links say.
pub fn files_below(folder: &Path) -> impl Iterator<Item = Result<PathBuf, Unseen>> {
    let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name();
    let shown = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry.path());
    walk.into_iter().filter_entry(shown).filter_map(|step| match step {
        Ok(entry) => (!entry.file_type().is_dir()).then(|| Ok(entry.into_path())),
        Err(error) => Some(unseen(&error)).filter(|e| !is_hidden(&e.path)).map(Err),
    })
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn unseen(error: &walkdir::Error) -> Unseen {
    let reason = match (error.loop_ancestor(), error.io_error()) {
        (Some(back), _) => format!("this link leads back to {}; remove it", back.display()),
        (None, Some(io)) => io.to_string(),
        (None, None) => error.to_string(),
    };
    Unseen { path: error.path().map(Path::to_owned).unwrap_or_default(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_write_leaves_is_no_file_of_the_shop_and_the_next_write_takes_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hello.yaml");
        fs::write(&path, "old").expect("a file");
        fs::write(beside(&path), "ne").expect("a file");
        let seen = || files_below(folder.path()).map(|file| file.expect("seen")).collect::<Vec<_>>();
        assert_eq!(seen(), [path.as_path()]);
        replace(&path, b"new").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "new");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
