//! What only this backend can get wrong: its folder.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use jiff::Timestamp;
use tempfile::TempDir;

use super::keys::Tree;
use super::{FORMAT, SledStore, codec};
use crate::store::{LinkToken, Store, StoreError, TranscriptFilter};

fn token(text: String) -> LinkToken {
    LinkToken { token: text, customer: "c-1".parse().unwrap(), expires: Timestamp::MAX }
}

fn filled(folder: &Path) {
    let store = SledStore::open(folder).unwrap();
    (0..50).for_each(|n| store.put_link_token(&token(format!("token-{n}"))).unwrap());
    drop(store);
    // sled writes its snapshot when it opens what it finds.
    SledStore::open(folder).unwrap();
}

#[test]
fn a_removal_that_a_kill_left_half_tidied_up_is_still_a_removal() {
    let house = TempDir::new().unwrap();
    let store = SledStore::open(house.path()).unwrap();
    for tree in Tree::ALL.into_iter().filter(|tree| *tree != Tree::Meta) {
        store.tree(tree).insert(b"token-7", codec::REMOVED).unwrap();
    }
    assert_eq!(store.link_token("token-7", Timestamp::UNIX_EPOCH).unwrap(), None);
    assert!(store.unhandled().unwrap().is_empty() && store.undelivered().unwrap().is_empty());
    store.each_turn(&TranscriptFilter::default(), &mut |_| panic!("there is no turn")).unwrap();
    store.each_event(&mut |_, _| panic!("there is no event")).unwrap();
    assert_eq!(store.backup(&mut Vec::new()).unwrap(), 0);
}

#[test]
fn a_second_owner_is_turned_away_until_the_first_is_gone() {
    let house = TempDir::new().unwrap();
    let store = SledStore::open(house.path()).unwrap();
    assert!(matches!(SledStore::open(house.path()), Err(StoreError::Locked { .. })));
    drop(store);
    SledStore::open(house.path()).unwrap();
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let house = TempDir::new().unwrap();
    let store = SledStore::open(house.path()).unwrap();
    store.write(|changes| changes.put(Tree::Meta, "format".into(), &(FORMAT + 1))).unwrap();
    drop(store);
    let opened = SledStore::open(house.path());
    assert!(matches!(opened, Err(StoreError::NewerFormat { found: 2, known: 1, .. })));
}

#[test]
fn a_snapshot_that_a_kill_left_unfinished_does_not_lock_anybody_out() {
    let house = TempDir::new().unwrap();
    filled(house.path());
    for content in ["", "half a snapsh"] {
        fs::write(house.path().join("snap.7FFFFFFFFFFFFFFF.generating"), content).unwrap();
        let store = SledStore::open(house.path()).unwrap();
        assert!(store.link_token("token-7", Timestamp::UNIX_EPOCH).unwrap().is_some());
    }
}

#[test]
fn broken_files_are_an_error_that_says_what_to_do() {
    let broken: [(&str, Damage); 4] = [
        ("conf", |_| b"nonsense: yes\nthat is no configuration".to_vec()),
        ("snap.", |bytes| bytes.into_iter().map(|byte| byte ^ 0x55).collect()),
        ("snap.", |_| Vec::new()),
        ("db", |bytes| flipped(bytes, 4000)),
    ];
    for (name, damage) in broken {
        let house = TempDir::new().unwrap();
        filled(house.path());
        for entry in fs::read_dir(house.path()).unwrap().map(Result::unwrap) {
            if entry.file_name().to_string_lossy().starts_with(name) {
                fs::write(entry.path(), damage(fs::read(entry.path()).unwrap())).unwrap();
            }
        }
        match SledStore::open(house.path()) {
            Err(error @ StoreError::Corrupt { .. }) => {
                assert!(error.to_string().contains("restore a backup"))
            }
            Err(other) => panic!("{name}: {other}"),
            Ok(_) => panic!("{name}: it opened"),
        }
    }
}

type Damage = fn(Vec<u8>) -> Vec<u8>;

fn flipped(mut bytes: Vec<u8>, place: usize) -> Vec<u8> {
    bytes[place] ^= 0x55;
    bytes
}

#[test]
fn a_store_whose_beginning_is_gone_is_not_taken_for_a_new_one() {
    let house = TempDir::new().unwrap();
    filled(house.path());
    for entry in fs::read_dir(house.path()).unwrap().map(Result::unwrap) {
        // Without its snapshot sled takes everything from the first unreadable record on for an unfinished write.
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    let log = house.path().join("db");
    fs::write(&log, flipped(fs::read(&log).unwrap(), 5)).unwrap();
    assert!(matches!(SledStore::open(house.path()), Err(StoreError::Corrupt { .. })));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_that_names_it() {
    let house = TempDir::new().unwrap();
    let file = house.path().join("file");
    fs::write(&file, "").unwrap();
    let error = SledStore::open(&file.join("store")).err().unwrap();
    assert!(matches!(error, StoreError::Io { .. }));
    assert!(error.to_string().contains("file/store"), "{error}");
}

#[test]
fn a_backup_that_is_cut_off_leaves_no_store_that_looks_whole() {
    let house = TempDir::new().unwrap();
    let store = SledStore::open(&house.path().join("a")).unwrap();
    (0..3).for_each(|n| store.put_link_token(&token(format!("token-{n}"))).unwrap());
    let mut backup = Vec::new();
    assert_eq!(store.backup(&mut backup).unwrap(), 3);
    let whole = String::from_utf8(backup).unwrap();

    for (n, (lines, at)) in [(4, 5), (3, 4), (1, 2)].into_iter().enumerate() {
        let folder = house.path().join(format!("b{n}"));
        let cut: String = whole.split_inclusive('\n').take(lines).collect();
        let restored = SledStore::open(&folder).unwrap().restore(&mut Cursor::new(cut));
        assert!(matches!(restored, Err(StoreError::BadBackup { line, .. }) if line == at), "{restored:?}");
        assert!(matches!(SledStore::open(&folder), Err(StoreError::Corrupt { .. })));
    }
    let nonsense = SledStore::open(&house.path().join("c")).unwrap().restore(&mut Cursor::new("hello\n"));
    assert!(matches!(nonsense, Err(StoreError::BadBackup { line: 1, .. })));
    SledStore::open(&house.path().join("c")).unwrap();
}
