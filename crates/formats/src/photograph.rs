//! Photographs inside reports: only what they say they are.

use base64::{Engine, prelude::BASE64_STANDARD};
use comity_model::{Nonsense, subject::Photograph};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// The file inside, when media type, base64 and first bytes agree.
pub(crate) fn decode(photograph: &Photograph) -> Result<Vec<u8>, Nonsense> {
    let magic = match photograph.media_type.as_str() {
        "image/png" => PNG,
        "image/jpeg" => JPEG,
        other => return Err(Nonsense::new(other, "the media type `image/png` or `image/jpeg`")),
    };
    let bad = |what| Nonsense::new(&photograph.base64, what);
    let file = BASE64_STANDARD
        .decode(&photograph.base64)
        .map_err(|_| bad("standard base64 with padding and without line breaks"))?;
    if file.starts_with(magic) { Ok(file) } else { Err(bad("a file of its media type")) }
}
