//! The end points, by what they are about.

mod aids;
mod approvals;
mod audit;
mod bundle;
mod calls;
mod checks;
mod configs;
mod customers;
mod diagnosis;
mod endpoints;
mod exports;
mod first_run;
mod floor;
mod lists;
mod me;
mod modules;
mod node;
mod notices;
mod passkeys;
mod people;
mod prompts;
mod reports;
mod reviews;
mod roles;
mod rules;
mod scans;
mod session;
mod single;
mod sip;
mod tickets;
mod tokens;
mod webhooks;
mod work;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use bell_access::Permission;
pub(crate) use sip::sip;
use utoipa::openapi::{Info, InfoBuilder};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use crate::Listener;
use crate::access::{Of, Rule, Whom};
use crate::api::{Desk, EndPoints};

/// What the description says of itself.
pub(crate) fn info() -> Info {
    InfoBuilder::new().title("Belltower").version("1").build()
}

/// All of them.
pub(crate) fn all(end_points: EndPoints) -> EndPoints {
    let end_points = end_points
        .add(Rule::ANYBODY, routes!(session::setup))
        .add(Rule { at: Listener::Admin, who: Whom::Anybody }, routes!(session::set_up))
        .add(Rule::ANYBODY, routes!(session::sign_in))
        .add(Rule::ANYBODY, routes!(session::second_factor))
        .add(Rule::ANYBODY, routes!(passkeys::challenge))
        .add(Rule::ANYBODY, routes!(single::providers))
        .add(Rule::ANYBODY, routes!(single::depart))
        .add(Rule::ANYBODY, routes!(single::arrive))
        .add(Rule::ANYBODY, routes!(session::enrol))
        .add(Rule::ANYBODY, routes!(session::choose_password))
        .add(Rule::ANYBODY, routes!(session::unlock))
        .add(Rule::ANYBODY, routes!(session::not_me))
        .add(Rule::SIGNED_IN, routes!(session::sign_out));
    let end_points = checks(end_points);
    let end_points = end_points
        .add(Rule::desk(Permission::LiveRead, Of::Agents), routes!(floor::live))
        .add(Rule::SIGNED_IN, routes!(floor::events))
        .add(Rule::desk(Permission::DeskUse, Of::Own), routes!(floor::desk))
        .add(Rule::desk(Permission::DeskUse, Of::Own), routes!(floor::why_no_calls))
        .add(Rule::desk(Permission::DeskUse, Of::Own), routes!(floor::voice))
        .add(Rule::desk(Permission::StateSet, Of::Own), routes!(floor::state))
        .add(Rule::desk(Permission::CallControl, Of::Own), routes!(floor::targets))
        .add(Rule { at: Listener::Desk, who: Whom::MayAny(floor::ACTS, Of::Call) }, routes!(floor::act))
        .add(Rule::desk(Permission::CallRead, Of::Own), routes!(calls::own))
        .add(Rule::desk(Permission::CallRead, Of::Agents), routes!(calls::list))
        .add(Rule::desk(Permission::CallPlace, Of::Own), routes!(floor::dial))
        .add(Rule::desk(Permission::DeskUse, Of::Own), routes!(floor::calling_modes))
        .add(Rule::desk(Permission::CallRead, Of::CallRead), routes!(calls::one))
        .add(Rule::desk(Permission::CallRead, Of::Call), routes!(work::summary))
        .add(Rule::desk(Permission::SummaryWrite, Of::Call), routes!(work::write))
        .add(Rule::desk(Permission::CallRead, Of::Shared), routes!(work::dispositions))
        .add(Rule::desk(Permission::CallRead, Of::CallRead), routes!(calls::story))
        .add(Rule::desk(Permission::TraceRead, Of::Call), routes!(calls::trace))
        .add(Rule { at: Listener::Desk, who: Whom::MayAny(bundle::TAKE, Of::Call) }, routes!(bundle::bundle))
        .add(Rule::desk(Permission::RecordingPlay, Of::Agents), routes!(calls::recordings))
        .add(Rule::desk(Permission::RecordingExport, Of::Agents), routes!(exports::export))
        .add(Rule::desk(Permission::RecordingExport, Of::Shared), routes!(exports::terms))
        .add(Rule::desk(Permission::RecordingPlay, Of::Call), routes!(calls::audio))
        .add(Rule::desk(Permission::RecordingPlay, Of::Call), routes!(calls::peaks));
    let end_points =
        first_run(lists(prompts(configs(reports(diagnoses(accounts(scans(aids(customers(end_points))))))))));
    end_points
        .add(Rule::SIGNED_IN, routes!(me::me, me::change))
        .add(Rule::SIGNED_IN, routes!(me::devices))
        .add(Rule::SIGNED_IN, routes!(me::end_device))
        .add(Rule::SIGNED_IN, routes!(me::change_password))
        .add(Rule::SIGNED_IN, routes!(me::begin_totp, me::confirm_totp, me::remove_totp))
        .add(Rule::SIGNED_IN, routes!(passkeys::list, passkeys::begin, passkeys::add))
        .add(Rule::SIGNED_IN, routes!(passkeys::remove))
        .add(Rule::SIGNED_IN, routes!(notices::list))
        .add(Rule::SIGNED_IN, routes!(notices::seen))
        .add(Rule::admin(Permission::AuditRead, Of::Account), routes!(audit::search))
        .add(Rule::admin(Permission::AuditVerify, Of::Account), routes!(audit::verify))
        .add(Rule::desk(Permission::HealthRead, Of::Centre), routes!(node::health))
        .add(Rule::admin(Permission::ConfigRead, Of::Centre), routes!(endpoints::provisioning))
        .add(Rule::admin(Permission::UserWrite, Of::Centre), routes!(endpoints::reset_password))
}

/// Devices and network, checked before a shift: one's own, and for whoever helps.
fn checks(end_points: EndPoints) -> EndPoints {
    end_points
        .add(Rule::desk(Permission::DeskUse, Of::Own), routes!(checks::policy))
        .add(Rule::desk(Permission::DeskUse, Of::Own), routes!(checks::report))
        .add(Rule::desk(Permission::DeskUse, Of::Own), routes!(checks::probe))
        .add(Rule::desk(Permission::LiveRead, Of::Agents), routes!(checks::reports))
}

/// Who calls, and tickets for what is not resolved yet.
fn customers(end_points: EndPoints) -> EndPoints {
    let customer = |permission| Rule::desk(permission, Of::Customer);
    end_points
        .add(Rule::desk(Permission::CustomerSearch, Of::Agents), routes!(customers::search))
        .add(customer(Permission::CustomerRead), routes!(customers::one))
        .add(customer(Permission::CustomerWrite), routes!(customers::put))
        .add(customer(Permission::CustomerRead), routes!(customers::changes))
        .add(Rule::admin(Permission::QueueWrite, Of::Shared), routes!(customers::layout))
        .add(Rule::admin(Permission::QueueWrite, Of::Shared), routes!(customers::put_layout))
        .add(Rule::desk(Permission::TicketRead, Of::Agents), routes!(tickets::list))
        .add(Rule::desk(Permission::TicketWrite, Of::Agents), routes!(tickets::open))
        .add(Rule::desk(Permission::TicketRead, Of::Agents), routes!(tickets::one))
        .add(Rule::desk(Permission::TicketWrite, Of::Agents), routes!(tickets::change))
}

/// What agents look up and say.
fn aids(end_points: EndPoints) -> EndPoints {
    let read = |permissions| Rule { at: Listener::Desk, who: Whom::MayAny(permissions, Of::Shared) };
    end_points
        .add(read(aids::READ_KNOWLEDGE), routes!(aids::articles))
        .add(read(aids::READ_KNOWLEDGE), routes!(aids::article))
        .add(Rule::desk(Permission::KnowledgeWrite, Of::Agents), routes!(aids::put_article))
        .add(Rule::desk(Permission::KnowledgeWrite, Of::Agents), routes!(aids::remove_article))
        .add(Rule::desk(Permission::SummaryWrite, Of::Call), routes!(aids::use_article))
        .add(read(aids::READ_SCRIPTS), routes!(aids::scripts))
        .add(read(aids::READ_SCRIPTS), routes!(aids::script_versions))
        .add(Rule::desk(Permission::ScriptWrite, Of::Agents), routes!(aids::put_script))
}

/// Sign-in by a code that a phone scans: the page that shows it, and the phone.
fn scans(end_points: EndPoints) -> EndPoints {
    end_points
        .add(Rule::ANYBODY, routes!(scans::show))
        .add(Rule::ANYBODY, routes!(scans::wait))
        .add(Rule::ANYBODY, routes!(scans::take))
        .add(Rule::SIGNED_IN, routes!(scans::see))
        .add(Rule::SIGNED_IN, routes!(scans::confirm))
        .add(Rule::SIGNED_IN, routes!(scans::refuse))
}

/// People, roles, approvals, tokens, rules of sign-in: for administrators.
fn accounts(end_points: EndPoints) -> EndPoints {
    let admin = |permission| Rule::admin(permission, Of::Account);
    end_points
        .add(admin(Permission::UserRead), routes!(people::list))
        .add(admin(Permission::UserWrite), routes!(people::create))
        .add(admin(Permission::UserRead), routes!(people::one))
        .add(admin(Permission::UserWrite), routes!(people::change))
        .add(admin(Permission::UserWrite), routes!(people::disable))
        .add(admin(Permission::UserWrite), routes!(people::enable))
        .add(admin(Permission::UserUnlock), routes!(people::unlock))
        .add(admin(Permission::UserWrite), routes!(people::reset_password))
        .add(admin(Permission::UserWrite), routes!(people::reset_second_factor))
        .add(admin(Permission::UserRead), routes!(roles::list))
        .add(admin(Permission::RoleWrite), routes!(roles::put))
        .add(admin(Permission::UserRead), routes!(roles::units))
        .add(admin(Permission::UserWrite), routes!(roles::put_units))
        .add(Rule::SIGNED_IN, routes!(approvals::list))
        .add(Rule::SIGNED_IN, routes!(approvals::approve))
        .add(Rule::SIGNED_IN, routes!(approvals::reject))
        .add(Rule::SIGNED_IN, routes!(approvals::withdraw))
        .add(admin(Permission::TokenWrite), routes!(tokens::list, tokens::make))
        .add(admin(Permission::TokenWrite), routes!(tokens::revoke))
        .add(admin(Permission::ReviewRun), routes!(reviews::list, reviews::open))
        .add(admin(Permission::ReviewRun), routes!(reviews::items, reviews::say))
        .add(admin(Permission::ReviewRun), routes!(reviews::close))
        .add(WEBHOOKS, routes!(webhooks::list, webhooks::make))
        .add(WEBHOOKS, routes!(webhooks::change, webhooks::delete))
        .add(WEBHOOKS, routes!(webhooks::replay))
        .add(WEBHOOKS, routes!(webhooks::attempts))
        .add(admin(Permission::UserRead), routes!(rules::list))
        .add(admin(Permission::SecurityWrite), routes!(rules::put))
        .add(admin(Permission::UserRead), routes!(rules::simulate))
}

/// The configuration: looked at by who may at both listeners, changed at that of administrators.
fn configs(end_points: EndPoints) -> EndPoints {
    let read = Rule::desk(Permission::ConfigRead, Of::Shared);
    let write = |permission| Rule::admin(permission, Of::Centre);
    let everything = Rule { at: Listener::Admin, who: Whom::MayAll(Permission::OF_CONFIGURATION) };
    end_points
        .add(read, routes!(configs::config))
        .add(read, routes!(configs::versions))
        .add(read, routes!(configs::version))
        .add(Rule::admin(Permission::ConfigRead, Of::Shared), routes!(configs::check))
        .add(everything, routes!(configs::apply))
        .add(everything, routes!(configs::roll_back))
        .add(read, routes!(configs::policies))
        .add(read, routes!(modules::list))
        .add(write(Permission::PolicyWrite), routes!(modules::switch))
        .add(read, routes!(configs::queues))
        .add(read, routes!(configs::agents))
        .add(read, routes!(configs::numbers))
        .add(read, routes!(configs::trunks))
        .add(read, routes!(configs::lists))
        .add(read, routes!(configs::calendars))
        .add(read, routes!(configs::flows))
        .add(read, routes!(configs::flow))
        .add(read, routes!(configs::check_flow))
        .add(read, routes!(configs::simulate))
        .add(write(Permission::FlowPublish), routes!(configs::publish, configs::delete_flow))
        .add(read, routes!(configs::templates))
        .add(read, routes!(configs::flow_versions))
        .add(read, routes!(configs::flow_version))
        .add(read, routes!(configs::flow_stats))
}

/// The first run: whoever may change the whole configuration leads a new centre to its first call.
fn first_run(end_points: EndPoints) -> EndPoints {
    let everything = Rule { at: Listener::Admin, who: Whom::MayAll(Permission::OF_CONFIGURATION) };
    end_points
        .add(everything, routes!(first_run::get))
        .add(everything, routes!(first_run::company))
        .add(everything, routes!(first_run::trunk))
        .add(everything, routes!(first_run::ask))
        .add(everything, routes!(first_run::number))
        .add(everything, routes!(first_run::agent))
        .add(everything, routes!(first_run::skip))
        .add(everything, routes!(first_run::close))
        .add(everything, routes!(first_run::test_call))
        .add(everything, routes!(first_run::passed))
        .add(everything, routes!(first_run::arrivals))
}

/// Lists of callers. They are one for the whole centre: whoever holds the permission at all reads or changes them.
fn lists(end_points: EndPoints) -> EndPoints {
    let read = Rule::desk(Permission::ListRead, Of::Shared);
    let write = Rule::desk(Permission::ListWrite, Of::Shared);
    end_points
        .add(read, routes!(lists::entries))
        .add(write, routes!(lists::add))
        .add(write, routes!(lists::remove))
        .add(Rule::desk(Permission::ListApprove, Of::Shared), routes!(lists::approve))
        .add(read, routes!(lists::blocked))
}

/// What callers hear: drafts are tried out by who draws flows, and heard by callers once somebody publishes them.
fn prompts(end_points: EndPoints) -> EndPoints {
    let large = |(schemas, paths, methods): UtoipaMethodRouter<Arc<Desk>>| {
        (schemas, paths, methods.layer(DefaultBodyLimit::max(prompts::FILE_BYTES_MAX)))
    };
    let draft = Rule::admin(Permission::FlowDraft, Of::Shared);
    let publish = Rule::admin(Permission::FlowPublish, Of::Centre);
    end_points
        .add(Rule::desk(Permission::ConfigRead, Of::Shared), routes!(prompts::list))
        .add(Rule::desk(Permission::ConfigRead, Of::Shared), routes!(prompts::audio))
        .add(draft, large(routes!(prompts::check)))
        .add(draft, large(routes!(prompts::preview)))
        .add(publish, large(routes!(prompts::put, prompts::delete)))
}

/// What is wrong.
fn diagnoses(end_points: EndPoints) -> EndPoints {
    end_points
        .add(Rule::SIGNED_IN, routes!(diagnosis::diagnose))
        .add(Rule::desk(Permission::LiveRead, Of::Agents), routes!(diagnosis::presence))
        .add(Rule::desk(Permission::LiveRead, Of::Agents), routes!(diagnosis::why_no_calls))
}

/// Reports, and exports of the records they are sums of.
fn reports(end_points: EndPoints) -> EndPoints {
    let read = Rule::desk(Permission::ReportRead, Of::Agents);
    let export = Rule::desk(Permission::ReportExport, Of::Agents);
    end_points
        .add(read, routes!(reports::volume))
        .add(read, routes!(reports::service_level))
        .add(read, routes!(reports::agents))
        .add(read, routes!(reports::heat))
        .add(read, routes!(reports::reconcile))
        .add(export, routes!(reports::csv))
        .add(export, routes!(reports::xlsx))
}

/// Whoever may give tokens of the whole centre to programs may also let programs be told.
const WEBHOOKS: Rule = Rule::admin(Permission::TokenWrite, Of::Centre);
