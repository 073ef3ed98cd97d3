//! The settings by which Cargo finds libtorch: `.cargo/config.toml` includes this file once it is there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::platform::Platform;
use crate::say;

/// Writes `cargo.toml` into `deps`, an absolute path, if it says anything else yet (after a move, say).
///
/// # Errors
/// When it cannot be written, or the path is not UTF-8.
pub fn write(deps: &Path, platform: Platform) -> Result<()> {
    let libtorch = deps.join("libtorch");
    let libtorch = libtorch
        .to_str()
        .with_context(|| format!("Cargo cannot be told of {}: the path is not UTF-8", deps.display()))?;
    let text = text(libtorch, platform);
    let path = deps.join("cargo.toml");
    if fs::read_to_string(&path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    let context = || format!("cannot write {}", path.display());
    // In one step, because a Cargo that reads half of it would not start.
    let draft = deps.join("cargo.toml.draft");
    fs::write(&draft, text).with_context(context)?;
    fs::rename(&draft, &path).with_context(context)?;
    say::status("Wrote", &format!("{}, by which Cargo finds libtorch", path.display()));
    Ok(())
}

fn text(libtorch: &str, platform: Platform) -> String {
    format!(
        "# Written by `cargo xtask setup` and included by .cargo/config.toml. After a move, set up again.\n\
         [env]\n\
         LIBTORCH = {{ value = {}, relative = false, force = true }}\n\
         LIBTORCH_CXX11_ABI = {{ value = \"{}\", force = true }}\n",
        quoted(libtorch),
        platform.cxx11_abi(),
    )
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
