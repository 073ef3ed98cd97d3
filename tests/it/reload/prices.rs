//! The same for `index/offers.yaml` and `index/segments.yaml`: what is saved is quoted, and what was promised stays.

use std::collections::BTreeSet;
use std::time::Instant;

use shophand::model::{ProductId, TurnRecord};

use super::{Open, SOON};

const OFFERS: &str = "index/offers.yaml";
const SKILLET: &str = "Hearthwick cast iron skillet";

/// What the skillet costs on the card, in cents.
fn price_of_the_skillet(turn: &TurnRecord) -> Option<i64> {
    let skillet = ProductId::parse("COK-001").unwrap();
    let card = turn.reply.all_cards().find(|card| card.product == skillet)?;
    card.price.map(|price| price.minor)
}

impl Open {
    async fn pays(&self, shopper: &str) -> Option<i64> {
        price_of_the_skillet(&self.hears(shopper, None, SKILLET).await)
    }

    /// Asks as one shopper after the other, each of whom has no promise yet, until one of them pays so much.
    async fn until_somebody_pays(&self, name: &str, cents: i64) -> String {
        let saved = Instant::now();
        for n in 0.. {
            let shopper = format!("{name}-{n}");
            let paid = self.pays(&shopper).await;
            if paid == Some(cents) {
                return shopper;
            }
            assert!(saved.elapsed() < SOON, "{shopper} pays {paid:?}; {:?}", self.live.status());
        }
        unreachable!()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_saved_is_quoted_at_once_and_what_was_promised_before_is_kept() {
    let shop = Open::shop().await;
    shop.save(OFFERS, "rules: []\n");
    let plain = shop.until_somebody_pays("before", 4500).await;
    shop.save(OFFERS, "rules: [{id: week, products: [COK-001], percent: 10}]\n");
    let promised = shop.until_somebody_pays("first", 4050).await;
    shop.save(OFFERS, "rules: [{id: week, products: [COK-001], percent: 20}]\n");
    shop.until_somebody_pays("second", 3600).await;
    assert_eq!(shop.pays(&promised).await, Some(4050), "a promise outlives the edit of its rule");
    assert_eq!(
        shop.pays(&plain).await,
        Some(3600),
        "whoever was promised nothing gets what the rule says now"
    );
    shop.save(OFFERS, "rules: [{id: week, products: [COK-001], percent: 20, of: nothing}]\n");
    shop.until_problems(|problems| problems.iter().any(|problem| problem.contains("offers.yaml"))).await;
    shop.until_somebody_pays("third", 3600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_is_saved_decides_at_once_who_gets_an_offer() {
    let shop = Open::shop().await;
    shop.save(OFFERS, "rules: [{id: for-new, segment: new, products: [COK-001], percent: 10}]\n");
    shop.until_somebody_pays("anybody", 4050).await;
    let segments = "segments: [{name: new, about: has ordered ten times, when: {orders: {at_least: 10}}}]\n";
    shop.save("index/segments.yaml", segments);
    shop.until_somebody_pays("nobody", 4500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_budget_goes_no_further_than_it_says_however_many_talk_at_once() {
    let shop = std::sync::Arc::new(Open::shop().await);
    let rules = "rules: [{id: few, products: [COK-001], percent: 10, budget: {quotes: 3}}]\n";
    shop.save(OFFERS, rules);
    let first = shop.until_somebody_pays("early", 4050).await;
    let talks = (0..12).map(|n| {
        let shop = shop.clone();
        tokio::spawn(async move {
            let shopper = format!("crowd-{n}");
            let paid = [shop.pays(&shopper).await, shop.pays(&shopper).await];
            assert_eq!(paid[0], paid[1], "{shopper} sees one price");
            (shopper, paid[0])
        })
    });
    let mut reduced = BTreeSet::from([first]);
    for talk in talks.collect::<Vec<_>>() {
        let (shopper, paid) = talk.await.unwrap();
        match paid {
            Some(4050) => drop(reduced.insert(shopper)),
            paid => assert_eq!(paid, Some(4500), "{shopper}"),
        }
    }
    assert_eq!(reduced.len(), 3, "{reduced:?}");
}
