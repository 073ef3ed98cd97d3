use super::*;

/// Visits that follow one of two routes through the shop: 0 1 2 3 or 4 5 6 7, each with a stop of its own at the end.
fn routes(kind: Kind) -> Log {
    let visits = (0..400_u32).map(|i| {
        let first = 4 * (i % 2);
        let ends = [first, first + 1, first + 2, first + 3, 8 + i % 3];
        ends.iter()
            .enumerate()
            .map(|(at, item)| Step { item: *item, at: 1000 + 100 * i + at as u32 })
            .collect()
    });
    Log::new(kind, 11, visits.collect())
}

fn steps(items: &[u32]) -> Vec<Step> {
    items.iter().map(|item| Step { item: *item, at: 90_000 }).collect()
}

fn trained(kind: Kind) -> Blended {
    Blended::train(&routes(kind), None, &mut |_| {})
}

#[test]
fn what_others_looked_at_next_comes_first() {
    let blended = trained(Kind::Visits);
    for (seen, next) in [(vec![0, 1], 2), (vec![4, 5, 6], 7), (vec![6], 7)] {
        let best = blended.recommend(&steps(&seen), 3, &|item| !seen.contains(&item));
        assert_eq!(best[0].item, next, "after {seen:?}: {best:?}");
    }
}

#[test]
fn what_is_not_wanted_is_left_out_and_the_rest_moves_up() {
    let blended = trained(Kind::Visits);
    let best = blended.recommend(&steps(&[0, 1]), 11, &|item| item != 2 && item != 1 && item != 0);
    assert!(best.iter().all(|suggestion| suggestion.item > 2), "{best:?}");
    assert_eq!(best[0].item, 3, "{best:?}");
}

#[test]
fn a_stranger_gets_what_is_popular() {
    let blended = trained(Kind::Histories);
    let best = blended.recommend(&[], 5, &|_| true);
    assert_eq!(best.len(), 5);
    assert!(best.iter().all(|suggestion| suggestion.source.starts_with("popular")), "{best:?}");
}

#[test]
fn the_step_that_speaks_most_for_a_product_is_named() {
    let blended = trained(Kind::Visits);
    let (place, strength) = blended.because(&steps(&[4, 5, 1]), 2).unwrap();
    assert_eq!(place, 2);
    assert!(strength > 0.0);
    assert_eq!(blended.because(&[], 2), None);
}

#[test]
fn the_same_log_and_steps_give_the_same_order_whoever_asked_before() {
    let (one, other) = (trained(Kind::Visits), trained(Kind::Visits));
    other.recommend(&steps(&[4, 5]), 5, &|_| true);
    other.score(&steps(&[7, 3]), &[1, 2]);
    let ask = |blended: &Blended| blended.recommend(&steps(&[0, 1]), 8, &|_| true);
    assert_eq!(ask(&one), ask(&other));
}

#[test]
fn a_product_that_nobody_touched_is_found_by_what_is_said_of_it() {
    let log = routes(Kind::Visits);
    let mut nearest = vec![Vec::new(); 12];
    nearest[2] = vec![(11, 0.9)];
    let log = Log::new(Kind::Visits, 12, log.sequences().map(<[Step]>::to_vec).collect());
    let blended = Blended::train(&log, Some(Content::new(nearest)), &mut |_| {});
    let best = blended.recommend(&steps(&[2]), 12, &|item| item != 2);
    assert!(best.iter().any(|suggestion| suggestion.item == 11), "{best:?}");
}

#[test]
fn of_visits_the_newest_are_held_out_and_of_histories_what_each_shopper_did_last() {
    let visits = routes(Kind::Visits);
    let (before, choices) = visits.hold_out(40);
    assert_eq!(before.len(), 390);
    assert_eq!(choices.len(), 40);
    let histories = routes(Kind::Histories);
    let (before, choices) = histories.hold_out(1000);
    assert_eq!(before.len(), 400);
    assert!(before.sequences().all(|steps| steps.len() == 4));
    assert_eq!(choices.len(), 400);
    assert!(choices.iter().all(|choice| choice.trail.len() == 4 && choice.next >= 8));
}

#[test]
fn an_empty_log_recommends_nothing() {
    let blended = Blended::train(&Log::new(Kind::Visits, 0, Vec::new()), None, &mut |_| {});
    assert!(blended.recommend(&[], 5, &|_| true).is_empty());
}
