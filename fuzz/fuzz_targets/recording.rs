//! The file of a recording.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bell_media::fuzz::recording(data));
