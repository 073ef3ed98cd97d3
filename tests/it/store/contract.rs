//! The promises of `shophand::store::Store`, in words of behaviour. Any backend passes these.

use std::io::Cursor;

use shophand::model::*;
use shophand::store::{FeedPosition, Store, StoreError, TranscriptFilter, TurnWrite};

use super::House;
use super::samples::*;

fn position(rows: u64, finished: bool) -> FeedPosition {
    FeedPosition { feed: "orders:3fa9".to_owned(), rows, finished }
}

fn products(store: &dyn Store, id: &str) -> Vec<String> {
    let history = store.history(&shopper(id), 100).unwrap();
    history.into_iter().filter_map(|event| event.product).map(String::from).collect()
}

fn words_of(turns: &[TurnRecord]) -> Vec<&str> {
    turns.iter().map(|turn| turn.incoming.input.text()).collect()
}

fn backed_up(store: &dyn Store) -> String {
    let mut lines = Vec::new();
    store.backup(&mut lines).unwrap();
    String::from_utf8(lines).unwrap()
}

pub fn a_turn_is_there_with_all_that_it_wrote_after_reopening(house: &dyn House) {
    let store = house.open();
    store.journal(&update(7, Some("ann"))).unwrap();
    let mut written = turn("ann", 1, "running shoes");
    written.record.effects = vec![Effect::RequestPerson, Effect::SetPersonalization(false)];
    // Long enough to be packed differently from a short one.
    written.record.reply.text = "A long answer. ".repeat(500);
    written.deliver = true;
    written.updates = vec![7];
    store.record_turn(written.clone()).unwrap();
    drop(store);

    let store = house.open();
    assert_eq!(store.turn(turn_id(1)).unwrap(), Some(written.record.clone()));
    assert_eq!(store.turns_of(&dialogue_of("ann")).unwrap(), vec![written.record]);
    assert_eq!(store.dialogue(&dialogue_of("ann")).unwrap(), Some(written.dialogue));
    assert_eq!(store.history(&shopper("ann"), 10).unwrap(), written.events);
    let ann = store.shopper(&shopper("ann")).unwrap().unwrap();
    assert_eq!(ann.name.as_deref(), Some("Name of ann"));
    assert_eq!((ann.first_seen, ann.last_seen, ann.wants_person), (at(1), at(1), Some(at(1))));
    assert_eq!(ann.personalization, Personalization::Off);
    assert_eq!(store.undelivered().unwrap().len(), 1);
    assert!(store.unhandled().unwrap().is_empty());

    let mut older = turn("ann", 2, "and then");
    older.dialogue.version = 0;
    store.record_turn(older).unwrap();
    assert_eq!(store.dialogue(&dialogue_of("ann")).unwrap(), None, "an older shape is a fresh start");
    assert_eq!(store.shopper(&shopper("ann")).unwrap().unwrap().first_seen, at(1));
}

pub fn one_shopper_never_gets_another_ones_history_turns_or_dialogue(house: &dyn House) {
    let store = house.open();
    // Ids of which one begins with the other, and a customer who is called like a shopper.
    store.record_turn(turn("ann", 1, "mine")).unwrap();
    store.record_turn(turn("anna", 2, "hers")).unwrap();
    store.import_events(&[(customer("ann"), viewed(3, "SECRET"))], &position(1, true)).unwrap();

    assert_eq!(store.history(&shopper("ann"), 10).unwrap(), vec![viewed(1, "RUN-014")]);
    assert_eq!(store.history(&shopper("an"), 10).unwrap(), vec![]);
    assert_eq!(words_of(&store.turns_of(&dialogue_of("ann")).unwrap()), ["mine"]);
    assert_eq!(store.dialogue(&dialogue_of("anna")).unwrap().unwrap().misunderstood, 2);
    let group = DialogueKey { chat: "chat:ann".parse().unwrap(), shopper: shopper("anna") };
    assert_eq!(store.dialogue(&group).unwrap(), None);
    let export = store.export(&shopper("ann")).unwrap().to_string();
    assert!(export.contains("mine") && !export.contains("hers") && !export.contains("SECRET"));
}

pub fn history_joins_what_the_shopper_and_their_customer_did(house: &dyn House) {
    let store = house.open();
    let bought = [(customer("c-1"), viewed(1, "A")), (customer("c-1"), viewed(4, "D"))];
    store.import_events(&bought, &position(2, true)).unwrap();
    let mut own = turn("ann", 3, "look");
    own.events = vec![viewed(3, "C"), viewed(2, "B")];
    store.record_turn(own).unwrap();
    assert_eq!(products(&*store, "ann"), ["B", "C"]);

    store.record_turn(turn_with("ann", 5, vec![Effect::Link(customer("c-1"))])).unwrap();
    assert_eq!(products(&*store, "ann"), ["A", "B", "C", "D"]);
    let newest = store.history(&shopper("ann"), 2).unwrap();
    assert_eq!(newest, vec![viewed(3, "C"), viewed(4, "D")]);
}

pub fn an_event_can_be_taken_out_of_the_history_by_its_shopper_only(house: &dyn House) {
    let store = house.open();
    store.put_shopper(&known_shopper("ann", "c-1")).unwrap();
    store.import_events(&[(customer("c-1"), viewed(1, "A"))], &position(1, true)).unwrap();
    store.record_turn(turn("ann", 2, "look")).unwrap();

    assert!(!store.remove_event(&shopper("eve"), event_id(1)).unwrap());
    assert!(!store.remove_event(&shopper("eve"), event_id(2)).unwrap());
    assert_eq!(products(&*store, "ann"), ["A", "RUN-014"]);
    assert!(store.remove_event(&shopper("ann"), event_id(1)).unwrap());
    assert!(store.remove_event(&shopper("ann"), event_id(2)).unwrap());
    assert!(!store.remove_event(&shopper("ann"), event_id(2)).unwrap());
    assert!(products(&*store, "ann").is_empty());
}

pub fn a_customer_gets_only_their_own_orders_newest_first(house: &dyn House) {
    let store = house.open();
    let orders = [order("A-1", "ann", 5), order("A-2", "ann", 9), order("B-1", "anna", 1)];
    store.import_orders(&orders, &position(3, true)).unwrap();

    assert_eq!(store.orders_of(&customer("ann")).unwrap(), [orders[1].clone(), orders[0].clone()]);
    assert_eq!(store.order_of(&customer("ann"), &number("#a-1")).unwrap(), Some(orders[0].clone()));
    assert_eq!(store.order_of(&customer("ann"), &number("B-1")).unwrap(), None);
    assert_eq!(store.order_of(&customer("ann"), &number("Z-9")).unwrap(), None);
    assert!(store.orders_of(&customer("an")).unwrap().is_empty());
}

pub fn an_order_follows_its_latest_import(house: &dyn House) {
    let store = house.open();
    store.import_orders(&[order("A-1", "ann", 5)], &position(1, true)).unwrap();
    let mut moved = order("A-1", "bob", 5);
    moved.status = OrderStatus::Delivered;
    store.import_orders(std::slice::from_ref(&moved), &position(1, true)).unwrap();

    assert!(store.orders_of(&customer("ann")).unwrap().is_empty());
    assert_eq!(store.orders_of(&customer("bob")).unwrap(), [moved.clone()]);
    assert_eq!(store.customer_by_order(&number("A-1"), "ann@example.com").unwrap(), None);
    moved.email = None;
    store.import_orders(&[moved], &position(1, true)).unwrap();
    assert_eq!(store.customer_by_order(&number("A-1"), "bob@example.com").unwrap(), None);
}

pub fn an_order_links_only_with_its_own_email(house: &dyn House) {
    let store = house.open();
    let mut nameless = order("N-1", "nil", 1);
    nameless.email = Some(String::new());
    store
        .import_orders(&[order("A-1", "ann", 5), order("B-1", "bob", 5), nameless], &position(3, true))
        .unwrap();

    let whose = |text: &str, email: &str| store.customer_by_order(&number(text), email).unwrap();
    assert_eq!(whose("a-1", " Ann@Example.COM "), Some(customer("ann")));
    assert_eq!(whose("A-1", "bob@example.com"), None);
    assert_eq!(whose("A-1", ""), None);
    assert_eq!(whose("Z-9", "ann@example.com"), None);
    assert_eq!(whose("N-1", ""), None);
}

pub fn failed_links_count_for_the_shopper_and_for_the_order(house: &dyn House) {
    let store = house.open();
    let fails = |text: &str| vec![Effect::LinkFailed { number: Some(number(text)) }];
    store.record_turn(turn_with("eve", 10, fails("A-1"))).unwrap();
    store.record_turn(turn_with("eve", 20, fails("A-2"))).unwrap();
    store.record_turn(turn_with("mal", 30, fails("A-1"))).unwrap();
    store.record_turn(turn_with("eve", 40, vec![Effect::LinkFailed { number: None }])).unwrap();

    let count = |id: &str, text: Option<&str>, since: u64| {
        store.failed_links(&shopper(id), text.map(number).as_ref(), at(since)).unwrap()
    };
    assert_eq!(count("eve", None, 0), 3);
    assert_eq!(count("eve", None, 20), 2);
    assert_eq!(count("eve", None, 41), 0);
    assert_eq!(count("new", Some("A-1"), 0), 2);
    assert_eq!(count("mal", Some("A-1"), 0), 2);
    assert_eq!(count("new", Some("A-10"), 0), 0);

    let two_days = 2 * 24 * 3600;
    store.record_turn(turn_with("mal", two_days, fails("A-9"))).unwrap();
    assert_eq!(count("eve", Some("A-1"), 0), 0, "old attempts are not kept");
}

pub fn a_link_token_works_once_even_for_two_at_the_same_time(house: &dyn House) {
    let store = house.open();
    store.put_link_token(&token("t0ken", "c-1", 100)).unwrap();
    assert_eq!(store.link_token("t0ken", at(99)).unwrap(), Some(customer("c-1")));
    assert_eq!(store.link_token("t0ken", at(100)).unwrap(), None);
    assert_eq!(store.link_token("", at(1)).unwrap(), None);

    let outcomes: Vec<Result<(), StoreError>> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..8)
            .map(|racer| {
                let store = &store;
                scope.spawn(move || {
                    let effects = vec![Effect::Link(customer("c-1")), Effect::SpendToken("t0ken".to_owned())];
                    store.record_turn(turn_with(&format!("r{racer}"), racer + 1, effects))
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let conflicts = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Conflict { .. })));
    assert_eq!(conflicts.count(), 7);
    let is_linked = |racer: &usize| {
        let record = store.shopper(&shopper(&format!("r{racer}"))).unwrap();
        record.is_some_and(|record| record.customer.is_some())
    };
    assert_eq!((0..8).filter(is_linked).count(), 1, "who lost the race is not linked");
    assert_eq!(store.link_token("t0ken", at(1)).unwrap(), None);
}

pub fn an_import_goes_on_where_it_was_broken_off(house: &dyn House) {
    let store = house.open();
    assert_eq!(store.feed_position("orders:3fa9").unwrap(), None);
    store.import_orders(&[order("A-1", "ann", 1)], &position(1, false)).unwrap();
    drop(store);
    let store = house.open();
    assert_eq!(store.feed_position("orders:3fa9").unwrap(), Some(position(1, false)));
    assert_eq!(store.feed_position("orders:3fa").unwrap(), None);

    let mut again = viewed(2, "A");
    store.import_events(&[(customer("ann"), again.clone())], &position(2, false)).unwrap();
    again.stars = Some(4.5);
    store.import_events(&[(customer("ann"), again.clone())], &position(2, true)).unwrap();
    assert_eq!(store.feed_position("orders:3fa9").unwrap(), None, "a finished feed starts anew");
    store.put_shopper(&known_shopper("ann", "ann")).unwrap();
    assert_eq!(store.history(&shopper("ann"), 10).unwrap(), vec![again], "a known id is replaced");
}

pub fn an_update_is_handled_once(house: &dyn House) {
    let store = house.open();
    for id in [30, -5, 200] {
        assert!(store.journal(&update(id, None)).unwrap());
    }
    assert!(!store.journal(&update(30, None)).unwrap());
    drop(store);

    let store = house.open();
    let waiting = |store: &dyn Store| -> Vec<i64> {
        store.unhandled().unwrap().iter().map(|update| update.id).collect()
    };
    assert_eq!(waiting(&*store), [-5, 30, 200]);
    store.record_turn(TurnWrite { updates: vec![30], ..turn("ann", 1, "hello") }).unwrap();
    store.skip_update(-5).unwrap();
    store.skip_update(999).unwrap();
    assert_eq!(waiting(&*store), [200]);
    assert!(!store.journal(&update(30, None)).unwrap(), "it was answered");
    assert!(!store.journal(&update(-5, None)).unwrap(), "it was skipped");
    assert!(store.journal(&update(999, None)).unwrap(), "it is new");

    let nine_days = 9 * 24 * 3600;
    store.record_turn(TurnWrite { updates: vec![200], ..turn("ann", nine_days, "hello") }).unwrap();
    assert!(store.journal(&update(30, None)).unwrap(), "what can never come again is not remembered");
    assert!(!store.journal(&update(200, None)).unwrap());
}

pub fn a_burst_is_handled_as_one_and_attempts_are_counted_until_then(house: &dyn House) {
    let store = house.open();
    for id in 1..=4 {
        assert!(store.journal(&update(id, None)).unwrap());
    }
    assert_eq!((store.attempt(2).unwrap(), store.attempt(2).unwrap()), (1, 2));
    drop(store);

    let store = house.open();
    let attempts: Vec<u32> = store.unhandled().unwrap().iter().map(|update| update.attempts).collect();
    assert_eq!(attempts, [0, 2, 0, 0], "a restart does not forget them");
    store.record_turn(TurnWrite { updates: vec![1, 2, 3], ..turn("ann", 1, "hello") }).unwrap();
    assert_eq!(store.unhandled().unwrap().iter().map(|update| update.id).collect::<Vec<_>>(), [4]);
    assert!((1..=4).all(|id| !store.journal(&update(id, None)).unwrap()), "all are known");
    assert_eq!(store.attempt(2).unwrap(), 0, "it does not wait any more");
}

pub fn a_reply_waits_until_it_is_delivered(house: &dyn House) {
    let store = house.open();
    for second in 1..=3 {
        store.record_turn(TurnWrite { deliver: true, ..turn("ann", second, "hello") }).unwrap();
    }
    store.record_turn(turn("terminal", 4, "shown at once")).unwrap();
    store.delivery_progress(turn_id(1), 2).unwrap();
    store.delivered(turn_id(2), None).unwrap();
    store.delivered(turn_id(3), Some("blocked by the shopper")).unwrap();
    store.delivered(turn_id(3), None).unwrap();
    store.delivery_progress(turn_id(2), 1).unwrap();
    drop(store);

    let store = house.open();
    let waiting = store.undelivered().unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].turn, waiting[0].sent), (turn_id(1), 2));
    assert_eq!(waiting[0].chat.as_str(), "chat:ann");
    assert_eq!(store.given_up(turn_id(3)).unwrap().as_deref(), Some("blocked by the shopper"));
    assert_eq!(store.given_up(turn_id(2)).unwrap(), None);
    assert_eq!(store.turns_of(&dialogue_of("ann")).unwrap().len(), 3);
}

pub fn an_export_is_not_kept_once_it_was_delivered(house: &dyn House) {
    let store = house.open();
    let exporting = |second: u64, deliver: bool| {
        let content = store.export(&shopper("ann")).unwrap().to_string();
        let mut turn = TurnWrite { deliver, ..turn("ann", second, "/export") };
        turn.record.reply.attachment = Some(Attachment { name: "data.json".to_owned(), content });
        turn
    };
    let kept = |second: u64| {
        let turn = store.turn(turn_id(second)).unwrap().unwrap();
        turn.reply.attachment.unwrap().content
    };
    store.record_turn(turn("ann", 1, "a word to find")).unwrap();
    store.record_turn(exporting(2, true)).unwrap();
    assert!(kept(2).contains("a word to find"), "what is still to be sent is there");
    store.delivered(turn_id(2), None).unwrap();
    assert_eq!(kept(2), "");
    store.record_turn(exporting(3, false)).unwrap();
    assert_eq!(kept(3), "");
}

pub fn forget_leaves_nothing_of_the_shopper_and_everything_of_others(house: &dyn House) {
    let store = house.open();
    store.import_events(&[(customer("c-ann"), viewed(1, "SECRET-SHOE"))], &position(1, true)).unwrap();
    store.import_orders(&[order("A-1", "c-ann", 1)], &position(1, true)).unwrap();
    store.record_turn(TurnWrite { deliver: true, ..turn("ann", 2, "my secret wish") }).unwrap();
    store.record_turn(turn_with("ann", 3, vec![Effect::Link(customer("c-ann"))])).unwrap();
    store.journal(&update(8, Some("ann"))).unwrap();
    store.journal(&update(9, Some("anna"))).unwrap();
    store.record_turn(TurnWrite { deliver: true, ..turn("anna", 4, "another wish") }).unwrap();
    store.record_turn(TurnWrite { deliver: true, ..turn("ann", 5, "to be given up") }).unwrap();
    store.delivered(turn_id(5), Some("secret reason")).unwrap();

    let mut last = turn("ann", 6, "erase my secret wish");
    last.record.effects = vec![Effect::Forget];
    last.record.reply.text = "It is all gone.".to_owned();
    last.deliver = true;
    store.record_turn(last).unwrap();
    drop(store);

    let store = house.open();
    assert_eq!(store.shopper(&shopper("ann")).unwrap(), None);
    assert_eq!(store.dialogue(&dialogue_of("ann")).unwrap(), None);
    assert!(store.turns_of(&dialogue_of("ann")).unwrap().is_empty());
    assert!(products(&*store, "ann").is_empty());
    assert!(store.holdings(&shopper("ann")).unwrap().0.is_empty());
    assert!(!store.journal(&update(8, Some("ann"))).unwrap(), "a forgotten update does not come back");
    let waiting = store.undelivered().unwrap();
    assert_eq!(waiting.len(), 2, "the farewell, and what others wait for");
    assert_eq!(store.turn(turn_id(6)).unwrap().unwrap().reply.text, "It is all gone.");
    store.delivered(turn_id(6), None).unwrap();
    assert_eq!(store.turn(turn_id(6)).unwrap(), None);

    let everything = backed_up(&*store).to_lowercase();
    assert!(!everything.contains("secret"), "{everything}");
    assert!(!everything.contains("\"ann\"") && !everything.contains("name of ann\""));
    assert_eq!(store.orders_of(&customer("c-ann")).unwrap().len(), 1, "the shop keeps its books");
    assert_eq!(words_of(&store.turns_of(&dialogue_of("anna")).unwrap()), ["another wish"]);
    assert_eq!(products(&*store, "anna"), ["RUN-014"]);
    assert_eq!(store.unhandled().unwrap().len(), 1);
}

pub fn the_receipt_of_forget_counts_what_was_there(house: &dyn House) {
    let store = house.open();
    assert!(store.holdings(&shopper("ann")).unwrap().0.is_empty());
    let events = [(customer("c-1"), viewed(1, "A")), (customer("c-1"), viewed(2, "B"))];
    store.import_events(&events, &position(2, true)).unwrap();
    store.import_orders(&[order("A-1", "c-1", 1)], &position(1, true)).unwrap();
    store.put_link_token(&token("t0ken", "c-1", 100)).unwrap();
    store.record_turn(turn("ann", 3, "one")).unwrap();
    store.record_turn(turn_with("ann", 4, vec![Effect::Link(customer("c-1"))])).unwrap();

    let receipt = store.holdings(&shopper("ann")).unwrap();
    let counts: Vec<(&str, usize)> = receipt.0.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(
        counts,
        [
            ("conversations", 1),
            ("history events", 3),
            ("messages", 2),
            ("orders kept by the shop", 1),
            ("profile", 1),
            ("unused links", 1),
        ]
    );
    store.record_turn(turn_with("ann", 5, vec![Effect::Forget])).unwrap();
    assert!(store.holdings(&shopper("ann")).unwrap().0.is_empty());
    assert_eq!(store.turn(turn_id(5)).unwrap(), None, "shown at once, so nothing has to wait");
}

pub fn forgetting_does_not_lift_the_limit_on_failed_links(house: &dyn House) {
    let store = house.open();
    store.record_turn(turn_with("eve", 1, vec![Effect::LinkFailed { number: None }])).unwrap();
    store.record_turn(turn_with("eve", 2, vec![Effect::Forget])).unwrap();
    assert_eq!(store.failed_links(&shopper("eve"), None, at(0)).unwrap(), 1);
    assert!(!backed_up(&*store).contains("eve"), "it is kept without saying who");
}

pub fn staff_find_turns_by_what_they_look_for(house: &dyn House) {
    let store = house.open();
    store.record_turn(turn("ann", 1, "red shoes for me")).unwrap();
    store.record_turn(turn_with("bob", 2, vec![Effect::RequestPerson])).unwrap();
    let mut unsure = turn("ann", 3, "asdf qwer");
    unsure.record.first.understanding.intent = None;
    unsure.record.first.understanding.confidence = 0.2;
    store.record_turn(unsure).unwrap();
    store.record_turn(turn("cid", 4, "RED boots")).unwrap();

    let found = |filter: TranscriptFilter| -> Vec<TurnId> {
        let mut ids = Vec::new();
        let visit = &mut |turn: TurnRecord| {
            ids.push(turn.id);
            true
        };
        store.each_turn(&filter, visit).unwrap();
        ids
    };
    let any = TranscriptFilter::default;
    assert_eq!(found(any()), [4, 3, 2, 1].map(turn_id), "newest first");
    assert_eq!(found(TranscriptFilter { out_of_scope: true, ..any() }), [turn_id(3)]);
    assert_eq!(found(TranscriptFilter { confidence_below: Some(0.5), ..any() }), [turn_id(3)]);
    assert_eq!(found(TranscriptFilter { wants_person: true, ..any() }), [turn_id(2)]);
    assert_eq!(found(TranscriptFilter { shopper: Some(shopper("ann")), ..any() }), [3, 1].map(turn_id));
    let between = TranscriptFilter { since: Some(at(2)), until: Some(at(4)), ..any() };
    assert_eq!(found(between), [3, 2].map(turn_id));
    let intent = Some("find_products".to_owned());
    assert_eq!(found(TranscriptFilter { intent, ..any() }), [4, 2, 1].map(turn_id));
    let words = vec!["Red".to_owned(), "said".to_owned()];
    assert_eq!(found(TranscriptFilter { words, ..any() }), [4, 1].map(turn_id));

    let mut first = None;
    store
        .each_turn(&any(), &mut |turn| {
            assert!(first.is_none(), "no more after enough");
            first = Some(turn.id);
            false
        })
        .unwrap();
    assert_eq!(first, Some(turn_id(4)));
}

pub fn recommenders_learn_from_a_person_as_one(house: &dyn House) {
    let store = house.open();
    store
        .import_events(
            &[(customer("c-1"), viewed(1, "A")), (customer("c-2"), viewed(2, "B"))],
            &position(2, true),
        )
        .unwrap();
    store.put_shopper(&known_shopper("ann", "c-1")).unwrap();
    store.put_shopper(&known_shopper("new", "c-3")).unwrap();
    for (second, id) in [(3, "ann"), (4, "stranger"), (5, "new")] {
        store.record_turn(turn(id, second, "look")).unwrap();
    }
    let mut seen: Vec<String> = Vec::new();
    store.each_event(&mut |owner, _| seen.push(owner.to_owned())).unwrap();
    let mut groups = seen.clone();
    groups.dedup();
    seen.sort();
    assert_eq!(seen, ["c-1", "c-1", "c-2", "c-3", "stranger"]);
    assert_eq!(groups.len(), 4, "one owner's events come together: {groups:?}");
}

pub fn a_backup_makes_an_equal_store(house: &dyn House) {
    let store = house.open();
    store.import_orders(&[order("A-1", "ann", 5)], &position(1, false)).unwrap();
    store.journal(&update(8, Some("ann"))).unwrap();
    store.put_link_token(&token("t0ken", "c-1", 100)).unwrap();
    let mut long = TurnWrite { deliver: true, updates: vec![3], ..turn("ann", 1, "hello") };
    long.record.first.understanding.confidence = 0.1;
    long.record.reply.text = "A long answer, “quoted” and in Ελληνικά. ".repeat(100);
    store.record_turn(long).unwrap();
    let backup = backed_up(&*store);

    let elsewhere = tempfile::TempDir::new().unwrap();
    let restored = elsewhere.open();
    let records = restored.restore(&mut Cursor::new(&backup)).unwrap();
    assert_eq!(records, backup.lines().count() - 2);
    assert_eq!(restored.turn(turn_id(1)).unwrap(), store.turn(turn_id(1)).unwrap());
    assert_eq!(backed_up(&*restored).len(), backup.len());

    let into_full = restored.restore(&mut Cursor::new(&backup));
    assert!(matches!(into_full, Err(StoreError::BadBackup { .. })), "nothing is overwritten");
}

pub fn turns_of_many_shoppers_at_once_are_all_kept(house: &dyn House) {
    let store = house.open();
    std::thread::scope(|scope| {
        for worker in 0..8_u64 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..10 {
                    store.record_turn(turn(&format!("s{worker}"), worker * 100 + n, "hello")).unwrap();
                }
            });
        }
    });
    drop(store);
    let store = house.open();
    for worker in 0..8 {
        let id = format!("s{worker}");
        assert_eq!(store.turns_of(&dialogue_of(&id)).unwrap().len(), 10);
        assert_eq!(products(&*store, &id).len(), 10);
        assert_eq!(
            u64::from(store.dialogue(&dialogue_of(&id)).unwrap().unwrap().misunderstood),
            worker * 100 + 9
        );
    }
}
