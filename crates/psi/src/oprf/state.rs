//! How a requester keeps a query until its answers come: `CPQ1`, the seed (32 bytes), the number of inputs (2 bytes), each
//! input with its length (2 bytes), then the blinded batch. Numbers are big-endian. Secret: the caller seals it.

use super::batch::padded_size;
use super::suite::length;
use super::{OprfError, Query};
use crate::group;
use crate::seed::Seed;
use zeroize::Zeroizing;

const MAGIC: &[u8; 4] = b"CPQ1";

pub(super) fn write(query: &Query) -> Zeroizing<Vec<u8>> {
    let inputs: usize = query.inputs.iter().map(|input| input.len().saturating_add(2)).sum();
    // Sized at once, so that no secret is left behind when it would grow.
    let mut bytes = Zeroizing::new(Vec::with_capacity(38 + inputs + query.blinded().len()));
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(query.seed.as_bytes());
    // At most 4096: checked when the query was made.
    bytes.extend_from_slice(&u16::try_from(query.inputs.len()).unwrap_or(u16::MAX).to_be_bytes());
    for input in &query.inputs {
        bytes.extend_from_slice(&length(input));
        bytes.extend_from_slice(input);
    }
    bytes.extend_from_slice(query.blinded());
    bytes
}

pub(super) fn read(bytes: &[u8]) -> Result<Query, OprfError> {
    let mut rest = bytes;
    if take::<4>(&mut rest)? != *MAGIC {
        return Err(OprfError::State { what: "it does not start with `CPQ1`" });
    }
    let seed = Seed::from_bytes(take::<32>(&mut rest)?);
    let count = usize::from(u16::from_be_bytes(take(&mut rest)?));
    let size = padded_size(count).ok_or(OprfError::State { what: "its number of inputs is not allowed" })?;
    let mut inputs = Vec::with_capacity(count);
    for _ in 0..count {
        let length = usize::from(u16::from_be_bytes(take(&mut rest)?));
        let (input, after) = rest.split_at_checked(length).ok_or(SHORT)?;
        inputs.push(input.to_vec());
        rest = after;
    }
    let (blinded, left) = group::split(rest);
    if blinded.len() != size || !left.is_empty() {
        return Err(OprfError::State { what: "its batch has the wrong size" });
    }
    Ok(Query { seed, inputs, blinded: blinded.to_vec() })
}

const SHORT: OprfError = OprfError::State { what: "it ends too early" };

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], OprfError> {
    let (taken, after) = rest.split_first_chunk::<N>().ok_or(SHORT)?;
    *rest = after;
    Ok(*taken)
}
