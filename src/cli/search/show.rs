//! The answer of `shophand search`, on a terminal and as JSON.

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::super::output::Output;
use super::Answer;
use crate::model::{ProductQuery, Scored};
use crate::problem::count;

const HEAD: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();

/// Prints it; `explain` adds what each score is made of.
pub(super) fn print(answer: &Answer, explain: bool, out: &mut dyn Output) {
    out.line(&format!("{HEAD}Searched for{HEAD:#} {}", words(&answer.query)));
    if !answer.corrected.is_empty() {
        out.line(&format!("{HEAD}Spelling corrected to{HEAD:#} {}", answer.corrected));
    }
    if !answer.relaxed.is_empty() {
        out.line(&format!("{HEAD}Nothing fits all of it; let go of{HEAD:#} {}", answer.relaxed.join(", ")));
    }
    if answer.items.is_empty() {
        out.line("Nothing was found.");
        return;
    }
    out.line(&format!("{}\n", count(answer.total, "product")));
    let width = answer.items.iter().map(|item| item.product.id.as_str().chars().count()).max();
    for (place, item) in answer.items.iter().enumerate() {
        out.line(&product(place + 1, item, width.unwrap_or_default()));
        if explain {
            out.line(&format!("     {QUIET}{}{QUIET:#}", parts(item)));
        }
    }
}

/// `category Shoes > Boots · not colour black · up to $50.00 · words: warm`.
fn words(query: &ProductQuery) -> String {
    let mut said: Vec<String> = query.categories.iter().map(|path| format!("category {path}")).collect();
    said.extend(query.filters.iter().map(|filter| {
        let not = if filter.negated { "not " } else { "" };
        format!("{not}{filter}")
    }));
    said.extend(query.price.min.map(|price| format!("from {price}")));
    said.extend(query.price.max.map(|price| format!("up to {price}")));
    if !query.text.is_empty() {
        said.push(format!("words: {}", query.text));
    }
    if said.is_empty() { "anything".to_owned() } else { said.join(" · ") }
}

fn product(place: usize, item: &Scored, width: usize) -> String {
    let product = &item.product;
    let price = product.price.map_or_else(|| "price on request".to_owned(), |price| price.to_string());
    let stock = match product.stock {
        Some(0) => format!("{BAD}sold out{BAD:#}"),
        Some(pieces) => format!("{pieces} in stock"),
        None => "in stock".to_owned(),
    };
    let without = item.rank_without_history;
    let moved = if without == place {
        String::new()
    } else {
        format!(" · {GOOD}#{without} without history{GOOD:#}")
    };
    let id = product.id.as_str();
    format!("{place:>3}  {id:width$}  {} · {price} · {stock}{moved}", product.title)
}

/// `0.981 = personal 0.120, text 0.861, words 7.2 · boost ×2 ranking.yaml:14`.
fn parts(item: &Scored) -> String {
    let parts = item.trace.parts.iter().map(|(part, score)| format!("{part} {score:.3}"));
    let rules: String = item.trace.rules.iter().map(|rule| format!(" · {rule}")).collect();
    let why =
        item.reason.as_ref().map_or_else(String::new, |reason| format!(" · because of {}", reason.title));
    format!("{:.3}: {}{rules}{why}", item.score, parts.collect::<Vec<_>>().join(", "))
}

pub(super) fn as_json(answer: &Answer) -> Value {
    let items = answer.items.iter().enumerate().map(|(i, item)| {
        json!({
            "id": item.product.id,
            "title": item.product.title,
            "price": item.product.price.map(|price| price.to_string()),
            "stock": item.product.stock,
            "rank": i + 1,
            "rank_without_history": item.rank_without_history,
            "score": item.score,
            "parts": item.trace.parts,
            "rules": item.trace.rules,
            "reason": item.reason,
        })
    });
    json!({
        "query": answer.query,
        "language": answer.understanding.language,
        "entities": answer.understanding.entities,
        "degraded": answer.understanding.degraded,
        "total": answer.total,
        "corrected": answer.corrected,
        "relaxed": answer.relaxed,
        "items": items.collect::<Vec<_>>(),
        "catalog": answer.catalog,
    })
}
