//! Signing in elsewhere: a small provider of OpenID Connect on a socket of its own, which signs what it says.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bell_testkit::KitError;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::centre::Centre;
use crate::desk::{Visitor, add};

/// What the provider says and what it was asked.
struct Said {
    issuer: String,
    /// The claims of the next token, over those that are right.
    claims: Value,
    /// What a browser was sent with, by the code it was given.
    asked: BTreeMap<String, BTreeMap<String, String>>,
    key: EcdsaKeyPair,
}

/// A provider.
#[derive(Clone)]
struct Provider {
    address: SocketAddr,
    said: Arc<Mutex<Said>>,
}

impl Provider {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let issuer = format!("http://{address}");
        let said = Said { issuer, claims: json!({}), asked: BTreeMap::new(), key };
        let provider = Self { address, said: Arc::new(Mutex::new(said)) };
        let theirs = provider.clone();
        thread::spawn(move || listener.incoming().filter_map(Result::ok).for_each(|stream| theirs.serve(stream)));
        provider
    }

    fn says(&self, claims: Value) {
        self.said.lock().expect("nobody panicked").claims = claims;
    }

    fn serve(&self, stream: std::net::TcpStream) {
        let mut reader = BufReader::new(stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_owned());
        }
        let header = |name: &str| head.iter().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        let mut body = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
        if reader.read_exact(&mut body).is_err() || head.is_empty() {
            return;
        }
        let path = head[0].split(' ').nth(1).unwrap_or_default().to_owned();
        let answer = match path.as_str() {
            "/.well-known/openid-configuration" => self.metadata(),
            "/keys" => self.keys(),
            "/token" => {
                assert_eq!(header("authorization"), Some("Basic YmVsbDpzM2NyZXQ="), "{head:?}");
                self.token(&fields(&String::from_utf8(body).expect("text")))
            }
            _ => json!({}),
        };
        let text = answer.to_string();
        let _ = write!(
            reader.get_mut(),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
            text.len()
        );
    }

    fn metadata(&self) -> Value {
        let issuer = self.said.lock().expect("nobody panicked").issuer.clone();
        let at = |path: &str| format!("http://{}{path}", self.address);
        json!({
            "issuer": issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "jwks_uri": at("/keys")
        })
    }

    fn keys(&self) -> Value {
        let said = self.said.lock().expect("nobody panicked");
        let point = said.key.public_key().as_ref();
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256", "use": "sig",
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..65])
        }] })
    }

    /// Lets somebody sign in who was sent here: the code that he is sent back with.
    fn sign_in(&self, location: &str) -> (String, String) {
        let asked = fields(location.split_once('?').expect("a query").1);
        assert!(location.starts_with(&format!("http://{}/authorize?", self.address)), "{location}");
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        let mut said = self.said.lock().expect("nobody panicked");
        let code = format!("code{}", said.asked.len());
        let state = asked["state"].clone();
        said.asked.insert(code.clone(), asked);
        (code, state)
    }

    fn token(&self, sent: &BTreeMap<String, String>) -> Value {
        let said = self.said.lock().expect("nobody panicked");
        let asked = &said.asked[&sent["code"]];
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&sent["code_verifier"]));
        assert_eq!(challenge, asked["code_challenge"], "PKCE");
        assert_eq!(sent["redirect_uri"], asked["redirect_uri"]);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let mut claims = json!({
            "iss": said.issuer, "aud": "bell", "sub": "7", "iat": now, "exp": now + 60, "nonce": asked["nonce"]
        });
        for (name, value) in said.claims.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "ES256", "kid": "k1" })), part(&claims));
        let signature = said.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("it signs");
        json!({ "id_token": format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref())) })
    }
}

/// A query or a form.
fn fields(text: &str) -> BTreeMap<String, String> {
    let field = |pair: &str| {
        let (name, value) = pair.split_once('=').expect("a field");
        (name.to_owned(), unescaped(value))
    };
    text.split('&').map(field).collect()
}

fn unescaped(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(octet) = rest.next() {
        if octet == b'%' {
            let pair = [rest.next().expect("two digits"), rest.next().expect("two digits")];
            let pair = std::str::from_utf8(&pair).expect("digits");
            bytes.push(u8::from_str_radix(pair, 16).expect("digits"));
        } else {
            bytes.push(octet);
        }
    }
    String::from_utf8(bytes).expect("text")
}

fn centre_with(provider: &Provider, more: &str) -> Result<Centre, KitError> {
    let text = format!(
        "[console]\nlisten = [\"127.0.0.1:{{port:console}}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{{port:admin}}\"]\n\n\
         [oidc.corp]\nzh = \"企业统一登录\"\nen = \"Company sign-on\"\nissuer = \"http://{}\"\nclient_id = \"bell\"\n\
         password = \"s3cret\"\n{more}\n\n[media]",
        provider.address
    );
    Centre::changed(&[("[media]", &text)])
}

/// Goes to the provider, signs in there and comes back; where the console sends the browser then.
fn round(visitor: &mut Visitor, provider: &Provider) -> String {
    let (status, location) = visitor.follow("/v1/session/oidc/corp?to=/calls");
    assert_eq!(status, 303, "{location}");
    let (code, state) = provider.sign_in(&location);
    visitor.follow(&format!("/v1/session/oidc/corp/return?code={code}&state={state}")).1
}

/// SEC-09: somebody signs in at the company's provider and is let in as the account that its claim names; his own rules hold,
/// a freeze keeps him out, and a password that he never chose is not asked for.
#[test]
fn sec_09_somebody_signs_in_at_a_provider_and_is_let_in_by_our_rules() -> Result<(), KitError> {
    let provider = Provider::start();
    let centre = centre_with(&provider, "")?;
    add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    add(&centre, "boss", &["--role", "super_admin"]);
    let mut visitor = Visitor::at(&centre, "console");
    let (status, listed) = visitor.ask("GET", "/v1/session/providers", &Value::Null);
    let corp = json!({ "items": [{ "provider": "corp", "zh": "企业统一登录", "en": "Company sign-on" }] });
    assert_eq!((status, listed), (200, corp));

    provider.says(json!({ "preferred_username": "Alice" }));
    assert_eq!(round(&mut visitor, &provider), "/calls");
    assert_eq!(visitor.ask("GET", "/v1/me", &Value::Null).1["name"], "alice");

    provider.says(json!({ "preferred_username": "boss" }));
    let mut other = Visitor::at(&centre, "console");
    let failed = round(&mut other, &provider);
    assert_eq!(failed, "/sign-in?failed=factor_missing", "a super administrator needs a second factor here");
    provider.says(json!({ "preferred_username": "nobody" }));
    assert_eq!(round(&mut other, &provider), "/sign-in?failed=unknown_account");
    let (ok, told) = centre.operate(&["user", "disable", "alice", "--reason", "left"]);
    assert!(ok, "{told}");
    provider.says(json!({ "preferred_username": "alice" }));
    assert_eq!(round(&mut other, &provider), "/sign-in?failed=disabled");
    assert_eq!(other.ask("GET", "/v1/me", &Value::Null).0, 401);
    Ok(())
}

/// SEC-09: an answer that this browser did not ask for, a second use, a token for another, of another, too old, or for another
/// sign-in: nobody is let in.
#[test]
fn sec_09_a_provider_is_believed_only_what_it_signed_for_this_sign_in() -> Result<(), KitError> {
    let provider = Provider::start();
    let centre = centre_with(&provider, "claim = \"email\"\nsecond_factor = true")?;
    add(&centre, "alice@example.com", &["--role", "super_admin"]);
    let mut visitor = Visitor::at(&centre, "console");
    for (wrong, failed) in [
        (json!({ "aud": "another" }), "untrusted"),
        (json!({ "iss": "http://127.0.0.1:1" }), "untrusted"),
        (json!({ "exp": 1_700_000_000 }), "untrusted"),
        (json!({ "nonce": "of another" }), "untrusted"),
        (json!({ "azp": "another" }), "untrusted"),
        (json!({ "email_verified": false }), "unknown_account"),
        (json!({ "email": 7 }), "unknown_account"),
    ] {
        let mut claims = json!({ "email": "alice@example.com", "email_verified": true });
        for (name, value) in wrong.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        provider.says(claims);
        assert_eq!(round(&mut visitor, &provider), format!("/sign-in?failed={failed}"), "{wrong}");
    }
    provider.says(json!({ "email": "alice@example.com", "email_verified": true }));
    let (_, location) = visitor.follow("/v1/session/oidc/corp?to=//evil.example");
    let (code, state) = provider.sign_in(&location);
    let back = format!("/v1/session/oidc/corp/return?code={code}&state={state}");
    let mut victim = Visitor::at(&centre, "console");
    assert_eq!(victim.follow(&back).1, "/sign-in?failed=stale", "another browser's answer");
    assert_eq!(visitor.follow(&back).1, "/sign-in?failed=stale", "it was used up by that");
    let (_, location) = visitor.follow("/v1/session/oidc/corp");
    let (_, state) = provider.sign_in(&location);
    let denied = format!("/v1/session/oidc/corp/return?error=access_denied&state={state}");
    assert_eq!(visitor.follow(&denied).1, "/sign-in?failed=denied");
    assert_eq!(visitor.ask("GET", "/v1/me", &Value::Null).0, 401);

    let (_, location) = visitor.follow("/v1/session/oidc/corp?to=//evil.example");
    let (code, state) = provider.sign_in(&location);
    let (_, landed) = visitor.follow(&format!("/v1/session/oidc/corp/return?code={code}&state={state}"));
    assert_eq!(landed, "/", "never to another site");
    let (_, me) = visitor.ask("GET", "/v1/me", &Value::Null);
    assert_eq!(me["name"], "alice@example.com", "the provider has asked for the second factor: {me}");
    assert_eq!(visitor.follow("/v1/session/oidc/unknown").1, "/sign-in?failed=unavailable");
    Ok(())
}
