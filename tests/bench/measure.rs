//! What several benchmarks measure in the same way. Each uses some of it.
#![allow(dead_code)]

/// The value below which this share of them lies; sorts them. At least one is needed.
pub fn percentile(numbers: &mut [f64], share: f64) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[((numbers.len() - 1) as f64 * share).round() as usize]
}

/// Bytes of this process in memory, where the system tells.
pub fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

/// The same in megabytes, to be shown.
pub fn megabytes() -> String {
    resident().map_or_else(|| "?".to_owned(), |bytes| (bytes >> 20).to_string())
}
