//! The demo shop in two languages: which one a message is in, and how well each is understood.

use shophand::eval::intents::OUT_OF_SCOPE;
use shophand::understand::Heard;

use super::demo::{demo, hear, labelled_in, measure_in};

async fn spoken(text: &str, before: Option<&str>) -> String {
    let heard = Heard { language: before, ..hear(text) };
    demo().understander.understand(heard).await.language
}

#[tokio::test]
async fn german_sentences_that_no_example_was_written_after_are_understood() {
    let rows = labelled_in("de");
    assert!(rows.len() >= 300 && rows.iter().filter(|row| row.label == OUT_OF_SCOPE).count() >= 80);
    let share = measure_in(&demo().understander, &rows, Some("de")).await;
    eprintln!(
        "German: in scope {:.3}, out of scope: recall {:.3}, precision {:.3}",
        share.in_scope, share.recall, share.precision
    );
    assert!(share.in_scope >= 0.70, "in scope {:.3}", share.in_scope);
    assert!(share.recall >= 0.70, "recall {:.3}", share.recall);
}

/// Of the sentences of a language: how many are heard in it, by what was spoken before.
async fn heard_right(code: &str, before: Option<&str>) -> f64 {
    let rows = labelled_in(code);
    let mut right = 0;
    for row in &rows {
        let said = spoken(&row.sentence, before).await;
        right += usize::from(said == code);
        if said != code {
            eprintln!("{code} after {before:?}, but {said}: {}", row.sentence);
        }
    }
    let share = right as f64 / rows.len() as f64;
    eprintln!("language of {} {code} sentences after {before:?}: {share:.4} right", rows.len());
    share
}

#[tokio::test]
async fn the_language_of_a_sentence_is_heard_whatever_was_spoken_before() {
    for code in ["en", "de"] {
        let other = if code == "en" { "de" } else { "en" };
        assert!(heard_right(code, None).await >= 0.98);
        assert!(heard_right(code, Some(code)).await >= 0.995);
        assert!(heard_right(code, Some(other)).await >= 0.96);
    }
}

#[tokio::test]
async fn one_word_is_enough_when_it_is_of_one_language_only() {
    for (text, language) in [
        ("Hallo", "de"),
        ("Schuhe", "de"),
        ("schuhgroesse", "de"),
        ("danke", "de"),
        ("günstiger", "de"),
        ("Rückgabe?", "de"),
        ("hello", "en"),
        ("shoes", "en"),
        ("cheaper", "en"),
        ("thanks", "en"),
        ("refund?", "en"),
    ] {
        for before in [None, Some("en"), Some("de")] {
            assert_eq!(spoken(text, before).await, language, "{text} after {before:?}");
        }
    }
}

#[tokio::test]
async fn what_says_nothing_stays_in_the_language_of_the_dialogue() {
    for text in ["ok", "2", "A-1042", "Fellstride", "XL", "👍", "mara@example.com", "50 $", "Marlow & Pike"]
    {
        for before in ["en", "de"] {
            assert_eq!(spoken(text, Some(before)).await, before, "{text}");
        }
        assert_eq!(
            spoken(text, None).await,
            "en",
            "{text}: of the shop's own language when nothing was spoken"
        );
    }
}
