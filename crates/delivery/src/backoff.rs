//! Exponential back-off with full jitter: the n-th wait is even in `1 ms ..= min(cap, base * 2^(n-1))`.

use std::time::Duration;

/// The wait after `failures` failures in a row (1 or more), drawn by `jitter` (64 random bits).
#[must_use]
pub fn backoff(base: Duration, cap: Duration, failures: u32, jitter: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(62);
    let base_ms = u64::try_from(base.as_millis()).unwrap_or(u64::MAX).max(1);
    let cap_ms = u64::try_from(cap.as_millis()).unwrap_or(u64::MAX).max(1);
    let ceiling = base_ms.saturating_mul(1_u64 << doublings).min(cap_ms);
    Duration::from_millis(jitter % ceiling + 1)
}

/// Different random bits for the `index`-th of several draws made with one handful (SplitMix64's mixer).
#[must_use]
pub fn spread(jitter: u64, index: u64) -> u64 {
    let mut z = jitter.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASE: Duration = Duration::from_millis(500);
    const CAP: Duration = Duration::from_secs(300);

    proptest! {
        #[test]
        fn a_wait_is_never_zero_nor_above_the_cap(failures in any::<u32>(), jitter in any::<u64>()) {
            let wait = backoff(BASE, CAP, failures, jitter);
            prop_assert!(wait >= Duration::from_millis(1) && wait <= CAP);
        }
    }

    #[test]
    fn the_longest_possible_wait_doubles_until_the_cap() {
        let longest = |failures| (0..2_000_000).step_by(499).map(|j| backoff(BASE, CAP, failures, j)).max();
        assert!(longest(1) <= Some(BASE));
        assert!(longest(2) > Some(BASE) && longest(2) <= Some(BASE * 2));
        assert!(longest(40) > Some(Duration::from_secs(290)));
    }

    #[test]
    fn two_items_of_one_batch_draw_different_waits() {
        assert_ne!(spread(7, 0), spread(7, 1));
    }
}
