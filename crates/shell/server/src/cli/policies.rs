//! The thresholds that hold, each with its source.

use bell_engine::Snapshot;
use bell_policy::{InForce, Origin};
use bell_types::{Date, Zone};
use clap::Args;
use serde_json::json;

use super::{Outcome, day};
use crate::clock::wall;
use crate::configure::{ConfigureError, Versions};
use crate::dirs::Dirs;

/// List thresholds.
#[derive(Debug, Args)]
pub(super) struct Policies {
    /// The day they are asked about, such as 2026-10-01; today by default.
    #[arg(long, value_parser = day::parse)]
    on: Option<Date>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Policies {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let bell_engine::Policies { in_force: policies, changes_on, .. } = self.policies(dirs)?;
        if self.json {
            let rows: Vec<_> = policies.iter().map(row).collect();
            println!("{}", json!({ "policies": rows, "changes_on": changes_on.map(|day| day.to_string()) }));
            return Ok(());
        }
        for policy in &policies {
            let days = match (policy.from, policy.until) {
                (None, None) => String::new(),
                (Some(from), None) => format!(", from {from}"),
                (None, Some(until)) => format!(", until {until}"),
                (Some(from), Some(until)) => format!(", {from} to {until}"),
            };
            println!(
                "{:<28} {:>8}  {} ({})",
                policy.key,
                policy.value.to_string(),
                policy.what,
                policy.rows.join(", ")
            );
            println!("{:<28} {:>8}  source: {}{days}", "", "", policy.source);
        }
        if let Some(day) = changes_on {
            println!("\nfrom {day} on other values hold: belltower policies --on {day}");
        }
        Ok(())
    }

    /// Those of the newest configuration; what is shipped if there is none.
    fn policies(&self, dirs: &Dirs) -> Result<bell_engine::Policies, ConfigureError> {
        let source = dirs.config().exists().then(|| Versions::of(dirs).latest()).transpose()?.flatten();
        let Some(source) = source else {
            // Nothing that is shipped depends on the zone.
            let today = Zone::fixed(0).local(wall()).date;
            return Ok(bell_engine::Policies::shipped(self.on.unwrap_or(today)));
        };
        let mut source = source.as_of(wall());
        source.day = self.on.unwrap_or(source.day);
        Ok(Snapshot::build(source).map_err(ConfigureError::Mistakes)?.policies)
    }
}

fn row(policy: &InForce) -> serde_json::Value {
    json!({
        "key": policy.key,
        "value": policy.value.to_string(),
        "what": policy.what,
        "requirements": policy.rows,
        "origin": match policy.origin { Origin::Shipped => "shipped", Origin::Centre => "centre" },
        "source": policy.source,
        "from": policy.from.map(|day| day.to_string()),
        "until": policy.until.map(|day| day.to_string()),
    })
}
