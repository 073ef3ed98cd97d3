//! How long a turn takes to be safe on disk, alone and among many shoppers: `cargo bench --bench store`.

#[path = "../it/store/samples.rs"]
#[allow(dead_code)]
mod samples;

use std::time::{Duration, Instant};

use shophand::store::{SledStore, Store, TurnWrite};
use tempfile::TempDir;

/// As long as a real turn with a dozen product cards: some 8 kB of JSON.
fn long_turn(shopper: &str, n: u64) -> TurnWrite {
    let mut turn = samples::turn(shopper, n, "running shoes under $80, not black");
    turn.record.reply.text =
        (0..900).map(|word| format!("{} ", n.wrapping_mul(word + 7919) % 1_000_000)).collect();
    TurnWrite { deliver: true, updates: vec![n as i64], ..turn }
}

fn write(store: &SledStore, worker: u64, turns: u64) -> Vec<Duration> {
    (0..turns)
        .map(|n| {
            let turn = long_turn(&format!("shopper-{worker}-{}", n % 5), worker * 1_000_000 + n);
            let start = Instant::now();
            store.record_turn(turn).expect("a turn is written");
            start.elapsed()
        })
        .collect()
}

fn measure(workers: u64, turns: u64) {
    let house = TempDir::new().expect("a folder");
    let folder = house.path().join("store");
    let store = SledStore::open(&folder).expect("a store");
    let start = Instant::now();
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let store = &store;
        let workers: Vec<_> = (0..workers).map(|w| scope.spawn(move || write(store, w, turns))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker ends well")).collect()
    });
    let elapsed = start.elapsed();
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let total = times.len();
    println!(
        "{workers:>3} shoppers: {total} turns, p50 {:.2} ms, p99 {:.2} ms, {:.0} turns/s, {:.1} kB on disk a turn",
        at(0.5),
        at(0.99),
        total as f64 / elapsed.as_secs_f64(),
        size(&folder) as f64 / total as f64 / 1000.0,
    );
    drop(store);
    let start = Instant::now();
    let store = SledStore::open(&folder).expect("a store");
    println!("     opened again in {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    let start = Instant::now();
    let history = store.history(&samples::shopper("shopper-0-1"), 200).expect("a history");
    println!("     {} events of history in {:.2} ms", history.len(), start.elapsed().as_secs_f64() * 1000.0);
}

/// Whether the space of what was erased is used again.
fn erase_and_go_on() {
    let house = TempDir::new().expect("a folder");
    let folder = house.path().join("store");
    let store = SledStore::open(&folder).expect("a store");
    let megabytes = || size(&folder) as f64 / 1e6;
    let mut n = 0;
    let mut fill = || {
        for _ in 0..2000 {
            n += 1;
            store.record_turn(long_turn(&format!("shopper-{}", n % 20), n)).expect("a turn is written");
        }
        n
    };
    print!("    erased and written again, MB on disk:");
    for _ in 0..6 {
        let last = fill();
        print!(" {:.1}", megabytes());
        for shopper in 0..20 {
            let forget = vec![shophand::model::Effect::Forget];
            let turn = samples::turn_with(&format!("shopper-{shopper}"), last + 1_000_000 + shopper, forget);
            store.record_turn(turn).expect("a shopper is forgotten");
        }
        std::thread::sleep(Duration::from_millis(1500));
        print!(" → {:.1}", megabytes());
    }
    let mut backup = Vec::new();
    store.backup(&mut backup).expect("a backup");
    let compact = house.path().join("compact");
    let restored = SledStore::open(&compact).expect("a store");
    restored.restore(&mut backup.as_slice()).expect("a restored store");
    drop(restored);
    println!("; from a backup {:.1}", size(&compact) as f64 / 1e6);
}

fn size(folder: &std::path::Path) -> u64 {
    std::fs::read_dir(folder)
        .expect("the folder")
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
        .map(|(path, file)| if file.is_dir() { size(&path) } else { file.len() })
        .sum()
}

fn main() {
    measure(1, 2000);
    measure(8, 500);
    measure(32, 200);
    erase_and_go_on();
}
