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

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_moved_checkout_gets_its_new_path() {
        let deps = TempDir::new().unwrap();
        fs::write(deps.path().join("cargo.toml"), text("/gone/.deps/libtorch", Platform::LinuxX86)).unwrap();
        write(deps.path(), Platform::LinuxX86).unwrap();
        let settings = fs::read_to_string(deps.path().join("cargo.toml")).unwrap();
        assert!(settings.contains(&format!("\"{}/libtorch\"", deps.path().display())), "{settings}");
        assert!(!settings.contains("/gone"), "{settings}");
    }

    #[test]
    fn settings_that_are_right_are_not_written_again() {
        let deps = TempDir::new().unwrap();
        let changed = || fs::metadata(deps.path().join("cargo.toml")).unwrap().modified().unwrap();
        write(deps.path(), Platform::LinuxX86).unwrap();
        let first = changed();
        write(deps.path(), Platform::LinuxX86).unwrap();
        assert_eq!(changed(), first);
    }

    #[test]
    fn a_path_may_hold_what_toml_reads_specially() {
        assert_eq!(quoted("/my \"shop\"/a\\b\tc"), r#""/my \"shop\"/a\\b\u0009c""#);
    }
}
