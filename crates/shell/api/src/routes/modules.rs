//! The parts of the product that a centre switches on one by one (TEL-23).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bell_access::Permission;
use bell_types::Module;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::configs::log;
use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Named, Sent};
use crate::doors::ConfigApplied;
use crate::words::Code;

/// The parts.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModulesView {
    /// They, in the order screens show them.
    items: Vec<ModuleView>,
}

/// A part that can be switched on.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModuleView {
    /// Its code.
    module: &'static str,
    /// What it is, in Chinese.
    zh: &'static str,
    /// And in English.
    en: &'static str,
    /// Whether it is on.
    on: bool,
}

/// Whether a part is to be on.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ModuleSent {
    /// It.
    on: bool,
}

/// The parts, and which are on. Calls, queues, recording, calls to the outside and one report are always there.
#[utoipa::path(get, path = "/v1/modules", tag = "configuration", responses((status = 200, body = ModulesView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>) -> Json<ModulesView> {
    let on = desk.doors.floor.modules();
    let view = |module: Module| {
        let (zh, en) = words(module);
        ModuleView { module: module.code(), zh, en, on: on.contains(&module) }
    };
    Json(ModulesView { items: Module::ALL.into_iter().map(view).collect() })
}

/// Switches a part on or off, in a new version of the configuration. What it keeps stays.
#[utoipa::path(put, path = "/v1/modules/{module}", tag = "configuration", params(("module" = String, Path)),
    request_body = ModuleSent, responses((status = 200, body = ConfigApplied)))]
pub(crate) async fn switch(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(module): Named<String>,
    Sent(sent): Sent<ModuleSent>,
) -> Result<Json<ConfigApplied>, Problem> {
    let module = Module::of_code(&module).ok_or_else(|| Problem::of(Code::NotFound))?;
    let applied = desk.doors.configs.switch_module(module, sent.on, who.name.clone()).await?;
    let how = if sent.on { "on" } else { "off" };
    let object = format!("module {module} {how}, configuration {}", applied.version);
    log(&desk, &who, Permission::PolicyWrite, object, String::new()).await?;
    Ok(Json(applied))
}

const fn words(module: Module) -> (&'static str, &'static str) {
    match module {
        Module::Reports => ("更多报表与导出", "more reports, and exports"),
        Module::Lists => ("名单：拒接、直通、分级", "lists of callers"),
        Module::Customers => ("客户资料与来电弹屏", "customers, and who calls"),
        Module::Tickets => ("工单与承诺时间", "tickets and promised times"),
        Module::Knowledge => ("知识库", "knowledge"),
        Module::Scripts => ("话术", "lines to say"),
        Module::Quality => ("质检评分", "quality scores"),
        Module::Webhooks => ("事件推送（Webhook）", "events for other programs (webhooks)"),
    }
}
