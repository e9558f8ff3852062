//! What an officer typed becomes one canonical form or is refused with words, and a canonical form stays as it is.

#![no_main]

use comity_matching::canonical::{Context, selector};
use comity_model::selector::{Selector, SelectorKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&[kind, region, scheme], text)) = data.split_first_chunk::<3>() else { return };
    let text = String::from_utf8_lossy(text);
    let regions = ["", "FR", "US", "RU", "SA", "MX", "IT", "AR"];
    let schemes = ["", "btc", "bch", "ltc", "whatsapp", "xbox", "passport", "sha256"];
    let context = Context {
        region: regions[usize::from(region) % regions.len()].parse().ok(),
        scheme: Some(schemes[usize::from(scheme) % schemes.len()].to_owned()).filter(|word| !word.is_empty()),
    };
    let kind = SelectorKind::ALL[usize::from(kind) % SelectorKind::ALL.len()];
    match selector(kind, &text, &context) {
        Ok(once) => {
            assert_eq!(selector(kind, once.value(), &context).as_ref(), Ok(&once));
            assert_eq!(selector(kind, once.value(), &Context::default()).as_ref(), Ok(&once));
            assert_eq!(Selector::new(kind, once.value()).expect("a selector").value(), once.value());
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
});
