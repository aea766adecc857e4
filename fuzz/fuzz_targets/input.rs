//! What the engine keeps in the journal.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bell_engine::journal::fuzz(data));
