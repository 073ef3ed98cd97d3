//! The charts of the report card, as SVG that stands in its page. Colours are the page's, so they follow its scheme.

use std::fmt::Write;

/// Pixels.
const WIDTH: f64 = 560.0;
const LABEL: f64 = 120.0;
/// For the number behind the longest bar.
const NUMBER: f64 = 190.0;
const BAR: f64 = 16.0;
const GAP: f64 = 10.0;

/// One row of a bar chart: a name, and one bar for each series with what is written behind it.
#[derive(Debug, Clone)]
pub struct Bars {
    /// To the left.
    pub name: String,
    /// Length, 0 or more, and text.
    pub bars: Vec<(f64, String)>,
}

/// Horizontal bars, the series in the page's colours `s0`, `s1`, `s2`. `about` is read out to those who cannot see it.
pub fn bars(about: &str, rows: &[Bars]) -> String {
    let most = rows.iter().flat_map(|row| &row.bars).map(|bar| bar.0).fold(f64::MIN_POSITIVE, f64::max);
    let mut body = String::new();
    let mut y = 0.0;
    for row in rows {
        let height = BAR * row.bars.len() as f64;
        let middle = y + height / 2.0 + 4.0;
        let x = LABEL - 10.0;
        let _ = write!(
            body,
            "<text class=\"name\" x=\"{x}\" y=\"{middle}\" text-anchor=\"end\">{}</text>",
            safe(&row.name)
        );
        for (series, (length, text)) in row.bars.iter().enumerate() {
            let width = (WIDTH - LABEL - NUMBER) * length / most;
            let (top, tall) = (y + BAR * series as f64, BAR - 2.0);
            let _ = write!(
                body,
                "<rect class=\"s{series}\" x=\"{LABEL}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{tall}\" rx=\"2\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                LABEL + width + 6.0,
                top + tall - 2.5,
                safe(text)
            );
        }
        y += height + GAP;
    }
    svg(about, WIDTH, y, &body)
}

/// A curve of Lorenz: for each tenth of the products, the least shown first, the share that is theirs.
pub fn lorenz(about: &str, curve: &[f64]) -> String {
    let (side, left, top) = (260.0, 46.0, 12.0);
    let x = |i: f64| left + side * i / (curve.len().max(2) - 1) as f64;
    let y = |share: f64| top + side * (1.0 - share);
    let mut path = String::new();
    for (i, share) in curve.iter().enumerate() {
        let _ = write!(path, "{}{:.1} {:.1}", if i == 0 { "M" } else { " L" }, x(i as f64), y(*share));
    }
    let (right, bottom) = (left + side, top + side);
    let mut body = format!(
        "<rect class=\"frame\" x=\"{left}\" y=\"{top}\" width=\"{side}\" height=\"{side}\"/>\
         <path class=\"even\" d=\"M{left} {bottom} L{right} {top}\"/>\
         <path class=\"area\" d=\"{path} L{right} {bottom} Z\"/><path class=\"curve\" d=\"{path}\"/>"
    );
    for half in [0.0, 0.5, 1.0] {
        let percent = 100.0 * half;
        let _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{percent} %</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{percent} %</text>",
            left - 6.0,
            y(half) + 4.0,
            left + side * half,
            bottom + 16.0
        );
    }
    let _ = write!(
        body,
        "<text class=\"name\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">of the products, the least shown first</text>\
         <text class=\"name\" x=\"{:.1}\" y=\"{:.1}\">all alike</text>",
        left + side / 2.0,
        bottom + 34.0,
        left + side / 2.0 - 62.0,
        top + side / 2.0 - 14.0
    );
    svg(about, right + 24.0, bottom + 42.0, &body)
}

fn svg(about: &str, width: f64, height: f64, body: &str) -> String {
    format!(
        "<svg role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"><title>{}</title>{body}</svg>",
        safe(about)
    )
}

fn safe(text: &str) -> String {
    html_escape::encode_safe(text).into_owned()
}
