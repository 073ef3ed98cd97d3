//! Where things are, and how to call Cargo.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::{Context, Result};

/// The checkout that this xtask belongs to.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// Finds the checkout.
    ///
    /// # Errors
    /// When not called by Cargo.
    pub fn here() -> Result<Self> {
        // Not the folder known at compile time: the checkout may have been moved since.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("call it as `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("xtask's folder lies in no project")?;
        Ok(Self { root: root.to_owned() })
    }

    /// The repository's top folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Everything that set-up fetches.
    pub fn deps(&self) -> PathBuf {
        self.root.join(".deps")
    }

    /// The Cargo that called us, at work in the user's folder, with its settings read anew.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = cargo_command();
        command.arg(subcommand);
        // What Cargo told us about ourselves would look, to some build scripts, like a change since plain `cargo build`.
        let ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(ours)) {
            command.env_remove(name);
        }
        command
    }
}

/// Runs `command` to its end, its output shown as it comes.
///
/// # Errors
/// When it cannot be started.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().with_context(|| format!("cannot start {}", command.get_program().display()))
}

/// What this program ends with when `status` is the end of the one it ran.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The program that Cargo built under `profile`'s folder name, in whichever target folder is in use: the one that this
/// program came from.
///
/// # Errors
/// When this program's own place is unknown.
pub fn built(profile: &str, program: &str) -> Result<PathBuf> {
    let xtask = std::env::current_exe().context("cannot tell where xtask was built")?;
    let target = xtask.ancestors().nth(2).context("xtask lies in no target folder")?;
    Ok(target.join(profile).join(program))
}

/// The kind of machine that Cargo builds for, as Rust calls it.
///
/// # Errors
/// When Cargo does not say.
pub fn host() -> Result<String> {
    let output = cargo_command().arg("-vV").output().context("cannot start cargo")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`cargo -vV` names no host")
}

fn cargo_command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}
