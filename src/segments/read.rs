//! From the text of `segments.yaml` to what it says, or to everything that is wrong with it.

use super::{Condition, Kind, Limit, Measure, Segment, Segments, Subject, Unit};
use crate::problem::Report;
use crate::yaml::tree::{self, Fields, Node, Text, Value};

/// The keys of the file.
pub const SEGMENTS_KEYS: [&str; 1] = ["segments"];
/// Of a segment.
pub const SEGMENT_KEYS: [&str; 3] = ["name", "about", "when"];
/// Of a condition on what was bought, besides the limits.
pub const BOUGHT_KEYS: [&str; 5] = ["category", "brand", "attribute", "at_least", "at_most"];
/// Of a condition on a figure.
const LIMIT_KEYS: [&str; 4] = ["at_least", "at_most", "top", "bottom"];

impl Segments {
    /// Reads the text of a `segments.yaml`; what is wrong goes to the report.
    pub(crate) fn read(text: &str, report: &mut Report<'_>) -> Self {
        let mut segments = Segments::default();
        let Some(node) = tree::read(text, report) else { return segments };
        if matches!(node.value, Value::Nothing) {
            return segments;
        }
        let file = node.fields(&SEGMENTS_KEYS, report);
        let listed = file.get("segments").and_then(|node| node.items(report)).unwrap_or_default();
        for node in listed {
            let Some(segment) = segment(node, report) else { continue };
            match segments.named(&segment.name) {
                Some(first) => {
                    let message =
                        format!("the segment {:?} is in line {} already", segment.name, first.place.line);
                    report.add(segment.place, message);
                }
                None => segments.all.push(segment),
            }
        }
        segments
    }
}

fn segment(node: &Node, report: &mut Report<'_>) -> Option<Segment> {
    let entries = node.fields(&SEGMENT_KEYS, report);
    let name = entries.needed("name", report);
    let about = entries.text("about", report).map(|said| said.text).unwrap_or_default();
    let Some(when) = entries.get("when") else {
        let help = "add conditions, such as `when: {orders: {at_least: 3}}`".to_owned();
        report.push(node.place, "this segment does not say who is in it".to_owned(), Some(help));
        return None;
    };
    let conditions =
        when.map(report)?.iter().filter_map(|(key, node)| condition(key, node, report)).collect();
    let name = name?;
    Some(Segment { name: name.text, place: node.place, about, when: conditions })
}

fn condition(key: &Text, node: &Node, report: &mut Report<'_>) -> Option<Condition> {
    if key.text == "bought" {
        return bought(node, report);
    }
    let Some(measure) = Measure::from_name(&key.text) else {
        let known = Measure::ALL.into_iter().map(Measure::name).chain(["bought"]);
        report.unknown(key.place, "figure", &key.text, known);
        return None;
    };
    let entries = node.fields(&LIMIT_KEYS, report);
    let number = |text: &str| {
        let bare = match measure.unit() {
            Unit::Percent => text.strip_suffix('%').unwrap_or(text).trim(),
            _ => text,
        };
        bare.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0)
    };
    let least = limit("at_least", &entries, number, report).map(Limit::Absolute);
    let most = limit("at_most", &entries, number, report).map(Limit::Absolute);
    let top = limit("top", &entries, share, report).map(Limit::Share);
    let bottom = limit("bottom", &entries, share, report).map(Limit::Share);
    for (both, one, other) in [
        (least.is_some() && top.is_some(), "at_least", "top"),
        (most.is_some() && bottom.is_some(), "at_most", "bottom"),
    ] {
        if both {
            report.add(
                node.place,
                format!("`{one}` and `{other}` say the same of one figure; keep one of them"),
            );
        }
    }
    bounded(Subject::Measure(measure), least.or(top), most.or(bottom), node, report)
}

fn bought(node: &Node, report: &mut Report<'_>) -> Option<Condition> {
    let entries = node.fields(&BOUGHT_KEYS, report);
    let mut kinds: Vec<Kind> = Vec::new();
    kinds.extend(entries.text("category", report).map(|said| Kind::Category(said.text)));
    kinds.extend(entries.text("brand", report).map(|said| Kind::Brand(said.text)));
    for (column, value) in entries.get("attribute").and_then(|node| node.map(report)).unwrap_or_default() {
        let value = value.text(report).map(|said| said.text);
        kinds.extend(value.map(|value| Kind::Attribute { column: column.text.clone(), value }));
    }
    let percent = |text: &str| share(text).map(|share| share * 100.0);
    let least = limit("at_least", &entries, percent, report).map(Limit::Absolute);
    let most = limit("at_most", &entries, percent, report).map(Limit::Absolute);
    if kinds.len() != 1 {
        let help = "write one of `category`, `brand` and `attribute: {column: value}`".to_owned();
        report.push(node.place, "this condition must be about one kind of product".to_owned(), Some(help));
        return None;
    }
    bounded(Subject::Bought(kinds.remove(0)), least, most, node, report)
}

fn bounded(
    of: Subject,
    least: Option<Limit>,
    most: Option<Limit>,
    node: &Node,
    report: &mut Report<'_>,
) -> Option<Condition> {
    if least.is_none() && most.is_none() {
        let help = "write at_least, at_most, top or bottom".to_owned();
        report.push(node.place, "this condition has no limit".to_owned(), Some(help));
        return None;
    }
    if let (Some(Limit::Absolute(least)), Some(Limit::Absolute(most))) = (least, most)
        && most < least
    {
        report.add(node.place, format!("nothing is at least {least} and at most {most}"));
    }
    Some(Condition { of, least, most, place: node.place })
}

fn limit(
    key: &str,
    entries: &Fields<'_>,
    read: impl Fn(&str) -> Option<f64>,
    report: &mut Report<'_>,
) -> Option<f64> {
    let said = entries.text(key, report)?;
    let number = read(&said.text);
    if number.is_none() {
        let help = match key {
            "top" | "bottom" => "write a share of the shoppers, such as 10%",
            _ => "write a number from 0 on, in the unit of the figure; shares as 30%",
        };
        report.push(said.place, format!("{:?} is no such limit", said.text), Some(help.to_owned()));
    }
    number
}

/// `10%` is 0.1.
fn share(text: &str) -> Option<f64> {
    let number = text.strip_suffix('%')?.trim().parse::<f64>().ok()?;
    (0.0..=100.0).contains(&number).then_some(number / 100.0)
}
