//! The running node, and the database it fills.

use bell_store::Db;
use serde_json::Value;

use super::{Findings, Limits, running, told};
use crate::cli::calls::block_on;
use crate::dirs::Dirs;
use crate::serve::db_config;

const NODE: &str = "node";
const DATABASE: &str = "database";

/// What it says of itself, if it runs.
pub(super) fn examine(dirs: &Dirs, findings: &mut Findings) -> Option<Value> {
    let Some(health) = running(dirs) else {
        findings.ok(NODE, "none runs in this directory");
        return None;
    };
    for layer in ["access", "processing", "delivery", "data", "control"] {
        if health[layer]["ok"] == false {
            findings.fail(NODE, format!("{layer} is not well: {}", health[layer]), "belltower health says more");
        }
    }
    let (calls, phones) = (&health["processing"]["calls"], &health["delivery"]["phones_registered"]);
    findings.ok(NODE, format!("runs, with {calls} calls and {phones} registered phones"));
    Some(health)
}

/// Whether commands reach it, and how far it is behind.
pub(super) fn examine_database(dirs: &Dirs, limits: &Limits, health: Option<&Value>, findings: &mut Findings) {
    let config = db_config(dirs);
    let place = if config.url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
    let file = config.url.strip_prefix("sqlite:").map(std::path::Path::new);
    if file.is_some_and(|file| !file.exists()) {
        findings.ok(DATABASE, "SQLite, made when a node starts");
        return;
    }
    if let Err(error) = block_on(async { Ok(Db::open(&config).await.map(|_| ())?) }) {
        let remedy = "start it, or name another one: belltower serve --database URL; calls go on without it meanwhile";
        findings.fail(DATABASE, told(error.as_ref()), remedy);
        return;
    }
    let lag = health.and_then(|health| health["data"]["database"]["lag_facts"].as_u64());
    match lag {
        Some(lag) if lag > limits.lag_facts => {
            let remedy = "wait; if it grows, the database is too slow or its disk is full";
            findings.warn(DATABASE, format!("{place} is {lag} facts behind"), remedy);
        }
        Some(lag) => findings.ok(DATABASE, format!("{place} answers, {lag} facts behind")),
        None => findings.ok(DATABASE, format!("{place} answers")),
    }
}
