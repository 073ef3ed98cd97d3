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

/// Checks what every build needs.
///
/// # Errors
/// When something is missing, naming it and how to get it.
pub fn check_build() -> Result<()> {
    let mut problems = Vec::new();
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    // CXX may name a compiler with arguments or through a wrapper.
    let program = compiler.split_whitespace().next().unwrap_or("c++");
    if !runs(program, &["--version"]) {
        problems.push(format!(
            "there is no C++ compiler `{program}`. Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++; \
             macOS: xcode-select --install"
        ));
    }
    for name in DIVERTING {
        if std::env::var_os(name).is_some() {
            problems.push(format!("{name} is set and would build against another libtorch: unset it"));
        }
    }
    report(&problems)
}

/// Checks what fetching `missing` into `deps` needs.
///
/// # Errors
/// When something is missing, naming it and how to get it.
pub fn check_fetch(deps: &Path, missing: &[&Component]) -> Result<()> {
    let mut problems = Vec::new();
    if !runs(PYTHON, &["--version"]) {
        problems.push(format!(
            "there is no `{PYTHON}`, whose pip fetches the packages. Debian, Ubuntu: apt-get install python3-pip; \
             Fedora: dnf install python3-pip; macOS: xcode-select --install"
        ));
    } else if !runs(PYTHON, &["-m", "pip", "--version"]) {
        problems.push(format!(
            "`{PYTHON}` has no pip. Debian, Ubuntu: apt-get install python3-pip; Fedora: dnf install python3-pip; \
             elsewhere: {PYTHON} -m ensurepip"
        ));
    }
    let needed: u64 = missing.iter().map(|component| component.download() + component.unpacked).sum();
    if let Some(free) = free_bytes(deps)
        && free < needed
    {
        problems.push(format!(
            "{} has {} free, and set-up needs {}",
            deps.display(),
            say::bytes(free),
            say::bytes(needed)
        ));
    }
    report(&problems)
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
