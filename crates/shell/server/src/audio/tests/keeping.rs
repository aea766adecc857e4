//! The library: names that never change, nothing made twice, nothing damaged unnoticed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use bell_engine::{Audio, AudioWanted};
use bell_types::PromptName;

use super::{Centre, broken, hash, say, speech_file};
use crate::audio::{Config, Damage, Espeak, Synthesizer};

/// Whoever has to speak now, cannot.
fn without_synthesiser() -> Config {
    let espeak = Espeak { program: PathBuf::from("/nowhere/espeak-ng"), ..Espeak::standard() };
    Config { synthesizer: Synthesizer::Espeak(espeak), ..Config::standard() }
}

/// A published configuration holds these names: they change only when PREPARATION does, or a setting.
#[test]
fn names_are_the_same_on_every_machine_and_in_every_version() {
    let centre = Centre::new();
    centre.upload("hello.wav", &speech_file(16_000, -20.0));
    let names =
        [hash(&centre.prepare_file("hello.wav")).to_owned(), hash(&centre.prepare(say("您好,请按1"))).to_owned()];
    assert_eq!(
        names,
        [
            "4e9ce1d0d7bb407b26fbb7c6ec4da079b1e242490e2e79a34c37dc42ba851df1",
            "e1262b74e54cb00971f3399dc006eec2a83884cc2d81ddbf4646fb9ece21c2c8"
        ]
    );
}

#[test]
fn another_loudness_voice_or_word_makes_another_prompt() {
    let centre = Centre::new();
    centre.upload("hello.wav", &speech_file(16_000, -20.0));
    let (file, speech) = (centre.prepare_file("hello.wav"), centre.prepare(say("您好")));
    assert_ne!(file, speech);
    assert_ne!(speech, centre.prepare(say("你好")));
    // Written otherwise, spoken alike.
    assert_eq!(centre.prepare(say("请按1")), centre.prepare(say("请按１")));
    let mut louder = Centre::with(Config::standard());
    louder.config.prompt.loudness_dbov = -18.0;
    louder.upload("hello.wav", &speech_file(16_000, -20.0));
    assert_ne!(file, louder.prepare_file("hello.wav"));
    assert_ne!(speech, louder.prepare(say("您好")));
    let Synthesizer::Espeak(espeak) = &mut louder.config.synthesizer;
    espeak.mandarin.words_per_minute = 120;
    assert_ne!(louder.prepare(say("您好")), centre.prepare(say("您好")));
}

#[test]
fn what_was_made_is_not_made_again() {
    let mut centre = Centre::new();
    let speech = centre.prepare(say("欢迎致电"));
    let kept = centre.kept();
    assert_eq!(kept.keys().collect::<Vec<_>>(), [&format!("{}.wav", hash(&speech))]);
    centre.config = without_synthesiser();
    assert_eq!(centre.prepare(say("欢迎致电")), speech);
    assert!(broken(centre.prepare(say("再见"))).contains("not installed"));
    assert_eq!(centre.kept(), kept);
}

#[test]
fn the_same_words_under_two_names_are_made_once() {
    let centre = Centre::new();
    let wanted =
        ["first", "second"].map(|name| AudioWanted { prompt: PromptName::new(name).unwrap(), from: say("您好") });
    let mut told = Vec::new();
    let ready = centre.library().prepare_with(&wanted, &centre.base(), &mut |done, of| told.push((done, of)));
    assert_eq!((ready.len(), told), (2, vec![(1, 1)]));
    assert_eq!(ready.values().collect::<Vec<_>>()[0], ready.values().collect::<Vec<_>>()[1]);
}

#[test]
fn inb_10_damage_is_found_and_mended() {
    let centre = Centre::new();
    let names = ["cut", "changed", "emptied", "gone", "swapped", "well"];
    let wanted = names.map(|name| AudioWanted {
        prompt: PromptName::new(name).unwrap(),
        from: say(&format!("您好,{}", name.len() + name.as_bytes()[0] as usize)),
    });
    let ready = centre.library().prepare(&wanted, &centre.base());
    let live: BTreeMap<PromptName, String> =
        ready.iter().map(|(name, audio)| (name.clone(), hash(audio).to_owned())).collect();
    assert!(centre.library().verify(&live).is_empty());
    let whole = centre.kept();
    let path = |name: &str| centre.shelf().join(format!("{}.wav", live[&PromptName::new(name).unwrap()]));
    let content = |name: &str| fs::read(path(name)).unwrap();
    fs::write(path("cut"), &content("cut")[..2000]).unwrap();
    let mut changed = content("changed");
    changed[3000] ^= 1;
    fs::write(path("changed"), changed).unwrap();
    fs::write(path("emptied"), "").unwrap();
    fs::remove_file(path("gone")).unwrap();
    fs::remove_file(path("swapped")).unwrap();
    fs::create_dir(path("swapped")).unwrap();

    let problems = centre.library().verify(&live);
    let found: Vec<_> = problems.iter().map(|problem| (problem.prompt.as_str(), &problem.damage)).collect();
    assert!(
        matches!(
            found[..],
            [
                ("changed", Damage::Changed),
                ("cut", Damage::Changed),
                ("emptied", Damage::Undecodable(_)),
                ("gone", Damage::Missing),
                ("swapped", Damage::Unreadable(_)),
            ]
        ),
        "{found:?}"
    );
    assert!(problems[0].to_string().contains("belltower apply makes it anew"));
    assert_eq!(centre.library().file(&live[&PromptName::new("cut").unwrap()]), None, "callers are not to hear half");

    fs::remove_dir(path("swapped")).unwrap();
    assert_eq!(centre.library().prepare(&wanted, &centre.base()), ready);
    assert!(centre.library().verify(&live).is_empty());
    assert_eq!(centre.kept(), whole, "the same words become the same octets");
}

#[test]
fn a_name_that_is_no_hash_never_becomes_a_path() {
    let centre = Centre::new();
    fs::write(centre.dir.path().join("outside.wav"), speech_file(16_000, -20.0)).unwrap();
    let live = BTreeMap::from([(PromptName::new("odd").unwrap(), "../outside".to_owned())]);
    assert!(matches!(centre.library().verify(&live)[0].damage, Damage::Missing));
    assert_eq!(centre.library().file("../outside"), None);
}

#[test]
fn a_library_that_cannot_be_written_says_so_and_leaves_nothing_behind() {
    let centre = Centre::new();
    fs::write(centre.shelf(), "a file where the directory should be").unwrap();
    let reason = broken(centre.prepare(say("您好")));
    assert!(reason.starts_with("the library of prompts cannot be written: "), "{reason}");
    assert!(reason.ends_with("; check the space on the disk and the rights of the data directory"), "{reason}");
    fs::remove_file(centre.shelf()).unwrap();
    // A directory stands where the file should go.
    let audio = centre.prepare(say("您好"));
    fs::remove_file(centre.library().file(hash(&audio)).unwrap()).unwrap();
    fs::create_dir(centre.shelf().join(format!("{}.wav", hash(&audio)))).unwrap();
    assert!(matches!(centre.prepare(say("您好")), Audio::Broken(_)));
    assert_eq!(fs::read_dir(centre.shelf()).unwrap().count(), 1);
}
