//! Vectors of 8-bit integers.

/// A unit vector as 8-bit integers: the largest component becomes ±127. Cosines keep to within a hundredth.
pub fn quantised(vector: &[f32]) -> Vec<i8> {
    let largest = vector.iter().fold(f32::MIN_POSITIVE, |most, x| most.max(x.abs()));
    vector.iter().map(|x| (x / largest * 127.0).round() as i8).collect()
}

/// The cosine of two vectors of the same length; 0 when either is all zeros.
pub fn cosine(a: &[i8], b: &[i8]) -> f32 {
    let mut sums = [0_i32; 3];
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (i32::from(*a), i32::from(*b));
        sums[0] += a * b;
        sums[1] += a * a;
        sums[2] += b * b;
    }
    let norms = (sums[1] as f32).sqrt() * (sums[2] as f32).sqrt();
    if norms > 0.0 { sums[0] as f32 / norms } else { 0.0 }
}

/// The mean direction of some vectors.
pub fn centre<'a>(vectors: impl Iterator<Item = &'a [i8]>) -> Vec<i8> {
    let mut sum: Vec<f32> = Vec::new();
    for vector in vectors {
        sum.resize(vector.len(), 0.0);
        let norm = cosine_norm(vector);
        sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += f32::from(*x) / norm);
    }
    quantised(&sum)
}

fn cosine_norm(vector: &[i8]) -> f32 {
    let squares: i32 = vector.iter().map(|x| i32::from(*x) * i32::from(*x)).sum();
    (squares as f32).sqrt().max(f32::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bits_keep_the_cosine_to_within_a_hundredth() {
        let wave = |step: f32| -> Vec<f32> { (0..384).map(|i| (i as f32 * step).sin()).collect() };
        let (a, b) = (wave(0.37), wave(0.371));
        let exact = a.iter().zip(&b).map(|(x, y)| x * y).sum::<f32>()
            / (a.iter().map(|x| x * x).sum::<f32>() * b.iter().map(|x| x * x).sum::<f32>()).sqrt();
        assert!((cosine(&quantised(&a), &quantised(&b)) - exact).abs() < 0.01);
        assert_eq!(cosine(&[0; 4], &[1; 4]), 0.0);
        let both = [quantised(&a), quantised(&a)];
        assert!(cosine(&centre(both.iter().map(Vec::as_slice)), &both[0]) > 0.999);
    }
}
