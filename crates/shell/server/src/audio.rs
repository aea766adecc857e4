//! Making prompts ready for playing: uploads are decoded and checked, words are spoken, and both become WAV files in
//! the media host's library under the name of what they were made of.
//!
//! A [`Library`] never makes the same prompt twice, and says of each that cannot be played why, and what helps:
//!
//! ```no_run
//! # use std::path::Path;
//! # let wanted: Vec<bell_engine::AudioWanted> = Vec::new();
//! use belltower::audio::{Config, Library};
//!
//! let library = Library::new("data/audio", Config::standard());
//! let audio = library.prepare(&wanted, Path::new("/etc/belltower"));
//! ```
//!
//! Everything here blocks: call it where a thread may wait for files and processes.

mod content;
mod decode;
pub mod demo;
mod library;
mod ogg;
mod process;
mod report;
mod shelf;
mod speech;
mod unfit;
mod upload;

pub use decode::Form;
pub use library::{Config, Library};
pub use report::{Remark, Report};
pub use shelf::{Damage, Problem};
pub use speech::{Espeak, SpeechError, Synthesizer, Voice};
pub use unfit::Unfit;

#[cfg(test)]
mod tests;
