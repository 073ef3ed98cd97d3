use super::*;

/// Lists of ten rows; the row with the largest product of two features is the best, which no weighing of single
/// features can say.
fn lists(count: usize) -> (Lists, Vec<f32>) {
    let mut random = StdRng::seed_from_u64(7);
    let mut lists = Lists::new(3);
    let mut best = Vec::new();
    for _ in 0..count {
        let rows: Vec<[f32; 3]> =
            (0..10).map(|_| [0; 3].map(|_: i32| random.random::<f32>() - 0.5)).collect();
        let worth = |row: &[f32; 3]| row[0] * row[1];
        let top = rows.iter().map(worth).fold(f32::MIN, f32::max);
        for row in &rows {
            lists.values.extend(row);
            best.push(if worth(row) == top { 1.0 } else { 0.0 });
        }
        lists.close();
    }
    (lists, best)
}

/// The share of lists whose best row comes first.
fn first_is_best(boosted: &Boosted, lists: &Lists, best: &[f32]) -> f64 {
    let right = lists.lists().filter(|rows| {
        let top =
            rows.clone().max_by(|a, b| boosted.score(lists.row(*a)).total_cmp(&boosted.score(lists.row(*b))));
        top.is_some_and(|row| best[row] > 0.0)
    });
    right.count() as f64 / (lists.starts.len() - 1) as f64
}

fn quick() -> Settings {
    Settings {
        trees: 80,
        rate: 0.3,
        rows_in_leaf: 20,
        hessian_in_leaf: 0.1,
        features: 1.0,
        ..Settings::default()
    }
}

#[test]
fn softmax_learns_what_needs_two_features_at_once() {
    let (train, best) = lists(600);
    let boosted = Boosted::fit(&train, &vec![0.0; train.rows()], &Softmax { chosen: &best }, quick());
    let (test, best) = lists(1000);
    let share = first_is_best(&boosted, &test, &best);
    assert!(share > 0.7, "only {share} of the lists");
}

#[test]
fn lambdas_learn_it_too() {
    let (train, best) = lists(600);
    let boosted =
        Boosted::fit(&train, &vec![0.0; train.rows()], &Lambda { gains: &best, depth: 10 }, quick());
    let (test, best) = lists(1000);
    let share = first_is_best(&boosted, &test, &best);
    assert!(share > 0.7, "only {share} of the lists");
}

#[test]
fn the_same_seed_grows_the_same_trees_and_another_one_does_not() {
    let (train, best) = lists(200);
    let grow = |seed| {
        let settings = Settings { features: 0.6, seed, ..quick() };
        Boosted::fit(&train, &vec![0.0; train.rows()], &Softmax { chosen: &best }, settings)
    };
    assert_eq!(grow(1), grow(1));
    assert_ne!(grow(1), grow(2));
}

#[test]
fn what_was_scored_before_is_not_learnt_again() {
    let (train, best) = lists(300);
    let told: Vec<f32> = best.iter().map(|chosen| chosen * 20.0).collect();
    let boosted = Boosted::fit(&train, &told, &Softmax { chosen: &best }, quick());
    let most = (0..train.rows()).map(|row| boosted.score(train.row(row)).abs()).fold(0.0, f32::max);
    assert!(most < 0.5, "the trees move a row by {most} although nothing is left to learn");
}

#[test]
fn without_lists_there_is_nothing_to_say() {
    let nothing = Lists::new(2);
    let boosted = Boosted::fit(&nothing, &[], &Softmax { chosen: &[] }, quick());
    assert_eq!(boosted.score(&[1.0, 2.0]), 0.0);
}
