//! A manifest or custody event that was read agrees with itself and survives being written.

#![no_main]

use comity_vault::custody::Event;
use comity_vault::item::Manifest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(manifest) = Manifest::from_json(data) {
        assert_eq!(manifest.check(), Ok(()));
        assert!(!manifest.name.file_name().contains(['/', '\\', '\0']));
        let _ = manifest.name.display();
        let written = manifest.to_json().expect("a manifest can be written");
        assert_eq!(Manifest::from_json(&written), Ok(manifest));
    }
    if let Ok(event) = Event::from_json(data) {
        let written = event.to_json().expect("an event can be written");
        if written.len() <= data.len() {
            assert_eq!(Event::from_json(&written), Ok(event));
        }
    }
});
