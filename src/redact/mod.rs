//! What transcripts must not hold: e-mail addresses and phone numbers that a shopper wrote.
//!
//! A turn works with them (an address proves whose order it is); what is recorded of it, and what leaves the house as
//! its record, says `[e-mail]` and `[phone]` instead. What the shop itself says of itself stays.

use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::{Action, Entity, EntityKind, EntityValue, Event, Input, TurnRecord, Understanding, Via};
use crate::text::{emails, fold, phones};

/// Stands for an e-mail address.
pub const EMAIL: &str = "[e-mail]";
/// Stands for a phone number.
pub const PHONE: &str = "[phone]";

/// Something to hide, as it was written or as it was understood, and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Secret {
    written: String,
    mark: &'static str,
}

/// A part of a text, in characters, and what stands for it.
type Spot = (Range<usize>, &'static str);

/// Hides what a shopper wrote in a record and in the events that go with it. Spans of entities point into the new text.
///
/// # Errors
/// When a part of the record does not survive its way through JSON; the record must not be stored then.
pub fn turn(record: &mut TurnRecord, events: &mut [Event]) -> Result<(), serde_json::Error> {
    let secrets = secrets(record);
    if secrets.is_empty() {
        return Ok(());
    }
    input(record, &secrets);
    for step in std::iter::once(&mut record.first).chain(&mut record.further) {
        understanding(&mut step.understanding, &secrets);
        through_json(&mut step.action, &secrets)?;
    }
    through_json(&mut record.reply, &secrets)?;
    events
        .iter_mut()
        .filter_map(|event| event.query.as_mut())
        .for_each(|query| *query = hidden(query, &secrets));
    Ok(())
}

/// Hides the addresses and numbers among the entities that a stored dialogue keeps, as JSON, for an open question.
pub fn dialogue(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let mark = match fields.get("kind").and_then(Value::as_str) {
                Some("email") => Some(EMAIL),
                Some("phone") => Some(PHONE),
                _ => None,
            };
            match mark {
                Some(mark) => {
                    for name in ["text", "value"]
                        .into_iter()
                        .filter(|name| fields.contains_key(*name))
                        .collect::<Vec<_>>()
                    {
                        fields.insert(name.to_owned(), Value::String(mark.to_owned()));
                    }
                }
                None => fields.values_mut().for_each(dialogue),
            }
        }
        Value::Array(items) => items.iter_mut().for_each(dialogue),
        _ => {}
    }
}

/// Everything to hide: what was understood as an address or a number, what an open question knew, and what commands and
/// captions hold, which nobody reads closely.
fn secrets(record: &TurnRecord) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let mut add = |written: &str, mark| {
        if !written.is_empty() {
            secrets.push(Secret { written: written.to_owned(), mark });
        }
    };
    for entity in record.steps().flat_map(|step| &step.understanding.entities) {
        match &entity.value {
            EntityValue::Email(address) => {
                [&entity.text, address].into_iter().for_each(|text| add(text, EMAIL))
            }
            EntityValue::Phone(number) => {
                [&entity.text, number].into_iter().for_each(|text| add(text, PHONE))
            }
            _ => {}
        }
    }
    for step in record.steps() {
        if let Action::Link { email: Some(address), .. } = &step.action {
            add(address, EMAIL);
        }
    }
    let unread = record.incoming.input.text();
    if !record.steps().any(|step| step.understanding.via != Via::Certain) {
        let chars: Vec<char> = unread.chars().collect();
        for (span, mark) in spots(unread) {
            add(&chars[span].iter().collect::<String>(), mark);
        }
    }
    // The longest first: a number may hold another one.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.written.len()));
    secrets.dedup();
    secrets
}

/// Where a text holds what nobody has read as an entity.
fn spots(text: &str) -> Vec<Spot> {
    let folded = fold(text);
    let mut spots: Vec<Spot> =
        emails(&folded.text).into_iter().map(|hit| (folded.original(hit), EMAIL)).collect();
    let numbers = phones(&folded.text).into_iter().map(|hit| (folded.original(hit), PHONE));
    spots.extend(numbers);
    spots
}

fn input(record: &mut TurnRecord, secrets: &[Secret]) {
    match &mut record.incoming.input {
        Input::Text(text) | Input::Edited(text) => *text = hidden(text, secrets),
        Input::Command { payload, .. } => *payload = hidden(payload, secrets),
        Input::Media { caption, .. } => *caption = hidden(caption, secrets),
        Input::Tap(_) => {}
    }
}

/// Puts the marks into the text, and moves the entities to where their words then stand.
fn understanding(meaning: &mut Understanding, secrets: &[Secret]) {
    let original: Vec<char> = meaning.text.chars().collect();
    let mut text = String::new();
    let mut at = 0;
    // (old position, how far everything behind it has moved)
    let mut moved: Vec<(usize, isize)> = Vec::new();
    for entity in meaning.entities.iter().filter(|entity| mark(entity).is_some()) {
        if entity.start < at || entity.end > original.len() {
            continue;
        }
        text.extend(&original[at..entity.start]);
        text.push_str(mark(entity).unwrap_or_default());
        at = entity.end;
        moved.push((at, text.chars().count() as isize - at as isize));
    }
    text.extend(original.get(at..).unwrap_or_default());
    let shift = |place: usize| {
        let by = moved.iter().rev().find(|(from, _)| *from <= place).map_or(0, |(_, by)| *by);
        place.saturating_add_signed(by)
    };
    for entity in &mut meaning.entities {
        entity.start = shift(entity.start);
        match mark(entity) {
            Some(mark) => {
                entity.value = match entity.kind {
                    EntityKind::Phone => EntityValue::Phone(mark.to_owned()),
                    _ => EntityValue::Email(mark.to_owned()),
                };
                entity.text = mark.to_owned();
                entity.end = entity.start + mark.chars().count();
            }
            None => {
                entity.end = shift(entity.end);
                entity.text = hidden(&entity.text, secrets);
            }
        }
    }
    meaning.text = hidden(&text, secrets);
    meaning.search_text = hidden(&meaning.search_text, secrets);
}

fn mark(entity: &Entity) -> Option<&'static str> {
    match entity.kind {
        EntityKind::Email => Some(EMAIL),
        EntityKind::Phone => Some(PHONE),
        _ => None,
    }
}

fn through_json<T: Serialize + DeserializeOwned>(
    part: &mut T,
    secrets: &[Secret],
) -> Result<(), serde_json::Error> {
    let mut value = serde_json::to_value(&*part)?;
    hide_in(&mut value, secrets);
    *part = serde_json::from_value(value)?;
    Ok(())
}

fn hide_in(value: &mut Value, secrets: &[Secret]) {
    match value {
        Value::String(text) => *text = hidden(text, secrets),
        Value::Array(items) => items.iter_mut().for_each(|item| hide_in(item, secrets)),
        Value::Object(fields) => fields.values_mut().for_each(|field| hide_in(field, secrets)),
        _ => {}
    }
}

/// A text with the marks in the place of the secrets, however their ASCII letters are cased.
fn hidden(text: &str, secrets: &[Secret]) -> String {
    let mut text = text.to_owned();
    for Secret { written, mark } in secrets {
        let needle = written.to_ascii_lowercase();
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.to_ascii_lowercase().find(&needle)) {
            let start = from + at;
            text.replace_range(start..start + needle.len(), mark);
            from = start + mark.len();
        }
    }
    text
}

#[cfg(test)]
mod tests;
