//! A picture of what is taken for what: a confusion matrix of those intents alone that are confused, as SVG.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::confusion::Confusion;

/// Pixels of a cell.
const CELL: usize = 22;
/// Pixels of a letter of a label, about.
const LETTER: f64 = 6.7;
/// Above each panel, for its title and what it is about.
const HEAD: usize = 58;
/// At most so many intents: more make no readable picture.
const MOST: usize = 40;
/// Light to dark, for the share of an intent's sentences: 0 to a half and more.
const SCALE: [&str; 6] = ["#fff3e0", "#ffd9a0", "#ffb05c", "#f47b3a", "#cf4520", "#8c2410"];
/// From this step of the scale on, the number in a cell is white.
const DARK: usize = 3;

/// One language's matrix.
#[derive(Debug, Clone)]
pub struct Panel<'a> {
    /// Above it.
    pub title: String,
    /// The most costly first.
    pub confusions: &'a [Confusion],
    /// How many sentences each intent has.
    pub sentences: &'a BTreeMap<String, usize>,
}

/// One under the other. A row is what was meant, a column what it was taken for; the last column is "rejected".
pub fn svg(panels: &[Panel<'_>]) -> String {
    let drawn: Vec<Drawn> = panels.iter().map(draw).collect();
    let width = drawn.iter().map(|panel| panel.width).max().unwrap_or(0);
    let height: usize = drawn.iter().map(|panel| panel.height).sum();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"DejaVu Sans, Verdana, sans-serif\" font-size=\"11\" fill=\"#222\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let mut top = 0;
    for panel in drawn {
        let _ = writeln!(out, "<g transform=\"translate(0 {top})\">\n{}</g>", panel.body);
        top += panel.height;
    }
    out + "</svg>\n"
}

struct Drawn {
    width: usize,
    height: usize,
    body: String,
}

fn draw(panel: &Panel<'_>) -> Drawn {
    let names = order(panel.confusions);
    let columns: Vec<&str> = names.iter().copied().chain(["rejected"]).collect();
    let longest = columns.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let room = (longest as f64 * LETTER).ceil() as usize + 12;
    // The labels of the columns lean by 45 degrees, so the last one needs room at the right as well.
    let leaning = (room as f64 * std::f64::consts::FRAC_1_SQRT_2).ceil() as usize + 8;
    let (left, top) = (room, HEAD + leaning);
    let mut body = heading(panel, names.len());
    for (i, name) in names.iter().enumerate() {
        let y = top + i * CELL;
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            left - 6,
            y + CELL / 2 + 4,
            escaped(name)
        );
    }
    for (i, name) in columns.iter().enumerate() {
        let x = left + i * CELL + CELL / 2 + gap(i, names.len());
        let _ = writeln!(
            body,
            "<text transform=\"translate({x} {}) rotate(-45)\">{}</text>",
            top - 6,
            escaped(name)
        );
    }
    cells(&mut body, panel, &names, (left, top));
    let width = left + columns.len() * CELL + 8 + leaning;
    let bottom = top + names.len() * CELL;
    legend(&mut body, left, bottom + 18);
    Drawn { width: width.max(left + 330), height: bottom + 70, body }
}

/// "rejected" is no intent, so it stands apart.
fn gap(column: usize, names: usize) -> usize {
    if column == names { 8 } else { 0 }
}

fn heading(panel: &Panel<'_>, shown: usize) -> String {
    let all = names_of(panel.confusions).len();
    let about = match panel.sentences.len() - all {
        _ if all == 0 => "No sentence is taken for another intent.".to_owned(),
        _ if all > shown => {
            format!("{shown} of the {all} intents that are confused, beginning with what costs most.")
        }
        right => format!("{all} intents are confused; the other {right} are always recognised."),
    };
    format!(
        "<text x=\"10\" y=\"24\" font-size=\"16\" font-weight=\"bold\">{}</text>\n\
         <text x=\"10\" y=\"43\" fill=\"#555\">{about} Rows: what was meant; columns: what it was taken for.</text>\n",
        escaped(&panel.title)
    )
}

fn cells(body: &mut String, panel: &Panel<'_>, names: &[&str], (left, top): (usize, usize)) {
    let place = |name: &str| names.iter().position(|known| *known == name);
    for row in 0..names.len() {
        for column in 0..=names.len() {
            let (x, y) = (left + column * CELL + gap(column, names.len()), top + row * CELL);
            let fill = if row == column { "#d9d9d9" } else { "#f6f6f6" };
            let _ = writeln!(
                body,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{fill}\" stroke=\"#fff\"/>"
            );
        }
    }
    for confusion in panel.confusions {
        let column = confusion.taken.as_deref().map_or(Some(names.len()), place);
        let (Some(row), Some(column)) = (place(&confusion.meant), column) else { continue };
        let (x, y) = (left + column * CELL + gap(column, names.len()), top + row * CELL);
        let count = confusion.rows.len();
        let all = panel.sentences.get(&confusion.meant).copied().unwrap_or(count).max(1);
        let step = step(count as f64 / all as f64);
        let ink = if step >= DARK { "#fff" } else { "#222" };
        let taken = confusion.taken.as_deref().unwrap_or("nothing (rejected)");
        let _ = writeln!(
            body,
            "<g><title>{count} of {all}: {} taken for {}</title>\
             <rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{}\" stroke=\"#fff\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{ink}\">{count}</text></g>",
            escaped(&confusion.meant),
            escaped(taken),
            SCALE[step],
            x + CELL / 2,
            y + CELL / 2 + 4
        );
    }
}

/// A half and more is the darkest.
fn step(share: f64) -> usize {
    ((share * 2.0 * SCALE.len() as f64) as usize).min(SCALE.len() - 1)
}

fn legend(body: &mut String, x: usize, y: usize) {
    for (i, colour) in SCALE.iter().enumerate() {
        let _ = writeln!(
            body,
            "<rect x=\"{}\" y=\"{y}\" width=\"{CELL}\" height=\"10\" fill=\"{colour}\"/>",
            x + i * CELL
        );
    }
    let end = x + SCALE.len() * CELL;
    let _ = writeln!(
        body,
        "<text x=\"{x}\" y=\"{}\" fill=\"#555\">0 %</text>\n\
         <text x=\"{end}\" y=\"{}\" text-anchor=\"end\" fill=\"#555\">50 % or more</text>\n\
         <text x=\"{}\" y=\"{}\" fill=\"#555\">of the row's sentences; the number says how many</text>",
        y + 24,
        y + 24,
        end + 10,
        y + 9
    );
}

/// The confused intents, those that are taken for each other side by side: from the most costly confusion on, always the
/// one that has most to do with those that stand there already.
fn order(confusions: &[Confusion]) -> Vec<&str> {
    let mut ties: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for confusion in confusions {
        let taken = confusion.taken.as_deref().unwrap_or(&confusion.meant);
        for pair in [(confusion.meant.as_str(), taken), (taken, confusion.meant.as_str())] {
            *ties.entry(pair).or_default() += confusion.cost;
        }
    }
    // By cost: a stable list, whatever the order of the map.
    let mut left = names_of(confusions);
    let mut placed: Vec<&str> = Vec::new();
    while !left.is_empty() && placed.len() < MOST {
        // Nearness counts less the farther back the other one stands.
        let tie = |name: &str| -> f64 {
            let back = placed.iter().rev().take(4).enumerate();
            back.map(|(i, other)| ties.get(&(name, *other)).copied().unwrap_or(0.0) / (i + 1) as f64).sum()
        };
        let best = (1..left.len()).fold(0, |best, i| if tie(left[i]) > tie(left[best]) { i } else { best });
        placed.push(left.remove(best));
    }
    placed
}

/// Every intent that is confused, by the cost of its worst confusion.
fn names_of(confusions: &[Confusion]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in confusions.iter().flat_map(|c| [Some(c.meant.as_str()), c.taken.as_deref()]).flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confusion(meant: &str, taken: Option<&str>, rows: usize) -> Confusion {
        let taken = taken.map(str::to_owned);
        Confusion { meant: meant.to_owned(), taken, cost: rows as f64, rows: (0..rows).collect() }
    }

    #[test]
    fn only_confused_intents_are_drawn_and_every_name_is_escaped() {
        let confusions = [
            confusion("returns", Some("refund<&>"), 3),
            confusion("hello", None, 1),
            confusion("refund<&>", Some("returns"), 1),
        ];
        let sentences = ["returns", "refund<&>", "hello", "never_confused"].map(|name| (name.to_owned(), 6));
        let sentences = BTreeMap::from(sentences);
        let picture = svg(&[Panel {
            title: "English & more".to_owned(),
            confusions: &confusions,
            sentences: &sentences,
        }]);
        assert!(
            picture.contains("English &amp; more") && picture.contains("refund&lt;&amp;&gt;"),
            "{picture}"
        );
        assert!(!picture.contains("never_confused"), "{picture}");
        assert!(picture.contains("3 of 6: returns taken for refund&lt;&amp;&gt;"), "{picture}");
        assert!(picture.contains("1 of 6: hello taken for nothing (rejected)"), "{picture}");
        assert_eq!(order(&confusions), ["returns", "refund<&>", "hello"]);
    }
}
