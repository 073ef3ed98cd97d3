//! Where things are, and how to call Cargo.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::{Context, Result};

/// The checkout that this xtask was built from.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// Finds the checkout.
    ///
    /// # Errors
    /// When Cargo's manifest folder has no parent.
    pub fn here() -> Result<Self> {
        // Cargo sets it for `cargo xtask`; the value at compile time is for a direct call of the program.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
        let root = Path::new(&manifest)
            .parent()
            .context("xtask's folder lies in no project")?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Everything that set-up fetches.
    pub fn deps(&self) -> PathBuf {
        self.root.join(".deps")
    }

    /// The Cargo that called us, at work in the user's folder, with its settings read anew.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.arg(subcommand);
        command
    }
}

/// Runs `command` to its end, its output shown as it comes.
///
/// # Errors
/// When it cannot be started.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command
        .status()
        .with_context(|| format!("cannot start {}", command.get_program().display()))
}

/// What this program ends with when `status` is the end of the one it ran.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
