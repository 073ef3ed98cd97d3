//! A reply as coloured text. Colours are stripped by the writer where they are not wanted.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::model::{Card, Reply, Table};

const TITLE: Style = Style::new().bold();
const PRICE: Style = AnsiColor::Green.on_default().bold();
const QUIET: Style = Style::new().dimmed();
const WHY: Style = AnsiColor::Cyan.on_default().italic();
const BUTTON: Style = AnsiColor::Blue.on_default();

/// The widest label and the widest column of a table, in characters.
const LABEL: usize = 14;
const COLUMN: usize = 40;

/// Lays replies out for a terminal of some width.
#[derive(Debug, Clone, Copy)]
pub struct Painter {
    /// Columns.
    pub width: usize,
}

impl Painter {
    /// The whole reply, ending with a line break.
    pub fn reply(&self, reply: &Reply) -> String {
        let parts: Vec<String> = reply.parts().map(|part| self.part(part)).collect();
        parts.join("\n")
    }

    fn part(&self, reply: &Reply) -> String {
        let mut out = String::new();
        if !reply.text.is_empty() {
            self.paragraphs(&mut out, &reply.text, "  ", Style::new());
        }
        if let Some(table) = &reply.table {
            self.table(&mut out, table);
        }
        for card in &reply.cards {
            self.card(&mut out, card);
        }
        if let Some(file) = &reply.attachment {
            let _ = writeln!(out, "\n  {QUIET}{}{QUIET:#}", file.name);
            // Line by line as it is: a wrapped file would be another one.
            let _ = writeln!(out, "{}", file.content);
        }
        if !reply.buttons.is_empty() {
            let labels: Vec<String> =
                reply.buttons.iter().map(|b| format!("{BUTTON}[{}]{BUTTON:#}", b.label)).collect();
            let _ = writeln!(out, "\n  {}", labels.join("  "));
        }
        out
    }

    /// Aligned columns, each cell wrapped in its own; below the titles what differs, then what is the same, quietly.
    fn table(&self, out: &mut String, table: &Table) {
        let label = table.rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0).min(LABEL);
        let gaps = 2 * (table.columns.len() + 1);
        let room = self.width.saturating_sub(label + gaps) / table.columns.len().max(1);
        let room = room.clamp(10, COLUMN);
        out.push('\n');
        line(out, ("", label), &table.columns, room, TITLE);
        for row in &table.rows {
            let style = if row.differs { Style::new() } else { QUIET };
            let cells: Vec<String> =
                row.values.iter().map(|v| if v.is_empty() { "–".to_owned() } else { v.clone() }).collect();
            line(out, (&row.label, label), &cells, room, style);
        }
    }

    fn card(&self, out: &mut String, card: &Card) {
        let room = self.width.saturating_sub(card.price_text.chars().count() + 9).max(20);
        let mut title = textwrap::wrap(&card.title, room).into_iter();
        let first = title.next().unwrap_or_default();
        let gap = " ".repeat(room.saturating_sub(first.chars().count()) + 2);
        let number = card.place.map_or_else(|| "     ".to_owned(), |place| format!("{place:>3}  "));
        let _ = writeln!(out, "\n{number}{TITLE}{first}{TITLE:#}{gap}{PRICE}{}{PRICE:#}", card.price_text);
        for line in title {
            let _ = writeln!(out, "     {TITLE}{line}{TITLE:#}");
        }
        self.paragraphs(out, &card.details, "     ", QUIET);
        if let Some(why) = &card.why {
            self.paragraphs(out, why, "     ", WHY);
        }
    }

    /// Wrapped text, each line indented; lines that are empty stay empty.
    fn paragraphs(&self, out: &mut String, text: &str, indent: &str, style: Style) {
        let width = self.width.saturating_sub(indent.len() + 1).max(20);
        for line in text.lines() {
            if line.trim().is_empty() {
                out.push('\n');
            }
            for part in textwrap::wrap(line, width).iter().filter(|part| !part.trim().is_empty()) {
                let _ = writeln!(out, "{indent}{style}{part}{style:#}");
            }
        }
    }
}

/// One row of a table: the label in its width, then the cells, as many lines as the longest needs.
fn line(out: &mut String, (label, width): (&str, usize), cells: &[String], room: usize, style: Style) {
    let wrapped: Vec<Vec<std::borrow::Cow<'_, str>>> =
        cells.iter().map(|cell| textwrap::wrap(cell, room)).collect();
    let labels = textwrap::wrap(label, width.max(1));
    let lines = wrapped.iter().map(Vec::len).max().unwrap_or(0).max(labels.len());
    for i in 0..lines {
        let label = labels.get(i).map_or("", |label| label.as_ref());
        let mut text = format!("  {QUIET}{label:<width$}{QUIET:#}");
        let filled = wrapped.iter().rposition(|cell| cell.len() > i).map_or(0, |last| last + 1);
        for (at, cell) in wrapped.iter().take(filled).enumerate() {
            let part = cell.get(i).map_or("", |part| part.as_ref());
            let pad = if at + 1 == filled { 0 } else { room.saturating_sub(part.chars().count()) };
            let _ = write!(text, "  {style}{part}{style:#}{}", " ".repeat(pad));
        }
        let _ = writeln!(out, "{text}");
    }
}
