//! A SIP message, as a datagram and as a stream.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bell_sip::fuzz::fuzz_message(data));
