//! What a history may do, in a shopper's words.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use super::*;
use crate::model::{
    CategoryPath, Currency, Event, EventId, EventKind, Money, Product, ProductId, ReasonFacet, Trace, Vector,
};

fn product(id: &str, category: &str, brand: &str) -> Product {
    Product {
        quote: None,
        id: ProductId::parse(id).unwrap(),
        title: format!("The {id}"),
        category: CategoryPath::parse(category),
        brand: brand.into(),
        price: Some(Money::from_minor(9000, Currency::USD)),
        colours: vec!["blue".into()],
        sizes: vec![],
        stock: Some(5),
        rating: None,
        reviews: 0,
        description: String::new(),
        image: None,
        attributes: Default::default(),
    }
}

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn event(n: u128, kind: EventKind, product: &str, days_ago: i64) -> Event {
    Event {
        id: EventId(Ulid::from(n)),
        at: now() - SignedDuration::from_hours(24 * days_ago),
        kind,
        product: Some(ProductId::parse(product).unwrap()),
        query: None,
        stars: None,
        price: None,
        quantity: None,
        session: None,
    }
}

fn shelves() -> Vec<Product> {
    vec![
        product("trail", "Shoes > Running shoes > Trail", "Fell"),
        product("road", "Shoes > Running shoes > Road", "Fell"),
        product("oxford", "Shoes > Formal shoes > Oxfords", "Calloway"),
        product("mug", "Kitchen > Mugs", "Hearth"),
    ]
}

fn profile(events: &[Event]) -> Profile {
    let known: HashMap<ProductId, Product> = shelves().into_iter().map(|p| (p.id.clone(), p)).collect();
    Profile::new(events, &known, now())
}

/// Somebody without whom nobody has done anything.
fn alone<'a>(profile: &'a Profile, history: &'a [Event], crowd: &'a Crowd) -> Person<'a> {
    static NONE: LazyLock<HashMap<ProductId, Product>> = LazyLock::new(HashMap::new);
    Person { profile, history, products: &NONE, crowd }
}

fn plain(product: Product) -> Plain {
    Plain { product, score: 0.5, pinned: false, trace: Trace::default() }
}

fn order(events: &[Event]) -> Vec<String> {
    let hits = shelves().into_iter().rev().map(plain).collect();
    let profile = profile(events);
    let nobody_else = Crowd::default();
    let person = alone(&profile, events, &nobody_else);
    for_shopper(hits, Some(&person), 0.35).into_iter().map(|r| r.product.id.as_str().to_owned()).collect()
}

#[test]
fn shoes_mean_running_shoes_to_a_runner_and_formal_shoes_to_an_office_worker() {
    // What stands beside the one that was bought comes first, that one itself next.
    assert_eq!(order(&[event(1, EventKind::Purchased, "trail", 20)])[..2], ["road", "trail"]);
    assert_eq!(order(&[event(1, EventKind::Carted, "oxford", 20)])[0], "oxford");
}

#[test]
fn without_a_history_the_order_stays_as_it_is() {
    assert_eq!(order(&[]), ["mug", "oxford", "road", "trail"]);
}

#[test]
fn what_was_bought_lately_outweighs_what_was_bought_long_ago() {
    let events = [event(1, EventKind::Purchased, "oxford", 400), event(2, EventKind::Purchased, "trail", 3)];
    assert_eq!(order(&events)[0], "road");
}

#[test]
fn what_one_department_looks_like_and_costs_says_nothing_of_another() {
    // She bought a blue mug for $90, so blue shoes for $90 are no more hers than others.
    let profile = profile(&[event(1, EventKind::Purchased, "mug", 3)]);
    let shoe = product("trail", "Shoes > Running shoes > Trail", "Fell");
    let mut other = Product { colours: vec!["red".into()], ..shoe.clone() };
    other.price = Some(Money::from_minor(2900, Currency::USD));
    assert_eq!((profile.score(&shoe).0, profile.score(&other).0), (0.0, 0.0));
    let mug = product("cup", "Kitchen > Cups", "Other");
    let dear = Product { price: Some(Money::from_minor(29000, Currency::USD)), ..mug.clone() };
    assert!(profile.score(&mug).0 > profile.score(&dear).0, "in the kitchen it does");
}

#[test]
fn what_is_not_for_somebody_is_lifted_by_nothing_that_speaks_for_it() {
    let runs = event(1, EventKind::Purchased, "trail", 9);
    assert_eq!(order(std::slice::from_ref(&runs))[0], "road", "who runs wants the other one too");
    let refused = event(2, EventKind::Dismissed, "road", 1);
    assert_eq!(order(&[runs, refused]).last().map(String::as_str), Some("road"));
}

#[test]
fn what_somebody_rated_badly_is_no_reason_for_more_of_its_kind() {
    let bought = event(1, EventKind::Purchased, "trail", 9);
    let rated = |stars| Event { stars: Some(stars), ..event(2, EventKind::Rated, "trail", 5) };
    let reason = |stars| profile(&[bought.clone(), rated(stars)]).score(&shelves()[1]).1;
    assert_eq!(reason(5.0).map(|reason| reason.event), Some(EventId(Ulid::from(1))));
    assert_eq!(reason(2.0), None);
}

#[test]
fn what_is_for_everybody_says_nothing_of_for_whom() {
    let worn_by = |id: &str, audience: &str| {
        let worn = [("audience".to_owned(), vec![audience.to_owned()])];
        Product { attributes: worn.into(), colours: vec![], price: None, ..product(id, "", "") }
    };
    let fit = |audience: &str| {
        let known = worn_by("trail", audience);
        let products = HashMap::from([(known.id.clone(), known)]);
        let profile = Profile::new(&[event(1, EventKind::Purchased, "trail", 3)], &products, now());
        profile.score(&worn_by("other", audience)).0
    };
    assert!(fit("women") > 0.0);
    assert_eq!(fit("unisex"), 0.0);
}

#[test]
fn history_moves_a_product_by_no_more_than_its_weight() {
    let events: Vec<Event> = (0..50).map(|n| event(n, EventKind::Purchased, "trail", 1)).collect();
    let profile = profile(&events);
    let crowd = Crowd::default();
    let person = alone(&profile, &events, &crowd);
    for ranked in for_shopper(shelves().into_iter().map(plain).collect(), Some(&person), 0.35) {
        assert!((ranked.score(0.35) - ranked.plain).abs() <= 0.35, "{ranked:?}");
    }
}

#[test]
fn what_a_merchandiser_pinned_stays_first_whatever_the_history_says() {
    let events = [event(1, EventKind::Purchased, "trail", 1)];
    let (profile, crowd) = (profile(&events), Crowd::default());
    let mut hits: Vec<Plain> = shelves().into_iter().rev().map(plain).collect();
    hits[0] = Plain { pinned: true, ..hits[0].clone() };
    let ranked = for_shopper(hits, Some(&alone(&profile, &events, &crowd)), 0.35);
    let order: Vec<&str> = ranked.iter().map(|ranked| ranked.product.id.as_str()).collect();
    assert_eq!(order, ["mug", "road", "trail", "oxford"]);
}

#[test]
fn a_reason_names_the_event_and_the_product_behind_it() {
    let profile = profile(&[event(7, EventKind::Carted, "trail", 2)]);
    let (fit, reason) = profile.score(&shelves()[1]);
    let reason = reason.unwrap();
    assert!(fit > 0.0);
    assert_eq!((reason.event, reason.title.as_str()), (EventId(Ulid::from(7_u128)), "The trail"));
    assert_eq!(reason.facet, ReasonFacet::Category("Running shoes".into()));
    assert_eq!(profile.score(&product("lamp", "Home > Lamps", "Other")).1, None);
}

#[test]
fn what_only_its_department_its_colour_or_its_price_speaks_for_has_an_event_behind_it_too() {
    let profile = profile(&[event(7, EventKind::Carted, "trail", 2), event(8, EventKind::Viewed, "mug", 1)]);
    let boot = product("boot", "Shoes > Boots", "Other");
    assert_eq!(profile.score(&boot).1, None);
    let of_department = profile.lesser_reason(&boot).unwrap();
    assert_eq!(
        (of_department.event, of_department.title.as_str()),
        (EventId(Ulid::from(7_u128)), "The trail")
    );
    // Of another department not even the colour is a reason: no pens because of a jacket.
    assert_eq!(profile.lesser_reason(&product("lamp", "Lights > Lamps", "Other")), None);
    assert_eq!(Profile::default().lesser_reason(&boot), None);
}

#[test]
fn what_was_bought_dismissed_or_sold_out_is_not_recommended() {
    let events = [event(1, EventKind::Purchased, "trail", 5), event(2, EventKind::Dismissed, "mug", 1)];
    let mut shelves = shelves();
    shelves.push(Product { stock: Some(0), ..product("gone", "Shoes > Running shoes > Road", "Fell") });
    let candidates = shelves.into_iter().map(|product| Candidate {
        product,
        together: 0.0,
        source: None,
        popularity: 0.5,
        meaning: None,
    });
    let picks = diversified(candidates.collect(), Some(&profile(&events)));
    let ids: Vec<&str> = picks.iter().map(|pick| pick.product.id.as_str()).collect();
    assert_eq!(ids, ["road", "oxford"]);
}

#[test]
fn what_people_buy_together_is_found_and_one_shopper_alone_makes_no_popularity_of_their_views() {
    let mut crowd = CrowdBuilder::new(now());
    for (who, what) in [("a", "trail"), ("a", "road"), ("b", "trail"), ("b", "road"), ("c", "oxford")] {
        crowd.add(who, &event(1, EventKind::Purchased, what, 1));
    }
    for _ in 0..5 {
        crowd.add("d", &event(1, EventKind::Viewed, "mug", 1));
    }
    let crowd = crowd.build(&mut |_| {});
    let trail = ProductId::parse("trail").unwrap();
    let bought = [event(9, EventKind::Purchased, "trail", 1)];
    let picks = crowd.suggest(&bought, 3, &|id| *id != trail);
    assert_eq!(picks[0].id.as_str(), "road", "{picks:?}");
    assert_eq!(crowd.because(&bought, &picks[0].id), Some(bought[0].id));
    assert!(crowd.popularity(&ProductId::parse("mug").unwrap()) < crowd.popularity(&trail));
}

#[test]
fn what_shoppers_of_like_taste_choose_is_found_first_and_the_event_that_leads_there_is_named() {
    let mut crowd = CrowdBuilder::new(now());
    for who in 0..60 {
        let pair = if who % 2 == 0 { ["trail", "mug"] } else { ["road", "oxford"] };
        for what in pair {
            crowd.add(&who.to_string(), &event(1, EventKind::Purchased, what, 1));
        }
    }
    let crowd = crowd.build(&mut |_| {});
    let known: HashMap<ProductId, Product> = shelves().into_iter().map(|p| (p.id.clone(), p)).collect();
    let events = [event(4, EventKind::Purchased, "trail", 3)];
    let profile = profile(&events);
    let person = Person { profile: &profile, history: &events, products: &known, crowd: &crowd };
    let others = shelves().into_iter().filter(|p| ["oxford", "mug"].contains(&p.id.as_str())).map(plain);
    let ranked = for_shopper(others.collect(), Some(&person), 0.35);
    assert_eq!(ranked[0].product.id.as_str(), "mug");
    let reason = person.because_of_others(&ranked[0].product.id, ranked[0].lean).unwrap();
    assert_eq!((reason.event, reason.facet), (events[0].id, ReasonFacet::AlsoBought));
}

fn recommendations(count: usize) -> Vec<Recommendation> {
    let candidates = (0..count).map(|n| Candidate {
        product: product(&format!("p{n:03}"), "Kitchen > Mugs", "Hearth"),
        together: 0.0,
        source: None,
        popularity: 1.0 - n as f32 / count as f32,
        meaning: None,
    });
    diversified(candidates.collect(), None)
}

#[test]
fn one_place_in_ten_is_for_something_unexpected_that_changes_with_the_seed() {
    let places = |seed| {
        let list = explored(recommendations(60), 0.1, seed);
        let found = list.iter().enumerate().filter(|(_, item)| item.source == EXPLORATION);
        found.map(|(place, item)| (place, item.product.id.clone())).collect::<Vec<_>>()
    };
    let drawn = places(1);
    assert_eq!(drawn.iter().map(|(place, _)| place % 10).collect::<Vec<_>>(), vec![9; drawn.len()]);
    assert!((3..=6).contains(&drawn.len()), "{drawn:?}");
    assert_eq!(drawn, places(1));
    assert_ne!(drawn, places(2));
    assert_eq!(explored(recommendations(60), 0.0, 1).len(), 60);
}

#[test]
fn a_list_is_not_all_of_a_kind_and_what_means_the_same_counts_as_one_kind() {
    let candidate = |id: &str, category: &str, score: f32, meaning: [f32; 3]| Candidate {
        product: product(id, category, id),
        together: 0.0,
        source: None,
        popularity: score,
        meaning: Some(Vector::of(&meaning)),
    };
    let shelves = || {
        vec![
            candidate("mug 1", "Kitchen > Mugs", 1.0, [1.0, 0.0, 0.0]),
            candidate("mug 2", "Kitchen > Mugs", 0.95, [0.9, 0.1, 0.0]),
            candidate("mug 3", "Kitchen > Mugs", 0.94, [0.0, 0.0, 1.0]),
            candidate("lamp", "Home > Lamps", 0.85, [0.0, 1.0, 0.0]),
            candidate("nail", "Tools > Nails", 0.1, [0.0, 0.5, 0.5]),
        ]
    };
    let order = |list: Vec<Candidate>| -> Vec<String> {
        diversified(list, None).iter().map(|item| item.product.id.to_string()).collect()
    };
    assert_eq!(order(shelves()), ["mug 1", "lamp", "mug 3", "mug 2", "nail"]);
    let without = shelves().into_iter().map(|candidate| Candidate { meaning: None, ..candidate });
    assert_eq!(order(without.collect()), ["mug 1", "lamp", "mug 2", "mug 3", "nail"]);
}

#[test]
fn what_nobody_has_bought_yet_is_suggested_to_who_likes_its_like() {
    let mut crowd = CrowdBuilder::new(now());
    for who in 0..20 {
        for what in if who % 2 == 0 { ["trail", "mug"] } else { ["road", "oxford"] } {
            crowd.add(&who.to_string(), &event(1, EventKind::Purchased, what, 1));
        }
    }
    let new = ProductId::parse("trail, new this week").unwrap();
    let nearest = |id: &ProductId| match id.as_str() {
        "trail" => vec![(new.clone(), 0.8)],
        _ => Vec::new(),
    };
    let crowd = crowd.build_with(&nearest, &mut |_| {});
    let picks = |bought: &str| {
        let own = ProductId::parse(bought).unwrap();
        crowd.suggest(&[event(9, EventKind::Purchased, bought, 1)], 4, &move |id| *id != own)
    };
    let of_runner = picks("trail").into_iter().find(|pick| pick.id == new).unwrap();
    assert_eq!(of_runner.source, "content");
    assert!(of_runner.strength > 0.5);
    assert!(picks("oxford").iter().all(|pick| pick.id != new), "{:?}", picks("oxford"));
}

#[test]
fn what_goes_with_a_basket_is_what_others_had_in_theirs_and_the_product_behind_it_is_named() {
    let mut crowd = CrowdBuilder::new(now());
    for who in 0..20 {
        let pair = if who % 2 == 0 { ["trail", "socks"] } else { ["oxford", "belt"] };
        for what in pair {
            crowd.add(&who.to_string(), &event(1, EventKind::Purchased, what, 1));
        }
        // Looked at on another day: less than what lay in one basket.
        crowd.add(&who.to_string(), &event(1, EventKind::Viewed, "mug", 9));
    }
    let crowd = crowd.build(&mut |_| {});
    let basket = ["mug", "trail"].map(|id| ProductId::parse(id).unwrap());
    let goes_with = crowd.goes_with(&basket);
    assert_eq!((goes_with[0].id.as_str(), goes_with[0].with, goes_with[0].strength), ("socks", 1, 1.0));
    assert!(goes_with.iter().all(|partner| !basket.contains(&partner.id)));
    assert!(crowd.goes_with(&[ProductId::parse("unheard of").unwrap()]).is_empty());
}

#[test]
fn the_long_tail_is_all_but_the_best_sellers_that_make_four_fifths_of_sales_and_what_nobody_knows_is_of_it() {
    let mut crowd = CrowdBuilder::new(now());
    let sales = [("best", 45), ("good", 40), ("slow", 10), ("slower", 5)];
    let mut number = 0;
    for shopper in 0..20 {
        for (product, percent) in sales {
            for _ in 0..percent * 20 / 100 {
                number += 1;
                crowd.add(&format!("s{shopper}"), &event(number, EventKind::Purchased, product, 1));
            }
        }
    }
    let crowd = crowd.build(&mut |_| {});
    let rare = |id: &str| crowd.is_rare(&ProductId::parse(id).unwrap());
    assert_eq!(["best", "good", "slow", "slower", "new"].map(rare), [false, false, true, true, true]);
}
