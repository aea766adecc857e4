//! Requests, responses, commands, troubles and pauses that a stack lives through, chosen by the bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bell_sip::fuzz::fuzz_stack(data));
