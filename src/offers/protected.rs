//! By what no price may differ.

use super::Offers;
use crate::catalog::Said;
use crate::problem::Report;
use crate::segments::{Segments, Subject};
use crate::text::key;

/// Those of every shop.
const PROTECTED: &str = include_str!("protected.txt");

/// Whether a column, or one of its values (`category Maternity`), is among them or the shop's own.
fn ground<'o>(offers: &'o Offers, column: &str, label: &str) -> Option<&'o str> {
    let listed = PROTECTED.lines().filter(|line| !line.starts_with('#'));
    let same = |a: &str, b: &str| key(a).replace(['_', '-'], " ") == key(b).replace(['_', '-'], " ");
    if listed.into_iter().any(|name| same(name, column)) {
        return Some("prices may not differ by it");
    }
    let own = |said: &Said| same(&said.text, column) || same(&said.text, label);
    offers.proxies.iter().any(own).then_some("it is among this file's proxies")
}

/// Reports every rule that is about a protected column, and every one for a segment that is.
pub(super) fn check(offers: &Offers, segments: &Segments, report: &mut Report<'_>) {
    for rule in &offers.rules {
        for (column, values) in &rule.of.attributes {
            let labels = values.iter().map(|value| format!("{} {}", column.text, value.text));
            let found = labels.into_iter().find_map(|label| ground(offers, &column.text, &label));
            if let Some(why) = found {
                let message = format!("no offer may depend on {:?}: {why}", column.text);
                report.push(column.place, message, Some("take this condition out".to_owned()));
            }
        }
        let categories = rule.of.categories.iter().map(|said| ("category", said));
        for (column, said) in categories.chain(rule.of.brands.iter().map(|said| ("brand", said))) {
            if let Some(why) = ground(offers, column, &format!("{column} {}", said.text)) {
                report.push(said.place, format!("no offer may depend on {:?}: {why}", said.text), None);
            }
        }
        rule.segments.iter().for_each(|said| segment(said, offers, segments, report));
    }
}

fn segment(said: &Said, offers: &Offers, segments: &Segments, report: &mut Report<'_>) {
    let Some(segment) = segments.named(&said.text) else {
        report.unknown(said.place, "segment", &said.text, segments.all.iter().map(|s| s.name.as_str()));
        return;
    };
    for condition in &segment.when {
        let Subject::Bought(kind) = &condition.of else { continue };
        if let Some(why) = ground(offers, kind.column(), &kind.label()) {
            let message = format!(
                "no offer may be for the segment {:?}, which looks at {}: {why}",
                said.text,
                kind.label()
            );
            report.push(said.place, message, Some("choose another segment".to_owned()));
        }
    }
}
