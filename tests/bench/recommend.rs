//! Recommending at size: 10 million events of 1 million shoppers, generated with a long tail, beside a tenth of the events and
//! shoppers, and that beside a tenth of the products, so that what grows faster than either shows.
//! `SHOPHAND_BENCH_EVENTS` sets another number of events.

mod measure;

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use shophand::model::{Event, EventId, EventKind, ProductId};
use shophand::personal::{Crowd, CrowdBuilder};
use ulid::Ulid;

use measure::{percentile, resident};

const EVENTS: usize = 10_000_000;
/// A tenth as many shoppers as events. The catalogue does not grow with the log: it has a hundredth as many products as the
/// longer one has events.
const EVENTS_A_SHOPPER: usize = 10;
const EVENTS_A_PRODUCT: usize = 100;
/// Tastes that shoppers have; products belong to one each.
const TASTES: usize = 500;
/// Requests that are timed.
const REQUESTS: usize = 3000;
/// Products whose personal order is timed, as many as a search re-orders.
const HITS: usize = 100;

fn main() {
    let events = std::env::var("SHOPHAND_BENCH_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(EVENTS);
    println!(
        "{:>10} {:>9} {:>9} {:>10} {:>10} {:>9} {:>22} {:>22}",
        "events",
        "shoppers",
        "products",
        "collect",
        "train",
        "memory",
        "recommend p50 / p99",
        "re-order p50 / p99"
    );
    let products = events / EVENTS_A_PRODUCT;
    let least = measure(events / 10, products / 10);
    let (tenth, all) = (measure(events / 10, products), measure(events, products));
    println!("\nWhat ten times as much takes (10 × is linear):");
    println!("{:>24}  {:>22}  {:>14}", "", "events and shoppers", "products");
    let times = |of: fn(&Size) -> f64, more: &Size, less: &Size| of(more) / of(less).max(f64::MIN_POSITIVE);
    for (what, of) in [
        ("collecting", (|size| size.collect) as fn(&Size) -> f64),
        ("training", |size| size.train),
        ("memory", |size| size.memory),
        ("a recommendation, p50", |size| size.recommend[0]),
        ("a recommendation, p99", |size| size.recommend[1]),
        ("an order, p50", |size| size.reorder[0]),
        ("an order, p99", |size| size.reorder[1]),
    ] {
        println!("{what:>24}  {:>20.1} ×  {:>12.1} ×", times(of, &all, &tenth), times(of, &tenth, &least));
    }
}

/// What one size took: seconds, MB and, p50 and p99, milliseconds.
struct Size {
    collect: f64,
    train: f64,
    memory: f64,
    recommend: [f64; 2],
    reorder: [f64; 2],
}

fn measure(events: usize, products: usize) -> Size {
    let held = || resident().map_or(0.0, |bytes| (bytes >> 20) as f64);
    let before = held();
    let world = World::new(events, products);
    let (mut events, mut collect) = (0, Duration::ZERO);
    let mut builder = CrowdBuilder::new(world.now);
    for shopper in 0..world.shoppers {
        let owner = format!("customer-{shopper}");
        // Making a history up again takes longer than collecting it, and is not what is measured.
        let history = world.history(shopper);
        events += history.len();
        let started = Instant::now();
        history.iter().for_each(|event| builder.add(&owner, event));
        collect += started.elapsed();
    }
    let collect = collect.as_secs_f64();
    let started = Instant::now();
    let crowd = builder.build(&mut |_| {});
    let train = started.elapsed().as_secs_f64();
    let memory = held() - before;
    let (mut recommend, mut reorder) = (Vec::new(), Vec::new());
    for request in 0..REQUESTS {
        let history = world.history(request * (world.shoppers / REQUESTS).max(1));
        recommend.push(timed(|| crowd.suggest(&history, 20, &|_| true).len()));
        let hits: Vec<ProductId> =
            (0..HITS).map(|n| world.product((request * 31 + n * 7) % world.products)).collect();
        reorder.push(timed(|| crowd.lean(&history, hits.iter()).len()));
    }
    let (recommend, reorder) = (both(&mut recommend), both(&mut reorder));
    println!(
        "{events:>10} {:>9} {:>9} {collect:>8.2} s {train:>8.1} s {memory:>6.0} MB {:>22} {:>22}",
        world.shoppers,
        world.products,
        shown(recommend),
        shown(reorder),
    );
    keep(crowd);
    Size { collect, train, memory, recommend, reorder }
}

fn timed(work: impl FnOnce() -> usize) -> f64 {
    let started = Instant::now();
    std::hint::black_box(work());
    started.elapsed().as_secs_f64() * 1e3
}

fn both(times: &mut [f64]) -> [f64; 2] {
    [percentile(times, 0.5), percentile(times, 0.99)]
}

fn shown([p50, p99]: [f64; 2]) -> String {
    format!("{p50:.3} / {p99:.3} ms")
}

/// Measured memory must still be held when it is measured.
fn keep(crowd: Crowd) {
    std::hint::black_box(&crowd);
}

/// A made-up world whose every history can be made again from its number.
struct World {
    now: Timestamp,
    shoppers: usize,
    products: usize,
    ids: Vec<ProductId>,
    /// What every shopper's share of the events is stretched by, so that all of them together have as many as wanted.
    stretch: f64,
}

impl World {
    fn new(events: usize, products: usize) -> Self {
        let shoppers = events / EVENTS_A_SHOPPER;
        let ids = (0..products).filter_map(|n| ProductId::parse(&format!("P-{n}")).ok()).collect();
        let stretch = stretch(shoppers, events);
        World {
            now: "2026-06-01T00:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH),
            shoppers,
            products,
            ids,
            stretch,
        }
    }

    fn product(&self, number: usize) -> ProductId {
        self.ids[number].clone()
    }

    /// Most shoppers come once or twice and a few all the time; three choices of four are within their taste, where few
    /// products are chosen by many and many by few.
    fn history(&self, shopper: usize) -> Vec<Event> {
        let mut random = SmallRng::seed_from_u64(shopper as u64);
        let taste = shopper % TASTES;
        let length = length(&mut random, self.stretch);
        let mut days = random.random_range(0..300_i64);
        let mut event = |_| {
            let skewed = random.random::<f64>().powi(3);
            let within = self.products / TASTES;
            let product = match random.random::<f64>() < 0.75 && within > 0 {
                true => (skewed * within as f64) as usize * TASTES + taste,
                false => (skewed * self.products as f64) as usize,
            };
            days = (days - random.random_range(0..3)).max(0);
            Event {
                id: EventId(Ulid::from(random.random::<u128>())),
                at: self.now - SignedDuration::from_hours(24 * days),
                kind: if random.random::<f64>() < 0.3 { EventKind::Purchased } else { EventKind::Viewed },
                product: Some(self.product(product.min(self.products - 1))),
                query: None,
                stars: None,
                price: None,
                quantity: None,
                session: None,
            }
        };
        (0..length).map(&mut event).collect()
    }
}

/// How many events a shopper has: a long tail (Pareto), of whole events, and nobody goes on for ever.
fn length(random: &mut SmallRng, stretch: f64) -> usize {
    let heavy = (1.0 - random.random::<f64>()).powf(-0.75) * stretch;
    (heavy as usize).clamp(1, 2000)
}

/// The stretch with which so many shoppers have so many events in all, to within a thousandth.
fn stretch(shoppers: usize, events: usize) -> f64 {
    let all = |stretch: f64| -> usize {
        (0..shoppers).map(|shopper| length(&mut SmallRng::seed_from_u64(shopper as u64), stretch)).sum()
    };
    let (mut low, mut high) = (0.1, 20.0);
    for _ in 0..14 {
        let middle = (low + high) / 2.0;
        if all(middle) < events { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}
