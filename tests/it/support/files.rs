//! A shop of a few files of the test's own, for the commands that check files.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A folder that goes with the test.
pub struct ShopFiles(TempDir);

impl ShopFiles {
    /// With the files of a sound shop, and these; a file of the same name takes the place of the sound one.
    pub fn new(sound: &[(&str, &str)], files: &[(&str, &str)]) -> ShopFiles {
        let shop = ShopFiles(TempDir::new().unwrap());
        sound.iter().chain(files).for_each(|(path, text)| shop.write(path, text));
        shop
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The exit code and what is printed by `shophand COMMAND check`.
    pub fn check(&self, command: &str, args: &[&str]) -> (i32, String) {
        let mut shophand = Command::new(env!("CARGO_BIN_EXE_shophand"));
        shophand.args([command, "check", "--shop"]).arg(self.path()).args(args);
        let output = shophand.output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code().unwrap(), text.concat())
    }
}
