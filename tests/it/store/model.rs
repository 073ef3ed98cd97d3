//! Any sequence of what happens in a shop leaves what a few plain maps say it should.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shophand::model::Effect;
use shophand::store::FeedPosition;
use tempfile::TempDir;

use super::House;
use super::samples::*;

const SHOPPERS: [&str; 3] = ["ann", "anna", "c"];
const CUSTOMERS: [&str; 2] = ["c", "cc"];

#[derive(Debug, Clone)]
enum Step {
    Turn(usize),
    Link(usize, usize),
    Import(usize, u64),
    Remove(usize, u64),
    Forget(usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..3_usize).prop_map(Step::Turn),
        2 => (0..3_usize, 0..2_usize).prop_map(|(s, c)| Step::Link(s, c)),
        3 => (0..2_usize, 0..40_u64).prop_map(|(c, second)| Step::Import(c, second)),
        2 => (0..3_usize, 0..40_u64).prop_map(|(s, second)| Step::Remove(s, second)),
        1 => (0..3_usize).prop_map(Step::Forget),
        1 => Just(Step::Reopen),
    ]
}

/// Seconds stand for turns and for events.
#[derive(Default)]
struct Plain {
    turns: BTreeMap<usize, BTreeSet<u64>>,
    own: BTreeMap<usize, BTreeSet<u64>>,
    imported: BTreeMap<usize, BTreeSet<u64>>,
    links: BTreeMap<usize, usize>,
}

impl Plain {
    fn history(&self, shopper: usize) -> BTreeSet<u64> {
        let own = self.own.get(&shopper).into_iter().flatten();
        let imported = self.links.get(&shopper).and_then(|customer| self.imported.get(customer));
        own.chain(imported.into_iter().flatten()).copied().collect()
    }

    fn take(&mut self, step: &Step, second: u64) {
        match *step {
            Step::Turn(s) => {
                self.turns.entry(s).or_default().insert(second);
                self.own.entry(s).or_default().insert(second);
            }
            Step::Link(s, c) => {
                self.turns.entry(s).or_default().insert(second);
                self.links.insert(s, c);
            }
            Step::Import(c, second) => {
                self.imported.entry(c).or_default().insert(second);
            }
            Step::Remove(s, second) => {
                self.own.entry(s).or_default().remove(&second);
                if let Some(customer) = self.links.get(&s) {
                    self.imported.entry(*customer).or_default().remove(&second);
                }
            }
            Step::Forget(s) => {
                self.turns.remove(&s);
                self.own.remove(&s);
                if let Some(customer) = self.links.remove(&s) {
                    self.imported.remove(&customer);
                }
            }
            Step::Reopen => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_everyone_has_their_own_turns_and_history(steps in prop::collection::vec(step(), 1..30)) {
        let house = TempDir::new().unwrap();
        let mut store = house.open();
        let mut plain = Plain::default();
        for (n, step) in steps.iter().enumerate() {
            // Imported events take the even seconds' place below 40, turns come after.
            let second = 100 + n as u64;
            match *step {
                Step::Turn(s) => store.record_turn(turn(SHOPPERS[s], second, "hello")).unwrap(),
                Step::Link(s, c) => {
                    let effects = vec![Effect::Link(customer(CUSTOMERS[c]))];
                    store.record_turn(turn_with(SHOPPERS[s], second, effects)).unwrap();
                }
                Step::Import(c, second) => {
                    let position = FeedPosition { feed: "events:1".to_owned(), rows: 1, finished: false };
                    store.import_events(&[(customer(CUSTOMERS[c]), viewed(second, "A"))], &position).unwrap();
                }
                Step::Remove(s, second) => {
                    let there = plain.history(s).contains(&second);
                    prop_assert_eq!(store.remove_event(&shopper(SHOPPERS[s]), event_id(second)).unwrap(), there);
                }
                Step::Forget(s) => {
                    store.record_turn(turn_with(SHOPPERS[s], second, vec![Effect::Forget])).unwrap();
                }
                Step::Reopen => {
                    drop(store);
                    store = house.open();
                }
            }
            plain.take(step, second);
            for (s, id) in SHOPPERS.iter().enumerate() {
                let history: Vec<_> = store.history(&shopper(id), 100).unwrap().iter().map(|e| e.id).collect();
                let expected: Vec<_> = plain.history(s).into_iter().map(event_id).collect();
                prop_assert_eq!(history, expected);
                let turns: Vec<_> = store.turns_of(&dialogue_of(id)).unwrap().iter().map(|t| t.id).collect();
                let expected: Vec<_> =
                    plain.turns.get(&s).into_iter().flatten().copied().map(turn_id).collect();
                prop_assert_eq!(turns, expected);
            }
        }
    }
}
