//! The field's own data sets. Minutes long, so asked for by name: `cargo test --test it public -- --ignored --nocapture`.

use shophand::eval::intents::{evaluate, read};

use super::encoder::{data, encoder};

fn measure(train: &str, test: &str) -> Option<shophand::eval::intents::Figures> {
    let (train, test) = (data(train)?, data(test)?);
    let rows = (read(&train).expect("train"), read(&test).expect("test"));
    let (figures, _) = evaluate(&rows.0, &rows.1, Some(&encoder())).expect("figures");
    eprintln!("{} {figures:#?}", test.display());
    Some(figures)
}

#[test]
#[ignore = "takes minutes"]
fn public_banking77_is_recognised_as_well_as_the_recipe_promises() {
    let Some(figures) = measure("intents/banking77_train.csv", "intents/banking77_dev.csv") else { return };
    assert!(figures.always_answer >= 0.93, "{figures:#?}");
}

#[test]
#[ignore = "takes minutes"]
fn public_clinc150_is_recognised_and_strangers_are_told_apart() {
    let Some(figures) = measure("intents/clinc150_train.csv", "intents/clinc150_dev.csv") else { return };
    assert!(figures.always_answer >= 0.95 && figures.auroc >= 0.95, "{figures:#?}");
}

#[test]
#[ignore = "takes minutes"]
fn public_sofmattress_is_recognised_with_its_own_threshold() {
    let train = "intents/hint3_sofmattress_train.csv";
    let Some(figures) = measure(train, "intents/hint3_sofmattress_test.csv") else { return };
    assert!(figures.mcc >= 0.55, "{figures:#?}");
}
