//! How long a shopper waits: turns by stage on the demo shop and on a large catalogue, the encoder alone and among
//! many shoppers, start-up and memory: `cargo bench --bench turns`.

mod measure;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use measure::{megabytes, percentile};
use shophand::app::{Parts, ShopDir, open_store};
use shophand::ids::Ids;
use shophand::import::{Options, import_catalog};
use shophand::model::{Channel, ChatId, Incoming, Input, ShopperId};
use shophand::turn::{Assistant, Passage};
use shophand::understand::encoder::{Encoder, find_model};
use tempfile::TempDir;

/// How many messages each measure takes.
const MESSAGES: usize = 300;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let sentences = sentences();
    runtime.block_on(async {
        encoder(&sentences).await;
        let demo = shop_of(None);
        measure("demo shop", &demo, &sentences).await;
        match bestbuy() {
            Some(feed) => measure("Best Buy", &shop_of(Some(&feed)), &sentences).await,
            None => println!("Best Buy: skipped, no bestbuy_products.csv.gz under $SHOPHAND_DATA/catalogs"),
        }
    });
}

/// Sentences as shoppers write them, no two alike, so that nothing is answered from a cache.
fn sentences() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labelled/en.csv");
    let mut reader = csv::Reader::from_path(file).expect("the labelled sentences");
    reader.records().map(|record| record.expect("a row")[0].to_owned()).collect()
}

fn bestbuy() -> Option<PathBuf> {
    let data = std::env::var_os("SHOPHAND_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    Some(data.join("catalogs/bestbuy_products.csv.gz")).filter(|feed| feed.is_file())
}

/// A shop with the demo's intents, and the demo's products or those of a feed.
fn shop_of(feed: Option<&Path>) -> TempDir {
    let dir = TempDir::new().expect("a folder");
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::os::unix::fs::symlink(repository.join("intents"), dir.path().join("intents")).expect("a link");
    let Some(feed) = feed else {
        std::os::unix::fs::symlink(repository.join("index"), dir.path().join("index")).expect("a link");
        return dir;
    };
    std::fs::create_dir(dir.path().join("index")).expect("a folder");
    for file in ["shop.yaml", "ranking.yaml"] {
        let from = repository.join("index").join(file);
        std::fs::copy(from, dir.path().join("index").join(file)).expect("a copy");
    }
    let shop = ShopDir::open(dir.path()).expect("a shop");
    let options = Options::new(&shop.state, shophand::model::Currency::USD, Timestamp::now());
    let start = Instant::now();
    let report = import_catalog(feed, &options, &mut |_| ()).expect("an import");
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "import: {} products in {seconds:.1} s, {:.0} rows/s",
        report.stored,
        report.rows as f64 / seconds
    );
    dir
}

async fn measure(name: &str, dir: &TempDir, sentences: &[String]) {
    let (first, _) = open(dir).await;
    let (second, assistant) = open(dir).await;
    println!(
        "{name}: {} products; first start {first:.1?}, next start {second:.1?}",
        assistant.current.snapshot().catalog.len()
    );
    let mut stages: [Vec<f64>; 6] = Default::default();
    for (i, sentence) in sentences.iter().cycle().take(MESSAGES).enumerate() {
        let at = Timestamp::now();
        let start = Instant::now();
        let record = assistant.turn(message(i % 20, sentence, at), Passage::default()).await.expect("a turn");
        let t = record.timings;
        let whole = start.elapsed().as_secs_f64() * 1000.0;
        for (stage, ms) in stages.iter_mut().zip([t.understand, t.decide, t.act, t.render, t.record, whole]) {
            stage.push(ms);
        }
    }
    let names = ["understand", "decide", "act", "render", "record", "whole turn"];
    for (stage, times) in names.iter().zip(&mut stages) {
        println!(
            "  {stage:<11} p50 {:7.2} ms   p99 {:7.2} ms",
            percentile(times, 0.5),
            percentile(times, 0.99)
        );
    }
    println!("  resident memory {} MB", megabytes());
}

fn message(n: usize, text: &str, at: Timestamp) -> Incoming {
    let shopper =
        ["mara", "daniel", "priya", "noor"].get(n).map_or_else(|| format!("s{n}"), |s| (*s).to_owned());
    Incoming {
        channel: Channel::Terminal,
        chat: ChatId::parse(&shopper).expect("an id"),
        shopper: ShopperId::parse(&shopper).expect("an id"),
        name: None,
        private: true,
        language: None,
        at,
        input: Input::Text(text.to_owned()),
    }
}

async fn open(dir: &TempDir) -> (Duration, Arc<Assistant>) {
    let path = dir.path().to_owned();
    let start = Instant::now();
    let assistant = tokio::task::spawn_blocking(move || {
        let shop = ShopDir::open(&path).expect("a shop");
        let parts = Parts::open(&shop, &|_| {}).expect("the parts");
        let store = open_store(&shop, Timestamp::now()).expect("a store");
        parts.assistant(store, Ids::random(), Timestamp::now()).expect("an assistant")
    });
    let assistant = assistant.await.expect("it opens");
    (start.elapsed(), assistant)
}

/// Sentences per second with so many shoppers asking at once, each the next as soon as the last is answered.
async fn encoder(sentences: &[String]) {
    let encoder = Encoder::start(&find_model().expect("a model")).expect("an encoder");
    encoder.embed("a sentence to warm up with").await.expect("a vector");
    for shoppers in [1, 8, 32] {
        let start = Instant::now();
        let tasks = (0..shoppers).map(|n| {
            let encoder = encoder.clone();
            let own: Vec<String> =
                sentences.iter().skip(n).step_by(shoppers).map(|s| format!("{s} {shoppers}")).collect();
            tokio::spawn(async move {
                let mut times = Vec::new();
                for sentence in own {
                    let start = Instant::now();
                    encoder.embed(&sentence).await.expect("a vector");
                    times.push(start.elapsed().as_secs_f64() * 1000.0);
                }
                times
            })
        });
        let mut times = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            times.extend(task.await.expect("a task"));
        }
        println!(
            "encoder, {shoppers:2} at once: {:5.0} sentences/s, p50 {:6.2} ms, p99 {:6.2} ms",
            times.len() as f64 / start.elapsed().as_secs_f64(),
            percentile(&mut times, 0.5),
            percentile(&mut times, 0.99)
        );
    }
}
