//! The promises of prices: kept, counted, given back, and never more than a budget allows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::SignedDuration;
use proptest::prelude::*;
use shophand::model::*;
use shophand::store::{FeedPosition, Store, StoreError};

use super::House;
use super::samples::*;

fn usd(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

/// 10.00 less `off`, from a second on for an hour.
fn quote(product: &str, second: u64, off: i64, limits: Limits) -> Quote {
    Quote {
        product: product.parse().unwrap(),
        rule: "sale".to_owned(),
        version: "0123abcd".to_owned(),
        price: usd(1000 - off),
        list: usd(1000),
        pieces: 1,
        at: at(second),
        until: at(second + 3600),
        personal: false,
        title: Default::default(),
        limits,
    }
}

fn promise(store: &dyn Store, who: &str, second: u64, quote: Quote) -> Result<(), StoreError> {
    store.record_turn(turn_with(who, second, vec![Effect::Quote(Box::new(quote))]))
}

const OPEN: Limits = Limits { money: None, quotes: None };

pub fn a_promised_price_is_there_after_reopening_for_its_shopper_alone(house: &dyn House) {
    let store = house.open();
    promise(store.as_ref(), "ann", 1, quote("A", 1, 100, OPEN)).unwrap();
    drop(store);
    let store = house.open();
    assert_eq!(store.quotes(&shopper("ann")).unwrap(), [quote("A", 1, 100, OPEN)]);
    assert_eq!(store.quotes(&shopper("ann2")).unwrap(), []);
    assert_eq!(store.spent("sale", at(2)).unwrap(), Spent { money: 100, quotes: 1, bought: 0 });
}

pub fn what_a_customer_was_promised_holds_in_every_channel(house: &dyn House) {
    let store = house.open();
    for (second, who) in [(1, "telegram:1"), (2, "terminal")] {
        store.record_turn(turn_with(who, second, vec![Effect::Link(customer("c-1"))])).unwrap();
    }
    promise(store.as_ref(), "telegram:1", 3, quote("A", 3, 100, OPEN)).unwrap();
    assert_eq!(store.quotes(&shopper("terminal")).unwrap().len(), 1);
    // The same once more is no second promise, and another price is none at all.
    promise(store.as_ref(), "terminal", 4, quote("A", 4, 100, OPEN)).unwrap();
    assert_eq!(store.spent("sale", at(5)).unwrap().quotes, 1);
    let other = promise(store.as_ref(), "terminal", 5, quote("A", 5, 200, OPEN));
    assert!(matches!(other, Err(StoreError::Conflict { .. })), "{other:?}");
}

pub fn what_was_not_bought_goes_back_to_the_budget_and_what_was_does_not(house: &dyn House) {
    let store = house.open();
    let limits = Limits { money: Some(200), quotes: None };
    store.record_turn(turn_with("ann", 1, vec![Effect::Link(customer("c-1"))])).unwrap();
    promise(store.as_ref(), "ann", 2, quote("A", 2, 100, limits)).unwrap();
    promise(store.as_ref(), "bob", 3, quote("A", 3, 100, limits)).unwrap();
    let full = promise(store.as_ref(), "cid", 4, quote("A", 4, 100, limits));
    assert!(matches!(full, Err(StoreError::Conflict { .. })), "{full:?}");
    let bought = Event { kind: EventKind::Purchased, ..viewed(60, "A") };
    let fed = FeedPosition { feed: "events:1".to_owned(), rows: 1, finished: true };
    store.import_events(&[(customer("c-1"), bought)], &fed).unwrap();
    let days = |days: i64| at(0) + SignedDuration::from_hours(24 * days);
    assert_eq!(store.spent("sale", days(1)).unwrap().quotes, 2, "a purchase may still be on its way");
    assert_eq!(store.spent("sale", days(4)).unwrap(), Spent { money: 100, quotes: 1, bought: 1 });
    promise(store.as_ref(), "cid", 4 * 86_400, quote("A", 4 * 86_400, 100, limits)).unwrap();
    assert_eq!(store.spent("sale", days(4)).unwrap(), Spent { money: 200, quotes: 2, bought: 1 });
}

pub fn forget_erases_what_was_promised_and_budgets_go_on_counting_it(house: &dyn House) {
    let store = house.open();
    let limits = Limits { money: Some(100), quotes: None };
    promise(store.as_ref(), "ann", 1, quote("A", 1, 100, limits)).unwrap();
    assert_eq!(store.holdings(&shopper("ann")).unwrap().0["prices promised"], 1);
    store.record_turn(turn_with("ann", 2, vec![Effect::Forget])).unwrap();
    assert!(store.holdings(&shopper("ann")).unwrap().0.is_empty());
    let mut lines = Vec::new();
    store.backup(&mut lines).unwrap();
    assert!(!String::from_utf8(lines).unwrap().contains("0123abcd"), "nothing of the promise is left");
    assert_eq!(store.spent("sale", at(3 * 86_400 * 10)).unwrap().money, 100);
}

pub fn a_promise_that_is_no_reduction_any_more_stands_in_nobodys_way(house: &dyn House) {
    let store = house.open();
    promise(store.as_ref(), "ann", 1, quote("A", 1, 100, OPEN)).unwrap();
    // The list price fell below it: 7.00 instead of 8.00 is promised beside it.
    let cheaper = Quote { list: usd(800), price: usd(700), ..quote("A", 2, 0, OPEN) };
    promise(store.as_ref(), "ann", 2, cheaper.clone()).unwrap();
    assert_eq!(store.quotes(&shopper("ann")).unwrap().last(), Some(&cheaper));
    assert_eq!(store.spent("sale", at(3)).unwrap(), Spent { money: 200, quotes: 2, bought: 0 });
}

proptest! {
    // Each case opens a store.
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn budgets_are_never_overspent_however_many_ask_at_once(
        reductions in proptest::collection::vec(1_i64..400, 8..40),
        money in proptest::option::of(0_i64..3000),
        quotes in proptest::option::of(0_u64..20),
    ) {
        let house = tempfile::TempDir::new().unwrap();
        let store = house.open();
        let limits = Limits { money, quotes };
        let (kept, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for (lane, some) in reductions.chunks(reductions.len().div_ceil(4)).enumerate() {
                let (store, kept, refused) = (store.as_ref(), &kept, &refused);
                scope.spawn(move || {
                    for (n, off) in some.iter().enumerate() {
                        let who = format!("s{lane}-{n}");
                        let second = (lane * 100 + n) as u64;
                        match promise(store, &who, second, quote("A", second, *off, limits)) {
                            Ok(()) => kept.fetch_add(1, Ordering::SeqCst),
                            Err(StoreError::Conflict { .. }) => refused.fetch_add(1, Ordering::SeqCst),
                            Err(other) => panic!("{other}"),
                        };
                    }
                });
            }
        });
        let spent = store.spent("sale", at(1000)).unwrap();
        prop_assert!(money.is_none_or(|most| spent.money <= most), "{spent:?}");
        prop_assert!(quotes.is_none_or(|most| spent.quotes <= most), "{spent:?}");
        prop_assert_eq!(spent.quotes as usize, kept.load(Ordering::SeqCst));
        prop_assert_eq!(kept.load(Ordering::SeqCst) + refused.load(Ordering::SeqCst), reductions.len());
        // Nobody is refused as long as there is enough for them.
        let least = reductions.iter().min().copied().unwrap_or(0);
        let room = money.is_none_or(|most| spent.money + least <= most) && quotes.is_none_or(|most| spent.quotes < most);
        prop_assert!(!room || refused.load(Ordering::SeqCst) == 0 || money.is_some(), "{spent:?}");
    }
}
