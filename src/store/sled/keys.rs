//! The byte layout of every key, in one place.
//!
//! A key is a sequence of parts that sorts as its parts do: a text ends with a NUL byte, which no id may contain, so
//! that `ann` never is a prefix of `anna`; numbers are big-endian with the sign bit flipped; ids are the 16 bytes of
//! their ULID, so newest is last.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::model::{CustomerId, DialogueKey, EventId, OrderNumber, ProductId, ShopperId, TurnId};

/// The trees of the database. Their names are part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tree {
    /// Turn → transcript record.
    Turns,
    /// Chat, shopper, turn → nothing.
    DialogueTurns,
    /// Shopper, turn → nothing.
    ShopperTurns,
    /// Shopper, chat → dialogue.
    Dialogues,
    /// Shopper → shopper record.
    Shoppers,
    /// Owner, event → event.
    Events,
    /// Order number → order.
    Orders,
    /// Customer, order number → nothing.
    CustomerOrders,
    /// Order number → proof of who may link to it.
    OrderProofs,
    /// Token → link token.
    LinkTokens,
    /// Who or what, time, turn → nothing.
    FailedLinks,
    /// Update → update.
    Journal,
    /// Update → when it was handled, and the same by time.
    Handled,
    /// Turn → delivery.
    Outbox,
    /// Turn → why its delivery was given up.
    GivenUp,
    /// Owner, turn, product → a promised price.
    Quotes,
    /// Rule, when it can be given back, key of a quote → nothing: what is reserved of a budget.
    Reservations,
    /// Rule → what was spent of its budget.
    Budgets,
    /// Product → since when it is known.
    FirstSeen,
    /// Feed → position.
    Feeds,
    /// Name → value: the format.
    Meta,
}

impl Tree {
    /// All of them, in the order of their declaration.
    pub(super) const ALL: [Tree; 21] = [
        Tree::Turns,
        Tree::DialogueTurns,
        Tree::ShopperTurns,
        Tree::Dialogues,
        Tree::Shoppers,
        Tree::Events,
        Tree::Orders,
        Tree::CustomerOrders,
        Tree::OrderProofs,
        Tree::LinkTokens,
        Tree::FailedLinks,
        Tree::Journal,
        Tree::Handled,
        Tree::Outbox,
        Tree::GivenUp,
        Tree::Quotes,
        Tree::Reservations,
        Tree::Budgets,
        Tree::FirstSeen,
        Tree::Feeds,
        Tree::Meta,
    ];

    /// The name on disk and in backups.
    pub(super) fn name(self) -> &'static str {
        match self {
            Tree::Turns => "turns",
            Tree::DialogueTurns => "dialogue_turns",
            Tree::ShopperTurns => "shopper_turns",
            Tree::Dialogues => "dialogues",
            Tree::Shoppers => "shoppers",
            Tree::Events => "events",
            Tree::Orders => "orders",
            Tree::CustomerOrders => "customer_orders",
            Tree::OrderProofs => "order_proofs",
            Tree::LinkTokens => "link_tokens",
            Tree::FailedLinks => "failed_links",
            Tree::Journal => "journal",
            Tree::Handled => "handled",
            Tree::Outbox => "outbox",
            Tree::GivenUp => "given_up",
            Tree::Quotes => "quotes",
            Tree::Reservations => "reservations",
            Tree::Budgets => "budgets",
            Tree::FirstSeen => "first_seen",
            Tree::Feeds => "feeds",
            Tree::Meta => "meta",
        }
    }

    /// The tree of that name.
    pub(super) fn from_name(name: &str) -> Option<Tree> {
        Self::ALL.into_iter().find(|tree| tree.name() == name)
    }
}

/// Whose an event is: an imported one is a customer's, one of a conversation is a shopper's.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner<'a> {
    Customer(&'a CustomerId),
    Shopper(&'a ShopperId),
}

#[derive(Default)]
struct Key(Vec<u8>);

impl Key {
    fn tag(mut self, tag: u8) -> Self {
        self.0.push(tag);
        self
    }

    fn text(mut self, text: &str) -> Self {
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(0);
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn number(self, number: i64) -> Self {
        self.bytes(&(number ^ i64::MIN).to_be_bytes())
    }

    fn time(self, at: Timestamp) -> Self {
        self.number(at.as_millisecond())
    }
}

/// The key of a record that one id names.
pub(super) fn turn(id: TurnId) -> Vec<u8> {
    id.0.to_bytes().to_vec()
}

/// Everything of one dialogue begins with this.
pub(super) fn dialogue_prefix(key: &DialogueKey) -> Vec<u8> {
    Key::default().text(key.chat.as_str()).text(key.shopper.as_str()).0
}

/// One turn of one dialogue.
pub(super) fn dialogue_turn(key: &DialogueKey, id: TurnId) -> Vec<u8> {
    Key(dialogue_prefix(key)).bytes(&id.0.to_bytes()).0
}

/// The shopper's record, and what everything of that shopper in other trees begins with.
pub(super) fn shopper(id: &ShopperId) -> Vec<u8> {
    Key::default().text(id.as_str()).0
}

/// One turn of one shopper.
pub(super) fn shopper_turn(shopper_id: &ShopperId, id: TurnId) -> Vec<u8> {
    Key(shopper(shopper_id)).bytes(&id.0.to_bytes()).0
}

/// The state of one dialogue; by shopper, so that `/forget` finds them together.
pub(super) fn dialogue(key: &DialogueKey) -> Vec<u8> {
    Key(shopper(&key.shopper)).text(key.chat.as_str()).0
}

/// Everything that one owner did begins with this.
pub(super) fn events_prefix(owner: Owner<'_>) -> Vec<u8> {
    match owner {
        Owner::Customer(id) => Key::default().tag(b'c').text(id.as_str()).0,
        Owner::Shopper(id) => Key::default().tag(b's').text(id.as_str()).0,
    }
}

/// One event of one owner.
pub(super) fn event(owner: Owner<'_>, id: EventId) -> Vec<u8> {
    Key(events_prefix(owner)).bytes(&id.0.to_bytes()).0
}

/// Whether an event's key is a customer's, and the owner's id as text.
pub(super) fn event_owner(key: &[u8]) -> Option<(bool, &str)> {
    let (tag, rest) = key.split_first()?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some((*tag == b'c', std::str::from_utf8(&rest[..end]).ok()?))
}

/// An order, and what belongs to it.
pub(super) fn order(number: &OrderNumber) -> Vec<u8> {
    Key::default().text(number.as_str()).0
}

/// Everything that one customer ordered begins with this.
pub(super) fn customer_orders_prefix(customer: &CustomerId) -> Vec<u8> {
    Key::default().text(customer.as_str()).0
}

/// One order of one customer.
pub(super) fn customer_order(customer: &CustomerId, number: &OrderNumber) -> Vec<u8> {
    Key(customer_orders_prefix(customer)).text(number.as_str()).0
}

/// A token as it stands in the link; nothing follows it.
pub(super) fn link_token(token: &str) -> Vec<u8> {
    token.as_bytes().to_vec()
}

/// Failed attempts of one shopper begin with this. A digest, since they outlive `/forget` by a day.
pub(super) fn failed_by_shopper(shopper: &ShopperId) -> Vec<u8> {
    Key::default().tag(b's').bytes(&Sha256::digest(shopper.as_str().as_bytes())).0
}

/// Failed attempts on one order begin with this.
pub(super) fn failed_on_order(number: &OrderNumber) -> Vec<u8> {
    Key::default().tag(b'o').text(number.as_str()).0
}

/// One failed attempt below one of these prefixes. Without a turn it is the first key of that time.
pub(super) fn failed(prefix: Vec<u8>, at: Timestamp, turn: Option<TurnId>) -> Vec<u8> {
    let key = Key(prefix).time(at);
    match turn {
        Some(turn) => key.bytes(&turn.0.to_bytes()).0,
        None => key.0,
    }
}

/// When a failed attempt happened, in milliseconds since 1970.
pub(super) fn failed_at(key: &[u8]) -> Option<i64> {
    number_at(key, key.len().checked_sub(24)?)
}

/// One update that waits.
pub(super) fn update(id: i64) -> Vec<u8> {
    Key::default().number(id).0
}

/// One update that was handled.
pub(super) fn handled(id: i64) -> Vec<u8> {
    Key::default().tag(b'i').number(id).0
}

/// What handled updates begin with when they are listed by time.
pub(super) const HANDLED_BY_TIME: &[u8] = b"t";

/// The same by time, for pruning.
pub(super) fn handled_at(at: Timestamp, id: i64) -> Vec<u8> {
    Key::default().tag(b't').time(at).number(id).0
}

/// Time in milliseconds and update id out of a key of [`handled_at`].
pub(super) fn split_handled_at(key: &[u8]) -> Option<(i64, i64)> {
    Some((number_at(key, 1)?, number_at(key, 9)?))
}

/// Everything of an owner that happened at a moment or later has at least this key.
pub(super) fn events_from(owner: Owner<'_>, at: Timestamp) -> Vec<u8> {
    let first = ulid::Ulid::from_parts(u64::try_from(at.as_millisecond()).unwrap_or(0), 0);
    Key(events_prefix(owner)).bytes(&first.to_bytes()).0
}

/// One price that an owner was promised in a turn.
pub(super) fn quote(owner: Owner<'_>, turn: TurnId, product: &ProductId) -> Vec<u8> {
    Key(events_prefix(owner)).bytes(&turn.0.to_bytes()).text(product.as_str()).0
}

/// What is known of one rule's budget, and what all reservations by the rule begin with.
pub(super) fn budget(rule: &str) -> Vec<u8> {
    Key::default().text(rule).0
}

/// One reservation of a budget: it may be given back from `at` on.
pub(super) fn reservation(rule: &str, at: Timestamp, quote: &[u8]) -> Vec<u8> {
    Key(budget(rule)).time(at).bytes(quote).0
}

/// The key of the quote of a reservation, and when it may be given back, in milliseconds since 1970.
pub(super) fn split_reservation<'k>(key: &'k [u8], rule: &str) -> Option<(i64, &'k [u8])> {
    let start = budget(rule).len();
    Some((number_at(key, start)?, key.get(start + 8..)?))
}

/// A product.
pub(super) fn product(id: &ProductId) -> Vec<u8> {
    Key::default().text(id.as_str()).0
}

/// How far a feed was read.
pub(super) fn feed(name: &str) -> Vec<u8> {
    name.as_bytes().to_vec()
}

/// The ULID with which a key ends.
pub(super) fn last_id(key: &[u8]) -> Option<ulid::Ulid> {
    let bytes = key.get(key.len().checked_sub(16)?..)?;
    Some(ulid::Ulid::from_bytes(bytes.try_into().ok()?))
}

/// The second text of a key of two texts.
pub(super) fn second_text<'a>(key: &'a [u8], prefix: &[u8]) -> Option<&'a str> {
    std::str::from_utf8(key.strip_prefix(prefix)?.strip_suffix(&[0])?).ok()
}

fn number_at(key: &[u8], start: usize) -> Option<i64> {
    let bytes = key.get(start..start.checked_add(8)?)?;
    Some(i64::from_be_bytes(bytes.try_into().ok()?) ^ i64::MIN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_id() -> impl Strategy<Value = String> {
        // Short alphabets make prefixes of each other likely; the second half is anything that an id may hold.
        prop_oneof!["[ab\u{1}-]{1,4}".prop_filter("control", |t| !t.contains('\u{1}')), "\\PC{1,12}"]
            .prop_filter("blank", |text| ShopperId::parse(text).is_ok_and(|id| id.as_str() == text))
    }

    proptest! {
        #[test]
        fn the_turns_of_a_dialogue_sort_by_chat_then_shopper_then_time(
            a in (any_id(), any_id(), any::<u128>()), b in (any_id(), any_id(), any::<u128>())
        ) {
            let bytes = |(chat, shopper, id): &(String, String, u128)| {
                let key = DialogueKey { chat: chat.parse().unwrap(), shopper: shopper.parse().unwrap() };
                dialogue_turn(&key, TurnId((*id).into()))
            };
            prop_assert_eq!(bytes(&a).cmp(&bytes(&b)), a.cmp(&b));
        }

        #[test]
        fn one_owners_events_are_never_found_under_another_id(
            a in any_id(), b in any_id(), id in any::<u128>(), customers in any::<(bool, bool)>()
        ) {
            let (sa, sb): (ShopperId, ShopperId) = (a.parse().unwrap(), b.parse().unwrap());
            let (ca, cb): (CustomerId, CustomerId) = (a.parse().unwrap(), b.parse().unwrap());
            let owner_a = if customers.0 { Owner::Customer(&ca) } else { Owner::Shopper(&sa) };
            let owner_b = if customers.1 { Owner::Customer(&cb) } else { Owner::Shopper(&sb) };
            let key = event(owner_a, EventId(id.into()));
            let same = a == b && customers.0 == customers.1;
            prop_assert_eq!(key.starts_with(&events_prefix(owner_b)), same);
            prop_assert_eq!(event_owner(&key), Some((customers.0, a.as_str())));
            prop_assert_eq!(last_id(&key), Some(id.into()));
        }

        #[test]
        fn numbers_and_times_come_back_and_sort(a in any::<(i32, i64)>(), b in any::<(i32, i64)>()) {
            let key = |(second, id): (i32, i64)| {
                handled_at(Timestamp::from_second(second.into()).unwrap(), id)
            };
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
            prop_assert_eq!(split_handled_at(&key(a)), Some((i64::from(a.0) * 1000, a.1)));
        }
    }
}
