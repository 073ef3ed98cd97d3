//! All of a turn that comes from the merchandisers' files, and the one place from which a turn takes it.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};
use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};

use crate::catalog::Catalog;
use crate::intents::{Expected, Files, IntentSet, Replies};
use crate::model::ShopFacts;
use crate::offers::Terms;
use crate::problem::Problems;
use crate::render::REQUIRED_REPLIES;
use crate::understand::Understander;

/// One state of the files. Never changed: a saved file makes another snapshot.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What the shop understands and says.
    pub intents: Arc<IntentSet>,
    /// Text to meaning, learnt from these intents.
    pub understander: Arc<Understander>,
    /// The shop's facts.
    pub facts: ShopFacts,
    /// The first 12 hex digits of a digest of the facts.
    pub facts_version: String,
    /// The products, and how they are ranked.
    pub catalog: Catalog,
    /// Segments and offers.
    pub terms: Arc<Terms>,
    /// Digest of all that understanding depends on.
    teaching: [u8; 32],
}

impl Snapshot {
    /// Puts together what belongs together.
    pub fn new(
        intents: Arc<IntentSet>,
        understander: Arc<Understander>,
        facts: ShopFacts,
        catalog: Catalog,
        terms: Arc<Terms>,
    ) -> Self {
        let facts_version = version_of(&facts);
        let teaching = teaching(&intents, &facts);
        Snapshot { intents, understander, facts, facts_version, catalog, terms, teaching }
    }

    /// Whether messages mean the same by these files, which differ in what the shop says at most.
    pub(super) fn teaches_the_same(&self, intents: &IntentSet, facts: &ShopFacts) -> bool {
        self.teaching == teaching(intents, facts)
    }
}

/// The snapshot that answers just now. A turn takes it once, at its start, so that no turn mixes two.
#[derive(Debug)]
pub struct Current(ArcSwap<Snapshot>);

impl Current {
    /// Begins with this one.
    pub fn new(snapshot: Snapshot) -> Self {
        Current(ArcSwap::from_pointee(snapshot))
    }

    /// For one turn, from its start to its end.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.load_full()
    }

    /// For turns from now on.
    pub fn replace(&self, snapshot: Snapshot) {
        self.0.store(Arc::new(snapshot));
    }
}

/// Reads the intent files of the shop in `root` and holds them to everything that they may refer to.
///
/// # Errors
/// All problems of all files.
pub fn load_intents(root: &Path, facts: &ShopFacts) -> Result<IntentSet, Problems> {
    read_intents(root, facts).into_set()
}

/// The same files, sound or not, for those who say what is wrong with them.
pub fn read_intents(root: &Path, facts: &ShopFacts) -> Files {
    let variables: BTreeSet<String> = facts.variables.keys().cloned().collect();
    let language = facts.language.as_deref();
    Files::read(root, &Expected { replies: REQUIRED_REPLIES, variables: &variables, language, grammar: true })
}

/// Of everything in the files but the words that the shop says, so that what is added to the files counts by itself.
fn teaching(intents: &IntentSet, facts: &ShopFacts) -> [u8; 32] {
    let mut digest = Digesting(Sha256::new());
    let mut add = |part: &dyn Debug| {
        // A digest takes whatever is written to it.
        let _ = writeln!(digest, "{part:?}");
    };
    add(&(facts.currency, &facts.order_number));
    for language in &intents.languages {
        let mut language = language.clone();
        language.replies = Replies::default();
        for intent in &mut language.intents {
            intent.answers.clear();
            intent.buttons.clear();
            intent.title.clear();
        }
        add(&language);
    }
    digest.0.finalize().into()
}

struct Digesting(Sha256);

impl Write for Digesting {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.update(text);
        Ok(())
    }
}

fn version_of(facts: &ShopFacts) -> String {
    let mut sha = Sha256::new();
    let variables = facts.variables.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    let own = [facts.name.as_str(), facts.currency.code(), facts.order_number.as_str()];
    let own = own.into_iter().chain(facts.language.as_deref()).chain(facts.timezone.iana_name());
    for part in own.chain(variables) {
        sha.update((part.len() as u64).to_le_bytes());
        sha.update(part);
    }
    sha.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
