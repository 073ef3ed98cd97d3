//! What people complain about in systems like this one (LESSONS), where it is a matter of understanding. The others are held
//! by `intents_check.rs` and `intents_tools.rs` (3), `src/decide/tests.rs` (4), `reload/` (5) and
//! `src/intents/edit/tests.rs` (6).

use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use shophand::eval::intents::{Labelled, OUT_OF_SCOPE};
use shophand::eval::noise::Noise;
use shophand::intents::IntentSet;
use shophand::model::Understanding;
use shophand::understand::Heard;

use super::demo::{Demo, demo, hear, intent, labelled_in, start};
use super::encoder::encoder;

/// Letters without sense, one to five words of them, as fists and cats type.
fn gibberish(random: &mut SmallRng) -> String {
    const ROWS: [&str; 4] = ["qwrtzp", "sdfghjkl", "xcvbnm", "qwertyuiopasdfghjklzxcvbnm"];
    let word = |random: &mut SmallRng| -> String {
        let row: Vec<char> = ROWS[random.random_range(0..ROWS.len())].chars().collect();
        (0..random.random_range(4..12)).map(|_| row[random.random_range(0..row.len())]).collect()
    };
    let words: Vec<String> = (0..random.random_range(1..6)).map(|_| word(random)).collect();
    words.join(" ")
}

async fn heard(text: &str, language: &str) -> Understanding {
    demo().understander.understand(Heard { language: Some(language), ..hear(text) }).await
}

/// LESSONS, complaint 1: confident nonsense, gibberish and foreign topics score like a real intent.
#[tokio::test]
async fn gibberish_and_foreign_topics_are_neither_answered_nor_trusted() {
    for language in ["en", "de"] {
        let mut random = SmallRng::seed_from_u64(1);
        let (mut answered, mut sure) = (Vec::new(), 0.0);
        const TRIED: usize = 300;
        for _ in 0..TRIED {
            let text = gibberish(&mut random);
            let meaning = heard(&text, language).await;
            sure += meaning.confidence / TRIED as f32;
            if meaning.intent.is_some() {
                answered.push(format!("{text}: {} {:.2}", intent(&meaning), meaning.confidence));
            }
        }
        eprintln!("{language}: {} of {TRIED} answered, sure to {sure:.3}: {answered:#?}", answered.len());
        assert!(answered.len() * 25 <= TRIED && sure <= 0.2, "{language}: {sure} {answered:#?}");

        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for row in labelled_in(language) {
            let sure = heard(&row.sentence, language).await.confidence;
            (if row.label == OUT_OF_SCOPE { &mut outside } else { &mut inside }).push(sure);
        }
        let mean = |all: &[f32]| all.iter().sum::<f32>() / all.len() as f32;
        let (inside, outside) = (mean(&inside), mean(&outside));
        eprintln!("{language}: questions sure to {inside:.3}, foreign topics to {outside:.3}");
        assert!(outside <= inside / 2.0, "{language}: {inside:.3} against {outside:.3}");
    }
}

/// How many of the sentences in scope are understood rightly, and how sure on average.
async fn share(rows: &[Labelled], language: &str) -> (f64, f64) {
    let (mut right, mut sure) = (0.0, 0.0);
    for row in rows {
        let meaning = heard(&row.sentence, language).await;
        right += f64::from(intent(&meaning) == row.label) / rows.len() as f64;
        sure += f64::from(meaning.confidence) / rows.len() as f64;
    }
    (right, sure)
}

/// LESSONS, complaint 2, the one half: confidence falls when polite words wrap the sentence.
#[tokio::test]
async fn manners_shouting_missing_points_and_typos_cost_hardly_anything() {
    for language in ["en", "de"] {
        let rows: Vec<Labelled> =
            labelled_in(language).into_iter().filter(|row| row.label != OUT_OF_SCOPE).collect();
        let (right, sure) = share(&rows, language).await;
        for noise in Noise::ALL {
            // The generator's manners and keyboard are English.
            if language != "en" && matches!(noise, Noise::Politeness) {
                continue;
            }
            let (noisy, unsure) = share(&noise.of(&rows, 7), language).await;
            let name = noise.name();
            eprintln!("{language}, {name}: {right:.3} -> {noisy:.3} right, {sure:.3} -> {unsure:.3} sure");
            assert!(noisy >= right - 0.03 && unsure >= sure - 0.03, "{language}, {name}");
        }
    }
}

/// LESSONS, complaint 2, the other half: confidence falls as intents are added.
#[tokio::test]
async fn twice_as_many_intents_leave_the_first_ones_as_sure() {
    let Demo { intents, vocabulary, facts, .. } = demo();
    let mut half = IntentSet::clone(intents);
    half.languages.retain(|language| language.code == "en");
    let mut kept = 0;
    half.languages[0].intents.retain(|_| {
        kept += 1;
        kept % 2 == 0
    });
    let names: Vec<String> = half.languages[0].intents.iter().map(|intent| intent.name.to_string()).collect();
    let few = start((&Arc::new(half), vocabulary, facts), Some(encoder()), None);
    let rows: Vec<Labelled> =
        labelled_in("en").into_iter().filter(|row| names.contains(&row.label)).collect();
    let (mut right, mut sure) = (0.0, 0.0);
    for row in &rows {
        let meaning = few.understand(hear(&row.sentence)).await;
        right += f64::from(intent(&meaning) == row.label) / rows.len() as f64;
        sure += f64::from(meaning.confidence) / rows.len() as f64;
    }
    let (all_right, all_sure) = share(&rows, "en").await;
    eprintln!(
        "{} sentences of {} intents: {right:.3} right, {sure:.3} sure; among {}: {all_right:.3}, {all_sure:.3}",
        rows.len(),
        names.len(),
        intents.languages[0].intents.len()
    );
    assert!(all_sure >= sure - 0.05 && all_right >= right - 0.06);
}
