//! What the house makes of a history: the home view, the weekly picks, and the way out of any suggestion.

use crate::model::{
    Action, Basket, Button, ListPage, Money, Order, Outcome, Own, Product, ProductQuery, Reason, Reply,
    Scored,
};

use super::{Scene, Words, cards, lists, orders, personalization_off, text};

pub(super) fn render(outcome: &Outcome, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    match outcome {
        Outcome::Dismissed { products, event, then } => {
            let key = if event.is_some() { "dismissed" } else { "dismissed_off" };
            let mut reply = before(words.say(key, &[("title", &enumerated(products, words))]), then, scene);
            let undo = event.map(|event| Action::Disuse { event: Some(event), page: None });
            reply.buttons.extend(undo.map(|undo| Button::act(words.say("button_undo", &[]), undo)));
            reply
        }
        Outcome::Disused { title, then } => before(words.say("disused", &[("title", title)]), then, scene),
        Outcome::Undone { products, then, .. } => {
            before(words.say("dismissed_undone", &[("title", &enumerated(products, words))]), then, scene)
        }
        Outcome::Picks { items, .. } if items.is_empty() => text(words.say("no_more", &[])),
        Outcome::Picks { items, cold_start } => {
            let key = match cold_start {
                true if personalization_off(scene) => "picks_off",
                true => "picks_cold",
                false => "picks",
            };
            Reply { cards: all(items, words), ..text(words.say(key, &[])) }
        }
        Outcome::Own { kind, items } => own(kind, items, scene),
        Outcome::Completed { items, offset: 1.., .. } if items.is_empty() => text(words.say("no_more", &[])),
        Outcome::Completed { .. } => completed(outcome, scene),
        Outcome::WithoutHistory { plain, personal: false, .. } => {
            everybodys(plain, "without_history_same", words)
        }
        Outcome::WithoutHistory { plain, places, .. } => without_history(plain, places, words),
        Outcome::Home { name, resume, cheaper, picks, orders, basket, lists } => {
            let mut reply = home(name.as_deref(), &[resume, picks], cheaper, orders, scene);
            if *basket {
                let complete = Action::Complete { product: None };
                reply.buttons.insert(1, Button::act(words.say("button_complete", &[]), complete));
            }
            lists::below(reply, lists, words)
        }
        _ => text(words.say("disuse_nothing", &[])),
    }
}

/// What the shopper left behind, and where there is nothing, what else to do.
fn own(kind: &Own, items: &[Scored], scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    let off = personalization_off(scene);
    let key = match (kind, items.is_empty()) {
        (Own::Basket, false) => "basket",
        (Own::Basket, true) if off => "complete_off",
        (Own::Basket, true) => "complete_unknown",
        (Own::Cheaper(_), false) => "cheaper_list",
        (Own::Cheaper(_), true) if off => "cheaper_off",
        (Own::Cheaper(_), true) => "cheaper_none",
    };
    let next = match (kind, items.is_empty()) {
        (_, true) => Some(("button_recommend", Action::Recommend)),
        (Own::Basket, false) => Some(("button_complete", Action::Complete { product: None })),
        (Own::Cheaper(_), false) => None,
    };
    let buttons = next.into_iter().map(|(key, action)| Button::act(words.say(key, &[]), action)).collect();
    let mut cards = all(items, words);
    match kind {
        // The heading says so already.
        Own::Basket => cards.iter_mut().for_each(|card| card.why = None),
        Own::Cheaper(was) => {
            for (card, was) in cards.iter_mut().zip(was) {
                let then = was.as_ref().map(|was| words.say("cheaper_now", &[("price", &words.money(was))]));
                card.why = then.or(card.why.take());
            }
        }
    }
    Reply { cards, buttons, ..text(words.say(key, &[])) }
}

/// What goes with other products, and why it does.
fn completed(outcome: &Outcome, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    let Outcome::Completed { with, of, items, offset, total } = outcome else { return Reply::default() };
    let titles = enumerated(with, words);
    let key = match (of, items.is_empty()) {
        (Basket::Unknown, _) if personalization_off(scene) => "complete_off",
        (Basket::Unknown, _) => "complete_unknown",
        (Basket::Unused, _) => "complete_unused",
        (_, true) => "complete_nothing",
        (Basket::Carted, false) => "complete",
        (Basket::Bought, false) => "complete_bought",
        (Basket::Named, false) => "complete_one",
    };
    let recommend = Button::act(words.say("button_recommend", &[]), Action::Recommend);
    let next = next_page(outcome).filter(|_| offset + items.len() < *total);
    let next = next.map(|next| Button::act(words.say("button_more", &[]), Action::ShowMore(next)));
    let buttons = if items.is_empty() { vec![recommend] } else { next.into_iter().collect() };
    Reply { cards: all(items, words), buttons, ..text(words.say(key, &[("titles", &titles)])) }
}

/// Titles one after the other, as they are said.
fn enumerated(products: &[Product], words: &Words<'_>) -> String {
    let titles: Vec<&str> = products.iter().map(|product| product.title.as_str()).collect();
    let and = format!(" {} ", words.say("and", &[]));
    match titles.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{}{and}{last}", first.join(", ")),
        all => all.join(", "),
    }
}

/// As everybody else sees it, with the place that each product has for this shopper.
fn without_history(plain: &Outcome, places: &[Option<usize>], words: &Words<'_>) -> Reply {
    let mut reply = everybodys(plain, "without_history", words);
    // What lies in the basket decides all the same: without it there is nothing to go with.
    if let Outcome::Completed { with, .. } = plain {
        reply.text = words.say("without_history_basket", &[("titles", &enumerated(with, words))]);
    }
    for (card, place) in reply.cards.iter_mut().zip(places) {
        card.why = Some(match place {
            Some(place) => words.say("without_history_place", &[("place", &place.to_string())]),
            None => words.say("without_history_far", &[]),
        });
    }
    if let Some(next) = next_page(plain) {
        let again = Action::ShowMore(next.from_the_top());
        reply.buttons.push(Button::act(words.say("button_with_history", &[]), again));
    }
    reply
}

/// One page as everybody sees it, and the way to the next.
fn everybodys(plain: &Outcome, said: &str, words: &Words<'_>) -> Reply {
    if plain.items().is_empty() {
        return text(words.say("no_more", &[]));
    }
    let Some(next) = next_page(plain) else {
        return Reply { cards: all(plain.items(), words), ..text(words.say(said, &[])) };
    };
    let cards = cards::all(plain.items(), &next.query, words);
    let buttons = vec![Button::act(words.say("button_more", &[]), Action::WithoutHistory(next))];
    Reply { cards, buttons, ..text(words.say(said, &[])) }
}

/// The page that comes behind a page of a list.
fn next_page(plain: &Outcome) -> Option<ListPage> {
    let page = plain.page()?;
    Some(ListPage { offset: page.offset + plain.items().len(), ..page })
}

/// What can be said of a reason: that it is not to be used, and that the product is not wanted at all.
pub(super) fn ways_out(product: &Product, reason: Option<&Reason>, words: &Words<'_>) -> Vec<Button> {
    let disuse = reason.map(|reason| {
        Button::act(words.say("button_disuse", &[]), Action::Disuse { event: Some(reason.event), page: None })
    });
    let dismiss = Action::Dismiss { product: product.id.clone(), also: Vec::new(), page: None };
    disuse.into_iter().chain([Button::act(words.say("button_dismiss", &[]), dismiss)]).collect()
}

/// A sentence, and the list that follows from it, or that nothing is left of it.
fn before(said: String, then: &Outcome, scene: &Scene<'_>) -> Reply {
    if then.items().is_empty() {
        let recommend = Button::act(scene.words.say("button_recommend", &[]), Action::Recommend);
        let said = format!("{said}\n{}", scene.words.say("no_more", &[]));
        return Reply { buttons: vec![recommend], ..text(said) };
    }
    let reply = super::render(then, scene);
    Reply { text: format!("{said}\n{}", reply.text), ..reply }
}

fn all(items: &[Scored], words: &Words<'_>) -> Vec<crate::model::Card> {
    cards::all(items, &ProductQuery::default(), words)
}

/// One part after the other, those without anything left out: orders, where they left, what costs less, picks.
fn home(
    name: Option<&str>,
    [resume, picks]: &[&Vec<Scored>; 2],
    cheaper: &[(Scored, Money)],
    orders: &[Order],
    scene: &Scene<'_>,
) -> Reply {
    let words = &scene.words;
    let greeting = match name {
        Some(name) => words.say("greeting_returning", &[("name", name)]),
        None => words.say("greeting", &[]),
    };
    let under_way = orders.iter().map(|order| orders::line(order, scene));
    let heading = (!orders.is_empty()).then(|| words.say("home_orders", &[]));
    let lines: Vec<String> = std::iter::once(greeting).chain(heading).chain(under_way).collect();
    let mut reply = text(lines.join("\n"));
    reply.buttons = vec![
        Button::act(words.say("button_picks", &[]), Action::Picks),
        Button::act(words.say("button_orders", &[]), Action::Orders),
        Button::act(words.say("button_help", &[]), Action::Help),
    ];
    let part = |key: &str, items: &[Scored]| Reply { cards: all(items, words), ..text(words.say(key, &[])) };
    if !resume.is_empty() {
        reply.then.push(part("home_resume", resume));
    }
    if !cheaper.is_empty() {
        reply.then.push(price_drops(cheaper, words));
    }
    if !picks.is_empty() {
        reply.then.push(part("home_picks", picks));
    }
    cards::number(reply.then.iter_mut().flat_map(|part| &mut part.cards));
    reply
}

/// What each of them cost when the shopper looked at it.
fn price_drops(cheaper: &[(Scored, Money)], words: &Words<'_>) -> Reply {
    let items: Vec<Scored> = cheaper.iter().map(|(item, _)| item.clone()).collect();
    let mut cards = all(&items, words);
    for (card, (_, was)) in cards.iter_mut().zip(cheaper) {
        card.why = Some(words.say("cheaper_now", &[("price", &words.money(was))]));
    }
    Reply { cards, ..text(words.say("home_cheaper", &[])) }
}
