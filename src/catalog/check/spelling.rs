//! One thing written in two ways: brands, categories, ids of titles, colours that nobody can ask for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::problem::{Finding, count, nearest};
use crate::text::key;

use super::super::text::folded;
use super::shelf::{Item, Shelf};

/// Of two names that differ in a letter, the rarer is taken for a slip only where the other is this many times as common.
const TIMES: usize = 4;
/// Names shorter than this differ in a letter by right: `Tolly` and `Tally`.
const LONG: usize = 6;

pub(super) fn check(shelf: &Shelf, colours: Option<&[String]>, found: &mut Vec<Finding>) {
    let brands = uses(shelf, |item| vec![item.product.brand.clone()]);
    alike("brand", "brand", &brands, found);
    let levels = uses(shelf, |item| {
        let levels = &item.product.category.0;
        (1..=levels.len()).map(|n| levels[..n].join(" > ")).collect()
    });
    alike("category", "category", &levels, found);
    broken_paths(shelf, found);
    same_titles(shelf, found);
    if let Some(known) = colours {
        unknown_colours(shelf, known, found);
    }
}

/// Each spelling with the products that have it, in the order of the files.
type Uses<'s> = BTreeMap<String, Vec<&'s Item>>;

fn uses(shelf: &Shelf, of: impl Fn(&Item) -> Vec<String>) -> Uses<'_> {
    let mut uses: Uses<'_> = BTreeMap::new();
    for item in shelf.items.iter().filter(|item| item.is_own()) {
        for name in of(item).into_iter().filter(|name| !name.is_empty()) {
            uses.entry(name).or_default().push(item);
        }
    }
    uses
}

/// Names that are the same but for case, accents and white space, or nearly so.
fn alike(what: &str, field: &str, uses: &Uses<'_>, found: &mut Vec<Finding>) {
    let mut by_number: Vec<(&String, &Vec<&Item>)> = uses.iter().collect();
    by_number.sort_by_key(|(_, items)| std::cmp::Reverse(items.len()));
    // The upper levels first: below one that is written in two ways everything is.
    let mut places: Vec<usize> = (0..by_number.len()).collect();
    places.sort_by_key(|place| by_number[*place].0.matches(" > ").count());
    let mut said: Vec<String> = Vec::new();
    for place in places {
        let (rare, items) = by_number[place];
        if said.iter().any(|above| rare.starts_with(above.as_str())) {
            continue;
        }
        let near = by_number[..place].iter().find(|(common, others)| {
            let slip = rare.chars().count() >= LONG
                && others.len() >= TIMES * items.len()
                && !rare.contains(|c: char| c.is_ascii_digit())
                && strsim::osa_distance(&plain(rare), &plain(common)) == 1;
            plain(rare) == plain(common) || slip
        });
        let Some((common, others)) = near else { continue };
        said.push(format!("{rare} > "));
        let (Some(first), Some(other)) = (items.first(), others.first()) else { continue };
        let focus = rare.rsplit(" > ").next();
        let message = format!(
            "the {what} {rare:?} of {} is nearly {common:?}, which {} have",
            count(items.len(), "product"),
            others.len()
        );
        let mut beside = other.spot(field, None);
        "as it is spelt here".clone_into(&mut beside.note);
        let finding = Finding::warning("spelling", first.spot(field, focus), message).with(beside);
        found.push(finding.help(format!("write {common:?} in every row, if they are the same")));
    }
}

fn plain(name: &str) -> String {
    folded(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `Shoes >> Boots` has an empty level, `Shoes/Boots` is one level.
fn broken_paths(shelf: &Shelf, found: &mut Vec<Finding>) {
    let columns = uses(shelf, |item| vec![item.product.category.to_string()]);
    for (path, items) in &columns {
        let Some(first) = items.first() else { continue };
        let Some(mark) = ["/", "\\", "|", "›", "»"].into_iter().find(|mark| path.contains(mark)) else {
            continue;
        };
        if columns.len() > 1 && !path.contains(&format!(" {mark} ")) && *mark == *"/" && path.contains(" > ")
        {
            continue;
        }
        let message = format!("the category {path:?} of {} has no levels", count(items.len(), "product"));
        let finding = Finding::warning("category", first.spot("category", Some(mark)), message);
        found.push(finding.help("write the levels with ` > ` between them: Shoes > Boots"));
    }
}

fn same_titles(shelf: &Shelf, found: &mut Vec<Finding>) {
    let mut titles: HashMap<String, &Item> = HashMap::new();
    for item in shelf.items.iter().filter(|item| item.is_own()) {
        let Some(first) = titles.get(&key(&item.product.title)).copied() else {
            titles.insert(key(&item.product.title), item);
            continue;
        };
        let message =
            format!("two products are called {:?}; shoppers cannot tell them apart", item.product.title);
        let mut other = first.spot("title", None);
        other.note = format!("{} is called so too", first.product.id);
        let finding = Finding::warning("title", item.spot("title", None), message).with(other);
        found.push(finding.help("say in the title what is different"));
    }
}

fn unknown_colours(shelf: &Shelf, known: &[String], found: &mut Vec<Finding>) {
    let keys: BTreeSet<String> = known.iter().map(|colour| key(colour)).collect();
    for (colour, items) in &uses(shelf, |item| item.product.colours.clone()) {
        let Some(first) = items.first().filter(|_| !keys.contains(&key(colour))) else { continue };
        let message =
            format!("no entity file knows the colour {colour:?} of {}", count(items.len(), "product"));
        let help = match nearest(colour, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near:?}?"),
            None => {
                "add it to intents/<language>/entities/colour.yaml, or write one that stands there".to_owned()
            }
        };
        found.push(Finding::warning("colour", first.spot("colour", Some(colour)), message).help(help));
    }
}
