//! A sealed part that was altered as the data say is refused, or was not altered; and bytes from a stranger never panic.

#![no_main]

use comity_vault::ItemId;
use comity_vault::chunk::{ChunkFault, ItemKey, Salt, open_part, seal_part, survey_part};
use libfuzzer_sys::fuzz_target;

fn opened(sealed: &[u8]) -> Result<Vec<u8>, ChunkFault> {
    let (key, item) = (ItemKey::new([7; 32]), ItemId::new(1, [1; 10]));
    let len = sealed.len() as u64;
    let surveyed = survey_part(sealed, len, &key, item, 0);
    let mut opener = open_part(sealed, len, &key, item, 0)?;
    let mut plain = Vec::new();
    opener.read(0..opener.size(), &mut plain)?;
    assert!(surveyed.is_ok_and(|damaged| damaged.is_empty()));
    Ok(plain)
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    let (key, item) = (ItemKey::new([7; 32]), ItemId::new(1, [1; 10]));
    let mut out = Vec::new();
    let mut sealer = seal_part(&key, item, 0, Salt::new([1; 24])).expect("a sealer");
    sealer.update(plain, &mut out).expect("sealed");
    sealer.finish(&mut out).expect("finished");
    out
}

fuzz_target!(|data: &[u8]| {
    let _ = opened(data);
    let Some((head, rest)) = data.split_first_chunk::<8>() else { return };
    let len = usize::from(u16::from_le_bytes([head[0], head[1]]));
    let whole = sealed(&vec![head[2]; len]);
    let mut altered = whole.clone();
    let cut = usize::from(u16::from_le_bytes([head[3], head[4]]));
    altered.truncate(whole.len().saturating_sub(cut));
    for place in rest.as_chunks::<3>().0 {
        let at = usize::from(u16::from_le_bytes([place[0], place[1]]));
        if let Some(byte) = altered.get_mut(at) {
            *byte ^= place[2];
        }
    }
    assert_eq!(opened(&altered).is_ok(), altered == whole);
});
