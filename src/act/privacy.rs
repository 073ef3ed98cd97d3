//! What is stored about a shopper, and the way out.

use crate::model::{Acted, Effect, Outcome};

use super::{ActError, Stage, facts, with};

/// What is stored, by kind.
pub(super) fn holdings(stage: &Stage<'_>) -> Result<Acted, ActError> {
    if !stage.identity.private {
        return facts(Outcome::PrivateOnly);
    }
    facts(Outcome::Privacy {
        counts: stage.store.holdings(&stage.identity.shopper)?.0,
        personalized: stage.identity.uses_history(),
        linked: stage.identity.customer.is_some(),
    })
}

/// All of it.
pub(super) fn export(stage: &Stage<'_>) -> Result<Acted, ActError> {
    if !stage.identity.private {
        return facts(Outcome::PrivateOnly);
    }
    let data = stage.store.export(&stage.identity.shopper)?;
    facts(Outcome::Exported { json: format!("{data:#}") })
}

/// Asks back, then erases.
pub(super) fn forget(confirmed: bool, stage: &Stage<'_>) -> Result<Acted, ActError> {
    if !stage.identity.private {
        return facts(Outcome::PrivateOnly);
    }
    let counts = stage.store.holdings(&stage.identity.shopper)?.0;
    match confirmed {
        false => facts(Outcome::ForgetAsked { counts }),
        true => with(Outcome::Forgotten { counts }, Effect::Forget),
    }
}

/// The shopper's choice.
pub(super) fn personalization(on: bool, stage: &Stage<'_>) -> Result<Acted, ActError> {
    if !stage.identity.private {
        return facts(Outcome::PrivateOnly);
    }
    with(Outcome::PersonalizationSet { on }, Effect::SetPersonalization(on))
}
