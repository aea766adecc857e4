//! Passkeys, by a real browser with an authenticator of its own.

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::desk::{add, centre};

/// What the pages of the console do, without their buttons.
const ASK: &str = "
    const ask = async (method, path, body) => {
        const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
        const answer = await fetch('/v1' + path, { method, headers, body: body && JSON.stringify(body) });
        const text = await answer.text();
        return { status: answer.status, body: text ? JSON.parse(text) : null };
    };
    const create = async (options) => {
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
        return (await navigator.credentials.create({ publicKey })).toJSON();
    };
    const get = async (options) => {
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
        return (await navigator.credentials.get({ publicKey })).toJSON();
    };
";

fn run(browser: &mut Chromium, script: &str) -> Value {
    browser.run(&format!("(async () => {{ {ASK} {script} }})()"))
}

/// SEC-09: a passkey is made in the browser, seen, used as the second factor of a sign-in, counted, and taken away. A challenge
/// is answered once; a signature that is not its own lets nobody in.
#[test]
fn sec_09_a_passkey_is_made_and_signs_somebody_in() -> Result<(), KitError> {
    let centre = centre()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    // A passkey is bound to a name; an address of numbers has none.
    let port = centre.server.address("console").port();
    let mut browser = Chromium::at(&format!("http://localhost:{port}/"));
    browser.authenticator();
    let made = run(
        &mut browser,
        &format!(
            "const signed = await ask('POST', '/session', {{ name: 'alice', password: '{password}' }});
             const begun = await ask('POST', '/me/passkeys');
             const credential = await create(begun.body.options);
             const sent = {{ ticket: begun.body.ticket, name: 'my laptop', credential }};
             const added = await ask('PUT', '/me/passkeys', sent);
             const twice = await ask('PUT', '/me/passkeys', sent);
             const seen = await ask('GET', '/me/passkeys');
             const me = await ask('GET', '/me');
             await ask('DELETE', '/session');
             return {{ signed, added, twice, seen, me }};"
        ),
    );
    assert_eq!(made["signed"]["body"]["state"], "signed_in", "{made}");
    assert_eq!(made["added"]["status"], 200, "{made}");
    assert_eq!(made["added"]["body"]["recovery_codes"].as_array().map(Vec::len), Some(10), "another way in: {made}");
    assert_eq!(made["twice"]["status"], 401, "a challenge is answered once: {made}");
    assert_eq!(made["seen"]["body"]["items"][0]["name"], "my laptop", "{made}");
    assert_eq!(made["me"]["body"]["factors"]["passkeys"], 1, "{made}");

    let entered = run(
        &mut browser,
        &format!(
            "const step = await ask('POST', '/session', {{ name: 'alice', password: '{password}' }});
             const ticket = step.body.ticket;
             const first = await ask('POST', '/session/passkey', {{ ticket }});
             const proof = await get(first.body.options);
             const forged = structuredClone(proof);
             forged.response.signature = proof.response.authenticatorData;
             const sent = (credential) => ask('POST', '/session/second-factor', {{ ticket, method: 'passkey', credential }});
             const refused = await sent(forged);
             const used = await sent(proof);
             const second = await ask('POST', '/session/passkey', {{ ticket }});
             const signed = await sent(await get(second.body.options));
             const over = await sent(proof);
             const seen = await ask('GET', '/me/passkeys');
             return {{ step, refused, used, signed, over, seen }};"
        ),
    );
    let methods = entered["step"]["body"]["methods"].as_array().cloned().unwrap_or_default();
    assert!(methods.contains(&json!("passkey")), "{entered}");
    assert_eq!(
        (&entered["refused"]["status"], &entered["refused"]["body"]["why"]),
        (&json!(401), &json!("passkey_wrong"))
    );
    assert_eq!(entered["used"]["status"], 401, "its challenge was used up by the forged one: {entered}");
    assert_eq!(entered["signed"]["body"]["state"], "signed_in", "{entered}");
    assert_eq!(entered["over"]["status"], 401, "{entered}");
    assert!(entered["seen"]["body"]["items"][0]["used"].is_string(), "{entered}");

    let gone = run(
        &mut browser,
        "const { body } = await ask('GET', '/me/passkeys');
         const removed = await ask('DELETE', '/me/passkeys/' + body.items[0].id);
         const again = await ask('DELETE', '/me/passkeys/' + body.items[0].id);
         const me = await ask('GET', '/me');
         return { removed, again, me };",
    );
    assert_eq!((&gone["removed"]["status"], &gone["again"]["status"]), (&json!(204), &json!(422)), "{gone}");
    assert_eq!(gone["me"]["body"]["factors"], json!({ "totp": false, "passkeys": 0, "recovery_codes": 0 }), "{gone}");
    Ok(())
}
