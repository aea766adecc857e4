//! What a phone is set up with (TEL-08): user, domain, proxy, transport; and its password, when it has just been drawn.

use std::net::SocketAddr;

use bell_api::doors::{ProvisioningView, SheetLine};
use bell_engine::Snapshot;
use bell_types::{EndpointName, Srtp};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::certificate::Standing;

/// What passwords are drawn from: nothing that is taken for something else when it is typed off paper.
const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// How many letters a password has: 79 bits.
const PASSWORD_LEN: usize = 16;

/// The least width of the code, in pixels.
const CODE_WIDTH_MIN: u32 = 240;

/// Draws a password.
///
/// # Errors
/// The system has no randomness.
pub(super) fn draw_password() -> Result<String, getrandom::Error> {
    let mut drawn = String::with_capacity(PASSWORD_LEN);
    while drawn.len() < PASSWORD_LEN {
        let mut bytes = [0; PASSWORD_LEN];
        getrandom::fill(&mut bytes)?;
        // What lies beyond a whole number of alphabets would make its beginning likelier.
        let fair = bytes.iter().filter(|byte| usize::from(**byte) < 256 / LETTERS.len() * LETTERS.len());
        let letters = fair.map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
        drawn.extend(letters.take(PASSWORD_LEN - drawn.len()));
    }
    Ok(drawn)
}

/// The sheet of a phone that registers by a password; none, if it is no such phone.
pub(super) fn sheet(
    snapshot: &Snapshot,
    standing: &Standing,
    endpoint: &EndpointName,
    password: Option<&str>,
) -> Option<ProvisioningView> {
    let configured = snapshot.sip.endpoints.get(endpoint).filter(|configured| configured.secret.is_some())?;
    let (transport, listens) = door(snapshot)?;
    let host = if listens.ip().is_unspecified() { snapshot.listen.media_advertised } else { listens.ip() };
    let (user, domain) = (configured.user.to_string(), snapshot.sip.realm.to_string());
    let proxy = SocketAddr::new(host, listens.port()).to_string();
    let shown = standing.shown.as_ref().filter(|shown| shown.own && transport == "tls");
    let srtp = snapshot.srtp.get(endpoint).copied().unwrap_or_default();
    let mut sheet = lines(&user, &domain, &proxy, transport, password);
    sheet.extend(encryption(srtp));
    let text = sheet.iter().map(|line| format!("{}={}\n", line.field, line.value)).collect::<String>();
    Some(ProvisioningView {
        endpoint: endpoint.to_string(),
        agent: snapshot.owners.get(endpoint).map(ToString::to_string),
        linphone: linphone(&user, &domain, &proxy, transport, password, srtp),
        qr_svg: code(&text),
        user,
        domain,
        proxy,
        port: listens.port(),
        transport,
        secure: transport == "tls",
        fingerprint: shown.map(|shown| shown.fingerprint.clone()),
        password: password.map(str::to_owned),
        sheet,
        text,
    })
}

/// The safest way in.
fn door(snapshot: &Snapshot) -> Option<(&'static str, SocketAddr)> {
    let listen = &snapshot.listen;
    let ways = [("tls", &listen.tls), ("tcp", &listen.tcp), ("udp", &listen.udp)];
    ways.into_iter().find_map(|(transport, addresses)| Some((transport, *addresses.first()?)))
}

fn lines(user: &str, domain: &str, proxy: &str, transport: &str, password: Option<&str>) -> Vec<SheetLine> {
    let line = |field, zh, en, value: &str| SheetLine { field, zh, en, value: value.to_owned() };
    let mut lines = vec![
        line("user", "账号（区分大小写）", "user name (case matters)", user),
        line("domain", "SIP 域", "SIP domain", domain),
        line("proxy", "外呼代理（地址：端口）", "outbound proxy (address:port)", proxy),
        line("transport", "传输方式", "transport", transport),
        line("codecs", "语音编码", "codecs", "PCMA, PCMU, G722"),
        line("dtmf", "按键方式", "keys", "RFC 4733 / SIP INFO"),
    ];
    lines.extend(password.map(|password| line("password", "密码（区分大小写）", "password (case matters)", password)));
    lines
}

/// How the phone encrypts its audio, if it is to.
fn encryption(srtp: Srtp) -> Option<SheetLine> {
    let value = match srtp {
        Srtp::Off => return None,
        Srtp::Offered => "SRTP (SDES), optional",
        Srtp::Required => "SRTP (SDES), mandatory",
    };
    Some(SheetLine { field: "srtp", zh: "语音加密", en: "encryption of audio", value: value.to_owned() })
}

/// Nothing in it is long enough to fail; if it were, the sheet would do.
fn code(text: &str) -> String {
    let code = QrCode::with_error_correction_level(text, EcLevel::M);
    let image = |code: QrCode| code.render::<svg::Color<'_>>().min_dimensions(CODE_WIDTH_MIN, CODE_WIDTH_MIN).build();
    code.map(image).unwrap_or_default()
}

/// The file that Linphone is configured by ("remote provisioning").
fn linphone(user: &str, domain: &str, proxy: &str, transport: &str, password: Option<&str>, srtp: Srtp) -> String {
    let [user, domain, proxy] = [user, domain, proxy].map(escaped);
    let password =
        password.map(|password| format!("\n    <entry name=\"passwd\" overwrite=\"true\">{password}</entry>"));
    let encryption = match srtp {
        Srtp::Off => String::new(),
        Srtp::Offered | Srtp::Required => format!(
            "\n    <entry name=\"media_encryption\" overwrite=\"true\">srtp</entry>\
             \n    <entry name=\"media_encryption_mandatory\" overwrite=\"true\">{}</entry>",
            u8::from(srtp == Srtp::Required)
        ),
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<config xmlns="http://www.linphone.org/xsds/lpconfig.xsd">
  <section name="auth_info_0">
    <entry name="username" overwrite="true">{user}</entry>
    <entry name="realm" overwrite="true">{domain}</entry>
    <entry name="domain" overwrite="true">{domain}</entry>{}
  </section>
  <section name="proxy_0">
    <entry name="reg_identity" overwrite="true">&lt;sip:{user}@{domain}&gt;</entry>
    <entry name="reg_proxy" overwrite="true">&lt;sip:{proxy};transport={transport}&gt;</entry>
    <entry name="reg_route" overwrite="true">&lt;sip:{proxy};transport={transport};lr&gt;</entry>
    <entry name="reg_sendregister" overwrite="true">1</entry>
  </section>
  <section name="sip">
    <entry name="default_proxy" overwrite="true">0</entry>{encryption}
  </section>
</config>
"#,
        password.unwrap_or_default()
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_can_be_typed_off_paper() {
        let drawn = draw_password().unwrap();
        assert_eq!(drawn.len(), PASSWORD_LEN);
        assert!(drawn.bytes().all(|byte| LETTERS.contains(&byte)), "{drawn}");
        assert_ne!(drawn, draw_password().unwrap());
    }
}
