//! One thought in three messages, and updates that end the program.

use std::sync::Arc;
use std::time::{Duration, Instant};

use shophand::channel::telegram::{TelegramConfig, Tuning};
use shophand::store::Store;
use tokio::sync::Semaphore;

use super::store;
use crate::support::bot::{Bot, config, is_handled};
use crate::support::fake_telegram::FakeTelegram;
use crate::support::scripted::{Scene, Scripted, words};

/// So long that no test waits for it.
const FOR_EVER: Duration = Duration::from_secs(600);

fn quiet(fake: &FakeTelegram, quiet: Duration) -> TelegramConfig {
    let usual = config(fake);
    TelegramConfig { tuning: Tuning { quiet, longest_quiet: 10 * quiet, ..usual.tuning.clone() }, ..usual }
}

#[tokio::test]
async fn three_messages_in_a_burst_get_one_answer_and_another_shopper_waits_for_none_of_them() {
    let ((_folder, store), fake) = (store(), FakeTelegram::start().await);
    let turns = Scripted::echo(&store);
    let bot = Bot::start_with(quiet(&fake, Duration::from_millis(600)), turns.clone(), store.clone());
    let (ada, bo) = (fake.shopper(7), fake.shopper(8));
    let begun = Instant::now();
    for text in ["hi", "do you have boots", "in size 42"] {
        ada.says(text).await;
    }
    bo.says("Quick one?").await;
    assert_eq!(bo.gets_one().await.text, "You said: Quick one?");
    assert!(fake.chat(7).is_empty(), "a sentence that has ended waits less");
    assert_eq!(ada.gets_one().await.text, "You said: hi\ndo you have boots\nin size 42");
    assert!(begun.elapsed() >= Duration::from_millis(600));
    assert!(ada.hears_nothing().await);
    fake.until("all four are handled", is_handled(&*store)).await;
    assert_eq!(turns.taken().len(), 2);

    ada.says("bron ones").await;
    ada.corrects("brown ones").await;
    assert_eq!(ada.gets_one().await.text, "You said: brown ones");
    fake.until("the edit is handled with it", is_handled(&*store)).await;
    bot.stop().await.unwrap();
}

#[tokio::test]
async fn a_command_is_answered_at_once_behind_what_was_written_before_it() {
    let ((_folder, store), fake) = (store(), FakeTelegram::start().await);
    let bot = Bot::start_with(quiet(&fake, FOR_EVER), Scripted::echo(&store), store.clone());
    let ada = fake.shopper(7);
    for text in ["shoes", "for work", "/help"] {
        ada.says(text).await;
    }
    let texts: Vec<String> = ada.gets_exactly(2).await.into_iter().map(|got| got.text).collect();
    assert_eq!(texts, ["You said: shoes\nfor work", "You said:"]);
    fake.until("all three are handled", is_handled(&*store)).await;
    bot.stop().await.unwrap();
}

#[tokio::test]
async fn a_burst_that_a_crash_cut_off_is_answered_once_after_the_restart() {
    let ((_folder, store), fake) = (store(), FakeTelegram::start().await);
    let never = Scripted::new(&store, |_| panic!("the window never closes"));
    let bot = Bot::start_with(quiet(&fake, FOR_EVER), never, store.clone());
    let ada = fake.shopper(7);
    ada.says("hi").await;
    ada.says("do you have boots").await;
    fake.until("both are journaled", |_| store.unhandled().unwrap().len() == 2).await;
    bot.crash().await;

    let turns = Scripted::echo(&store);
    for _ in 0..2 {
        let bot = Bot::start_with(quiet(&fake, Duration::from_millis(50)), turns.clone(), store.clone());
        fake.until("all is handled", is_handled(&*store)).await;
        bot.stop().await.unwrap();
    }
    assert_eq!(ada.gets_one().await.text, "You said: hi\ndo you have boots");
    assert!(ada.hears_nothing().await);
    assert_eq!(turns.taken().len(), 1);
}

#[tokio::test]
async fn an_update_that_ends_the_program_each_time_is_set_aside_and_its_chat_goes_on() {
    let ((_folder, store), fake) = (store(), FakeTelegram::start().await);
    let ada = fake.shopper(7);
    ada.says("poison").await;
    let mut begun = 0;
    for _ in 0..5 {
        let never = Arc::new(Semaphore::new(0));
        let turns = Scripted::new(&store, move |_| Scene::Gated(never.clone(), words("never")));
        let bot = Bot::start(&fake, turns.clone(), store.clone());
        fake.until("it is begun", |_| turns.taken().len() == 1).await;
        begun += turns.taken().len();
        bot.crash().await;
    }
    let turns = Scripted::echo(&store);
    let bot = Bot::start(&fake, turns.clone(), store.clone());
    assert_eq!(ada.gets_one().await.text, "Sorry, that went wrong.");
    ada.says("hello").await;
    assert_eq!(ada.gets_one().await.text, "You said: hello");
    fake.until("nothing waits any more", is_handled(&*store)).await;
    assert_eq!((begun, turns.taken().len()), (5, 1));
    bot.stop().await.unwrap();
}
