//! What is done about a message: decide → act → settle → render for each of its requests, in order, the dialogue
//! handed from one to the next.

use std::sync::Arc;
use std::time::Instant;

use super::{Asking, Assistant, Remembered, millis};
use crate::act::ActError;
use crate::decide::{self, Decision, decide, settle};
use crate::live::Snapshot;
use crate::model::{
    Acted, Action, Channel, CustomerId, Dialogue, Dropped, Effect, Event, Identity, Incoming, Input,
    ListName, Outcome, Personalization, Reply, Rung, ShownProduct, StageTimings, Step, Tap, TurnId,
    Understanding,
};
use crate::render::{self, Words, render};

/// The requests of one message on their way through the house.
pub(super) struct Course<'a> {
    assistant: &'a Assistant,
    incoming: &'a Incoming,
    tap: Option<Tap>,
    /// As far as this turn has come: somebody who has just proved who they are is known to the next request.
    identity: Identity,
    lists: Vec<ListName>,
    /// Whether a price may be promised that was not promised before.
    pub promises: bool,
    end: End,
}

/// What is to be recorded.
pub(super) struct End {
    pub id: TurnId,
    /// With which files it was answered.
    pub files: Arc<Snapshot>,
    /// As the turn found them.
    pub customer: Option<CustomerId>,
    pub dialogue: Dialogue,
    pub steps: Vec<Step>,
    pub reply: Reply,
    pub events: Vec<Event>,
    pub effects: Vec<Effect>,
    pub timings: StageTimings,
    pub degraded: Option<Rung>,
}

impl<'a> Course<'a> {
    pub(super) fn new(
        assistant: &'a Assistant,
        incoming: &'a Incoming,
        remembered: Remembered,
        timings: StageTimings,
    ) -> Self {
        let Remembered { files, dialogue, identity, tap } = remembered;
        let lists = files.catalog.at(files.facts.clock(incoming.at)).lists();
        let end = End {
            id: assistant.ids.turn(incoming.at),
            files,
            customer: identity.customer.clone(),
            dialogue,
            steps: Vec::new(),
            reply: Reply::default(),
            events: Vec::new(),
            effects: Vec::new(),
            timings,
            degraded: None,
        };
        Course { assistant, incoming, tap, identity, lists, promises: true, end }
    }

    /// Answers the requests in order.
    pub(super) fn follow(&mut self, requests: &[Understanding]) {
        for understanding in requests {
            let started = Instant::now();
            let decision = self.decide(understanding);
            self.end.timings.decide += millis(started);
            self.take(understanding, decision);
            // Whoever has everything erased wants nothing remembered of what else they said.
            if self.end.effects.contains(&Effect::Forget) {
                break;
            }
        }
    }

    /// When everything is answered: a question of ours that was interrupted is asked again. One that this very turn
    /// asked stands in the reply already.
    pub(super) fn end(mut self) -> End {
        if let (Some(decision), Some(last)) = (decide::resume(&self.end.dialogue), self.end.steps.last()) {
            let understanding = last.understanding.clone();
            let asked = self.end.steps.iter().any(|step| matches!(step.action, Action::Ask(_)));
            match (decision.action, asked) {
                (Action::AskAgain { question }, true) => self.end.dialogue.pending = Some(question),
                (action, _) => self.take(&understanding, Decision { action, dialogue: decision.dialogue }),
            }
        }
        decide::waiting(&mut self.end.dialogue);
        self.end
    }

    fn decide(&self, understanding: &Understanding) -> Decision {
        let said;
        let incoming = match &self.tap {
            Some(Tap::Say(text)) => {
                said = Incoming { input: Input::Text(text.clone()), ..self.incoming.clone() };
                &said
            }
            _ => self.incoming,
        };
        let heard = decide::Heard {
            incoming,
            understanding,
            tap: self.tap.as_ref(),
            identity: &self.identity,
            language: self.end.files.intents.language(&understanding.language),
            lists: &self.lists,
        };
        decide(&heard, &self.end.dialogue)
    }

    /// Does what was decided and adds it to the turn.
    fn take(&mut self, understanding: &Understanding, decision: Decision) {
        let action = Assistant::with_meaning(decision.action, understanding, &self.end.files);
        let decision = Decision { action, ..decision };
        let started = Instant::now();
        let (acted, failed) = self.act(&decision);
        self.end.timings.act += millis(started);

        let started = Instant::now();
        self.end.dialogue = settle(decision.dialogue, &acted.outcome);
        self.end.reply.append(self.render(&acted.outcome, understanding));
        self.end.timings.render += millis(started);

        self.end.steps.push(Step {
            understanding: understanding.clone(),
            action: decision.action,
            products: shown(&acted.outcome),
            dropped: dropped(&acted.outcome),
        });
        acted.effects.iter().for_each(|effect| self.learn(effect));
        self.end.events.extend(acted.events);
        self.end.effects.extend(acted.effects);
        self.end.degraded = self.end.degraded.or(failed).or(understanding.degraded);
    }

    /// What an effect changes for the rest of the turn.
    fn learn(&mut self, effect: &Effect) {
        match effect {
            Effect::Link(customer) => self.identity.customer = Some(customer.clone()),
            Effect::SetPersonalization(on) => {
                self.identity.personalization = if *on { Personalization::On } else { Personalization::Off };
            }
            _ => {}
        }
    }

    /// A failing part becomes a reply that says so; it is logged here, once.
    fn act(&self, decision: &Decision) -> (Acted, Option<Rung>) {
        let asking = Asking {
            files: &self.end.files,
            identity: &self.identity,
            incoming: self.incoming,
            page: page_size(self.incoming.channel),
            promises: self.promises,
        };
        match self.assistant.look(&decision.action, &asking) {
            Ok(acted) => (acted, None),
            Err(error) => {
                tracing::error!(action = decision.action.name(), %error, "the action failed");
                let rung = matches!(error, ActError::Catalog(_)).then_some(Rung::NoIndex);
                let outcome = Outcome::Unavailable { rung };
                (Acted { outcome, events: Vec::new(), effects: Vec::<Effect>::new() }, rung)
            }
        }
    }

    fn render(&self, outcome: &Outcome, understanding: &Understanding) -> Reply {
        let words = Words {
            language: self.end.files.intents.language(&understanding.language),
            facts: &self.end.files.facts,
            // The random part of the id chooses among variants, so a replay with the same ids says the same words.
            seed: (self.end.id.0.random() >> 16) as u64,
        };
        render(outcome, &render::Scene { words, identity: &self.identity, now: self.incoming.at })
    }
}

/// Five fit a terminal; on a phone each product is a picture of its own, so three.
fn page_size(channel: Channel) -> usize {
    match channel {
        Channel::Terminal => 5,
        Channel::Telegram => 3,
    }
}

fn shown(outcome: &Outcome) -> Vec<ShownProduct> {
    outcome
        .items()
        .iter()
        .map(|item| ShownProduct {
            product: item.product.id.clone(),
            score: item.score,
            rank_without_history: item.rank_without_history,
            reason: item.reason.clone(),
            trace: item.trace.clone(),
        })
        .collect()
}

fn dropped(outcome: &Outcome) -> Vec<Dropped> {
    match outcome {
        Outcome::Found { relaxed: Some(relaxed), .. } => relaxed.dropped.clone(),
        _ => Vec::new(),
    }
}
