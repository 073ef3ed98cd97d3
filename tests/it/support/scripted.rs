//! An assistant that follows a script, for tests of the channels.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::Timestamp;
use shophand::channel::{TurnFailed, Turns};
use shophand::model::*;
use shophand::store::{SledStore, Store, TurnWrite};
use tokio::sync::Semaphore;

/// What happens in a turn.
pub enum Scene {
    /// This is the reply.
    Says(Reply),
    /// It takes this long.
    After(Duration, Reply),
    /// It waits until the test lets it go on.
    Gated(Arc<Semaphore>, Reply),
    /// Nothing can be recorded.
    Fails,
    /// A bug.
    Panics,
}

type Script = Box<dyn Fn(&Incoming) -> Scene + Send + Sync>;

/// See the module.
pub struct Scripted {
    store: Arc<SledStore>,
    script: Script,
    taken: Mutex<Vec<Incoming>>,
}

impl Scripted {
    /// Plays `script` for each turn and records it as the house would.
    pub fn new(
        store: &Arc<SledStore>,
        script: impl Fn(&Incoming) -> Scene + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Scripted { store: store.clone(), script: Box::new(script), taken: Mutex::default() })
    }

    /// Repeats what the shopper wrote.
    pub fn echo(store: &Arc<SledStore>) -> Arc<Self> {
        Self::new(store, |incoming| Scene::Says(words(&format!("You said: {}", incoming.input.text()))))
    }

    /// What came in so far.
    pub fn taken(&self) -> Vec<Input> {
        self.taken.lock().unwrap().iter().map(|incoming| incoming.input.clone()).collect()
    }

    /// The last thing that came in, with all that is known of it.
    pub fn last(&self) -> Incoming {
        self.taken.lock().unwrap().last().cloned().expect("nothing came in")
    }

    fn record(&self, incoming: Incoming, updates: Vec<i64>, reply: Reply) -> TurnRecord {
        let record = record(incoming, reply);
        let write = TurnWrite {
            record: record.clone(),
            events: Vec::new(),
            dialogue: Dialogue::default(),
            deliver: true,
            updates,
        };
        self.store.record_turn(write).unwrap();
        record
    }
}

impl Turns for Scripted {
    fn take(&self, incoming: Incoming, updates: Vec<i64>) -> BoxFuture<'_, Result<TurnRecord, TurnFailed>> {
        self.taken.lock().unwrap().push(incoming.clone());
        async move {
            let reply = match (self.script)(&incoming) {
                Scene::Says(reply) => reply,
                Scene::After(delay, reply) => {
                    tokio::time::sleep(delay).await;
                    reply
                }
                Scene::Gated(gate, reply) => {
                    gate.acquire().await.unwrap().forget();
                    reply
                }
                Scene::Fails => return Err(TurnFailed("the disk is full".to_owned())),
                Scene::Panics => panic!("a bug on purpose"),
            };
            Ok(self.record(incoming, updates, reply))
        }
        .boxed()
    }

    fn apology(&self, _failed: &Incoming) -> String {
        "Sorry, that went wrong.".to_owned()
    }
}

/// A reply of words alone.
pub fn words(text: &str) -> Reply {
    Reply { text: text.to_owned(), ..Reply::default() }
}

/// A shoe with two buttons and the demo shop's picture.
pub fn shoe(title: &str) -> Card {
    Card {
        product: ProductId::parse("RUN-014").unwrap(),
        place: None,
        title: title.to_owned(),
        details: "Fellstride · blue · ★ 4.6 (312)".to_owned(),
        price: None,
        price_text: "$89.00".to_owned(),
        why: Some("Because you bought trail shoes".to_owned()),
        image: Some("pictures/running-shoe.svg".to_owned()),
        colours: vec!["blue".to_owned()],
        buttons: vec![Button::say("Details", "details"), Button::say("More like this", "similar")],
        score: 1.0,
        rank_without_history: 1,
    }
}

fn record(incoming: Incoming, reply: Reply) -> TurnRecord {
    TurnRecord {
        id: TurnId(ulid::Ulid::new()),
        at: Timestamp::now(),
        customer: None,
        first: Step {
            understanding: Understanding::certain(incoming.input.text(), "en"),
            action: Action::Help,
            products: Vec::new(),
            dropped: Vec::new(),
        },
        further: Vec::new(),
        incoming,
        reply,
        events: Vec::new(),
        effects: Vec::new(),
        timings: StageTimings::default(),
        versions: Versions::default(),
        degraded: None,
    }
}
