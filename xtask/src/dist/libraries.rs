//! The shared libraries that the program needs and a bare machine lacks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::folder;

/// glibc's own parts: they belong to a machine's kernel and loader, and every Linux that is no musl has them.
const GLIBC: [&str; 10] = [
    "ld-linux",
    "libanl.so",
    "libc.so",
    "libdl.so",
    "libm.so",
    "libpthread.so",
    "libresolv.so",
    "librt.so",
    "libutil.so",
    "linux-vdso",
];

/// Copies into `folder`'s `lib/` what its program needs, and answers with the glibc version that it asks for.
///
/// # Errors
/// When a library is not to be found or cannot be copied.
pub fn collect(folder: &Path, libtorch: &Path) -> Result<Option<String>> {
    let lib = folder.join("lib");
    folder::make(&lib)?;
    let program = folder.join("shophand");
    // macOS brings the C++ library along; what else is needed is what set-up keeps.
    if cfg!(target_os = "macos") {
        for entry in fs::read_dir(libtorch)? {
            let path = entry?.path();
            folder::copy(&path, &lib.join(path.file_name().unwrap_or_default()))?;
        }
        return Ok(None);
    }
    let mut glibc = glibc_version(&program)?;
    for needed in needed(&program, libtorch)? {
        let name = needed.file_name().with_context(|| format!("{} is no library", needed.display()))?;
        let copied = lib.join(name);
        folder::copy(&needed, &copied)?;
        strip(&copied);
        glibc = glibc.max(glibc_version(&copied)?);
    }
    strip(&program);
    Ok(glibc.map(|minor| format!("2.{minor}")))
}

/// The libraries that the loader would open for `program`, glibc's left out.
fn needed(program: &Path, libtorch: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("ldd")
        .arg(program)
        .env("LD_LIBRARY_PATH", libtorch)
        .env("LC_ALL", "C")
        .output()
        .context("cannot start ldd")?;
    parse(&String::from_utf8_lossy(&output.stdout))
}

/// Reads ldd's lines: `name => path (address)`, and without an arrow what every process has.
fn parse(ldd: &str) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for (name, place) in ldd.lines().filter_map(|line| line.trim().split_once(" => ")) {
        if GLIBC.iter().any(|glibc| name.starts_with(glibc)) {
            continue;
        }
        match place.split_once(" (") {
            Some((path, _)) => paths.push(PathBuf::from(path)),
            None => bail!("the program needs {name}, which is not on this machine either"),
        }
    }
    Ok(paths)
}

/// Drops names that only debuggers read: a fifth of libtorch. It works as well with them, so failing is no matter.
fn strip(file: &Path) {
    let _ = Command::new("strip").arg("--strip-unneeded").arg(file).output();
}

/// The highest 2.x that the file asks of glibc, read from the names of symbol versions in it.
fn glibc_version(file: &Path) -> Result<Option<u32>> {
    const MARK: &[u8] = b"GLIBC_2.";
    let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let versions =
        content.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK).map(|(at, _)| {
            let digits = content[at + MARK.len()..].iter().take_while(|byte| byte.is_ascii_digit());
            digits.fold(0_u32, |number, digit| {
                number.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
            })
        });
    Ok(versions.max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_bare_machine_has_is_left_to_it() {
        let ldd = "\tlinux-vdso.so.1 (0x0)\n\
                   \tlibtorch_cpu.so => /deps/lib/libtorch_cpu.so (0x7f)\n\
                   \tlibstdc++.so.6 => /lib/libstdc++.so.6 (0x7e)\n\
                   \tlibc.so.6 => /lib/libc.so.6 (0x7d)\n\
                   \tlibm.so.6 => /lib/libm.so.6 (0x7c)\n\
                   \t/lib64/ld-linux-x86-64.so.2 (0x7b)\n";
        let expected = ["/deps/lib/libtorch_cpu.so", "/lib/libstdc++.so.6"].map(PathBuf::from);
        assert_eq!(parse(ldd).unwrap(), expected);
    }

    #[test]
    fn a_library_that_is_nowhere_is_named() {
        let error = parse("\tlibodd.so.3 => not found\n").unwrap_err();
        assert!(error.to_string().contains("libodd.so.3"));
    }

    #[test]
    fn the_newest_glibc_that_a_file_names_counts() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "..GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.17\0GLIBC_PRIVATE").unwrap();
        assert_eq!(glibc_version(file.path()).unwrap(), Some(34));
    }
}
