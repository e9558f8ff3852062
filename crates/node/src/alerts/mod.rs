//! Alerts.
use crate::{Node, exchange::Incoming, store::{StoreError, Tx}};
use std::sync::Arc;
/// What an arrived message means for alerts.
pub async fn arrived(_node: &Arc<Node>, _tx: &mut Tx, _incoming: &Incoming) -> Result<(), StoreError> {
    Ok(())
}
/// Carries out withdrawals.
pub fn withdraw_soon(_node: &Arc<Node>) {}
