//! A key file is opened or refused.

#![no_main]

use comity_seal::decrypt_key_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = decrypt_key_file(data, "a passphrase");
});
