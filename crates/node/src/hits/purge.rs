//! What grows old is purged page by page.

use super::MatchingError;

/// Purges page after page of what is old, until nothing of it is left to do; how many. `purge` says whether there was something to do:
/// not after another replica, or after a claim that has just arrived.
///
/// # Errors
/// What either says; what was done stays done.
pub(super) async fn by_pages<T, Next, Purge>(
    mut next: impl FnMut() -> Next,
    mut purge: impl FnMut(T) -> Purge,
) -> Result<u64, MatchingError>
where
    Next: Future<Output = Result<Vec<T>, MatchingError>>,
    Purge: Future<Output = Result<bool, MatchingError>>,
{
    let mut count = 0;
    loop {
        let before = count;
        for one in next().await? {
            count += u64::from(purge(one).await?);
        }
        if count == before {
            return Ok(count);
        }
    }
}
