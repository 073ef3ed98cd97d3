//! The demo shop, understood: sentences that no example was written after, and the same in other manners.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use shophand::app::Parts;
use shophand::catalog::{Catalog, load_shop};
use shophand::eval::intents::{Labelled, OUT_OF_SCOPE, read};
use shophand::ids::Ids;
use shophand::intents::{Expected, IntentSet};
use shophand::model::{
    Button, Channel, ChatId, Incoming, Input, Rung, ShopFacts, ShopperId, Tap, Token, TurnRecord,
    Understanding, Via, Vocabulary,
};
use shophand::render::REQUIRED_REPLIES;
use shophand::store::SledStore;
use shophand::turn::{Assistant, Passage};
use shophand::understand::encoder::Encoder;
use shophand::understand::{Heard, Understander};

use super::encoder::encoder;
use crate::support::shop;

pub(super) struct Demo {
    pub(super) intents: Arc<IntentSet>,
    pub(super) vocabulary: Arc<Vocabulary>,
    pub(super) facts: ShopFacts,
    pub(super) understander: Understander,
}

pub(super) fn start(
    demo: (&Arc<IntentSet>, &Arc<Vocabulary>, &ShopFacts),
    encoder: Option<Encoder>,
    cache: Option<PathBuf>,
) -> Understander {
    let started = Instant::now();
    let (intents, vocabulary, facts) = demo;
    let ready =
        Understander::start(intents.clone(), vocabulary.clone(), facts, encoder, cache).expect("learns");
    eprintln!("learnt the demo shop in {:?}", started.elapsed());
    ready
}

/// Learnt once for all tests.
pub(super) fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let shop = Path::new(env!("CARGO_MANIFEST_DIR"));
        let state = tempfile::tempdir().expect("a folder");
        let facts = load_shop(shop).expect("the demo's facts");
        let catalog =
            Catalog::open(shop, state.path(), facts.currency, &mut |_| ()).expect("the demo's catalogue");
        let variables: BTreeSet<String> = facts.variables.keys().cloned().collect();
        let expected = Expected {
            replies: REQUIRED_REPLIES,
            variables: &variables,
            language: Some("en"),
            grammar: true,
        };
        let intents =
            Arc::new(IntentSet::load(shop, &expected).unwrap_or_else(|problems| panic!("{problems}")));
        let vocabulary = catalog.vocabulary();
        let understander = start((&intents, &vocabulary, &facts), Some(encoder()), None);
        Demo { intents, vocabulary, facts, understander }
    })
}

pub(super) fn hear<'a>(text: &'a str) -> Heard<'a> {
    Heard { text, language: None, expecting: None, at: jiff::Timestamp::UNIX_EPOCH }
}

pub(super) fn intent(meaning: &Understanding) -> String {
    meaning.intent.as_ref().map_or(OUT_OF_SCOPE.to_owned(), ToString::to_string)
}

pub(super) fn labelled() -> Vec<Labelled> {
    labelled_in("en")
}

pub(super) fn labelled_in(language: &str) -> Vec<Labelled> {
    let sets = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/labelled");
    read(&sets.join(format!("{language}.csv"))).expect("the labelled set")
}

/// What a labelled set shows.
pub struct Share {
    pub in_scope: f64,
    pub recall: f64,
    pub precision: f64,
}

async fn measure(understander: &Understander, rows: &[Labelled]) -> Share {
    measure_in(understander, rows, None).await
}

/// Measures sentences of a dialogue that was in `language` so far, and prints what is misunderstood.
pub async fn measure_in(understander: &Understander, rows: &[Labelled], language: Option<&str>) -> Share {
    let (mut right, mut inside, mut caught, mut outside, mut rejected) = (0.0, 0.0, 0.0, 0.0_f64, 0.0_f64);
    let started = Instant::now();
    for row in rows {
        let heard = Heard { language, ..hear(&row.sentence) };
        let meaning = understander.understand(heard).await;
        let said = intent(&meaning);
        let stranger = row.label == OUT_OF_SCOPE;
        *(if stranger { &mut outside } else { &mut inside }) += 1.0;
        rejected += f64::from(said == OUT_OF_SCOPE);
        if said == row.label {
            *(if stranger { &mut caught } else { &mut right }) += 1.0;
        } else {
            let best = meaning
                .alternatives
                .first()
                .map_or("-".to_owned(), |a| format!("{} {:.2}", a.intent, a.probability));
            eprintln!(
                "{:<60} {:>22} -> {said} (best {best}, {:.2})",
                row.sentence, row.label, meaning.confidence
            );
        }
    }
    eprintln!("{:?} a message", started.elapsed() / rows.len() as u32);
    Share { in_scope: right / inside, recall: caught / outside, precision: caught / rejected.max(1.0) }
}

#[tokio::test]
async fn sentences_that_no_example_was_written_after_are_understood() {
    let share = measure(&demo().understander, &labelled()).await;
    eprintln!(
        "in scope {:.3}, out of scope: recall {:.3}, precision {:.3}",
        share.in_scope, share.recall, share.precision
    );
    assert!(share.in_scope >= 0.85, "in scope {:.3}", share.in_scope);
    assert!(share.recall >= 0.75, "recall {:.3}", share.recall);
}

#[tokio::test]
async fn without_the_encoder_words_alone_still_understand_most() {
    let demo = demo();
    let alone = start((&demo.intents, &demo.vocabulary, &demo.facts), None, None);
    let share = measure(&alone, &labelled()).await;
    eprintln!(
        "words alone: in scope {:.3}, recall {:.3}, precision {:.3}",
        share.in_scope, share.recall, share.precision
    );
    assert!(share.in_scope >= 0.6, "in scope {:.3}", share.in_scope);
    let meaning = alone.understand(hear("could my parcel have gone missing somewhere?")).await;
    assert_eq!(meaning.degraded, Some(Rung::NoEncoder));
    assert!(meaning.embedding.is_none());
}

#[tokio::test]
async fn manners_shouting_and_emoji_do_not_change_what_is_meant() {
    let understander = &demo().understander;
    let (mut changed, mut asked) = (Vec::new(), 0);
    for row in labelled().iter().filter(|row| row.label != OUT_OF_SCOPE) {
        let plain = intent(&understander.understand(hear(&row.sentence)).await);
        for other in [
            row.sentence.to_uppercase(),
            format!("Hi! {}, please. Thanks a lot!!", row.sentence),
            format!("{} 😡😡??!", row.sentence),
            row.sentence.replace(['?', '!', ',', '.'], ""),
        ] {
            asked += 1;
            let said = intent(&understander.understand(hear(&other)).await);
            if said != plain {
                changed.push(format!("{other}: {plain} -> {said}"));
            }
        }
    }
    eprintln!("{} of {asked} changed: {changed:#?}", changed.len());
    assert!(changed.len() * 100 <= asked, "{changed:#?}");
}

#[tokio::test]
async fn an_example_word_for_word_is_certain_and_asks_no_model() {
    let demo = demo();
    let all =
        demo.intents.languages.iter().flat_map(|language| {
            language.intents.iter().map(|intent| (Some(language.code.as_str()), intent))
        });
    for (language, intent) in all {
        for example in &intent.examples {
            let meaning = demo.understander.understand(Heard { language, ..hear(example) }).await;
            assert_eq!(meaning.intent.as_ref(), Some(&intent.name), "{example}");
            assert!(matches!(meaning.via, Via::Example) && meaning.embedding.is_none(), "{example}");
        }
    }
}

/// The shop with an encoder that has stopped, so that whoever asks it is found out.
fn shop_without_encoder(dir: &Path) -> Arc<Assistant> {
    let known = demo();
    let own =
        Encoder::start(&shophand::understand::encoder::find_model().expect("the model")).expect("loads");
    let understander = start((&known.intents, &known.vocabulary, &known.facts), Some(own.clone()), None);
    own.stop();
    let parts = Parts { understander: Arc::new(understander), ..shop::parts().clone() };
    let store = Arc::new(SledStore::open(&dir.join("store")).expect("a store"));
    parts.assistant(store, Ids::seeded(7), shop::opening()).expect("an assistant")
}

async fn turn(shop: &Arc<Assistant>, input: Input) -> TurnRecord {
    let incoming = Incoming {
        channel: Channel::Terminal,
        chat: ChatId::parse("mara").expect("an id"),
        shopper: ShopperId::parse("mara").expect("an id"),
        name: None,
        private: true,
        language: None,
        at: shop::opening(),
        input,
    };
    shop.turn(incoming, Passage::default()).await.expect("a turn")
}

#[tokio::test]
async fn a_button_an_example_and_a_pattern_never_ask_the_encoder() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().to_owned();
    let shop = tokio::task::spawn_blocking(move || shop_without_encoder(&path)).await.expect("a shop");
    let says = |text: &str| turn(&shop, Input::Text(text.to_owned()));
    let strange = says("could my parcel have gone missing somewhere?").await;
    assert_eq!(strange.degraded, Some(Rung::NoEncoder), "whoever asks is found out");
    let pattern = says("anything less expensive ones").await;
    assert!(
        matches!(pattern.first.understanding.via, Via::Pattern(_)),
        "{:?}",
        pattern.first.understanding.via
    );
    let example = says("budget version?").await;
    assert!(matches!(example.first.understanding.via, Via::Example), "{:?}", example.first.understanding.via);
    let hello = says("hello").await;
    let does = |button: &Button| matches!(button.tap, Tap::Do(_));
    let index = hello.reply.all_buttons().position(does).expect("a button that does something");
    let button = turn(&shop, Input::Tap(Token { turn: hello.id, index: index as u16 })).await;
    for record in [pattern, example, hello, button] {
        assert_eq!(record.degraded, None, "{:?}", record.incoming.input);
    }
}

#[tokio::test]
async fn losing_the_encoder_while_serving_leaves_words() {
    let demo = demo();
    let dir = shophand::understand::encoder::find_model().expect("the model");
    let own = Encoder::start(&dir).expect("loads");
    let kept = tempfile::tempdir().expect("a folder");
    let file = kept.path().join("state").join("vectors.bin");
    let known = (&demo.intents, &demo.vocabulary, &demo.facts);
    let first = start(known, Some(own.clone()), Some(file.clone()));
    let again = start(known, Some(own.clone()), Some(file.clone()));
    let message = "has my parcel been sent out by now";
    let (a, b) = (first.understand(hear(message)).await, again.understand(hear(message)).await);
    assert_eq!((a.intent.clone(), a.confidence), (b.intent, b.confidence), "the same from kept vectors");
    std::fs::write(file.with_extension("en.bin"), b"damaged").expect("written");
    let mended = start(known, Some(own.clone()), Some(file));
    own.stop();
    let meaning = mended.understand(hear("can somebody tell me where my parcel went")).await;
    assert_eq!(meaning.degraded, Some(Rung::NoEncoder));
}
