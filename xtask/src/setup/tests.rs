//! Set-up against packages made here, on a folder of its own.

use std::cell::Cell;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use tempfile::TempDir;
use zip::write::FileOptions;

use super::component::{Component, Keep, Wheel};
use super::fetch::Source;
use super::{digest, install, stamp};

const FILE: &str = "tool-1.0-py3-none-any.whl";

/// Serves one package, and counts how often it is asked.
struct Shelf {
    content: Vec<u8>,
    asked: Cell<u32>,
}

impl Source for Shelf {
    fn fetch(&self, wheel: &Wheel, folder: &Path) -> Result<()> {
        self.asked.set(self.asked.get() + 1);
        Ok(fs::write(folder.join(wheel.file), &self.content)?)
    }
}

/// A network that is down.
struct Nowhere;

impl Source for Nowhere {
    fn fetch(&self, _: &Wheel, _: &Path) -> Result<()> {
        bail!("no network")
    }
}

fn package(library: &str) -> Shelf {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in
        [("tool/lib/libtool.so", library), ("tool/include/tool.h", "int;"), ("tool/huge.bin", "…")]
    {
        zip.start_file(name, FileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    Shelf { content: zip.finish().unwrap().into_inner(), asked: Cell::new(0) }
}

/// The component that wants exactly what `shelf` serves.
fn component(shelf: &Shelf) -> Component {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("package");
    fs::write(&path, &shelf.content).unwrap();
    let wheel = Wheel {
        package: "tool",
        version: "1.0",
        file: FILE,
        platform: None,
        sha256: digest::sha256(&path).unwrap().leak(),
        bytes: shelf.content.len() as u64,
        keep: vec![
            Keep { from: "tool/lib/libtool.so", to: "lib/libtool.so" },
            Keep { from: "tool/include/", to: "include/" },
        ],
    };
    Component {
        name: "tool",
        title: "the tool",
        wheels: vec![wheel],
        links: vec![("lib/libtool.so.1", "libtool.so")],
        texts: vec![("build-version", "1.0")],
        unpacked: 10,
    }
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn a_component_holds_what_it_should_keep_and_nothing_else() {
    let (deps, shelf) = (TempDir::new().unwrap(), package("library"));
    let component = component(&shelf);
    install::install(deps.path(), &component, &shelf).unwrap();

    let tool = deps.path().join("tool");
    assert_eq!(read(&tool, "lib/libtool.so"), "library");
    assert_eq!(read(&tool, "lib/libtool.so.1"), "library");
    assert_eq!(read(&tool, "include/tool.h"), "int;");
    assert_eq!(read(&tool, "build-version"), "1.0");
    assert!(!tool.join("huge.bin").exists());
    assert!(stamp::is_complete(deps.path(), &component));
}

#[test]
fn a_download_with_another_digest_is_refused_and_deleted() {
    let (deps, shelf) = (TempDir::new().unwrap(), package("library"));
    let component = component(&package("another library"));
    let error = install::install(deps.path(), &component, &shelf).unwrap_err().to_string();

    assert!(error.contains(FILE), "{error}");
    assert!(error.contains(component.wheels[0].sha256), "{error}");
    assert!(error.contains("cargo xtask setup"), "{error}");
    assert!(!deps.path().join("tool").exists());
    assert_eq!(fs::read_dir(deps.path().join("wheels")).unwrap().count(), 0);
}

#[test]
fn a_checked_download_is_not_fetched_again_after_an_interruption() {
    let (deps, shelf) = (TempDir::new().unwrap(), package("library"));
    let whole = component(&shelf);
    let broken = Component { links: vec![("no-such-folder/link", "x")], ..component(&shelf) };
    install::install(deps.path(), &broken, &shelf).unwrap_err();
    assert!(!stamp::is_complete(deps.path(), &broken));

    install::install(deps.path(), &whole, &Nowhere).unwrap();
    assert!(stamp::is_complete(deps.path(), &whole));
    assert_eq!(shelf.asked.get(), 1);
}

#[test]
fn a_damaged_kept_download_is_fetched_anew() {
    let (deps, shelf) = (TempDir::new().unwrap(), package("library"));
    fs::create_dir(deps.path().join("wheels")).unwrap();
    fs::write(deps.path().join("wheels").join(FILE), "half of").unwrap();
    install::install(deps.path(), &component(&shelf), &shelf).unwrap();
    assert_eq!(shelf.asked.get(), 1);
}

#[test]
fn leftovers_of_a_killed_run_do_no_harm() {
    let (deps, shelf) = (TempDir::new().unwrap(), package("library"));
    let component = component(&shelf);
    for leftover in ["tool.unpacking/lib", "tool.old/lib", "wheels/fetching/partial"] {
        fs::create_dir_all(deps.path().join(leftover)).unwrap();
        fs::write(deps.path().join(leftover).join("libtool.so"), "hal").unwrap();
    }
    assert!(!stamp::is_complete(deps.path(), &component));
    install::install(deps.path(), &component, &shelf).unwrap();
    install::forget_downloads(deps.path()).unwrap();

    assert_eq!(read(deps.path(), "tool/lib/libtool.so"), "library");
    assert_eq!(fs::read_dir(deps.path()).unwrap().count(), 1);
}

#[test]
fn what_is_in_place_stays_until_its_successor_is_whole() {
    let (deps, old, new) = (TempDir::new().unwrap(), package("old"), package("new"));
    install::install(deps.path(), &component(&old), &old).unwrap();
    install::forget_downloads(deps.path()).unwrap();

    install::install(deps.path(), &component(&new), &Nowhere).unwrap_err();
    assert_eq!(read(deps.path(), "tool/lib/libtool.so"), "old");
    install::install(deps.path(), &component(&new), &new).unwrap();
    assert_eq!(read(deps.path(), "tool/lib/libtool.so"), "new");
}

#[test]
fn another_pin_makes_a_component_out_of_date() {
    let (deps, shelf) = (TempDir::new().unwrap(), package("library"));
    install::install(deps.path(), &component(&shelf), &shelf).unwrap();
    assert!(!stamp::is_complete(deps.path(), &component(&package("newer library"))));
    let relinked = Component { links: vec![], ..component(&shelf) };
    assert!(!stamp::is_complete(deps.path(), &relinked));
}

#[test]
fn a_missing_or_shortened_file_makes_a_component_incomplete_and_an_added_one_does_not() {
    let (deps, shelf) = (TempDir::new().unwrap(), package("library"));
    let component = component(&shelf);
    install::install(deps.path(), &component, &shelf).unwrap();
    let library = deps.path().join("tool/lib/libtool.so");

    fs::write(deps.path().join("tool/converted.ot"), "made of it later").unwrap();
    assert!(stamp::is_complete(deps.path(), &component));
    fs::write(&library, "lib").unwrap();
    assert!(!stamp::is_complete(deps.path(), &component));
    fs::remove_file(&library).unwrap();
    assert!(!stamp::is_complete(deps.path(), &component));
}

#[test]
fn a_package_that_lacks_a_wanted_file_is_an_error_that_names_it() {
    let (deps, shelf) = (TempDir::new().unwrap(), package("library"));
    let mut component = component(&shelf);
    component.wheels[0].keep.push(Keep { from: "tool/lib/libother.so", to: "lib/libother.so" });
    let error = install::install(deps.path(), &component, &shelf).unwrap_err().to_string();
    assert!(error.contains("tool/lib/libother.so"), "{error}");
    assert!(!deps.path().join("tool").exists());
}
