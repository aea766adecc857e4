//! One node: composes the cores, in one order of events.

mod config;
