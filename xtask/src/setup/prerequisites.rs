//! What the machine must have, checked before anything is fetched, all of it at once.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::component::Component;
use crate::say;

/// The Python that pip is called through.
pub const PYTHON: &str = "python3";

/// Of torch-sys: each would send the build to another libtorch, and Cargo's settings cannot unset them.
const DIVERTING: [&str; 4] = ["LIBTORCH_USE_PYTORCH", "LIBTORCH_STATIC", "LIBTORCH_INCLUDE", "LIBTORCH_LIB"];

const FREE_BYTES: &str = "import shutil, sys; print(shutil.disk_usage(sys.argv[1]).free)";

/// Checks what building needs, and fetching `missing` into `deps`.
///
/// # Errors
/// When something is missing, naming all of it and how to get it.
pub fn check(deps: &Path, missing: &[&Component]) -> Result<()> {
    let mut problems = Vec::new();
    problems.extend(no_compiler());
    problems.extend(diversions());
    if !missing.is_empty() {
        problems.extend(no_pip());
        problems.extend(full_disk(deps, missing));
    }
    report(&problems)
}

fn no_compiler() -> Option<String> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    // CXX may name a compiler with arguments or through a wrapper.
    let program = compiler.split_whitespace().next().unwrap_or("c++");
    (!runs(program, &["--version"])).then(|| {
        format!(
            "there is no C++ compiler `{program}`. Debian, Ubuntu: apt-get install g++; \
             Fedora: dnf install gcc-c++; macOS: xcode-select --install"
        )
    })
}

fn diversions() -> impl Iterator<Item = String> {
    let set = DIVERTING.into_iter().filter(|name| std::env::var_os(name).is_some());
    set.map(|name| format!("{name} is set and would build against another libtorch: unset it"))
}

fn no_pip() -> Option<String> {
    if !runs(PYTHON, &["--version"]) {
        return Some(format!(
            "there is no `{PYTHON}`, whose pip fetches the packages. Debian, Ubuntu: apt-get install python3-pip; \
             Fedora: dnf install python3-pip; macOS: xcode-select --install"
        ));
    }
    (!runs(PYTHON, &["-m", "pip", "--version"])).then(|| {
        format!(
            "`{PYTHON}` has no pip. Debian, Ubuntu: apt-get install python3-pip; \
             Fedora: dnf install python3-pip; elsewhere: {PYTHON} -m ensurepip"
        )
    })
}

fn full_disk(deps: &Path, missing: &[&Component]) -> Option<String> {
    let (free, needed) = (free_bytes(deps)?, space_needed(missing));
    (free < needed).then(|| {
        let (free, needed) = (say::bytes(free), say::bytes(needed));
        format!("{} has {free} free, and set-up needs {needed}", deps.display())
    })
}

/// At its fullest: all downloads, and then either pip's second copy of the one it fetches or what is unpacked.
fn space_needed(missing: &[&Component]) -> u64 {
    let wheels = || missing.iter().flat_map(|component| &component.wheels).map(|wheel| wheel.bytes);
    let unpacked = missing.iter().map(|component| component.unpacked).sum();
    wheels().sum::<u64>() + wheels().max().unwrap_or(0).max(unpacked)
}

fn report(problems: &[String]) -> Result<()> {
    match problems {
        [] => Ok(()),
        [one] => bail!("{one}"),
        many => bail!("some things are missing:\n- {}", many.join("\n- ")),
    }
}

/// None when it cannot be told; then a full disk is met while writing.
fn free_bytes(folder: &Path) -> Option<u64> {
    let output = Command::new(PYTHON).args(["-c", FREE_BYTES]).arg(folder).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::pins;

    #[test]
    fn the_space_needed_covers_the_downloads_and_what_comes_of_them() {
        let (libtorch, model) = (pins::libtorch_linux_x86(), pins::model());
        assert_eq!(space_needed(&[&libtorch, &model]), 895_701_047 + 797_262_052);
        assert_eq!(space_needed(&[&model]), 83_506_384 + 92_000_000);
        assert_eq!(space_needed(&[]), 0);
    }
}
