//! A finding as a person reads it: the line, a caret under the very words, and what to do.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::problem::{Finding, Severity, Spot};

/// With colours, which a terminal without them drops. `text` gives the text of a file of the shop.
pub fn draw<'t>(finding: &Finding, width: usize, text: &dyn Fn(&Spot) -> Option<&'t str>) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::NOTE,
    };
    let title = level.primary_title(single_line(&finding.message)).id(finding.check);
    let mut group = Group::with_title(title);
    let spots = std::iter::once((&finding.at, AnnotationKind::Primary));
    for (spot, kind) in spots.chain(finding.related.iter().map(|spot| (spot, AnnotationKind::Context))) {
        group = match text(spot).and_then(|text| line_of(text, spot.line)) {
            Some(line) => group.element(snippet(spot, line, kind)),
            None => group.element(Origin::path(spot.label())),
        };
    }
    if let Some(suggestion) = &finding.suggestion {
        group = group.element(Level::HELP.message(single_line(suggestion)));
    }
    Renderer::styled().term_width(width).render(&[group])
}

fn single_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line_of(text: &str, line: usize) -> Option<&str> {
    text.lines().nth(line.checked_sub(1)?)
}

fn snippet<'a>(spot: &'a Spot, line: &'a str, kind: AnnotationKind) -> Snippet<'a, Annotation<'a>> {
    let note = (!spot.note.is_empty()).then_some(spot.note.as_str());
    Snippet::source(line)
        .line_start(spot.line)
        .path(spot.file.display().to_string())
        .annotation(kind.span(underlined(line, spot)).label(note))
}

/// The bytes of the line that the spot is about: its focus, else the whole of what stands at its column.
fn underlined(line: &str, spot: &Spot) -> std::ops::Range<usize> {
    let start = line.char_indices().nth(spot.column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    let focus = spot.focus.as_deref().filter(|focus| !focus.is_empty());
    if let Some((focus, at)) = focus.and_then(|focus| Some((focus, line[start..].find(focus)?))) {
        return start + at..start + at + focus.len();
    }
    start..start + scalar(&line[start..], in_brackets(&line[..start]))
}

/// Bytes of the YAML scalar, or of the collection, that the text begins with.
fn scalar(text: &str, in_brackets: bool) -> usize {
    let all = text.trim_end().len();
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        return text[1..].find(quote).map_or(all, |end| end + 2);
    }
    let ends = |at: &usize| {
        let rest = &text[*at..];
        let colon = rest.strip_prefix(':').is_some_and(|after| after.is_empty() || after.starts_with(' '));
        colon || rest.starts_with(" #") || (in_brackets && rest.starts_with([',', ']', '}']))
    };
    let end = text.char_indices().map(|(at, _)| at).skip(1).find(ends).unwrap_or(all);
    text[..end].trim_end().len()
}

/// Whether what follows stands inside a `[…]` or `{…}` that began on this line.
fn in_brackets(before: &str) -> bool {
    let value = before.trim_start().trim_start_matches("- ");
    let opens = |text: &str| text.starts_with(['[', '{']);
    opens(value) || value.split_once(": ").is_some_and(|(_, value)| opens(value.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(line: &str, column: usize, focus: Option<&str>) -> String {
        let spot = Spot {
            file: "a.yaml".into(),
            line: 1,
            column,
            focus: focus.map(str::to_owned),
            note: String::new(),
        };
        line[underlined(line, &spot)].to_owned()
    }

    #[test]
    fn the_caret_is_under_what_is_meant_and_no_more() {
        assert_eq!(under("exmaples: [a]", 1, None), "exmaples");
        assert_eq!(under("action: serach  # find", 9, None), "serach");
        assert_eq!(under("with: {change: cheeper}", 16, None), "cheeper");
        assert_eq!(under("  - 'a: b' # c", 5, None), "'a: b'");
        assert_eq!(under("  - [blue](color) shoes", 5, Some("color")), "color");
        assert_eq!(under("  - größe [8](sise), naja", 5, Some("sise")), "sise");
        assert_eq!(under("  - a, b and c", 5, None), "a, b and c");
        assert_eq!(under("short", 40, None), "");
    }
}
