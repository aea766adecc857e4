//! Prompts over HTTP: what an administrator uploads is what callers hear.

use std::f64::consts::TAU;

use bell_media::wav::{self, Encoding, Format};
use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::centre::Centre;
use crate::configs::CONSOLE;
use crate::desk::{Visitor, add};
use crate::people::administrator;

const JINGLE_HZ: f64 = 440.0;
const MENU: &str = "\"销售请按1，技术请按2，人工请按0。\"";

/// Three seconds of a tone at so much of full amplitude, in stereo at 44.1 kHz: as people record.
fn tone(amplitude: f64) -> Vec<u8> {
    let format = Format { encoding: Encoding::Pcm(16), channels: 2, rate_hz: 44_100 };
    let sample = |at: u32| {
        ((TAU * JINGLE_HZ * f64::from(at) / 44_100.0).sin() * amplitude * 32_767.0).clamp(-32_768.0, 32_767.0) as i16
    };
    let samples: Vec<i16> = (0..3 * 44_100).flat_map(|at| [sample(at); 2]).collect();
    let mut file = wav::header(format, samples.len() as u32 * 2).to_vec();
    wav::write_samples(format.encoding, &samples, &mut file);
    file
}

fn json_of((status, body): (u16, Vec<u8>)) -> (u16, Value) {
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn prompt(visitor: &mut Visitor, name: &str) -> Value {
    let (status, found) = visitor.ask("GET", "/v1/prompts", &Value::Null);
    assert_eq!(status, 200, "{found}");
    let items = found["items"].as_array().expect("prompts");
    items.iter().find(|prompt| prompt["name"] == name).cloned().unwrap_or(Value::Null)
}

/// INB-06: a recording is checked with a remedy for what is wrong with it, becomes a prompt as callers hear it, plays in a
/// flow, cannot be deleted while it does, and is versioned with the configuration.
#[test]
fn inb_06_an_uploaded_prompt_is_checked_heard_and_kept_while_it_is_played() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let at = "/v1/prompts/jingle";
    let (_, clipped) = json_of(boss.send("POST", &format!("{at}/check"), "audio/wav", &tone(3.0)));
    assert!(
        clipped["ok"] == false && clipped["remedy"].as_str().is_some_and(|text| text.contains("gain")),
        "{clipped}"
    );
    let (status, refused) = json_of(boss.send("PUT", at, "audio/wav", &tone(3.0)));
    assert_eq!((status, &refused["code"]), (422, &json!("prompt_unfit")), "{refused}");
    for (what, broken) in
        [("silence", tone(0.0)), ("no audio", b"hello".to_vec()), ("cut", tone(0.3)[..9_000].to_vec())]
    {
        let (_, found) = json_of(boss.send("POST", &format!("{at}/check"), "audio/wav", &broken));
        assert!(found["ok"] == false && found["remedy"].is_string(), "{what}: {found}");
    }
    let (status, large) = json_of(boss.send("PUT", at, "audio/wav", &vec![0; (32 << 20) + 1]));
    assert_eq!((status, &large["code"]), (413, &json!("too_large")), "{large}");

    let good = tone(0.3);
    let (_, found) = json_of(boss.send("POST", &format!("{at}/check"), "audio/wav", &good));
    assert_eq!(
        (&found["ok"], &found["rate_hz"], &found["channels"]),
        (&json!(true), &json!(44_100), &json!(2)),
        "{found}"
    );
    let (_, preview) = boss.send("POST", &format!("{at}/preview"), "audio/wav", &good);
    let (status, put) = json_of(boss.send("PUT", &format!("{at}?comment=for%20the%20menu"), "audio/wav", &good));
    assert_eq!((status, &put["version"]), (200, &json!(2)), "{put}");
    let (status, heard) = boss.fetch("GET", &format!("{at}/audio"), &Value::Null);
    assert_eq!(status, 200);
    assert!(heard == preview, "the preview is what callers hear");
    let read = wav::Wav::parse(&heard, usize::MAX).expect("a WAV file");
    assert_eq!((read.format.encoding, read.format.rate_hz, read.format.channels), (Encoding::Alaw, 8_000, 1));
    assert_eq!(read.len(), 24_000, "three seconds");
    let listed = prompt(&mut boss, "jingle");
    assert_eq!(
        (&listed["own"], &listed["sound"]["length_ms"], &listed["used_by"]),
        (&json!(true), &json!(3000), &json!([])),
        "{listed}"
    );

    let (_, flow) = boss.ask("GET", "/v1/flows/welcome", &Value::Null);
    let plays = flow["text"].as_str().expect("a text").replace(MENU, "{ file = \"jingle\" }");
    let (status, published) = boss.ask("PUT", "/v1/flows/welcome", &json!({ "text": plays, "base_version": 1 }));
    assert_eq!((status, &published["version"]), (200, &json!(3)), "{published}");
    let (_phone, mut call) = centre.customer()?;
    assert!(call.hears(JINGLE_HZ)?, "the menu is the upload");
    call.hang_up()?;
    let used_by = json!([{ "kind": "flow", "name": "welcome", "at": "menu" }]);
    assert_eq!(prompt(&mut boss, "jingle")["used_by"], used_by);
    let (status, used) = boss.ask("DELETE", at, &Value::Null);
    assert_eq!((status, &used["code"]), (409, &json!("prompt_used")), "{used}");
    assert!(used["detail"].as_str().is_some_and(|detail| detail.contains("welcome")), "{used}");

    assert_eq!(boss.ask("POST", "/v1/config/roll-back", &json!({ "version": 2 })).0, 200);
    assert_eq!(boss.ask("DELETE", at, &Value::Null).0, 200);
    assert_eq!(boss.fetch("GET", &format!("{at}/audio"), &Value::Null).0, 404);
    assert_eq!(boss.ask("POST", "/v1/config/roll-back", &json!({ "version": 3 })).0, 200);
    assert!(boss.fetch("GET", &format!("{at}/audio"), &Value::Null).1 == heard, "an old version sounds as it did");
    let (_, versions) = boss.ask("GET", "/v1/config/versions", &Value::Null);
    assert_eq!(versions["items"][4]["comment"], "for the menu", "{versions}");
    centre.assert_replays();
    Ok(())
}

/// INB-06: words become a prompt by the synthesiser beside the server; who may only look cannot change what callers hear.
#[test]
fn inb_06_words_are_spoken_and_only_who_may_changes_them() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let (_, found) = boss.ask("GET", "/v1/prompts", &Value::Null);
    assert_eq!(found["speaker"], true, "espeak-ng is beside the tests: {found}");
    let closing = found["items"].as_array().expect("prompts").iter().find(|prompt| prompt["text"] == "再见。");
    assert!(closing.is_some_and(|prompt| prompt["own"] == false && prompt["used_by"][0]["at"] == "closed"), "{found}");
    let (_, empty) = boss.ask("POST", "/v1/prompts/soon/check", &json!({ "say": "…" }));
    assert!(empty["ok"] == false && empty["remedy"].is_string(), "{empty}");
    let (status, put) = boss.ask("PUT", "/v1/prompts/soon", &json!({ "say": "我们很快回来。" }));
    assert_eq!((status, &put["version"]), (200, &json!(2)), "{put}");
    let spoken = prompt(&mut boss, "soon");
    assert_eq!((&spoken["kind"], &spoken["text"]), (&json!("speech"), &json!("我们很快回来。")), "{spoken}");
    assert!(spoken["sound"]["length_ms"].as_u64().is_some_and(|ms| ms > 500), "{spoken}");
    let (status, bad) = boss.ask("PUT", "/v1/prompts/a%20b", &json!({ "say": "您好" }));
    assert_eq!((status, &bad["code"]), (422, &json!("invalid")), "{bad}");

    let password = add(&centre, "lead", &["--role", "supervisor"]);
    let mut lead = Visitor::at(&centre, "admin");
    lead.sign_in("lead", &password);
    assert_eq!(lead.ask("GET", "/v1/prompts", &Value::Null).0, 200);
    let (status, refused) = lead.ask("PUT", "/v1/prompts/soon", &json!({ "say": "再见" }));
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{refused}");
    Ok(())
}
