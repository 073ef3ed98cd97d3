//! Groups in rows of numbers that nobody has labelled.
//!
//! Ward's hierarchical clustering joins, step by step, the two groups whose union adds least to the variance within groups:
//! the aim of k-means, without its random start, so the same rows always give the same groups. How many groups there are
//! is what the mean silhouette (Rousseeuw 1987) says is best.

use kodama::{Method, linkage};

/// Groups of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// The group of each row, the largest group first.
    pub of: Vec<usize>,
    /// How many rows each has.
    pub sizes: Vec<usize>,
    /// The mean row of each.
    pub centres: Vec<Vec<f64>>,
    /// Mean silhouette, −1 to 1: how much nearer rows are to their own group than to the next one.
    pub silhouette: f64,
    /// The same for every number of groups that was tried, from 2 on.
    pub tried: Vec<f64>,
}

/// How far to look.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// At most so many groups.
    pub groups: usize,
    /// Exactly so many, whatever their silhouette is.
    pub exactly: Option<usize>,
    /// Distances between so many rows are kept, spread evenly over all; the others join the nearest group.
    pub rows: usize,
}

/// Finds the groups of rows of one length; `None` for fewer than three different rows.
pub fn find(rows: &[Vec<f64>], limits: Limits) -> Option<Clusters> {
    let step = rows.len().div_ceil(limits.rows.max(3)).max(1);
    let some: Vec<&[f64]> = rows.iter().step_by(step).map(Vec::as_slice).collect();
    let distances = Distances::of(&some);
    if some.len() < 3 || distances.condensed.iter().all(|d| *d <= f64::EPSILON) {
        return None;
    }
    let dendrogram = linkage(&mut distances.condensed.clone(), some.len(), Method::Ward);
    let merges: Vec<(usize, usize)> = dendrogram.steps().iter().map(|s| (s.cluster1, s.cluster2)).collect();
    let most = limits.groups.clamp(2, some.len() - 1);
    let cuts = (2..=most).map(|groups| cut(&merges, some.len(), groups));
    let judged: Vec<(Vec<usize>, f64)> =
        cuts.map(|of| (distances.silhouette(&of), of)).map(|(s, of)| (of, s)).collect();
    let tried = judged.iter().map(|(_, silhouette)| *silhouette).collect();
    let best = judged.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1)).map(|(at, _)| at)?;
    let wanted = limits.exactly.map_or(best, |groups| groups.clamp(2, most) - 2);
    let (of, silhouette) = judged.into_iter().nth(wanted)?;
    let centres = means(&some, &of);
    let of: Vec<usize> = rows.iter().map(|row| nearest(row, &centres)).collect();
    Some(largest_first(rows, &of, centres.len(), silhouette, tried))
}

/// Distances between rows: those of the first to all later ones, then those of the second …
struct Distances {
    rows: usize,
    condensed: Vec<f64>,
}

impl Distances {
    fn of(rows: &[&[f64]]) -> Self {
        let mut condensed = Vec::with_capacity(rows.len() * rows.len().saturating_sub(1) / 2);
        for (i, a) in rows.iter().enumerate() {
            condensed.extend(rows[i + 1..].iter().map(|b| square(a, b).sqrt()));
        }
        Distances { rows: rows.len(), condensed }
    }

    /// Mean over all rows of (b − a) ÷ max(a, b): a is the mean distance to the own group, b that to the nearest other.
    fn silhouette(&self, of: &[usize]) -> f64 {
        let groups = of.iter().max().map_or(0, |most| most + 1);
        let mut sizes = vec![0_usize; groups];
        of.iter().for_each(|group| sizes[*group] += 1);
        let mut sums = vec![0.0; self.rows * groups];
        let mut at = 0;
        for i in 0..self.rows {
            for j in i + 1..self.rows {
                let distance = self.condensed[at];
                sums[i * groups + of[j]] += distance;
                sums[j * groups + of[i]] += distance;
                at += 1;
            }
        }
        let one = |row: usize| {
            let (own, sums) = (of[row], &sums[row * groups..(row + 1) * groups]);
            if sizes[own] < 2 {
                return 0.0;
            }
            let a = sums[own] / (sizes[own] - 1) as f64;
            let others = (0..groups).filter(|group| *group != own && sizes[*group] > 0);
            let b = others.map(|group| sums[group] / sizes[group] as f64).fold(f64::INFINITY, f64::min);
            (b - a) / a.max(b).max(f64::MIN_POSITIVE)
        };
        (0..self.rows).map(one).sum::<f64>() / self.rows.max(1) as f64
    }
}

fn square(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}

/// The group of each row after all but the last joins.
fn cut(merges: &[(usize, usize)], rows: usize, groups: usize) -> Vec<usize> {
    // What joins in step s is called rows + s from then on.
    let mut parent: Vec<usize> = (0..rows + merges.len()).collect();
    for (s, (a, b)) in merges.iter().take(rows - groups).enumerate() {
        parent[*a] = rows + s;
        parent[*b] = rows + s;
    }
    let mut names = std::collections::HashMap::new();
    (0..rows)
        .map(|mut row| {
            while parent[row] != row {
                row = parent[row];
            }
            let next = names.len();
            *names.entry(row).or_insert(next)
        })
        .collect()
}

fn means(rows: &[&[f64]], of: &[usize]) -> Vec<Vec<f64>> {
    let groups = of.iter().max().map_or(0, |most| most + 1);
    let width = rows.first().map_or(0, |row| row.len());
    let (mut sums, mut sizes) = (vec![vec![0.0; width]; groups], vec![0.0; groups]);
    for (row, group) in rows.iter().zip(of) {
        sizes[*group] += 1.0;
        sums[*group].iter_mut().zip(*row).for_each(|(sum, value)| *sum += value);
    }
    for (sum, size) in sums.iter_mut().zip(sizes) {
        sum.iter_mut().for_each(|value| *value /= f64::max(size, 1.0));
    }
    sums
}

fn nearest(row: &[f64], centres: &[Vec<f64>]) -> usize {
    let distances = centres.iter().map(|centre| square(row, centre)).enumerate();
    distances.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(group, _)| group)
}

fn largest_first(
    rows: &[Vec<f64>],
    of: &[usize],
    groups: usize,
    silhouette: f64,
    tried: Vec<f64>,
) -> Clusters {
    let mut sizes = vec![0; groups];
    of.iter().for_each(|group| sizes[*group] += 1);
    let mut order: Vec<usize> = (0..groups).filter(|group| sizes[*group] > 0).collect();
    order.sort_by_key(|group| std::cmp::Reverse(sizes[*group]));
    let mut place = vec![0; groups];
    order.iter().enumerate().for_each(|(new, old)| place[*old] = new);
    let of: Vec<usize> = of.iter().map(|group| place[*group]).collect();
    let all: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
    let centres = means(&all, &of);
    Clusters { of, sizes: order.iter().map(|group| sizes[*group]).collect(), centres, silhouette, tried }
}

/// Puts rows of unit length together by average linkage until the mean cosine between two groups is below `cosine`. The
/// group of each row, by the first row that is in it.
pub fn alike(rows: &[Vec<f32>], cosine: f32) -> Vec<usize> {
    let mut apart = Vec::with_capacity(rows.len() * rows.len().saturating_sub(1) / 2);
    for (i, one) in rows.iter().enumerate() {
        for other in &rows[i + 1..] {
            apart.push(1.0 - one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>());
        }
    }
    let dendrogram = linkage(&mut apart, rows.len(), Method::Average);
    // Of each cluster, rows first and then the steps in their order, its first row.
    let mut first: Vec<usize> = (0..rows.len()).collect();
    let mut group: Vec<usize> = (0..rows.len()).collect();
    for step in dendrogram.steps() {
        let (a, b) = (first[step.cluster1], first[step.cluster2]);
        first.push(a.min(b));
        if step.dissimilarity <= 1.0 - cosine {
            let (low, high) = (group[a].min(group[b]), group[a].max(group[b]));
            group.iter_mut().filter(|of| **of == high).for_each(|of| *of = low);
        }
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Limits = Limits { groups: 6, exactly: None, rows: 1000 };

    fn heap(x: f64, y: f64, rows: usize) -> impl Iterator<Item = Vec<f64>> {
        (0..rows).map(move |i| vec![x + 0.1 * (i % 5) as f64, y + 0.1 * (i % 3) as f64])
    }

    #[test]
    fn three_heaps_are_found_as_three_the_largest_first() {
        let rows: Vec<Vec<f64>> =
            heap(0.0, 0.0, 10).chain(heap(9.0, 0.0, 30)).chain(heap(0.0, 9.0, 20)).collect();
        let found = find(&rows, ALL).expect("groups");
        assert_eq!(found.sizes, [30, 20, 10]);
        assert_eq!((found.of[0], found.of[15], found.of[59]), (2, 0, 1));
        assert!(found.silhouette > 0.9 && found.tried.len() == 5, "{found:?}");
    }

    #[test]
    fn rows_that_were_not_compared_join_the_nearest_group() {
        let rows: Vec<Vec<f64>> = heap(0.0, 0.0, 300).chain(heap(9.0, 9.0, 100)).collect();
        let found = find(&rows, Limits { groups: 4, rows: 40, ..ALL }).expect("groups");
        assert_eq!(found.sizes, [300, 100]);
    }

    #[test]
    fn rows_that_are_all_alike_have_no_groups() {
        assert_eq!(find(&vec![vec![1.0, 2.0]; 10], ALL), None);
        assert_eq!(find(&[vec![1.0], vec![2.0]], ALL), None);
    }

    #[test]
    fn the_silhouette_is_that_of_a_hand_computed_example() {
        // Rows 0, 1, 10 in groups {0, 1}, {10}: (10 − 1) ÷ 10, (9 − 1) ÷ 9, and 0 for a row by itself.
        let rows: [&[f64]; 3] = [&[0.0], &[1.0], &[10.0]];
        let silhouette = Distances::of(&rows).silhouette(&[0, 0, 1]);
        assert!((silhouette - (0.9 + 8.0 / 9.0) / 3.0).abs() < 1e-12, "{silhouette}");
    }
}
