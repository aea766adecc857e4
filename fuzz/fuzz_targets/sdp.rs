//! A session description, as an offer and as an answer.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bell_sip::fuzz::fuzz_sdp(data));
