//! The music of the demo.

use bell_media::wav::Wav;

use super::Centre;
use crate::audio::{Report, demo};

fn samples() -> Vec<i16> {
    Wav::parse(&demo::music(), usize::MAX).unwrap().samples().collect()
}

#[test]
fn the_music_is_the_same_each_time_and_short() {
    assert_eq!(demo::music(), demo::music());
    assert_eq!(samples().len(), 24 * 16_000);
}

#[test]
fn the_music_passes_as_a_prompt_uncut() {
    let centre = Centre::new();
    let report: Report = centre.library().report(&centre.upload("music.wav", &demo::music())).unwrap();
    println!("{report}");
    let prepared = report.verdict.as_ref().unwrap();
    assert_eq!((prepared.cut.as_millis(), prepared.clipped_permille), (0, 0), "{report}");
    assert_eq!(prepared.length.as_millis(), 24_000);
    assert!(prepared.long_pause.is_none());
}

/// A step larger than any inside would click each time it is repeated.
#[test]
fn the_music_repeats_without_a_seam() {
    let centre = Centre::new();
    centre.upload("music.wav", &demo::music());
    for (what, samples) in [("raw", samples()), ("prepared", centre.heard(&centre.prepare_file("music.wav")))] {
        let step = |a: i16, b: i16| (i32::from(a) - i32::from(b)).abs();
        let largest = samples.windows(2).map(|pair| step(pair[0], pair[1])).max().unwrap();
        let seam = step(samples[0], *samples.last().unwrap());
        println!("{what}: seam {seam}, largest step {largest}");
        assert!(seam <= largest / 4, "{what}: {seam} against {largest}");
    }
}

#[test]
fn the_music_is_neither_loud_nor_interrupted() {
    let samples = samples();
    let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
    assert!((11_000..=11_600).contains(&peak), "{peak}");
    // A caller who hears nothing for a second hangs up.
    for (second, block) in samples.chunks(8000).enumerate() {
        assert!(bell_media::level::of(block) > -40, "half second {second}");
    }
}
