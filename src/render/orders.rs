//! Orders and the proof that they are the reader's.

use jiff::{Timestamp, tz::TimeZone};

use crate::model::{Action, Button, Order, OrderStatus, Outcome, Reply};

use super::{Scene, Words, person, text};

pub(super) fn render(outcome: &Outcome, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    match outcome {
        Outcome::Order { order } => one(order, scene),
        Outcome::Orders { orders, open_only } => several(orders, *open_only, scene),
        // `always`: what is said about somebody else's order must be what is said about none, byte for byte.
        Outcome::NoSuchOrder { .. } => text(words.always("no_such_order")),
        Outcome::NoOrders => text(words.say("no_orders", &[])),
        Outcome::NotLinked { .. } => text(words.say("not_linked", &[])),
        Outcome::WantsEmail { .. } => text(words.always("wants_email")),
        Outcome::Linked { .. } => Reply {
            text: words.say("linked", &[]),
            buttons: vec![Button::act(words.say("button_orders", &[]), Action::Orders)],
            ..Reply::default()
        },
        Outcome::LinkLocked { minutes } => Reply {
            text: words.say("link_locked", &[("minutes", &minutes.to_string())]),
            buttons: vec![person(words)],
            ..Reply::default()
        },
        _ => Reply { text: words.always("link_refused"), buttons: vec![person(words)], ..Reply::default() },
    }
}

/// A day; with its year where that is not this one.
fn date(at: Option<Timestamp>, scene: &Scene<'_>) -> String {
    let Some(at) = at.map(|at| at.to_zoned(TimeZone::UTC)) else { return String::new() };
    let this_year = at.year() == scene.now.to_zoned(TimeZone::UTC).year();
    let key = if this_year { "date_format" } else { "date_format_year" };
    at.strftime(&scene.words.say(key, &[])).to_string()
}

/// The last day before a moment, by the shop's clock.
pub(super) fn last_day(until: Timestamp, words: &Words<'_>) -> String {
    let last = until.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(until);
    let format = words.say("date_format", &[]);
    last.to_zoned(words.facts.timezone.clone()).strftime(&format).to_string()
}

fn one(order: &Order, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    let placed = date(order.placed_at, scene);
    let status = status(order, words);
    let values = [("number", order.number.as_str()), ("date", placed.as_str()), ("status", status.as_str())];
    let mut lines = vec![words.say(&format!("status_{}", order.status.key()), &values)];
    let arriving = matches!(order.status, OrderStatus::Shipped | OrderStatus::OutForDelivery);
    if let Some(tracking) = order.tracking.as_ref().filter(|_| arriving) {
        if tracking.eta.is_some() {
            lines.push(words.say("order_eta", &[("date", &date(tracking.eta, scene))]));
        }
        if !tracking.number.is_empty() {
            let values = [("carrier", tracking.carrier.as_str()), ("tracking", tracking.number.as_str())];
            lines.push(words.say("order_tracking", &values));
        }
    }
    if !order.lines.is_empty() {
        lines.push(words.say("order_contains", &[("items", &items(order))]));
    }
    if let Some(total) = order.total {
        lines.push(words.say("order_total", &[("total", &words.money(&total))]));
    }
    Reply {
        text: lines.join("\n"),
        buttons: vec![Button::act(words.say("button_all", &[]), Action::Orders), person(words)],
        ..Reply::default()
    }
}

/// The status in one or two words.
fn status(order: &Order, words: &Words<'_>) -> String {
    let own = words.optional(&format!("order_is_{}", order.status.key()));
    own.unwrap_or_else(|| order.status.to_string())
}

fn items(order: &Order) -> String {
    let lines: Vec<String> = order
        .lines
        .iter()
        .map(|line| {
            let options =
                if line.options.is_empty() { String::new() } else { format!(" ({})", line.options) };
            format!("{} × {}{options}", line.quantity, line.title)
        })
        .collect();
    lines.join(", ")
}

/// `A-1042 · November 18 · shipped · $172.00`
pub(super) fn line(order: &Order, scene: &Scene<'_>) -> String {
    let words = &scene.words;
    let total = order.total.map_or_else(String::new, |total| words.money(&total));
    let parts = [order.number.as_str().to_owned(), date(order.placed_at, scene), status(order, words), total];
    let known: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    known.join(" · ")
}

fn several(orders: &[Order], open_only: bool, scene: &Scene<'_>) -> Reply {
    let words = &scene.words;
    if orders.is_empty() {
        let reply = text(words.say("no_open_orders", &[]));
        let all = Button::act(words.say("button_all", &[]), Action::Orders);
        return Reply { buttons: vec![all], ..reply };
    }
    let mut lines = vec![words.say(if open_only { "open_orders" } else { "orders" }, &[])];
    let mut buttons = Vec::new();
    for order in orders {
        lines.push(line(order, scene));
        if buttons.len() < 4 {
            let status = Action::OrderStatus { number: Some(order.number.clone()), placed: None };
            buttons.push(Button::act(order.number.as_str(), status));
        }
    }
    Reply { text: lines.join("\n"), buttons, ..Reply::default() }
}
