//! Phones for baresip, each in a directory of its own.

use std::fs;
use std::path::Path;

use super::Outcome;
use super::summary::Summary;

use crate::dirs::write_private;
use crate::sites::Ports;

/// The SIP port of the first agent's phone, counted from the centre's; each takes two, and the caller's lies below.
const PORT_FIRST: u16 = 12;
/// The caller's tone; the agents' lie below it, each at its own, from the lowest on and so far apart at most.
const CALLER_HZ: u16 = 1000;
const AGENT_HZ: u16 = 450;
const STEP_HZ: u16 = 90;

/// Writes the phones that are missing. One that is there is kept, even with a password that is no longer right; then
/// that is said.
pub(super) fn write(summary: &Summary, ports: Ports) -> Outcome {
    let (host, sip_port) = (&summary.sip.host, summary.sip.port);
    let mut port =
        sip_port.checked_add(PORT_FIRST).ok_or("the demo needs ports above that of SIP: choose a lower one")?;
    let mut tone = AGENT_HZ;
    let agents = u16::try_from(summary.agents.len()).unwrap_or(u16::MAX).max(1);
    let step = ((CALLER_HZ - AGENT_HZ) / agents).min(STEP_HZ);
    for agent in &summary.agents {
        let (name, password) = (&agent.user, &agent.password);
        let account = format!(
            "<sip:{name}@{host}:{sip_port};transport=udp>;auth_user={name};auth_pass={password};answermode=auto;regint=60"
        );
        phone(&agent.phone, &account, port, Sound::Tone(tone))?;
        let accounts = agent.phone.join("accounts");
        if !fs::read_to_string(&accounts)?.contains(&format!("auth_pass={password};")) {
            let (accounts, phone) = (accounts.display(), agent.phone.display());
            println!("warning: {accounts} has another password than centre.toml: delete {phone} and start again");
        }
        (port, tone) = (port.saturating_add(2), tone + step);
    }
    let caller = format!("<sip:{}@{host}:{sip_port};transport=udp>;regint=0", summary.caller.number);
    phone(&summary.caller.phone, &caller, ports.caller(), Sound::Tone(CALLER_HZ))?;
    phone(&summary.caller.echo, &caller, ports.caller(), Sound::Echo)
}

/// What a phone says.
#[derive(Clone, Copy)]
enum Sound {
    /// A tone of so many hertz.
    Tone(u16),
    /// What it hears.
    Echo,
}

fn phone(dir: &Path, account: &str, port: u16, sound: Sound) -> Outcome {
    if !dir.exists() {
        fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
        write_private(&dir.join("accounts"), format!("{account};audio_codecs=PCMA\n").as_bytes())?;
        fs::write(dir.join("config"), config(port, sound, dir))?;
    }
    Ok(())
}

/// A phone that records what it hears beside its configuration, unless it says it again. To talk and listen instead, set
/// `audio_source` and `audio_player` to `alsa,default` and load `alsa.so`.
fn config(port: u16, sound: Sound, dir: &Path) -> String {
    let (source, rate, channels, recorder) = match sound {
        Sound::Tone(hertz) => (format!("ausine,{hertz}"), 48_000, 2, "module sndfile.so\n"),
        Sound::Echo => ("aubridge,ear".to_owned(), 8_000, 1, ""),
    };
    format!(
        "sip_listen 127.0.0.1:{port}\n\
         net_interface 127.0.0.1\n\
         audio_source {source}\n\
         audio_player aubridge,ear\n\
         audio_alert aubridge,bell\n\
         ausrc_srate {rate}\n\
         ausrc_channels {channels}\n\
         auplay_srate 8000\n\
         auplay_channels 1\n\
         snd_path {}\n\
         module_path /usr/lib/baresip/modules\n\
         module stdio.so\n\
         module g711.so\n\
         {recorder}\
         module aubridge.so\n\
         module ausine.so\n\
         module_tmp account.so\n\
         module_app menu.so\n",
        dir.display()
    )
}
