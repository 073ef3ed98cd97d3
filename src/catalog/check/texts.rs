//! What a shopper should not have to read: markup, placeholders, letters that were read in a wrong encoding.

use std::sync::LazyLock;

use regex::Regex;

use crate::problem::Finding;

use super::shelf::{Item, Shelf};

/// A kind of letters that no shopper should see, and what to do about it.
struct Blemish {
    pattern: &'static LazyLock<Option<Regex>>,
    check: &'static str,
    what: &'static str,
    help: &'static str,
}

static MARKUP: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)</?[a-z][a-z0-9]*(\s[^<>]*)?/?>|<!--").ok());
static GARBLED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("\u{fffd}|Ã[\u{80}-\u{bf}©¤¶¼]|â€[\u{80}-\u{bf}™œ“”]").ok());
static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\{\{?[^{}]*\}\}?|(?i)\blorem ipsum\b|^(?:n/?a|null|none|nan|todo|tbd|xxx+|-+)$").ok()
});

const BLEMISHES: [Blemish; 3] = [
    Blemish {
        pattern: &MARKUP,
        check: "html",
        what: "there is HTML in the",
        help: "write plain words; of titles and descriptions the tags are taken out, here they are shown as they are",
    },
    Blemish {
        pattern: &GARBLED,
        check: "encoding",
        what: "letters were read in a wrong encoding in the",
        help: "save the file as CSV in UTF-8, from a source that still has the right letters",
    },
    Blemish {
        pattern: &PLACEHOLDER,
        check: "placeholder",
        what: "a placeholder stands in the",
        help: "write what is true, or leave the cell empty",
    },
];

pub(super) fn check(shelf: &Shelf, found: &mut Vec<Finding>) {
    for item in shelf.items.iter().filter(|item| item.is_own()) {
        let product = &item.product;
        let single =
            [("title", &product.title), ("brand", &product.brand), ("description", &product.description)];
        for (field, text) in single {
            blemishes(item, field, text, found);
        }
        for (field, values) in &product.attributes {
            values.iter().for_each(|value| blemishes(item, field, value, found));
        }
    }
}

fn blemishes(item: &Item, field: &str, text: &str, found: &mut Vec<Finding>) {
    for Blemish { pattern, check, what, help } in &BLEMISHES {
        let Some(seen) = pattern.as_ref().and_then(|pattern| pattern.find(text)) else { continue };
        let message = format!("{what} {field} of {}", item.product.id);
        let finding = Finding::warning(check, item.spot(field, Some(seen.as_str())), message);
        found.push(finding.help(*help));
    }
}
