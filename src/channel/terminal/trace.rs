//! The why of a turn, for `--trace` and for transcripts.

use std::fmt::Write;

use crate::model::{ShownProduct, Step, TurnRecord, Via};

/// A few lines: what was understood and how, what was decided, which products at which scores, how long it took.
pub fn explained(record: &TurnRecord) -> String {
    let mut out = String::new();
    for step in record.steps() {
        explain(step, record.further.is_empty(), &mut out);
    }
    if let Some(rung) = record.degraded {
        let _ = writeln!(out, "  degraded: {rung:?}");
    }
    let t = record.timings;
    let versions = &record.versions;
    let _ = writeln!(
        out,
        "  {:.1} ms: understand {:.1}, decide {:.1}, act {:.1}, render {:.1}, record {:.1}",
        t.understand + t.decide + t.act + t.render + t.record,
        t.understand,
        t.decide,
        t.act,
        t.render,
        t.record
    );
    let _ = writeln!(
        out,
        "  turn {} · intents {} · index {} · offers {}",
        record.id, versions.intents, versions.index, versions.offers
    );
    out
}

/// What was understood and decided of one request; its words, unless it is the only one.
fn explain(step: &Step, only: bool, out: &mut String) {
    let understanding = &step.understanding;
    if !only {
        let _ = writeln!(out, "  of “{}”", understanding.text.trim());
    }
    let intent = understanding.intent.as_ref().map_or("–", |intent| intent.as_str());
    let _ = writeln!(
        out,
        "  intent {intent} {:.2} by {} → {}",
        understanding.confidence,
        via(&understanding.via),
        step.action.name()
    );
    let others: Vec<String> =
        understanding.alternatives.iter().map(|c| format!("{} {:.2}", c.intent, c.probability)).collect();
    if !others.is_empty() {
        let _ = writeln!(out, "  nearest {}", others.join(" · "));
    }
    for entity in &understanding.entities {
        let not = if entity.negated { "not " } else { "" };
        let kind = entity.kind.name();
        let _ = writeln!(out, "  {kind} {not}“{}” at {}–{}", entity.text, entity.start, entity.end);
    }
    for (place, product) in step.products.iter().enumerate() {
        let _ = writeln!(out, "  {}", product_line(place + 1, product));
    }
}

fn via(via: &Via) -> String {
    match via {
        Via::Certain => "button or command".to_owned(),
        Via::Example => "an exact example".to_owned(),
        Via::Pattern(pattern) => format!("the pattern {pattern}"),
        Via::Model => "the model".to_owned(),
        Via::Lexical => "words alone".to_owned(),
        Via::Nothing => "nothing: out of scope".to_owned(),
    }
}

fn product_line(place: usize, product: &ShownProduct) -> String {
    let parts: Vec<String> =
        product.trace.parts.iter().map(|(part, score)| format!("{part} {score:.3}")).collect();
    let rules: String = product.trace.rules.iter().map(|rule| format!(" · {rule}")).collect();
    let why = product.reason.as_ref().map_or_else(String::new, |reason| format!(" · event {}", reason.event));
    format!(
        "{place}. {} {:.3} (without history #{}) by {}: {}{rules}{why}",
        product.product,
        product.score,
        product.rank_without_history,
        product.trace.source,
        parts.join(", ")
    )
}
