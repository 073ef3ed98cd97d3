//! `shophand shopper show ID`: the figures of a shopper, which segments they are in, and why.

use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};
use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;

use crate::model::Personalization;
use crate::problem::count;
use crate::segments::{Check, Judged, Measure};

use super::errand::Office;
use super::output::Output;
use super::standing::{Standing, person};

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
    let figures = standing.figures(&history, now);
    let population = &standing.market.population;
    let judged = standing.terms.segments.judge(&figures, population);
    if *json {
        let of = |measure: Measure| figures.get(measure).map(|figure| (measure.name(), figure));
        let known: std::collections::BTreeMap<&str, f64> = Measure::ALL.into_iter().filter_map(of).collect();
        let customer = &identity.customer;
        let object = json!({"shopper": id, "customer": customer, "figures": known, "segments": judged});
        out.line(&object.to_string());
        return Ok(());
    }
    let customer =
        identity.customer.as_ref().map_or_else(String::new, |customer| format!(", customer {customer}"));
    out.line(&format!("{HEAD}{id}{HEAD:#}{customer}: {}", count(history.len(), "event")));
    if identity.personalization == Personalization::Off {
        out.line("They do not let their history be used: for offers they are in no segment.");
    }
    for measure in Measure::ALL {
        let Some(figure) = figures.get(measure) else { continue };
        let above = population.below(measure, figure).map(|below| below * 100.0);
        // One shopper alone is more than nobody.
        let above = above.filter(|_| population.size(measure) > 1).map_or_else(String::new, |above| {
            format!("more than {above:.0} % of {}", population.size(measure))
        });
        let shown = measure.unit().show(figure);
        out.line(&format!("  {:<24}{shown:<14}{QUIET}{above}{QUIET:#}", measure.name()));
    }
    judged.iter().for_each(|judged| show(judged, out));
    Ok(())
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
