//! One turn as one JSON object, for scripts and tests.

use serde_json::{Value, json};

use crate::model::{Card, EntityValue, Money, Reply, Step, TurnRecord};

/// `user`, `text`, `language`, `intent`, `confidence`, `alternatives`, `entities`, `action`, `further`, `reply`,
/// `degraded`, `timings_ms`. `further` has the same of what else was asked for in the message.
pub fn turn_as_json(record: &TurnRecord, typed: &str) -> Value {
    let mut turn = step(&record.first);
    let of_part =
        |part: &Reply| part.cards.iter().map(|card| product(card, &part.text)).collect::<Vec<Value>>();
    let products: Vec<Value> = record.reply.parts().flat_map(of_part).collect();
    turn["user"] = json!(record.incoming.shopper);
    turn["text"] = json!(typed);
    turn["further"] = record.further.iter().map(step).collect();
    turn["reply"] = json!({
        "text": record.reply.all_text(),
        "tables": record.reply.parts().filter_map(|part| part.table.as_ref()).collect::<Vec<_>>(),
        "products": products,
        "attachments": record.reply.parts().filter_map(|part| part.attachment.as_ref()).collect::<Vec<_>>(),
        "buttons": record.reply.parts().flat_map(|part| &part.buttons).map(|b| &b.label).collect::<Vec<_>>(),
    });
    turn["degraded"] = json!(record.degraded);
    turn["timings_ms"] = json!(record.timings);
    turn
}

fn step(step: &Step) -> Value {
    let understanding = &step.understanding;
    let alternatives: Vec<Value> = understanding
        .alternatives
        .iter()
        .map(|candidate| json!({ "intent": candidate.intent, "probability": candidate.probability }))
        .collect();
    let entities: Vec<Value> = understanding
        .entities
        .iter()
        .map(|entity| {
            json!({
                "kind": entity.kind, "value": entity_value(&entity.value), "text": entity.text,
                "start": entity.start, "end": entity.end, "negated": entity.negated,
            })
        })
        .collect();
    json!({
        "text": understanding.text,
        "language": understanding.language,
        "intent": understanding.intent,
        "confidence": understanding.confidence,
        "alternatives": alternatives,
        "entities": entities,
        "action": step.action.name(),
    })
}

/// `list` is what is said above the list that it stands in.
fn product(card: &Card, list: &str) -> Value {
    json!({
        "id": card.product,
        "list": list,
        "title": card.title,
        "price": card.price.map(|price| price.as_f64()),
        "currency": card.price.map(|price| price.currency),
        "score": card.score,
        "rank_without_history": card.rank_without_history,
        "why": card.why,
        "details": card.details,
    })
}

/// The plain value where there is one, the bounds of a price, the paths of a category.
pub fn entity_value(value: &EntityValue) -> Value {
    let amount = |money: Option<Money>| money.map(|money| money.as_f64());
    match value {
        EntityValue::Word(word) => json!(word),
        EntityValue::Categories(paths) => json!(paths.iter().map(ToString::to_string).collect::<Vec<_>>()),
        EntityValue::Price(range) => json!({ "min": amount(range.min), "max": amount(range.max) }),
        EntityValue::Number(n) => json!(n),
        EntityValue::Ordinal(ordinal) => json!(ordinal),
        EntityValue::Order(number) => json!(number),
        EntityValue::Email(address) => json!(address),
        EntityValue::Phone(number) => json!(number),
        EntityValue::Dates(range) => json!(range),
        EntityValue::Age(months) => json!({ "months": months }),
        EntityValue::Sort(sort) => json!(sort),
        EntityValue::Attribute(filter) => json!(filter),
    }
}
