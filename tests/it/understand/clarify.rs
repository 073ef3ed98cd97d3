//! From which probabilities on a shopper is better asked "did you mean …?" than answered.

use shophand::eval::intents::OUT_OF_SCOPE;
use shophand::model::Via;

use super::demo::{demo, hear, labelled};

/// A tap on the right title is a bother; to be asked and find it not there is as bad as a wrong answer.
const TAP: f64 = 0.3;

struct Judged {
    first: f32,
    second: f32,
    /// The first, the second, or neither.
    right: Option<usize>,
}

async fn judged() -> Vec<Judged> {
    let mut all = Vec::new();
    for row in labelled().iter() {
        let meaning = demo().understander.understand(hear(&row.sentence)).await;
        if meaning.via != Via::Model {
            continue;
        }
        let place = meaning.alternatives.iter().take(2).position(|best| best.intent.as_str() == row.label);
        let probability = |i: usize| meaning.alternatives.get(i).map_or(0.0, |best| best.probability);
        let right = place.filter(|_| row.label != OUT_OF_SCOPE);
        all.push(Judged { first: probability(0), second: probability(1), right });
    }
    all
}

fn cost(all: &[Judged], sure: f32, close: f32) -> (f64, usize, usize) {
    let asks = |j: &&Judged| j.first < sure && j.second >= close * j.first;
    let asked: Vec<&Judged> = all.iter().filter(asks).collect();
    let answered = all.iter().filter(|j| !asks(j));
    let wrong = answered.filter(|j| j.right != Some(0)).count() as f64;
    let helped = asked.iter().filter(|j| j.right.is_some()).count();
    (wrong + TAP * helped as f64 + (asked.len() - helped) as f64, asked.len(), helped)
}

/// The values in `src/decide/clarify.rs` come from this table.
#[tokio::test]
async fn asking_back_costs_little_more_than_the_least_at_the_chosen_probabilities() {
    let all = judged().await;
    let mut best = f64::MAX;
    for sure in [0.0_f32, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7] {
        for close in [0.3_f32, 0.4, 0.5, 0.6, 0.7, 0.8] {
            let (cost, asked, helped) = cost(&all, sure, close);
            best = best.min(cost);
            eprintln!(
                "sure {sure:.2} close {close:.1}: cost {cost:.1}, asked {asked}, the right one offered {helped}"
            );
        }
    }
    let (chosen, asked, helped) = cost(&all, shophand::decide::SURE, shophand::decide::CLOSE);
    eprintln!("chosen: cost {chosen:.1}, asked {asked}, helped {helped}; best {best:.1}; of {}", all.len());
    assert!(chosen <= best + 2.0, "cost {chosen:.1}, where {best:.1} is possible: see the table");
}
