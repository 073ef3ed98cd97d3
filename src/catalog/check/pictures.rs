//! Pictures that are not there, that nothing shows, or that cannot be drawn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::problem::{Finding, Place, Spot, count, nearest};

use super::Desk;
use super::shelf::{Item, Shelf};

/// What a drawing may have filled in.
const VARIABLES: [&str; 2] = ["colour", "accent"];

/// So many unused pictures are named one by one.
const FEW: usize = 5;

pub(super) fn check(desk: &mut Desk<'_>, shelf: &Shelf) {
    let shop = desk.places.shop.clone();
    let mut shown: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &shelf.items {
        if let Some(image) = item.product.image.as_deref().filter(|image| !image.starts_with("http")) {
            shown.entry(image).or_default().push(item);
        }
    }
    let there = files(&shop);
    for (image, items) in &shown {
        let own = items.iter().find(|item| item.is_own()).or(items.first());
        let Some(first) = own.filter(|_| !shop.join("index").join(image).is_file()) else { continue };
        let message = format!("there is no picture index/{image}, for {}", count(items.len(), "product"));
        let finding = Finding::warning("picture", first.spot("image", Some(image)), message);
        desk.found.push(finding.help(match nearest(image, there.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near:?}?"),
            None => "put the file there, or write a web address".to_owned(),
        }));
    }
    unused(there.iter().filter(|name| !shown.contains_key(name.as_str())).collect(), &mut desk.found);
    for name in &there {
        let file = PathBuf::from("index").join(name);
        let whole = Spot::new(&file, Place::default(), "");
        let sound = variables(desk, name, &file);
        if let Some(fault) = (desk.beside.picture)(name).filter(|_| sound) {
            let message = fault.replace(&format!("{}/", shop.display()), "");
            desk.found.push(Finding::warning("picture", whole, message));
        }
    }
}

/// Pictures that no product shows: each by itself, or all at once where a whole stock of them is kept.
fn unused(names: Vec<&String>, found: &mut Vec<Finding>) {
    let whole = |name: &str| Spot::new(&PathBuf::from("index").join(name), Place::default(), "");
    if names.len() > FEW {
        let some = names.iter().take(FEW).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let message = format!("no product shows {} pictures: {some} …", names.len());
        let help = "delete them if you keep none in stock";
        found.push(Finding::warning("unused", whole("pictures"), message).help(help));
        return;
    }
    for name in names {
        let message = "no product shows this picture".to_owned();
        let help = format!("write {name} into the column `image` of a product, or delete the file");
        found.push(Finding::warning("unused", whole(name), message).help(help));
    }
}

/// The files of `pictures/`, as products name them.
fn files(shop: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(shop.join("index/pictures")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter(|name| !name.starts_with('.')).map(|name| format!("pictures/{name}")).collect();
    names.sort();
    names
}

/// `{{color}}` in a drawing stays as it stands. True when there is no such thing.
fn variables(desk: &mut Desk<'_>, name: &str, file: &Path) -> bool {
    if file.extension().is_none_or(|extension| extension != "svg") {
        return true;
    }
    let Ok(text) = std::fs::read_to_string(desk.places.shop.join(file)) else { return true };
    let mut sound = true;
    for (i, line) in text.lines().enumerate() {
        for (at, _) in line.match_indices("{{") {
            let variable = line[at + 2..].split("}}").next().unwrap_or_default();
            if VARIABLES.contains(&variable) {
                continue;
            }
            sound = false;
            let place = Place { line: i + 1, column: line[..at].chars().count() + 1 };
            let at = Spot { focus: Some(format!("{{{{{variable}}}}}")), ..Spot::new(file, place, "") };
            let finding = Finding::warning("variable", at, format!("no drawing knows {{{{{variable}}}}}"));
            desk.found.push(finding.help(match nearest(variable, VARIABLES) {
                Some(near) => format!("did you mean {{{{{near}}}}}?"),
                None => "known are {{colour}} and {{accent}}".to_owned(),
            }));
        }
    }
    if !sound {
        desk.text(&format!("index/{name}"));
    }
    sound
}
