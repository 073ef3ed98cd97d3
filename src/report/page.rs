//! The report card as one HTML file that needs nothing else: to be opened, printed or forwarded.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use super::plot::{self, Bars};
use crate::eval::personalization::Arms;

use super::{Card, Exposure, Finding, NO_PRICES, Sizes, Spread, Topic, Why};

/// How many topics, moves and wordings are shown.
const TOPICS: usize = 25;
const MOVES: usize = 8;
const WORDINGS: usize = 5;

/// The page.
pub fn html(card: &Card) -> String {
    let mut page = String::from("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">");
    page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";
    let _ = write!(page, "<title>Report card: {}</title>", safe(&card.source));
    let _ = write!(page, "<style>{}</style></head>\n<body><main>", include_str!("page.css"));
    page += &heading(card);
    page += &card.segments.as_ref().map(segments).unwrap_or_default();
    page += &card.exposure.as_ref().map(exposure).unwrap_or_default();
    page += &search(&card.search);
    page += &quality(&card.quality);
    page += &card.unmet.as_deref().map(unmet).unwrap_or_default();
    page + "</main></body></html>\n"
}

fn heading(card: &Card) -> String {
    let span = match (card.from, card.until) {
        (Some(from), Some(until)) => {
            format!("{} to {}", from.strftime("%-d %B %Y"), until.strftime("%-d %B %Y"))
        }
        _ => "no events".to_owned(),
    };
    let unusable = card.rows as usize - card.events.min(card.rows as usize);
    let tiles = [
        ("rows", thousands(card.rows as usize)),
        ("not usable", percent(unusable as f64 / card.rows.max(1) as f64)),
        ("shoppers", thousands(card.shoppers)),
        ("products", thousands(card.products)),
    ];
    let mut out = format!(
        "<h1>Report card</h1><p class=\"soft\">{} · {span}</p><div class=\"tiles\">",
        safe(&card.source)
    );
    for (name, figure) in tiles {
        let _ = write!(out, "<div class=\"tile\"><b>{figure}</b>{name}</div>");
    }
    out + "</div>"
}

fn segments(sizes: &Sizes) -> String {
    let mut out = String::from(
        "<h2>Who the shoppers are</h2><p>Segments as <code>index/segments.yaml</code> defines them; a shopper may be in \
         several. Money is the share of everything ever spent.</p>",
    );
    out += &key(&["now", "90 days before"]);
    let rows: Vec<Bars> = sizes
        .segments
        .iter()
        .map(|size| Bars {
            name: size.name.clone(),
            bars: vec![
                (size.now as f64, format!("{} · {} of the money", thousands(size.now), percent(size.spent))),
                (size.before as f64, format!("{} (+{} −{})", thousands(size.before), size.joined, size.left)),
            ],
        })
        .collect();
    out += &figure(&plot::bars("Shoppers in each segment, now and 90 days before", &rows));
    out += "<div class=\"wide\"><table><tr><th>Segment</th><th>What it means</th></tr>";
    for size in &sizes.segments {
        let _ = write!(out, "<tr><td>{}</td><td>{}</td></tr>", safe(&size.name), safe(&size.about));
    }
    let _ = write!(
        out,
        "</table></div><p class=\"soft\">{} shoppers are in no segment.</p>",
        thousands(sizes.in_none)
    );
    if !sizes.priced {
        let _ = write!(out, "<p>{NO_PRICES}</p>");
    }
    out += "<h3>Who moved within the last 90 days</h3><div class=\"wide\"><table><tr><th>From</th><th>To</th><th class=\"n\">Shoppers</th></tr>";
    for step in sizes.moves.iter().take(MOVES) {
        let (from, to, n) = (safe(&step.from), safe(&step.to), thousands(step.shoppers));
        let _ = write!(out, "<tr><td>{from}</td><td>{to}</td><td class=\"n\">{n}</td></tr>");
    }
    out + "</table></div>"
}

fn exposure(seen: &Exposure) -> String {
    let Spread { lists, hit_rate_20, ndcg_20, gini, coverage, .. } = &seen.all;
    let mut out = format!(
        "<h2>What gets to be seen</h2><p>For {} shoppers the 20 recommendations were made that they would have had before their \
         last purchase: {} of the lists hold something that was bought next (NDCG@20 {ndcg_20:.3}), {} of the products are in \
         any list. Inequality by Gini is {gini:.2}, where sales alone have {:.2}.</p>",
        thousands(*lists),
        percent(*hit_rate_20),
        percent(*coverage),
        seen.gini_of_sales
    );
    let group = |group: &super::Group| Bars {
        name: group.name.to_owned(),
        bars: vec![
            (group.catalog, percent(group.catalog)),
            (group.sales, percent(group.sales)),
            (group.shown, format!("{} · lift {:.2}", percent(group.shown), group.lift)),
        ],
    };
    let groups: Vec<Bars> = seen.groups.iter().map(group).collect();
    out += "<div class=\"two\"><div>";
    out += &key(&["of the catalogue", "of sales", "of what is shown"]);
    out += &figure(&plot::bars("Shares of the head, the long tail and new products", &groups));
    out += "</div><div>";
    out += &figure(&plot::lorenz("Curve of Lorenz of exposure", &seen.lorenz));
    out += "</div></div>";
    out += "<p class=\"soft\">The head are the best sellers that make 80 % of sales, the long tail all others; new is what was \
            first seen in the last 30 days. Lift is the share of what is shown ÷ the share of the catalogue.</p>";
    if !seen.by_segment.is_empty() {
        out += "<h3>For whom it hits</h3>";
        let row = |(name, spread): (&String, &Spread)| Bars {
            name: name.clone(),
            bars: vec![(
                spread.hit_rate_20,
                format!("{} of {} · NDCG {:.3}", percent(spread.hit_rate_20), spread.lists, spread.ndcg_20),
            )],
        };
        let rows: Vec<Bars> = seen.by_segment.iter().map(row).collect();
        out += &figure(&plot::bars("Hit rate among 20 recommendations by segment", &rows));
    }
    out + &floors(seen)
}

fn search(groups: &BTreeMap<String, Arms>) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let row = |(name, arms): (&String, &Arms)| Bars {
        name: if name.is_empty() { "everybody".to_owned() } else { name.clone() },
        bars: vec![
            (arms.mrr_20_personal, format!("{:.3} · {:.2} ×", arms.mrr_20_personal, arms.ratio)),
            (arms.mrr_20_without_history, format!("{:.3}", arms.mrr_20_without_history)),
        ],
    };
    let rows: Vec<Bars> = groups.iter().map(row).collect();
    let mut out = String::from(
        "<h2>How search finds</h2><p>For what shoppers bought in the last 30 days and never before: the mean of 1 ÷ its place \
         among the products with the same last word in their names, in the order for that shopper and by popularity alone.</p>",
    );
    out += &key(&["for the shopper", "by popularity"]);
    out + &figure(&plot::bars("Mean reciprocal rank of search by segment, with and without history", &rows))
}

fn floors(seen: &Exposure) -> String {
    let mut out = String::from(
        "<h3>What a floor for the long tail and new products would cost</h3><p>With <code>personal: floor</code> in \
         <code>index/ranking.yaml</code> that share of the places is kept for them.</p><div class=\"wide\"><table><tr><th>Floor</th>\
         <th class=\"n\">Long tail shown</th><th class=\"n\">New shown</th><th class=\"n\">Products seen</th>\
         <th class=\"n\">Gini</th><th class=\"n\">Hit rate@20</th><th class=\"n\">NDCG@20</th></tr>",
    );
    for (floor, spread) in &seen.floors {
        let cells = [
            percent(f64::from(*floor)),
            percent(spread.long_tail),
            percent(spread.new),
            percent(spread.coverage),
            format!("{:.2}", spread.gini),
            against(spread.hit_rate_20, seen.all.hit_rate_20),
            against(spread.ndcg_20, seen.all.ndcg_20),
        ];
        out += "<tr>";
        for (i, cell) in cells.iter().enumerate() {
            let _ = write!(out, "<td{}>{cell}</td>", if i == 0 { " class=\"c\"" } else { " class=\"n\"" });
        }
        out += "</tr>";
    }
    out + "</table></div>"
}

/// A figure with how far it is from the first: `0.211 (−1.2 %)`.
fn against(figure: f64, first: f64) -> String {
    if first <= 0.0 || (figure - first).abs() < 1e-12 {
        return format!("{figure:.3}");
    }
    let change = 100.0 * (figure / first - 1.0);
    format!("{figure:.3} ({}{:.1} %)", if change < 0.0 { "−" } else { "+" }, change.abs())
}

fn quality(findings: &[Finding]) -> String {
    let mut out = String::from("<h2>What is wrong with the data</h2>");
    if findings.is_empty() {
        out += "<p>Nothing was found.</p>";
    }
    for finding in findings {
        let _ = write!(
            out,
            "<div class=\"finding\"><p><b>{}</b> <span class=\"soft\">{} of {} {}</span></p><p>{}</p><pre>{}</pre></div>",
            safe(&finding.what),
            percent(finding.share()),
            thousands(finding.of),
            finding.of_what,
            safe(finding.advice),
            safe(finding.examples.join("\n"))
        );
    }
    out
}

fn unmet(topics: &[Topic]) -> String {
    let mut out = String::from("<h2>What was asked for in vain</h2>");
    if topics.is_empty() {
        return out + "<p>Everything that was asked for was found or answered.</p>";
    }
    out += "<div class=\"wide\"><table><tr><th>Asked</th><th>Why</th><th class=\"n\">Times</th><th class=\"n\">Shoppers</th><th>Draft</th></tr>";
    for topic in topics.iter().take(TOPICS) {
        let texts: Vec<String> =
            topic.texts.iter().take(WORDINGS).map(|text| format!("“{}”", safe(text))).collect();
        let draft =
            if topic.draft.is_empty() { String::new() } else { format!("<pre>{}</pre>", safe(&topic.draft)) };
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{draft}</td></tr>",
            texts.join("<br>"),
            topic.why.label(),
            topic.times,
            topic.shoppers
        );
    }
    out + "</table></div>"
}

impl Why {
    /// As a manager reads it.
    pub fn label(self) -> &'static str {
        match self {
            Why::NothingFound => "no product",
            Why::SoldOut => "sold out",
            Why::NotUnderstood => "not understood",
        }
    }
}

fn key(names: &[&str]) -> String {
    let items: String =
        names.iter().enumerate().map(|(i, name)| format!("<i class=\"k{i}\"></i>{name}")).collect();
    format!("<p class=\"key\">{items}</p>")
}

fn figure(svg: &str) -> String {
    format!("<figure>{svg}</figure>")
}

/// `1,234,567`
pub(crate) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let grouped = digits.as_bytes().rchunks(3).rev().map(|chunk| String::from_utf8_lossy(chunk).into_owned());
    grouped.collect::<Vec<_>>().join(",")
}

/// `12.3 %`, `0.04 %`
pub(crate) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 0.1 { format!("{percent:.2} %") } else { format!("{percent:.1} %") }
}

fn safe(text: impl Display) -> String {
    html_escape::encode_safe(&text.to_string()).into_owned()
}
