//! What is said of other shoppers is true of at least three of them, by counting.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;
use shophand::app::learn_crowd;
use shophand::model::{CustomerId, Event, EventId, EventKind, ProductId, ReasonFacet, ShopperId, TurnRecord};
use shophand::personal::FROM_OTHERS;
use shophand::store::FeedPosition;

use crate::personal::says;
use crate::support::shop::{Shop, opening};

/// The demo shop's shoppers who have a history.
const SHOPPERS: [&str; 6] = ["mara", "daniel", "priya", "noor", "kenji", "einar"];

/// Whoever did something, with what they did to which product.
type Everybody = HashMap<String, Vec<(EventKind, ProductId)>>;

fn everybody(shop: &Shop) -> Everybody {
    let mut all = Everybody::new();
    let mut note = |owner: &str, event: &Event| {
        all.entry(owner.to_owned()).or_default().extend(event.product.clone().map(|id| (event.kind, id)));
    };
    shop.assistant.store.each_event(&mut note).unwrap();
    all
}

fn ids_by_title(shop: &Shop) -> HashMap<String, ProductId> {
    let mut ids = HashMap::new();
    let catalog = shop.assistant.current.snapshot().catalog.clone();
    catalog.each(&mut |product| drop(ids.insert(product.title, product.id))).unwrap();
    ids
}

/// How many others each thing that a reply says of other people is true of.
fn true_of(turn: &TurnRecord, everybody: &Everybody, ids: &HashMap<String, ProductId>) -> Vec<usize> {
    let mut counts = Vec::new();
    for shown in turn.steps().flat_map(|step| &step.products) {
        let Some(reason) = &shown.reason else { continue };
        let did = |kind: EventKind| match reason.facet {
            ReasonFacet::AlsoBought => kind == EventKind::Purchased,
            _ => !matches!(kind, EventKind::Dismissed | EventKind::Rated | EventKind::Searched),
        };
        if !matches!(reason.facet, ReasonFacet::AlsoBought | ReasonFacet::AlsoLookedAt) {
            continue;
        }
        let both = [&ids[&reason.title], &shown.product];
        let others = everybody.iter().filter(|(owner, _)| owner.as_str() != turn.incoming.shopper.as_str());
        let did_both = others.filter(|(_, events)| {
            let theirs: HashSet<&ProductId> =
                events.iter().filter(|(kind, _)| did(*kind)).map(|(_, id)| id).collect();
            both.iter().all(|id| theirs.contains(id))
        });
        counts.push(did_both.count());
    }
    counts
}

/// So many more customers buy all of these at once, and everybody's events are learnt from anew.
fn buyers(shop: &Shop, count: usize, products: &[&ProductId]) {
    let bought = |who: usize, id: &ProductId, n: usize| {
        let event = Event {
            id: EventId(ulid::Ulid::from_parts(1, (who * 10 + n) as u128)),
            at: opening(),
            kind: EventKind::Purchased,
            product: Some(id.clone()),
            query: None,
            stars: None,
            price: None,
            quantity: None,
            session: None,
        };
        (CustomerId::parse(&format!("buyer-{who}")).unwrap(), event)
    };
    let of = |who| products.iter().enumerate().map(move |(n, id)| bought(who, id, n));
    let events: Vec<_> = (0..count).flat_map(of).collect();
    let position = FeedPosition { feed: "buyers".to_owned(), rows: 1, finished: true };
    shop.assistant.store.import_events(&events, &position).unwrap();
    let catalog = shop.assistant.current.snapshot().catalog.clone();
    let crowd = learn_crowd(shop.assistant.store.as_ref(), &catalog, opening(), &|_| {}).unwrap();
    *shop.assistant.crowd.write().unwrap() = std::sync::Arc::new(crowd);
}

#[tokio::test]
async fn what_is_said_of_people_is_true_of_three_others_at_least() {
    let shop = Shop::start().await;
    let (all, ids) = (everybody(&shop), ids_by_title(&shop));
    let messages = [
        "what do you recommend",
        "show me more",
        "what goes with my basket",
        "shoes",
        "jackets",
        "show me my weekly picks",
        "/start",
    ];
    for shopper in SHOPPERS {
        assert!(shop.assistant.store.shopper(&ShopperId::parse(shopper).unwrap()).unwrap().is_some());
        for (n, text) in messages.iter().enumerate() {
            let at = opening() + SignedDuration::from_secs(n as i64 * 60);
            let turn = says(&shop.assistant, shopper, at, text).await;
            let counts = true_of(&turn, &all, &ids);
            assert!(counts.iter().all(|people| *people >= FROM_OTHERS), "{shopper}, {text:?}: {counts:?}");
        }
    }
}

#[tokio::test]
async fn what_two_others_bought_is_not_told_and_what_three_bought_is() {
    for (buying, told) in [(2, false), (3, true)] {
        let shop = Shop::start().await;
        let ids = ids_by_title(&shop);
        // Neither is of anybody's history in the demo shop but hers, who bought the first of them.
        let (socks, kettle) = (ProductId::parse("SPA-002").unwrap(), ProductId::parse("KET-001").unwrap());
        buyers(&shop, buying, &[&socks, &kettle]);
        let turn = says(&shop.assistant, "mara", opening(), "kettles").await;
        let counts = true_of(&turn, &everybody(&shop), &ids);
        assert_eq!(!counts.is_empty(), told, "{buying}: {}", turn.reply.text);
    }
}
