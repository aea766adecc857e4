//! The files a demo centre is made of.

use std::fs;
use std::path::Path;

use super::Outcome;

use crate::dirs::write_private;

const CENTRE: &str = include_str!("../../../demo/centre.toml");
const FLOW: &str = include_str!("../../../demo/flows/welcome.toml");
/// Letters and digits that nobody mistakes for each other.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 32 letters are 5 bits each: 80 bits.
const PASSWORD_LEN: usize = 16;

/// Writes what is missing. Files that are there already are kept: whoever plays with them keeps his changes.
pub(super) fn write(base: &Path, sip_port: u16, health_port: u16) -> Outcome {
    for dir in ["flows", "prompts"] {
        fs::create_dir_all(base.join(dir)).map_err(|error| format!("{}: {error}", base.display()))?;
    }
    let centre = base.join("centre.toml");
    if !centre.exists() {
        let ports = CENTRE.replace("@SIP@", &sip_port.to_string()).replace("@HEALTH@", &health_port.to_string());
        write_private(&centre, with_passwords(&ports)?.as_bytes())?;
    }
    let flow = base.join("flows/welcome.toml");
    if !flow.exists() {
        fs::write(flow, FLOW)?;
    }
    let music = base.join("prompts/music.wav");
    if !music.exists() {
        fs::write(music, crate::audio::demo::music())?;
    }
    Ok(())
}

/// The text with a password drawn for each place that wants one.
fn with_passwords(text: &str) -> Result<String, getrandom::Error> {
    let mut parts = text.split("@PASSWORD@");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        whole.push_str(&password()?);
        whole.push_str(part);
    }
    Ok(whole)
}

fn password() -> Result<String, getrandom::Error> {
    let mut random = [0; PASSWORD_LEN];
    getrandom::fill(&mut random)?;
    Ok(random.iter().map(|octet| char::from(LETTERS[usize::from(octet % 32)])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_gets_a_password_of_its_own() {
        let text = with_passwords("a = @PASSWORD@\nb = @PASSWORD@\n").unwrap();
        let passwords: Vec<&str> = text.lines().map(|line| &line[4..]).collect();
        assert!(passwords.iter().all(|password| password.len() == PASSWORD_LEN), "{text}");
        assert_ne!(passwords[0], passwords[1]);
    }
}
