//! The report card on a terminal.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use super::super::output::Output;
use crate::eval::personalization::Arms;
use crate::problem::count;
use crate::report::{Card, Exposure, Finding, NO_PRICES, Sizes, Spread, Topic, percent, thousands};

const HEAD: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const BAD: Style = AnsiColor::Yellow.on_default();

/// How many topics and moves a terminal shows; the page and the JSON have more.
const TOPICS: usize = 10;
const MOVES: usize = 5;
const WORDINGS: usize = 3;

/// Prints it, part by part.
pub(super) fn print(card: &Card, out: &mut dyn Output) {
    let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d");
    let span = match (card.from, card.until) {
        (Some(from), Some(until)) => format!("{} to {}", day(from), day(until)),
        _ => "no events".to_owned(),
    };
    out.line(&format!(
        "{HEAD}{}{HEAD:#}  {span}\n{} rows, {} usable · {} shoppers · {} products",
        card.source,
        thousands(usize::try_from(card.rows).unwrap_or(usize::MAX)),
        thousands(card.events),
        thousands(card.shoppers),
        thousands(card.products)
    ));
    if let Some(sizes) = &card.segments {
        segments(sizes, out);
    }
    if let Some(seen) = &card.exposure {
        exposure(seen, out);
    }
    search(&card.search, out);
    quality(&card.quality, out);
    if let Some(topics) = &card.unmet {
        unmet(topics, out);
    }
}

fn segments(sizes: &Sizes, out: &mut dyn Output) {
    out.line(&format!("\n{HEAD}Segments{HEAD:#}"));
    out.line(&format!(
        "{:<16} {:>8} {:>16} {:>8} {:>8} {:>10}",
        "", "now", "90 days before", "joined", "left", "of money"
    ));
    for size in &sizes.segments {
        out.line(&format!(
            "{:<16} {:>8} {:>16} {:>8} {:>8} {:>10}",
            size.name,
            thousands(size.now),
            thousands(size.before),
            thousands(size.joined),
            thousands(size.left),
            percent(size.spent)
        ));
    }
    out.line(&format!("{:<16} {:>8}", "in none", thousands(sizes.in_none)));
    if !sizes.priced {
        out.line(NO_PRICES);
    }
    for step in sizes.moves.iter().take(MOVES) {
        out.line(&format!("{QUIET}{:>8}  {} → {}{QUIET:#}", thousands(step.shoppers), step.from, step.to));
    }
}

fn exposure(seen: &Exposure, out: &mut dyn Output) {
    out.line(&format!("\n{HEAD}What gets to be seen{HEAD:#}  in {} lists of 20", thousands(seen.all.lists)));
    out.line(&format!("{:<16} {:>14} {:>8} {:>8} {:>6}", "", "of catalogue", "of sales", "shown", "lift"));
    for group in &seen.groups {
        out.line(&format!(
            "{:<16} {:>14} {:>8} {:>8} {:>6.2}",
            group.name,
            percent(group.catalog),
            percent(group.sales),
            percent(group.shown),
            group.lift
        ));
    }
    out.line(&format!("Gini {:.3} of what is shown, {:.3} of sales", seen.all.gini, seen.gini_of_sales));
    out.line(&format!(
        "\n{:<16} {:>8} {:>12} {:>9} {:>10} {:>6} {:>9} {:>7}",
        "segment", "lists", "hit rate@20", "NDCG@20", "long tail", "lift", "products", "Gini"
    ));
    for (name, spread) in std::iter::once((&"everybody".to_owned(), &seen.all)).chain(&seen.by_segment) {
        out.line(&format!(
            "{name:<16} {:>8} {:>12.4} {:>9.4} {:>10} {:>6.2} {:>9} {:>7.3}",
            spread.lists,
            spread.hit_rate_20,
            spread.ndcg_20,
            percent(spread.long_tail),
            spread.lift,
            percent(spread.coverage),
            spread.gini
        ));
    }
    out.line(&format!(
        "\n{:<16} {:>12} {:>9} {:>10} {:>8} {:>9} {:>7}",
        "floor", "hit rate@20", "NDCG@20", "long tail", "new", "products", "Gini"
    ));
    for (floor, spread) in &seen.floors {
        let Spread { hit_rate_20, ndcg_20, gini, coverage, long_tail, new, .. } = spread;
        out.line(&format!(
            "{:<16} {hit_rate_20:>12.4} {ndcg_20:>9.4} {:>10} {:>8} {:>9} {gini:>7.3}",
            percent(f64::from(*floor)),
            percent(*long_tail),
            percent(*new),
            percent(*coverage)
        ));
    }
}

fn search(groups: &BTreeMap<String, Arms>, out: &mut dyn Output) {
    if groups.is_empty() {
        return;
    }
    out.line(&format!(
        "\n{HEAD}How search finds what was bought in the last 30 days{HEAD:#}\n{:<16} {:>8} {:>21} {:>9} {:>7}",
        "segment", "sought", "MRR@20 by popularity", "personal", "ratio"
    ));
    for (name, arms) in groups {
        let name = if name.is_empty() { "everybody" } else { name };
        let Arms { predictions, mrr_20_without_history: plain, mrr_20_personal: personal, ratio } = arms;
        out.line(&format!(
            "{name:<16} {:>8} {plain:>21.4} {personal:>9.4} {ratio:>7.3}",
            thousands(*predictions)
        ));
    }
}

fn quality(findings: &[Finding], out: &mut dyn Output) {
    out.line(&format!("\n{HEAD}What is wrong with the data{HEAD:#}"));
    if findings.is_empty() {
        out.line("Nothing was found.");
    }
    for finding in findings {
        let share = format!("{} of {} {}", percent(finding.share()), thousands(finding.of), finding.of_what);
        out.line(&format!("{BAD}{}{BAD:#} {}  {QUIET}{share}{QUIET:#}", finding.check, finding.what));
        for example in &finding.examples {
            out.line(&format!("{QUIET}    {example}{QUIET:#}"));
        }
        for line in textwrap::wrap(finding.advice, out.width().saturating_sub(2)) {
            out.line(&format!("  {line}"));
        }
    }
}

fn unmet(topics: &[Topic], out: &mut dyn Output) {
    out.line(&format!("\n{HEAD}What was asked for in vain{HEAD:#}"));
    if topics.is_empty() {
        out.line("Everything that was asked for was found or answered.");
    }
    for topic in topics.iter().take(TOPICS) {
        let texts: Vec<String> = topic.texts.iter().take(WORDINGS).map(|text| format!("“{text}”")).collect();
        let (times, shoppers) = (topic.times, count(topic.shoppers, "shopper"));
        out.line(&format!(
            "{times:>5} ×  {}  {QUIET}{}, {shoppers}{QUIET:#}",
            texts.join(" "),
            topic.why.label()
        ));
        for line in topic.draft.lines() {
            out.line(&format!("{QUIET}          {line}{QUIET:#}"));
        }
    }
    if topics.len() > TOPICS {
        out.line(&format!("and {} more, in --html and --json", topics.len() - TOPICS));
    }
}
