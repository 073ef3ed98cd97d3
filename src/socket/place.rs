//! Where the socket stands in the file system.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A socket's path has at most 104 bytes on macOS and 108 on Linux, the last one a NUL.
const LONGEST: usize = 103;

/// A path to `path`'s file that is short enough, and the folder that makes it so for as long as it is kept: it holds a
/// link to the folder of the file.
fn shortened(path: &Path) -> io::Result<(Option<TempDir>, PathBuf)> {
    if path.as_os_str().len() <= LONGEST {
        return Ok((None, path.to_owned()));
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"));
    };
    let shortcut = TempDir::new()?;
    let link = shortcut.path().join("d");
    symlink(fs::canonicalize(folder)?, &link)?;
    Ok((Some(shortcut), link.join(name)))
}

/// Connects, however long the path is.
pub(super) fn connect(path: &Path) -> io::Result<UnixStream> {
    let (_shortcut, short) = shortened(path)?;
    UnixStream::connect(short)
}

/// Makes a socket that only its owner may use, in place of whatever stood there.
pub(super) fn bind(path: &Path) -> io::Result<UnixListener> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Made in a folder that is closed to others, so that there is no moment in which they could connect.
    let staging = TempDir::new_in(folder)?;
    let made = staging.path().join("socket");
    let (_shortcut, short) = shortened(&made)?;
    let listener = UnixListener::bind(short)?;
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    fs::rename(&made, path)?;
    Ok(listener)
}
