//! Kill -9 while turns are written: what was acknowledged is there, whole.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use shophand::store::{SledStore, Store, TurnWrite};
use tempfile::TempDir;

use super::samples::*;

/// Set for the child process: the folder, the number of its first turn, and how many write at the same time.
const FOLDER: &str = "SHOPHAND_CRASH_FOLDER";
const FIRST: &str = "SHOPHAND_CRASH_FIRST";
const WRITERS: &str = "SHOPHAND_CRASH_WRITERS";
/// Set for the child process whose disk gets full: the folder.
const FULL: &str = "SHOPHAND_FULL_FOLDER";

/// No test by itself: the part of the child process, which the test below kills.
#[test]
fn child_that_writes_turns_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let writers: u64 = std::env::var(WRITERS).unwrap().parse().unwrap();
    // A lonely writer pauses, so that it is mostly killed with nothing after what it has acknowledged.
    let pause = Duration::from_millis(if writers == 1 { 10 } else { 0 });
    let store = SledStore::open(Path::new(&folder)).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let store = &store;
            scope.spawn(move || {
                for n in (first + writer..).step_by(writers as usize) {
                    store.journal(&update(n as i64, None)).unwrap();
                    store.record_turn(long_turn(n)).unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "\nwritten {n}").and_then(|()| out.flush()).unwrap();
                    drop(out);
                    std::thread::sleep(pause);
                }
            });
        }
    });
}

fn long_turn(n: u64) -> TurnWrite {
    let mut turn = turn(&format!("s{}", n % 7), n, "running shoes under $80, not black");
    turn.record.reply.text = (0..400).map(|word| format!("{} ", n.wrapping_mul(word + 7919))).collect();
    TurnWrite { deliver: true, updates: vec![n as i64], ..turn }
}

/// Lets a child write for a while, kills it, and returns what it had acknowledged.
fn write_and_kill(folder: &Path, first: u64, writers: u64, patience: Duration) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["store::crash::child_that_writes_turns_until_it_is_killed", "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .env(WRITERS, writers.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || -> Vec<u64> {
        lines
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("written ").and_then(|n| n.parse().ok()))
            .collect()
    });
    std::thread::sleep(patience);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn every_acknowledged_turn_survives_kill_9_complete() {
    let house = TempDir::new().unwrap();
    let folder = house.path().join("store");
    let mut acknowledged: Vec<u64> = Vec::new();
    // From so early that the store is hardly made, to long enough for the log to be rewritten.
    let rounds = [(4, 70), (1, 150), (1, 190), (4, 320), (1, 230), (1, 210), (4, 900), (1, 270), (4, 1700)];
    for (round, (writers, milliseconds)) in rounds.into_iter().enumerate() {
        let first = round as u64 * 1_000_000;
        acknowledged.extend(write_and_kill(&folder, first, writers, Duration::from_millis(milliseconds)));
        let store = SledStore::open(&folder).unwrap();
        for n in &acknowledged {
            let found = store.turn(turn_id(*n)).unwrap();
            assert!(found.is_some_and(|found| found == long_turn(*n).record), "turn {n} of round {round}");
        }
        assert_whole(&store, &acknowledged);
    }
    assert!(acknowledged.len() > 100, "the child wrote only {} turns", acknowledged.len());
}

/// What is there belongs together, acknowledged or not: a turn with its events, its delivery and its handled update.
fn assert_whole(store: &SledStore, acknowledged: &[u64]) {
    let waiting: Vec<i64> = store.unhandled().unwrap().iter().map(|update| update.id).collect();
    assert!(acknowledged.iter().all(|n| !waiting.contains(&(*n as i64))));
    let mut turns = 0;
    for whose in 0..7 {
        let id = format!("s{whose}");
        let of_dialogue = store.turns_of(&dialogue_of(&id)).unwrap();
        let events = store.history(&shopper(&id), usize::MAX).unwrap();
        let named: Vec<_> = of_dialogue.iter().flat_map(|turn| turn.events.clone()).collect();
        assert_eq!(events.iter().map(|event| event.id).collect::<Vec<_>>(), named);
        assert_eq!(store.dialogue(&dialogue_of(&id)).unwrap().is_some(), !of_dialogue.is_empty());
        turns += of_dialogue.len();
    }
    assert!(turns >= acknowledged.len());
    assert_eq!(store.undelivered().unwrap().len(), turns);
}

/// No test by itself: writes until the disk, which the test below has made small, is full.
#[test]
fn child_that_writes_turns_until_the_disk_is_full() {
    let Some(folder) = std::env::var_os(FULL) else { return };
    let store = SledStore::open(Path::new(&folder)).unwrap();
    for n in 0.. {
        match store.record_turn(long_turn(n)) {
            Ok(()) => println!("\nwritten {n}"),
            Err(error) => {
                println!("\nfailed {error}");
                println!("\nagain {}", store.record_turn(long_turn(n + 1)).unwrap_err());
                return;
            }
        }
    }
}

#[test]
fn a_full_disk_is_an_error_that_says_so_and_costs_no_acknowledged_turn() {
    let house = TempDir::new().unwrap();
    let folder = house.path().join("store");
    // No file may grow beyond 6 MiB (`ulimit -f` counts 512 bytes), and the signal for that is ignored, as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 12288; exec \"$0\" \"$@\"";
    let child = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["store::crash::child_that_writes_turns_until_the_disk_is_full", "--exact", "--nocapture"])
        .env(FULL, &folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    let told = |what: &str| -> Vec<String> {
        said.lines().filter_map(|line| line.strip_prefix(what)).map(str::to_owned).collect()
    };
    assert!(child.status.success(), "{said}{}", String::from_utf8_lossy(&child.stderr));
    for error in [told("failed "), told("again ")] {
        assert!(error.len() == 1 && error[0].contains("free some disk space"), "{error:?}");
    }
    let acknowledged = told("written ");
    assert!(acknowledged.len() > 100, "only {} turns fitted", acknowledged.len());
    let store = SledStore::open(&folder).unwrap();
    for n in acknowledged {
        assert!(store.turn(turn_id(n.parse().unwrap())).unwrap().is_some(), "turn {n}");
    }
}
