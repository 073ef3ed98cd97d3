//! `shophand shopper show ID`: the figures of a shopper, which segments they are in, and why.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::{Event, Personalization};
use crate::problem::count;
use crate::segments::{Check, Figures, Judged, Measure};

use super::errand::Office;
use super::output::Output;
use super::standing::{Standing, namesake, person};

pub(super) const HEAD: Style = Style::new().bold();
pub(super) const QUIET: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();

/// What to say of a shopper.
#[derive(Debug, Subcommand)]
pub enum Shopper {
    /// Their figures, and each segment with the conditions that they pass and those that they do not
    Show {
        /// A shopper (`mara`, `telegram:123`), or the id of a customer
        id: String,
        /// Print one JSON object, for scripts
        #[arg(long)]
        json: bool,
    },
}

/// Explains one shopper.
///
/// # Errors
/// When nothing is known of them, or the shop's files or store cannot be read.
pub fn run(command: &Shopper, office: &Office, now: Timestamp, out: &mut dyn Output) -> Result<()> {
    let Shopper::Show { id, json } = command;
    let store = office.store.as_ref();
    let (identity, history) = person(id, store)?;
    if history.is_empty() && crate::store::Store::shopper(store, &identity.shopper)?.is_none() {
        bail!("nothing is known of {id:?}; `shophand transcripts list` names who has written");
    }
    let standing = Standing::of(office, now)?;
    let theirs = namesake(&identity, &history, store)?;
    let shown = Shown::of(&history, &standing, now);
    let other = (!theirs.is_empty()).then(|| Shown::of(&theirs, &standing, now));
    if *json {
        let mut object = shown.json();
        object["shopper"] = json!(id);
        object["customer"] = json!(identity.customer);
        if let Some(other) = &other {
            object["customer_not_linked"] = other.json();
        }
        out.line(&object.to_string());
        return Ok(());
    }
    let customer =
        identity.customer.as_ref().map_or_else(String::new, |customer| format!(", customer {customer}"));
    out.line(&format!("{HEAD}{id}{HEAD:#}{customer}: {}", count(history.len(), "event")));
    if identity.personalization == Personalization::Off {
        out.line("They do not let their history be used: for offers they are in no segment.");
    }
    shown.print(&standing, out);
    if let Some(other) = other {
        out.line("");
        out.line(&format!("{HEAD}customer {id}{HEAD:#}: {}", count(theirs.len(), "event")));
        out.line(&format!(
            "The shopper {id} and this customer are not linked, so to the shop they are two persons; `shophand link {id}` makes a link by which the shopper becomes this customer."
        ));
        other.print(&standing, out);
    }
    Ok(())
}

/// What a history comes to.
struct Shown {
    figures: Figures,
    judged: Vec<Judged>,
}

impl Shown {
    fn of(history: &[Event], standing: &Standing, now: Timestamp) -> Self {
        let figures = standing.figures(history, now);
        let judged = standing.terms.segments.judge(&figures, &standing.market.population);
        Shown { figures, judged }
    }

    fn json(&self) -> Value {
        let of = |measure: Measure| self.figures.get(measure).map(|figure| (measure.name(), figure));
        let known: BTreeMap<&str, f64> = Measure::ALL.into_iter().filter_map(of).collect();
        json!({"figures": known, "segments": self.judged})
    }

    fn print(&self, standing: &Standing, out: &mut dyn Output) {
        let population = &standing.market.population;
        for measure in Measure::ALL {
            let Some(figure) = self.figures.get(measure) else { continue };
            let above = population.below(measure, figure).map(|below| below * 100.0);
            // One shopper alone is more than nobody.
            let above = above.filter(|_| population.size(measure) > 1).map_or_else(String::new, |above| {
                format!("more than {above:.0} % of {}", population.size(measure))
            });
            let shown = measure.unit().show(figure);
            out.line(&format!("  {:<24}{shown:<14}{QUIET}{above}{QUIET:#}", measure.name()));
        }
        self.judged.iter().for_each(|judged| show(judged, out));
    }
}

fn show(judged: &Judged, out: &mut dyn Output) {
    let mark = if judged.inside { format!("{GOOD}in{GOOD:#} ") } else { format!("{QUIET}not{QUIET:#}") };
    out.line(&format!("{mark} {HEAD}{}{HEAD:#} {QUIET}{}{QUIET:#}", judged.segment, judged.about));
    judged.checks.iter().for_each(|check| out.line(&format!("      {}", checked(check))));
}

/// `passed orders at least 4: 6`.
pub(super) fn checked(check: &Check) -> String {
    let mark = if check.passed { format!("{GOOD}passed{GOOD:#}") } else { format!("{BAD}failed{BAD:#}") };
    let figure = check.figure.as_deref().unwrap_or("unknown");
    format!("{mark} {}: {figure}", check.asked)
}
