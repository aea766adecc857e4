//! A network of a test's own, with an address beyond loopback: Firefox connects nowhere else.

use std::env;
use std::process::Command;

use crate::error::KitError;

/// Tells a test that it is within.
const WITHIN: &str = "BELL_TEST_NETWORK";

/// The machine's address there (RFC 5737).
const ADDRESS: &str = "192.0.2.1";

/// An interface that leads nowhere, and a route by it: without one Firefox takes the machine for offline.
const SET_UP: &str = "ip link set lo up \
    && ip link add near type veth peer name far \
    && ip addr add \"$0\"/24 dev near \
    && ip link set near up \
    && ip link set far up \
    && ip route add default via 192.0.2.2 dev near \
    && exec \"$@\"";

/// Has a test of the running program run in a network of its own: `console::child_that_talks`. Nothing gets in or out of it.
/// Fails as the test does.
pub fn in_own_network(test: &str) -> Result<(), KitError> {
    let program = env::current_exe().map_err(KitError::io("find the running program"))?;
    let ran = Command::new("unshare")
        .args(["--map-root-user", "--net", "sh", "-c", SET_UP, ADDRESS])
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .env(WITHIN, ADDRESS)
        .output()
        .map_err(KitError::io("start unshare"))?;
    let said = [ran.stdout, ran.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    if ran.status.success() && said.contains("1 passed") {
        return Ok(());
    }
    Err(KitError::Failed {
        program: format!("{test} in a network of its own"),
        status: ran.status.to_string(),
        log: said,
    })
}

/// The address of the machine in the network of its own that this test runs in; none outside of one.
pub fn own_address() -> Option<String> {
    env::var(WITHIN).ok()
}
