use proptest::prelude::*;

use super::{Gain, Mix, scale};

fn mixed(voices: &[(Vec<i16>, Gain)], without: Option<usize>, samples: usize) -> Vec<i16> {
    let mut mix = Mix::new();
    mix.clear(samples);
    for (voice, gain) in voices {
        mix.add(voice, *gain);
    }
    let mut out = Vec::new();
    match without {
        Some(index) => mix.write_without(&voices[index].0, voices[index].1, &mut out),
        None => mix.write(&mut out),
    }
    out
}

fn voices() -> impl Strategy<Value = Vec<(Vec<i16>, Gain)>> {
    let voice = (prop::collection::vec(any::<i16>(), 8), (0u16..300).prop_map(Gain));
    prop::collection::vec(voice, 1..6)
}

proptest! {
    /// What everyone but me says is the mix of everyone but me, saturation included.
    #[test]
    fn without_me_is_the_mix_of_the_others(voices in voices(), me in any::<prop::sample::Index>()) {
        let me = me.index(voices.len());
        let mut others = voices.clone();
        others.remove(me);
        prop_assert_eq!(mixed(&voices, Some(me), 8), mixed(&others, None, 8));
    }

    #[test]
    fn the_order_of_voices_does_not_matter(voices in voices()) {
        let mut reversed = voices.clone();
        reversed.reverse();
        prop_assert_eq!(mixed(&voices, None, 8), mixed(&reversed, None, 8));
    }

    #[test]
    fn one_voice_as_it_is_stays_as_it_is(voice in prop::collection::vec(any::<i16>(), 8)) {
        prop_assert_eq!(mixed(&[(voice.clone(), Gain::UNITY)], None, 8), voice);
    }

    #[test]
    fn a_gain_alone_is_the_same_as_scaling(mut voice in prop::collection::vec(any::<i16>(), 8), gain in 0u16..1000) {
        let mix = mixed(&[(voice.clone(), Gain(gain))], None, 8);
        scale(&mut voice, Gain(gain));
        prop_assert_eq!(mix, voice);
    }
}

#[test]
fn loud_voices_saturate_and_do_not_wrap() {
    let loud = (vec![30_000, -30_000], Gain::UNITY);
    assert_eq!(mixed(&[loud.clone(), loud.clone()], None, 2), [i16::MAX, i16::MIN]);
    assert_eq!(mixed(&[loud.clone(), loud.clone(), loud.clone()], Some(0), 2), [i16::MAX, i16::MIN]);
    assert_eq!(mixed(&[loud.clone(), loud], Some(1), 2), [30_000, -30_000], "the sum was kept wide");
}

#[test]
fn short_voices_end_in_silence_and_long_ones_are_cut() {
    let voices = [(vec![1], Gain::UNITY), (vec![10, 20, 30], Gain::UNITY)];
    assert_eq!(mixed(&voices, None, 2), [11, 20]);
    assert_eq!(mixed(&voices, Some(0), 2), [10, 20]);
}
