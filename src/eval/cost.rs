//! What intent recognition costs: time and memory.

use std::time::Duration;

use serde::Serialize;

/// Times and memory of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cost {
    /// Fitting everything, thresholds too, without embedding.
    pub training_seconds: f64,
    /// Embedding the training sentences.
    pub embedding_seconds: f64,
    /// Half of the messages were judged within this, embedding included. Absent where they were embedded together.
    pub p50_ms: Option<f64>,
    /// 99 of 100 were.
    pub p99_ms: Option<f64>,
    /// The same on top of the embedding.
    pub on_top_p50_ms: f64,
    /// The same on top of the embedding.
    pub on_top_p99_ms: f64,
    /// The most memory that this process has held. Absent where the system does not tell.
    pub peak_memory_mb: Option<f64>,
}

/// The times of each message: (embedding, the rest).
#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    pub(super) training: Duration,
    pub(super) embedding: Duration,
    pub(super) messages: Vec<(Option<Duration>, Duration)>,
}

impl Stopwatch {
    pub(super) fn cost(&self) -> Cost {
        let on_top: Vec<Duration> = self.messages.iter().map(|(_, rest)| *rest).collect();
        let whole: Vec<Duration> = self.messages.iter().filter_map(|(e, rest)| Some((*e)? + *rest)).collect();
        Cost {
            training_seconds: self.training.as_secs_f64(),
            embedding_seconds: self.embedding.as_secs_f64(),
            p50_ms: quantile(&whole, 0.5),
            p99_ms: quantile(&whole, 0.99),
            on_top_p50_ms: quantile(&on_top, 0.5).unwrap_or_default(),
            on_top_p99_ms: quantile(&on_top, 0.99).unwrap_or_default(),
            peak_memory_mb: peak_memory(),
        }
    }
}

/// In milliseconds, by nearest rank.
pub(super) fn quantile(times: &[Duration], share: f64) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_unstable();
    let rank = (share * times.len() as f64).ceil() as usize;
    times.get(rank.saturating_sub(1)).map(|time| time.as_secs_f64() * 1e3)
}

/// The peak of resident memory, in megabytes of 10⁶ bytes, as Linux tells it.
pub(super) fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_messages_the_ninety_ninth_is_p99() {
        let times: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(quantile(&times, 0.5), Some(50.0));
        assert_eq!(quantile(&times, 0.99), Some(99.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
