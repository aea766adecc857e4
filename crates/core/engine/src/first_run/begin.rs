//! The configuration that a centre begins with which has none: it takes no call yet, and serves the console.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use super::UNNAMED;

/// Where a new centre listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The machine's, for phones and carriers.
    pub address: IpAddr,
    /// The port for SIP.
    pub sip: u16,
    /// The desk, on loopback.
    pub console: SocketAddr,
    /// Where administrators work, on loopback.
    pub admin: SocketAddr,
    /// The health page, on loopback.
    pub health: SocketAddr,
}

/// The text of the first version: without a module, so that a newcomer sees what he needs (TEL-23).
pub fn begin(at: &Addresses, zone: &str) -> String {
    let sip = SocketAddr::new(at.address, at.sip);
    let mut text = String::from(
        "# Made at the first start. The console's first-run wizard adds to it; every field is explained in\n\
         # docs/configuration.md.\n\n",
    );
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "[centre]\nname = {UNNAMED:?}\nzone = {zone:?}\nmodules = []\n\n\
         [sip]\ndomain = \"belltower\"\nudp = [\"{sip}\"]\ntcp = [\"{sip}\"]\n\n\
         [media]\naddress = \"{}\"\n\n\
         # Plain HTTP is for this machine alone: for others say tls = true, and other addresses.\n\
         [console]\nlisten = [\"{}\"]\n\n\
         [admin]\nlisten = [\"{}\"]\n\n\
         [health]\nlisten = \"{}\"\n",
        at.address, at.console, at.admin, at.health,
    );
    text
}
