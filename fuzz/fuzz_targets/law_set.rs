//! A data set from a stranger never panics, alone or laid over the shipped tables, and what is taken keeps every row.

#![no_main]

use comity_law::{
    Law,
    set::{Bundle, DataSet},
};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static BASE: LazyLock<Law> = LazyLock::new(|| Law::shipped().clone());

fuzz_target!(|data: &[u8]| {
    let Ok(bundle) = Bundle::from_json(data) else { return };
    let Ok(set) = DataSet::read(&bundle) else { return };
    if let Ok(law) = BASE.with(&set) {
        assert!(law.dated() >= BASE.dated());
        assert!(law.tables().needs.len() >= set.tables.needs.len());
    }
});
