//! The lists that merchandisers curate.

use crate::model::{Action, Button, ListName, ListSource, Outcome, ProductQuery, Reply};

use super::products::more;
use super::{Words, cards, text};

/// So many titles fit below a reply.
const BUTTONS: usize = 6;

pub(super) fn render(outcome: &Outcome, words: &Words<'_>) -> Reply {
    match outcome {
        Outcome::Listed { list, items, offset, .. } if items.is_empty() => match offset {
            0 => text(words.say("list_empty", &[("title", list.title(&words.language.code))])),
            _ => text(words.say("no_more", &[])),
        },
        Outcome::Listed { list, items, offset, total, personal } => {
            let key = if *personal { "list_personal" } else { "list" };
            let (any, shown) = (ProductQuery::default(), offset + items.len());
            let further = || more(ListSource::Curated(list.id.clone()), &any, shown, words);
            Reply {
                cards: cards::all(items, &any, words),
                buttons: (*total > shown).then(further).into_iter().collect(),
                ..text(words.say(key, &[("title", list.title(&words.language.code))]))
            }
        }
        Outcome::Lists { lists } => names(lists, words),
        _ => Reply::default(),
    }
}

/// A reply with a button below it for each list.
pub(super) fn below(mut reply: Reply, lists: &[ListName], words: &Words<'_>) -> Reply {
    reply.buttons.extend(buttons(lists, words));
    reply
}

fn names(lists: &[ListName], words: &Words<'_>) -> Reply {
    if lists.is_empty() {
        return text(words.say("lists_none", &[]));
    }
    let titles: Vec<String> =
        lists.iter().map(|list| words.say("quoted", &[("text", list.title(&words.language.code))])).collect();
    let titles = titles.join(", ");
    Reply { buttons: buttons(lists, words), ..text(words.say("lists", &[("titles", &titles)])) }
}

/// A button each.
fn buttons(lists: &[ListName], words: &Words<'_>) -> Vec<Button> {
    let button = |list: &ListName| {
        let label = cards::shortened(list.title(&words.language.code), 30);
        Button::act(label, Action::List { list: list.id.clone() })
    };
    lists.iter().take(BUTTONS).map(button).collect()
}
