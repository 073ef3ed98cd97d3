//! Pictures that are not there, that nothing shows, or that cannot be drawn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::problem::{Finding, Place, Spot, count, nearest};

use super::Desk;
use super::shelf::{Item, Shelf};

/// What a drawing may have filled in.
const VARIABLES: [&str; 2] = ["colour", "accent"];

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
    for name in &there {
        let file = PathBuf::from("index").join(name);
        let whole = Spot::new(&file, Place::default(), "");
        if !shown.contains_key(name.as_str()) {
            let message = "no product shows this picture".to_owned();
            let help = format!("write {name} into the column `image` of a product, or delete the file");
            desk.found.push(Finding::warning("unused", whole.clone(), message).help(help));
        }
        let sound = variables(desk, name, &file);
        if let Some(fault) = (desk.beside.picture)(name).filter(|_| sound) {
            let message = fault.replace(&format!("{}/", shop.display()), "");
            desk.found.push(Finding::warning("picture", whole, message));
        }
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
