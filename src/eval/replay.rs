//! Recorded conversations, held once more with other files, and what is answered otherwise then.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use serde::Serialize;
use ulid::Ulid;

use super::golden::{heard, labels, words};
use crate::model::{ChatId, Input, Personalization, Reply, Tap, Token, TurnId, TurnRecord};
use crate::store::{ShopperRecord, Store};
use crate::turn::{Assistant, Passage};

/// What came of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The intents that were understood.
    pub intent: String,
    /// What was done.
    pub action: String,
    /// Everything that the shopper reads, and the buttons.
    pub reply: String,
}

impl Answer {
    /// Of a turn.
    pub fn of(turn: &TurnRecord) -> Self {
        let actions: Vec<&str> = turn.steps().map(|step| step.action.name()).collect();
        // A file holds times and versions, which are never the same twice.
        let mut reply = turn.reply.clone();
        reply.empty_attachments();
        let buttons =
            if turn.reply.all_buttons().next().is_some() { labels(&turn.reply) } else { String::new() };
        Answer {
            intent: heard(turn),
            action: actions.join(", then "),
            reply: format!("{}\n{buttons}", words(&reply)).trim().to_owned(),
        }
    }

    /// Whether a shopper would notice: an intent of another name that does and says the same changes nothing.
    pub fn differs_from(&self, other: &Answer) -> bool {
        self.action != other.action || self.reply != other.reply
    }
}

/// Holds a recorded conversation once more: the same messages at the same times, its turns with ids that choose the same
/// variants. A tap means the button of that label, if the reply has it now, and else what the button said. The store
/// must be one to throw away; it may know the conversation already, for this one has a chat of its own.
///
/// # Errors
/// When the store or the index fails.
pub async fn replay(assistant: &Arc<Assistant>, turns: &[TurnRecord]) -> Result<Vec<TurnRecord>> {
    let Some(first) = turns.first() else { return Ok(Vec::new()) };
    let (store, record) = (assistant.store.clone(), first.clone());
    tokio::task::spawn_blocking(move || know_as_then(store.as_ref(), &record)).await??;
    let recorded: HashMap<TurnId, &Reply> = turns.iter().map(|turn| (turn.id, &turn.reply)).collect();
    let chat = ChatId::parse(&format!("again:{}", first.id))?;
    let mut again: HashMap<TurnId, (TurnId, Reply)> = HashMap::new();
    let mut replayed = Vec::new();
    for turn in turns {
        let mut incoming = turn.incoming.clone();
        incoming.chat = chat.clone();
        if let Input::Tap(token) = &incoming.input {
            incoming.input = tapped(*token, &recorded, &again);
        }
        // The last bit has no part in the choice of variants, and keeps it apart from the recorded turn.
        assistant.ids.foresee(TurnId(Ulid(turn.id.0.0 ^ 1)));
        let record = assistant.turn(incoming, Passage::default()).await?;
        again.insert(turn.id, (record.id, record.reply.clone()));
        replayed.push(record);
    }
    Ok(replayed)
}

/// Who proved to be which customer later on was a stranger at that time.
fn know_as_then(store: &dyn Store, first: &TurnRecord) -> Result<()> {
    let known = store.shopper(&first.incoming.shopper)?;
    let record = known.unwrap_or_else(|| ShopperRecord {
        id: first.incoming.shopper.clone(),
        customer: None,
        name: None,
        personalization: Personalization::default(),
        first_seen: first.at,
        last_seen: first.at,
        wants_person: None,
    });
    Ok(store.put_shopper(&ShopperRecord { customer: first.customer.clone(), ..record })?)
}

fn tapped(
    token: Token,
    recorded: &HashMap<TurnId, &Reply>,
    again: &HashMap<TurnId, (TurnId, Reply)>,
) -> Input {
    let button = recorded.get(&token.turn).and_then(|reply| reply.all_buttons().nth(token.index.into()));
    let Some(button) = button else { return Input::Tap(token) };
    let now = again.get(&token.turn).and_then(|(id, reply)| {
        let index = reply.all_buttons().position(|other| other.label == button.label)?;
        Some(Token { turn: *id, index: u16::try_from(index).ok()? })
    });
    match (now, &button.tap) {
        (Some(now), _) => Input::Tap(now),
        (None, Tap::Say(text)) => Input::Text(text.clone()),
        (None, Tap::Do(_)) => Input::Text(button.label.clone()),
    }
}
