//! The configuration of a centre: read from one TOML file, checked as a whole, immutable afterwards.

mod document;
