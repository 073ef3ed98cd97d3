//! What one language has and another lacks.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Finding, Place, ReadLanguage, Spot, count};
use crate::model::EntityKind;

/// So many names are listed; a language that lacks more has only been begun.
const NAMED: usize = 12;

pub(super) fn check(languages: &[ReadLanguage], found: &mut Vec<Finding>) {
    let kinds_of = |language: &ReadLanguage| -> BTreeSet<&'static str> {
        let kinds = language.files.entities.iter().map(|(_, parsed)| parsed.words.kind);
        // The catalogue itself has the words of categories in its own language.
        kinds.filter(|kind| EntityKind::FROM_FILES.contains(kind)).map(EntityKind::name).collect()
    };
    let all_kinds: BTreeSet<&str> = languages.iter().flat_map(kinds_of).collect();
    for language in languages {
        missing_intents(language, languages, found);
        let kinds = kinds_of(language);
        let folder = folder(language).join("entities");
        if kinds.is_empty() {
            let names = EntityKind::FROM_FILES.map(EntityKind::name).join(", ");
            let message = format!("{} has no words of its own for {names}", language.code);
            let help = "copy the folder of another language and translate what stands behind the colons";
            found.push(Finding::warning("entities", whole(&folder), message).help(help));
            continue;
        }
        let missing: Vec<&str> = all_kinds.difference(&kinds).copied().collect();
        if !missing.is_empty() {
            let message =
                format!("{} has no words for {}, another language has", language.code, missing.join(", "));
            let help = format!("write {}/{}.yaml, or the like", folder.display(), missing[0]);
            found.push(Finding::warning("entities", whole(&folder), message).help(help));
        }
    }
}

fn missing_intents(language: &ReadLanguage, languages: &[ReadLanguage], found: &mut Vec<Finding>) {
    let names = |of: &ReadLanguage| -> BTreeSet<String> {
        of.files.intents.iter().map(|(_, parsed)| parsed.intent.name.to_string()).collect()
    };
    let own = names(language);
    for other in languages.iter().filter(|other| other.code != language.code) {
        let missing: Vec<String> = names(other).difference(&own).cloned().collect();
        if missing.is_empty() {
            continue;
        }
        let mut list = missing.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        if missing.len() > NAMED {
            list.push_str(&format!(" and {} more", missing.len() - NAMED));
        }
        let n = count(missing.len(), "intent");
        let message = format!("{} lacks {n} of {}: {list}", language.code, other.code);
        let help = format!("a shopper who writes {} cannot ask for them", language.code);
        found.push(Finding::warning("language", whole(&folder(language)), message).help(help));
    }
}

fn folder(language: &ReadLanguage) -> PathBuf {
    Path::new("intents").join(&language.code)
}

fn whole(folder: &Path) -> Spot {
    Spot::new(folder, Place::default(), "")
}
