//! The emergency switch of a number (DIA-25).

use std::collections::BTreeMap;

use bell_store::{Db, TenantId, facts};
use bell_types::{Number, NumberPlan, Wall, What};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::Outcome;
use super::calls::block_on;
use super::operate::{ask_node, done};
use crate::control::Request;
use crate::dirs::Dirs;
use crate::serve::db_config;

/// Switch a number's calls to its numbers for emergencies and back.
#[derive(Debug, Args)]
pub(super) struct Switch {
    /// The number, as it stands in the configuration; without one, every switch that was ever used is shown.
    number: Option<String>,
    /// What to do.
    #[arg(value_enum, requires = "number")]
    to: Option<To>,
    /// It is only a drill: calls are forwarded all the same, and the date of the drill is kept.
    #[arg(long)]
    drill: bool,
    /// Who does it.
    #[arg(long, env = "USER", default_value = "operator")]
    by: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    /// Calls go to the numbers for emergencies.
    On,
    /// Calls go to the flow again.
    Off,
}

/// What is known of one number's switch.
#[derive(Default)]
struct Known {
    on: bool,
    since: Wall,
    by: String,
    targets: Vec<Number>,
    drilled: Option<Wall>,
}

impl Switch {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let plan = NumberPlan::china(None);
        let number = self.number.as_deref().map(|number| Number::parse(number, &plan)).transpose()?;
        match (number, self.to) {
            (Some(number), Some(to)) => {
                let (on, drill, by) = (to == To::On, self.drill, self.by);
                done(ask_node(dirs, &Request::Emergency { number, on, drill, by })?, self.json)
            }
            (number, _) => show(dirs, number.as_ref(), self.json),
        }
    }
}

fn show(dirs: &Dirs, only: Option<&Number>, as_json: bool) -> Outcome {
    let mut switches: BTreeMap<Number, Known> = BTreeMap::new();
    block_on(async {
        let db = Db::open(&db_config(dirs)).await?;
        facts::since(&db, TenantId::FIRST, Wall::from_micros(0), &["emergency_switched"], |fact| {
            let What::EmergencySwitched { number, on, drill, targets, by } = fact.what else { return };
            let known = switches.entry(number).or_default();
            let drilled = if drill { Some(fact.now.wall) } else { known.drilled };
            *known = Known { on, since: fact.now.wall, by, targets, drilled };
        })
        .await?;
        Ok(())
    })?;
    switches.retain(|number, _| only.is_none_or(|only| only == number));
    if as_json {
        let shown = |(number, known): (&Number, &Known)| {
            json!({
                "number": number, "on": known.on, "since": known.since.to_string(), "by": known.by,
                "targets": known.targets, "last_drill": known.drilled.map(|at| at.to_string()),
            })
        };
        println!("{:#}", Value::Array(switches.iter().map(shown).collect()));
        return Ok(());
    }
    for (number, known) in &switches {
        let Known { on, since, by, targets, drilled } = known;
        let state = if *on { "ON" } else { "off" };
        let targets: Vec<String> = targets.iter().map(ToString::to_string).collect();
        let drilled = drilled.map_or_else(|| "never".to_owned(), |at| at.to_string());
        println!("{number:<16} {state:<4} since {since} by {by}, to {}, last drill {drilled}", targets.join(", "));
    }
    if switches.is_empty() {
        println!("no emergency switch was used yet: drill one with belltower emergency NUMBER on --drill");
    }
    Ok(())
}
