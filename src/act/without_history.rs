//! A list once more as everybody else sees it, beside the places that its products have with the shopper's history. The
//! shopper's choice stays as it is.

use crate::model::{Acted, Identity, ListPage, ListSource, Outcome, Personalization, ProductId};

use super::taste::Taste;
use super::{ActError, Stage, facts, more};

/// Places are looked up so far down: as many as a history re-orders in a search.
const DEEP: usize = 100;

/// One page of a list without any history.
pub(super) fn page(page: &ListPage, stage: &Stage<'_>) -> Result<Acted, ActError> {
    let nobody = Identity { personalization: Personalization::Off, ..stage.identity.clone() };
    let plain = match page.list {
        // What lies in the basket is what was asked about; only taste has no say.
        ListSource::GoesWith(_) => more(page, &Stage { personal_weight: 0.0, ..*stage }),
        _ => more(page, &Stage { identity: &nobody, ..*stage }),
    }?
    .outcome;
    let personal = Taste::of(stage)?.profile.is_some();
    let mut places = Vec::new();
    if personal {
        let own = more(&page.clone().from_the_top(), &Stage { page: DEEP, ..*stage })?.outcome;
        let place =
            |id: &ProductId| own.items().iter().position(|item| item.product.id == *id).map(|at| at + 1);
        places = plain.items().iter().map(|item| place(&item.product.id)).collect();
    }
    facts(Outcome::WithoutHistory { plain: Box::new(plain), places, personal })
}
