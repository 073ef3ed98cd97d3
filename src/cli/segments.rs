//! `shophand segments`: how many shoppers are in each segment, and groups that nobody has defined yet.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;

use crate::app::ShopDir;
use crate::catalog::load_shop;
use crate::import::Mapping;
use crate::model::Event;
use crate::offers::{Demand, Terms, everybody};
use crate::report::{Entry, Log, NO_PRICES};
use crate::segments::{Beside, Discovered, Figures, Measure, Population, discover, median};

use super::errand::Office;
use super::output::Output;
use super::shopper::{HEAD, QUIET};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Segments {
    /// How many shoppers each segment of index/segments.yaml has, and what they are like
    Show(From),
    /// Groups of shoppers who are alike, found in what they did and named by what sets them apart
    Discover(Groups),
}

/// Whose figures.
#[derive(Debug, Args)]
pub struct From {
    /// A log instead of the shop's own events: CSV or JSON of events or invoice lines
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// Which column is which, when its name does not say: customer=Visitor
    #[arg(long = "map", value_name = "FIELD=COLUMN", requires = "events")]
    map: Vec<String>,
    /// Print one JSON object, for scripts
    #[arg(long)]
    json: bool,
}

/// Groups of whom, and how many.
#[derive(Debug, Args)]
pub struct Groups {
    #[command(flatten)]
    from: From,
    /// How many groups, 2 to 8; as many as are best apart otherwise
    #[arg(long, value_parser = clap::value_parser!(u8).range(2..=8))]
    groups: Option<u8>,
}

/// Prints either.
///
/// # Errors
/// When a file or the store cannot be read, or there are too few shoppers.
pub fn run(
    command: &Segments,
    cwd: &Path,
    office: &Office,
    now: Timestamp,
    out: &mut dyn Output,
) -> Result<()> {
    let (Segments::Show(from) | Segments::Discover(Groups { from, .. })) = command;
    let all = match &from.events {
        Some(file) => of_file(&cwd.join(file), from, &office.shop, now, out)?,
        None => {
            let store = office.store.as_ref();
            let mut demand = Demand::default();
            crate::store::Store::each_event(store, &mut |_, event| demand.add(event))?;
            everybody(store, &demand.usual(), now)?.into_iter().map(|(_, figures)| figures).collect()
        }
    };
    match command {
        Segments::Show(_) => sizes(&all, from, office, out),
        Segments::Discover(args) => groups(&all, args, out),
    }
}

/// Of everybody in a log, at the time of its last event.
fn of_file(
    file: &Path,
    from: &From,
    shop: &ShopDir,
    now: Timestamp,
    out: &mut dyn Output,
) -> Result<Vec<Figures>> {
    out.note("reading the log");
    let log = Log::read(file, &Mapping::of(&from.map)?, load_shop(&shop.root)?.currency, now)?;
    let mut demand = Demand::default();
    log.events().for_each(|(_, entry)| demand.add(&entry.event));
    let Some(last) = log.end(now) else { bail!("{} holds no events of anybody", file.display()) };
    let usual = demand.usual();
    let beside = Beside {
        now: last,
        usual: &|id| usual.get(id).copied(),
        product: &|id| log.products.get(id).cloned(),
    };
    out.note(&format!("figures are those of {last}"));
    let history = |entries: &Vec<Entry>| -> Vec<Event> {
        entries.iter().map(|entry| entry.event.clone()).filter(|event| event.at <= last).collect()
    };
    let known = log.owners.values().map(history).filter(|history| !history.is_empty());
    Ok(known.map(|history| Figures::of(&history, &beside)).collect())
}

fn sizes(all: &[Figures], from: &From, office: &Office, out: &mut dyn Output) -> Result<()> {
    let terms = Terms::load(&office.shop.root, load_shop(&office.shop.root)?.currency)?;
    let population = Population::of(all.iter());
    let mut sizes: Vec<(String, Vec<&Figures>)> =
        terms.segments.all.iter().map(|segment| (segment.name.clone(), Vec::new())).collect();
    let mut none = Vec::new();
    for figures in all {
        let inside = terms.segments.of(figures, &population);
        for (_, members) in sizes.iter_mut().filter(|(name, _)| inside.contains(name)) {
            members.push(figures);
        }
        if inside.is_empty() {
            none.push(figures);
        }
    }
    sizes.push(("in none".to_owned(), none));
    if from.json {
        let of = |(name, members): &(String, Vec<&Figures>)| {
            let median = |measure: Measure| median(members, measure);
            json!({
                "segment": name,
                "shoppers": members.len(),
                "share": members.len() as f64 / all.len().max(1) as f64,
                "median_orders": median(Measure::Orders),
                "median_spent": median(Measure::Spent),
                "median_days_since_order": median(Measure::DaysSinceOrder),
            })
        };
        out.line(
            &json!({"shoppers": all.len(), "segments": sizes.iter().map(of).collect::<Vec<_>>()}).to_string(),
        );
        return Ok(());
    }
    out.line(&format!("{HEAD}{} shoppers{HEAD:#}; some are in several segments", all.len()));
    let heads = ["shoppers", "share", "median orders", "median spent", "days since"];
    out.line(&format!(
        "{QUIET}{:<18}{:>9}{:>8}{:>15}{:>14}{:>12}{QUIET:#}",
        "", heads[0], heads[1], heads[2], heads[3], heads[4]
    ));
    if all.iter().all(|figures| figures.get(Measure::Spent).is_none_or(|spent| spent <= 0.0)) {
        out.note(NO_PRICES);
    }
    for (name, members) in &sizes {
        let share = 100.0 * members.len() as f64 / all.len().max(1) as f64;
        let median = |measure: Measure| {
            median(members, measure).map_or("–".to_owned(), |figure| format!("{figure:.0}"))
        };
        let (orders, spent, since) =
            (median(Measure::Orders), median(Measure::Spent), median(Measure::DaysSinceOrder));
        out.line(&format!("{name:<18}{:>9}{share:>6.1} %{orders:>15}{spent:>14}{since:>12}", members.len()));
    }
    Ok(())
}

fn groups(all: &[Figures], args: &Groups, out: &mut dyn Output) -> Result<()> {
    let Some(found) = discover(all, args.groups.map(usize::from)) else {
        bail!("there are no groups: fewer than three shoppers have ordered twice, or all of them are alike");
    };
    if args.from.json {
        out.line(&serde_json::to_string(&found)?);
        return Ok(());
    }
    let Discovered { shoppers, silhouette, tried, clusters } = found;
    out.line(&format!(
        "{HEAD}{} groups{HEAD:#} among {shoppers} shoppers with two orders or more",
        clusters.len()
    ));
    let tried = (2..).zip(&tried).map(|(groups, silhouette)| format!("{groups}: {silhouette:.3}"));
    let tried: Vec<String> = tried.collect();
    out.line(&format!("mean silhouette {silhouette:.3}; by number of groups {}", tried.join(", ")));
    for cluster in &clusters {
        let share = 100.0 * cluster.size as f64 / shoppers as f64;
        out.line(&format!("\n{HEAD}{}{HEAD:#}: {} shoppers ({share:.0} %)", cluster.name, cluster.size));
        for (measure, median, apart) in &cluster.figures {
            let unit = Measure::from_name(measure).map(Measure::unit);
            let median = unit.map_or_else(String::new, |unit| unit.show(*median));
            out.line(&format!("  {measure:<22} median {median:<12}{QUIET} {apart:+.1} deviations{QUIET:#}"));
        }
    }
    Ok(())
}
