//! A WAV file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bell_media::fuzz::wav(data));
