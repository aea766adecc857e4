//! A flow's file, proved, simulated and run.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| bell_ivr::fuzz::flow_file(data));
