//! A segment of the journal.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    bell_store::journal::fuzz_records(data);
});
