//! The door to the first run: the core says what is missing and what each step changes; here it is kept, applied, and the
//! carrier is asked.

mod ask;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bell_api::doors::{
    ArrivalView, ArrivalsView, Business, CompanySent, ConfigApplied, Doing, Field, FirstAdviceView, FirstAgentSent,
    FirstAgentView, FirstNumberSent, FirstNumberView, FirstRun, FirstRunStepView, FirstRunView, FirstRunWanted,
    FirstTrunkSent, FirstTrunkView, HoursSent, Refused, VoiceKey,
};
use bell_api::time::rfc3339;
use bell_engine::first_run::{self as run, Arrivals, Change, Forms, Kept, Outcome, Step, TrunkBy, Wrong};
use bell_engine::{Snapshot, Source};
use bell_store::{TenantId, facts};
use bell_types::{AgentName, EndpointName, LoginId, Wall};

use super::configs::{failed, failed_in, note, put};
use super::database::Database;
use super::voice::{Voice, VoiceError};
use crate::clock::wall;
use crate::configure::edit::Editing;
use crate::configure::{Versions, Wanted, edited};
use crate::control::Context;
use crate::dirs::write_private;

#[derive(Clone)]
pub(super) struct FirstRunDoor {
    context: Context,
    database: Database,
    /// Who writes what is kept does it alone.
    keeping: Arc<Mutex<()>>,
}

impl FirstRunDoor {
    pub(super) fn new(context: Context, database: Database) -> Self {
        Self { context, database, keeping: Arc::default() }
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, Refused> {
        let snapshot = self.context.windows.state().snapshot.clone();
        snapshot.ok_or_else(|| Refused::unavailable("there is no configuration yet"))
    }

    fn latest(&self) -> Result<Source, Refused> {
        Versions::of(&self.context.dirs).latest().map_err(failed)?.ok_or(Refused::NotThere)
    }

    /// Does what reads files or waits, where that is no harm.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let door = self.clone();
        tokio::task::spawn_blocking(move || work(&door)).await.map_err(Refused::unavailable)?
    }

    fn kept(&self) -> Kept {
        let read = fs::read(self.context.dirs.first_run());
        // A file that is not there, or that nobody can read, is as nothing: every step is then judged by what is configured.
        read.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    fn keep(&self, change: impl FnOnce(&mut Kept)) -> Result<(), Refused> {
        let _alone = self.keeping.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = self.kept();
        change(&mut kept);
        let bytes = serde_json::to_vec(&kept).map_err(Refused::unavailable)?;
        write_private(&self.context.dirs.first_run(), &bytes).map_err(Refused::unavailable)
    }

    fn view(&self, accounts: &BTreeSet<AgentName>) -> Result<FirstRunView, Refused> {
        let (snapshot, kept) = (self.snapshot()?, self.kept());
        let steps = run::steps(&snapshot, &kept, accounts);
        let forms = Forms::of(&snapshot.source.main.text);
        let step = |now: &run::StepNow| FirstRunStepView {
            step: now.step.code(),
            state: now.state.code(),
            lacks: now.lacks.iter().map(|lack| lack.code()).collect(),
        };
        let scheme = if snapshot.listen.desk.tls { "https" } else { "http" };
        Ok(FirstRunView {
            version: snapshot.source.version,
            next: run::next(&steps).map(Step::code),
            steps: steps.iter().map(step).collect(),
            closed: kept.closed,
            company: CompanySent {
                name: forms.company.name,
                zone: forms.company.zone,
                language: forms.company.language,
            },
            trunk: forms.trunk.map(trunk_view),
            number: forms.number.map(number_view),
            agent: forms.agent.map(|agent| FirstAgentView { agent: agent.agent, display_name: agent.display_name }),
            desk: snapshot.listen.desk.console.iter().map(|address| format!("{scheme}://{address}")).collect(),
        })
    }

    fn apply(&self, change: Change, base: Option<u64>, by: String) -> Result<ConfigApplied, Refused> {
        let before = self.latest()?;
        let mut text = Editing::of(&before.main).map_err(failed)?;
        for table in change.tables {
            let fields: Vec<_> =
                table.fields.into_iter().map(|(field, value)| (field, value.map(edited_value))).collect();
            match table.name {
                Some(name) => text.merge(table.kind, &name, fields),
                None => fields
                    .into_iter()
                    .filter_map(|(field, value)| Some((field, value?)))
                    .for_each(|(field, value)| text.set(table.kind, field, value)),
            }
        }
        let files: BTreeMap<String, String> = change.files;
        let source = edited(&before, &text.into_text(), &files, &self.context.dirs, wall());
        let source = source.map_err(|error| failed_in(&before.main.file, error))?;
        put(&self.context, Wanted { source, base: base.or(Some(before.version)), note: note(by, change.comment) })
    }

    fn change(&self, wanted: FirstRunWanted, found: &[IpAddr]) -> Result<Change, Refused> {
        let snapshot = self.snapshot()?;
        let forms = Forms::of(&snapshot.source.main.text);
        let change = match wanted {
            FirstRunWanted::Company(CompanySent { name, zone, language }) => {
                run::company(&run::CompanyWanted { name, zone, language })
            }
            FirstRunWanted::Trunk(sent) => run::trunk(&forms, &trunk_wanted(sent), found),
            FirstRunWanted::Number(sent) => run::number(&forms, &number_wanted(sent), &snapshot.plan),
            FirstRunWanted::Agent(FirstAgentSent { agent, display_name, me: _ }) => {
                let reached = run::Reached::of(&snapshot, agent.trim());
                run::agent(&run::AgentWanted { agent, display_name }, &reached)
            }
        };
        change.map_err(|Wrong { field, problem }| Field { field, problem }.into())
    }

    fn test_phone(&self, login: LoginId, until: Wall, by: String) -> Result<(VoiceKey, String), Refused> {
        let forms = Forms::of(&self.latest()?.main.text);
        let number = forms.number.ok_or_else(no_number)?.number;
        if !forms.test_phone {
            self.apply(run::test_phone(), None, by)?;
        }
        let endpoint = EndpointName::new(run::TEST_PHONE).map_err(|_| Refused::NotThere)?;
        let voice = Voice::new(self.context.inbox.clone(), self.context.windows.clone());
        let key = voice.give(endpoint.clone(), login, until).map_err(|error| match error {
            VoiceError::Refused(no) => super::refused::refused(&no),
            VoiceError::Busy | VoiceError::Random(_) => Refused::unavailable(error),
        })?;
        let (user, password, realm, until) = (key.user, key.password, key.realm, key.until);
        Ok((VoiceKey { endpoint: endpoint.to_string(), user, password, realm, until }, number))
    }

    fn passed(&self) -> Result<(), Refused> {
        let live = self.context.windows.live();
        if !live.calls().any(run::reached_an_agent) {
            return Err(not_talking());
        }
        self.keep(|kept| kept.test_passed(wall()))
    }

    async fn arrivals(&self, since: Wall) -> Result<ArrivalsView, Refused> {
        let db = self.database.get().await?;
        let mut arrivals = Arrivals::default();
        let seen = facts::since(db, TenantId::FIRST, since, &Arrivals::KINDS, |fact| arrivals.apply(&fact)).await;
        seen.map_err(Refused::unavailable)?;
        let (trunks, down) = {
            let live = self.context.windows.live();
            let known = self.snapshot()?.sip.trunks.len();
            let down = live.trunks().find_map(|(_, trunk)| trunk.down);
            (known, down)
        };
        Ok(ArrivalsView {
            items: arrivals.seen().iter().map(arrival_view).collect(),
            advice: advice_view(arrivals.advise(trunks, down)),
            at: rfc3339(wall()),
        })
    }
}

impl FirstRun for FirstRunDoor {
    fn first_run(&self, accounts: BTreeSet<AgentName>) -> Doing<'_, FirstRunView> {
        Box::pin(self.apart(move |door| door.view(&accounts)))
    }

    fn first_step(&self, wanted: FirstRunWanted, base: u64, by: String) -> Doing<'_, ConfigApplied> {
        Box::pin(async move {
            let found = match &wanted {
                FirstRunWanted::Trunk(sent) => ask::addresses(&self.context.net, &sent.address, &sent.transport).await,
                FirstRunWanted::Company(_) | FirstRunWanted::Number(_) | FirstRunWanted::Agent(_) => Vec::new(),
            };
            let found: Vec<IpAddr> = found.iter().map(std::net::SocketAddr::ip).collect();
            self.apart(move |door| {
                let change = door.change(wanted, &found)?;
                door.apply(change, Some(base), by)
            })
            .await
        })
    }

    fn first_skip<'a>(&'a self, step: &'a str, skipped: bool) -> Doing<'a, ()> {
        Box::pin(async move {
            let step = Step::of_code(step).ok_or(Refused::NotThere)?;
            self.apart(move |door| door.keep(|kept| kept.skip(step, skipped))).await
        })
    }

    fn first_close(&self, closed: bool) -> Doing<'_, ()> {
        Box::pin(self.apart(move |door| door.keep(|kept| kept.closed = closed)))
    }

    fn first_ask(&self, trunk: FirstTrunkSent) -> Doing<'_, FirstAdviceView> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let kept = ask::password(&snapshot);
            let heard = ask::ask(&self.context.net, &snapshot, &trunk, kept).await?;
            Ok(advice_view(run::advise(heard)))
        })
    }

    fn first_call(&self, login: LoginId, until: Wall, by: String) -> Doing<'_, (VoiceKey, String)> {
        Box::pin(self.apart(move |door| door.test_phone(login, until, by)))
    }

    fn first_passed(&self) -> Doing<'_, ()> {
        Box::pin(self.apart(Self::passed))
    }

    fn first_arrivals(&self, since: Wall) -> Doing<'_, ArrivalsView> {
        Box::pin(self.arrivals(since))
    }
}

fn edited_value(value: toml::Value) -> toml_edit::Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(yes) => yes.into(),
        toml::Value::Datetime(at) => at.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(edited_value).collect::<toml_edit::Array>().into(),
        toml::Value::Table(fields) => {
            let fields = fields.into_iter().map(|(field, value)| (field, edited_value(value)));
            fields.collect::<toml_edit::InlineTable>().into()
        }
    }
}

fn trunk_wanted(sent: FirstTrunkSent) -> run::TrunkWanted {
    let FirstTrunkSent { address, transport, register, username, password, from } = sent;
    let by = if register {
        TrunkBy::Registration { username: username.unwrap_or_default(), password }
    } else {
        TrunkBy::Address
    };
    run::TrunkWanted { address, transport, by, from }
}

fn number_wanted(sent: FirstNumberSent) -> run::NumberWanted {
    let FirstNumberSent { number, arrives_as, strip, template, greeting, hours } = sent;
    let hours = hours.map(|HoursSent { days, from, until }| run::Hours { days, from, until });
    run::NumberWanted { number, arrives_as, strip, template, greeting, hours }
}

fn trunk_view(trunk: run::TrunkForm) -> FirstTrunkView {
    let run::TrunkForm { name, address, from, transport, register, username, has_password, strip } = trunk;
    FirstTrunkView { name, address, from, transport, register, username, has_password, strip }
}

fn number_view(number: run::NumberForm) -> FirstNumberView {
    let run::NumberForm { number, arrives_as, flow, hours } = number;
    let hours = hours.map(|run::Hours { days, from, until }| HoursSent { days, from, until });
    FirstNumberView { number, arrives_as, flow, hours }
}

fn advice_view(advice: run::Advice) -> FirstAdviceView {
    let ([zh, en], [remedy_zh, remedy_en]) = (advice.words, advice.remedy);
    FirstAdviceView { code: advice.code, level: advice.level.code(), zh, en, remedy_zh, remedy_en }
}

fn arrival_view(arrival: &run::Arrival) -> ArrivalView {
    let (call, cause) = match arrival.outcome {
        Outcome::Taken(call) => (Some(call.to_string()), None),
        Outcome::Refused(cause) => (None, Some(cause.code().to_owned())),
    };
    ArrivalView {
        at: rfc3339(arrival.at),
        trunk: arrival.trunk.as_ref().map(ToString::to_string),
        called: arrival.called.clone(),
        caller: arrival.caller.clone(),
        call,
        cause,
    }
}

fn no_number() -> Refused {
    Refused::Business(Business {
        code: "no_number",
        detail: "there is no number to be called yet: set the number up first".to_owned(),
        detail_zh: "还没有可以拨打的号码：请先完成“号码”一步".to_owned(),
    })
}

fn not_talking() -> Refused {
    Refused::Business(Business {
        code: "not_talking",
        detail: "no caller talks with an agent at this moment: answer the call at the agent's desk".to_owned(),
        detail_zh: "目前没有坐席与来电者通话：请在坐席工作台接听".to_owned(),
    })
}
