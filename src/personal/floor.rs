//! A floor under what the long tail gets to be seen.

/// Reorders a ranking, best first, so that among the first k places at least `share` · k (rounded down) go to what is
/// `rare`, for every k, as long as the ranking holds enough of it. Within the rare and within the others the order stays:
/// the representation constraint of FA*IR (Zehlike et al. 2017, "FA*IR: A Fair Top-k Ranking Algorithm") without its
/// significance test, since what is wanted here is a stated share and not a verdict.
pub fn floored<T>(ranking: Vec<T>, share: f32, rare: impl Fn(&T) -> bool) -> Vec<T> {
    if share <= 0.0 {
        return ranking;
    }
    let n = ranking.len();
    let (mut rare, mut others): (Vec<_>, Vec<_>) =
        ranking.into_iter().enumerate().partition(|(_, item)| rare(item));
    rare.reverse();
    others.reverse();
    let (mut list, mut given) = (Vec::with_capacity(n), 0);
    loop {
        let owed = (share * (list.len() + 1) as f32 + 1e-4).floor() as usize > given;
        let first = match (rare.last(), others.last()) {
            (Some((at, _)), Some((other, _))) => owed || at < other,
            (rare, _) => rare.is_some(),
        };
        let next = if first { rare.pop() } else { others.pop() };
        let Some((_, item)) = next else { return list };
        given += usize::from(first);
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::floored;

    #[test]
    fn every_tenth_place_is_kept_for_the_long_tail() {
        let list = floored((0..40).collect(), 0.1, |n| *n >= 30);
        assert_eq!(list.iter().position(|n| *n == 30), Some(9), "{list:?}");
        assert_eq!(list.iter().position(|n| *n == 31), Some(19), "{list:?}");
        assert_eq!(&list[..9], &[0, 1, 2, 3, 4, 5, 6, 7, 8], "the others keep their order");
    }

    proptest! {
        #[test]
        fn a_floor_holds_for_every_prefix_and_loses_nothing(rare in proptest::collection::vec(any::<bool>(), 0..60), share in 0.0_f32..0.9) {
            let list = floored((0..rare.len()).collect(), share, |n| rare[*n]);
            let mut all = list.clone();
            all.sort_unstable();
            prop_assert_eq!(all, (0..rare.len()).collect::<Vec<_>>());
            let there = rare.iter().filter(|rare| **rare).count();
            for k in 1..=list.len() {
                let given = list[..k].iter().filter(|n| rare[**n]).count();
                prop_assert!(given >= ((share * k as f32).floor() as usize).min(there));
            }
            for kind in [true, false] {
                let of: Vec<usize> = list.iter().copied().filter(|n| rare[*n] == kind).collect();
                prop_assert!(of.is_sorted(), "the order within each kind stays");
            }
        }
    }
}
