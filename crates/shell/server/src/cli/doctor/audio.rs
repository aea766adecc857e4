//! Codecs, prompts, speech.

use std::f64::consts::TAU;

use bell_engine::Snapshot;
use bell_ivr::Language;
use bell_media::codec::{Decoder, Encoder};
use bell_types::Codec;

use super::{Findings, told};
use crate::configure;
use crate::dirs::Dirs;

pub(super) fn examine(dirs: &Dirs, snapshot: Option<&Snapshot>, findings: &mut Findings) {
    codecs(findings);
    speech(dirs, findings);
    if let Some(snapshot) = snapshot {
        prompts(dirs, snapshot, findings);
    }
}

/// A tone through each codec and back must sound as loud as before.
fn codecs(findings: &mut Findings) {
    const CHECK: &str = "codecs";
    let all = [Codec::Pcma, Codec::Pcmu, Codec::G722];
    let broken: Vec<String> =
        all.into_iter().filter(|codec| !carries_a_tone(*codec)).map(|it| it.to_string()).collect();
    if broken.is_empty() {
        let names: Vec<String> = all.iter().map(ToString::to_string).collect();
        findings.ok(CHECK, format!("{} carry a tone", names.join(", ")));
    } else {
        findings.fail(CHECK, format!("{} do not carry a tone", broken.join(", ")), "build belltower again");
    }
}

fn carries_a_tone(codec: Codec) -> bool {
    let tone: Vec<i16> = (0..3200).map(|at| (8000.0 * (f64::from(at) * TAU / 16.0).sin()) as i16).collect();
    let (mut coded, mut heard) = (Vec::new(), Vec::new());
    Encoder::new(codec).encode(&tone, &mut coded);
    Decoder::new(codec).decode(&coded, &mut heard);
    let power = |samples: &[i16]| samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
    let ratio = power(&heard) / power(&tone);
    (0.8..1.25).contains(&ratio)
}

fn speech(dirs: &Dirs, findings: &mut Findings) {
    const CHECK: &str = "speech";
    match configure::library(dirs).try_words("您好，您前面还有3位客人。", Language::Mandarin) {
        Ok(length) => findings.ok(CHECK, format!("Mandarin is spoken ({:.1} s of audio)", length.as_secs_f64())),
        Err(unfit) => findings.fail(CHECK, format!("Mandarin is not spoken: {}", told(&unfit)), unfit.remedy()),
    }
}

fn prompts(dirs: &Dirs, snapshot: &Snapshot, findings: &mut Findings) {
    const CHECK: &str = "prompts";
    let problems = configure::library(dirs).verify(&snapshot.audio);
    if problems.is_empty() {
        findings.ok(CHECK, format!("all {} decode and are what was made", snapshot.audio.len()));
    }
    for problem in problems {
        findings.fail(CHECK, told(&problem), "belltower apply FILE makes it anew");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_carries_a_tone() {
        let mut findings = Findings::default();
        codecs(&mut findings);
        assert_eq!(findings.count(super::super::Level::Ok), 1, "{findings:?}");
    }
}
