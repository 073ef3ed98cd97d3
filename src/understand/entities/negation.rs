//! What a message does not want: "not black", "nothing in black or brown", "without leather".

use super::tokens::Message;
use super::{Found, Words};
use crate::model::{EntityKind, EntityValue};

/// How many words may stand between the negation and what it denies.
const GAP: usize = 4;

/// Which finds are denied, and which tokens said so.
#[derive(Debug, Default)]
pub(super) struct Denials {
    /// One for each find.
    pub(super) denied: Vec<bool>,
    /// Tokens of negations that denied something, and of the words between.
    pub(super) tokens: Vec<bool>,
}

pub(super) fn mark(message: &Message, words: &Words, found: &[Found]) -> Denials {
    let mut denials = Denials { denied: vec![false; found.len()], tokens: vec![false; message.tokens.len()] };
    let mut at = 0;
    while at < message.tokens.len() {
        let taken = words.negation.at(&message.tokens, at);
        let inside = found.iter().any(|f| message.within(&f.bytes).contains(&at));
        if taken == 0 || inside {
            at += 1;
            continue;
        }
        at = deny_after(message, words, found, at, at + taken, &mut denials).max(at + taken);
    }
    denials
}

/// Denies what follows a negation that stands at `negation..from`; gives where its reach ends.
fn deny_after(
    message: &Message,
    words: &Words,
    found: &[Found],
    negation: usize,
    from: usize,
    denials: &mut Denials,
) -> usize {
    let (mut at, mut end) = (from, from);
    let mut kind: Option<EntityKind> = None;
    let mut gap = 0;
    while at < message.tokens.len() {
        // "no, the black ones": what the comma ends was an answer.
        let pause = message.gap_after(at - 1);
        if pause.contains(['.', ';', '!', '?', ':', '(']) || (kind.is_none() && pause.contains(',')) {
            break;
        }
        if pause.contains(',') && !in_list(message, words, found, at) {
            break;
        }
        if let Some((i, to)) = find_at(message, found, at) {
            if !deniable(&found[i]) || kind.is_some_and(|kind| kind != found[i].kind) {
                break;
            }
            kind = Some(found[i].kind);
            denials.denied[i] = true;
            denials.tokens[negation..to].iter_mut().for_each(|token| *token = true);
            (at, end, gap) = (to, to, 0);
            continue;
        }
        let stepped = match kind {
            None => words.negation_gap.at(&message.tokens, at),
            // "black or brown", "black, not even brown", "neither black nor brown"
            Some(_) => [&words.to, &words.negation, &words.negation_joint]
                .map(|phrases| phrases.at(&message.tokens, at))
                .into_iter()
                .max()
                .unwrap_or(0),
        };
        gap += stepped.max(1);
        if stepped == 0 || gap > GAP || words.negation_ends.at(&message.tokens, at) > 0 {
            break;
        }
        at += stepped;
    }
    // Behind the last thing denied: "no leather and no black" begins anew with its second "no".
    end
}

/// "not black, brown or red": behind a comma the denial goes on only where "or" is still to come.
fn in_list(message: &Message, words: &Words, found: &[Found], at: usize) -> bool {
    let Some((i, end)) = find_at(message, found, at) else { return false };
    let next = end + words.to.at(&message.tokens, end);
    next > end && find_at(message, found, next).is_some_and(|(other, _)| found[other].kind == found[i].kind)
}

fn find_at(message: &Message, found: &[Found], at: usize) -> Option<(usize, usize)> {
    found.iter().enumerate().find_map(|(i, f)| {
        let tokens = message.within(&f.bytes);
        (tokens.start == at).then_some((i, tokens.end))
    })
}

/// A number, a place or an address cannot be unwanted.
fn deniable(found: &Found) -> bool {
    use EntityKind::{Age, Date, Email, OrderNumber, Ordinal, Phone, Price, Quantity, Sort};
    let bare =
        |value: &EntityValue| found.kind == EntityKind::Attribute && matches!(value, EntityValue::Word(_));
    // The mere name of a column is no condition that could be denied.
    !found.values.iter().all(bare)
        && !matches!(found.kind, Price | Quantity | OrderNumber | Ordinal | Email | Phone | Date | Age | Sort)
}
