//! What the console is served by: the doors behind which the node, the store and the sockets are.

mod act;
mod aids;
mod answers;
mod board;
mod bundle;
mod checks;
mod configs;
mod crm;
mod customers;
mod database;
mod diagnosis;
mod export;
mod first_run;
mod floor;
mod listen;
mod lists;
mod lost;
mod prompts;
mod provisioning;
mod purpose;
mod recording;
mod records;
mod refused;
mod reports;
mod sip;
mod today;
mod told;
pub mod voice;
pub(crate) mod work;
mod written;

use std::sync::Arc;

use bell_api::doors::{Doing, Doors, Node};
use bell_api::{Api, Rate, Rates, Settings};
use bell_engine::{DeskPolicy, Snapshot};
use bell_store::journal::Epoch;
use bell_types::Seq;

use crate::accounts::Accounts;
use crate::control::Context;
use crate::serve::ServeError;

use self::answers::AnswersDoor;
use self::checks::ChecksDoor;
use self::configs::ConfigsDoor;
use self::database::Database;
use self::first_run::FirstRunDoor;
use self::floor::FloorDoor;
use self::lists::ListsDoor;
use self::prompts::PromptsDoor;
use self::records::RecordsDoor;
use self::sip::VoiceDoor;
use self::today::Today;
use self::work::WorkDoor;

/// Serves people in the browser, if the configuration says where. `before`: where the runs before this one ended.
///
/// # Errors
/// An address cannot be listened on.
pub fn start(
    context: &Context,
    snapshot: &Snapshot,
    accounts: Arc<Accounts>,
    before: (Epoch, Seq),
) -> Result<(), ServeError> {
    let (listen, policy) = (&snapshot.listen.desk, &snapshot.desk);
    if listen.console.is_empty() && listen.admin.is_empty() {
        return Ok(());
    }
    let today = Today::start(context, before)?;
    let database = Database::of(&context.dirs);
    let records = Arc::new(RecordsDoor::new(context.clone(), database.clone()));
    let work = Arc::new(WorkDoor::new(Arc::clone(&records)));
    let doors = Doors {
        notices: Arc::<Accounts>::clone(&accounts),
        passkeys: Arc::<Accounts>::clone(&accounts),
        reviews: Arc::<Accounts>::clone(&accounts),
        single: Arc::<Accounts>::clone(&accounts),
        webhooks: Arc::<Accounts>::clone(&accounts),
        accounts,
        node: Arc::new(NodeDoor(context.clone())),
        answers: Arc::new(AnswersDoor::new(Arc::clone(&records))),
        checks: Arc::new(ChecksDoor::new(Arc::clone(&records))),
        floor: Arc::new(FloorDoor::new(context.clone(), today, Arc::clone(&work))),
        records: Arc::<RecordsDoor>::clone(&records),
        customers: Arc::<RecordsDoor>::clone(&records),
        aids: Arc::<RecordsDoor>::clone(&records),
        reports: Arc::<RecordsDoor>::clone(&records),
        diagnoses: records,
        work,
        configs: Arc::new(ConfigsDoor::new(context.clone(), database.clone())),
        first_run: Arc::new(FirstRunDoor::new(context.clone(), database.clone())),
        lists: Arc::new(ListsDoor::new(context.clone(), database)),
        prompts: Arc::new(PromptsDoor::new(context.clone())),
        voice: Arc::new(VoiceDoor::new(context.clone())),
    };
    let settings =
        Settings { proxies: listen.proxies.clone(), rates: rates(policy), version: env!("CARGO_PKG_VERSION") };
    listen::start(Api::new(doors, settings), listen, policy.console_connections_max, &context.certificate)
}

fn rates(policy: &DeskPolicy) -> Rates {
    let rate = |(per_second, burst): (u32, u32)| Rate { burst, per_second: per_second.into() };
    Rates { strangers: rate(policy.api_strangers), signed_in: rate(policy.api) }
}

struct NodeDoor(Context);

impl Node for NodeDoor {
    fn health(&self) -> Doing<'_, serde_json::Value> {
        Box::pin(async { Ok(crate::health::report(&self.0)) })
    }
}
