//! Files under `index/` that nobody reads.

use std::path::{Path, PathBuf};

use crate::problem::{Finding, Place, Severity, Spot, nearest};

use super::FORMER;

/// What stands in `index/`, besides `synonyms.<language>.yaml`.
const KNOWN: [&str; 12] = [
    "shop.yaml",
    "products.csv",
    "products.jsonl",
    "products.sample",
    "synonyms.yaml",
    "ranking.yaml",
    "lists.yaml",
    "segments.yaml",
    "offers.yaml",
    "pictures",
    "demo",
    "README.md",
];

/// `ranker` is the file that `ranking.yaml` names.
pub(super) fn check(shop: &Path, ranker: Option<&str>, found: &mut Vec<Finding>) {
    let entries = std::fs::read_dir(shop.join("index")).into_iter().flatten().flatten();
    for name in entries.filter_map(|entry| entry.file_name().into_string().ok()) {
        let text = [".yaml", ".yml", ".csv", ".jsonl", ".json"].iter().any(|end| name.ends_with(end));
        let of_language = name.starts_with("synonyms.") && name.ends_with(".yaml");
        let known = KNOWN.contains(&name.as_str()) || ranker == Some(name.as_str());
        if !text || name.starts_with('.') || of_language || known {
            continue;
        }
        let file = PathBuf::from("index").join(&name);
        let at = Spot::new(&file, Place::default(), "");
        let finding = Finding::warning("stray", at, "nothing reads this file".to_owned());
        let finding = if file == Path::new(FORMER) {
            Finding { severity: Severity::Error, message: "this file is read no more".to_owned(), ..finding }
                .help("move what it says to index/ranking.yaml, and delete it")
        } else {
            finding.help(match nearest(&name, KNOWN) {
                Some(near) => format!("did you mean {near:?}?"),
                None => "bring in feeds with `shophand import`, and keep notes in .md files".to_owned(),
            })
        };
        found.push(finding);
    }
}
