//! Medians and percentiles.

/// The value below which `share` (0 to 1) of the values lie; 0 when there are none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// The middle value, or the mean of both middle values; 0 when there are none.
pub fn median(values: &[f64]) -> f64 {
    f64::midpoint(percentile(values, 0.5), upper_median(values))
}

fn upper_median(values: &[f64]) -> f64 {
    let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
    -percentile(&mirrored, 0.5)
}

/// The median of the ratios of each pair of one round, and the smallest and largest.
pub fn ratio(above: &[f64], below: &[f64]) -> Ratio {
    let ratios: Vec<f64> = above
        .iter()
        .zip(below)
        .map(|(above, below)| above / below)
        .collect();
    Ratio {
        median: median(&ratios),
        least: percentile(&ratios, 0.0),
        most: percentile(&ratios, 1.0),
    }
}

/// A ratio over several rounds.
#[derive(Clone, Copy, Default)]
pub struct Ratio {
    /// The median of the rounds.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}
