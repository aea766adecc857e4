//! `/health` and `/metrics`, on a listener of their own.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use bell_acd::QueueAlert;
use bell_engine::{DiskPolicy, Gate};
use bell_store::disk::{DiskLevel, DiskSpace, DiskThresholds};
use bell_store::projector::Phase;
use bell_types::Cause;
use serde_json::{Value, json};

use crate::certificate::Standing;
use crate::clock::wall;
use crate::control::Context;
use crate::serve::ServeError;

/// When the disk asks for attention (REC-24).
pub(crate) fn disk_thresholds(policy: &DiskPolicy) -> DiskThresholds {
    DiskThresholds {
        low_permille: policy.low_percent.saturating_mul(10),
        critical_permille: policy.critical_percent.saturating_mul(10),
    }
}

/// Serves both pages.
pub fn start(address: SocketAddr, context: Context) -> Result<(), ServeError> {
    let listen = |error| ServeError::Listen(format!("http://{address}"), error);
    let listener = std::net::TcpListener::bind(address).map_err(listen)?;
    listener.set_nonblocking(true).map_err(listen)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(ServeError::Thread)?;
    let app = Router::new().route("/health", get(health)).route("/metrics", get(metrics)).with_state(context);
    let serve = move || {
        let served = runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, app).await
        });
        if let Err(error) = served {
            tracing::error!(%error, "the health pages ended");
        }
    };
    thread::Builder::new().name("bell-health".to_owned()).spawn(serve).map_err(ServeError::Thread)?;
    Ok(())
}

async fn health(State(context): State<Context>) -> Response {
    let report = report(&context);
    let status = if report["ok"] == true { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report)).into_response()
}

/// The five layers of the platform (TEL-03), each with its components and what is wrong with them.
pub fn report(context: &Context) -> Value {
    let live = context.windows.live();
    let state = context.windows.state().clone();
    let down: Vec<_> = live.trunks().filter_map(|(name, trunk)| Some((name.to_string(), trunk.down?.code()))).collect();
    let trunks = live.trunks().count();
    let phones = live.endpoints().filter(|(_, phone)| phone.source.is_some()).count();
    let projector = context.projector.health();
    let following = matches!(projector.phase, Phase::Following | Phase::Connecting);
    // Before its first turn the node has told nobody by which policies it goes.
    let thresholds = state.snapshot.as_ref().map(|snapshot| disk_thresholds(&snapshot.disk));
    let disk = DiskSpace::of(context.dirs.root());
    let level = disk.as_ref().ok().zip(thresholds).map(|(space, thresholds)| space.level(&thresholds));
    let disk_ok = disk.is_ok() && level != Some(DiskLevel::Critical);
    let gauges = context.host.gauges();
    let access = trunks == 0 || down.len() < trunks;
    let warn_before = state.snapshot.as_ref().map(|snapshot| snapshot.listen.certificate_warn);
    let certificate = certificate(&context.certificate.standing(), warn_before.unwrap_or_default());
    let processing = state.gate == Gate::Open;
    let data = following && disk_ok && gauges.recorder_lost == 0;
    json!({
        "ok": access && processing && data,
        "access": { "ok": access, "trunks_down": down, "connections": context.net.connections(),
            "certificate": certificate },
        "processing": {
            "ok": processing, "calls": state.calls, "legs": state.legs,
            "transfers": state.moving.now, "transfers_max": state.moving.max, "transfers_alert": state.moving.alert,
            "list_entries": state.list_entries, "gate": state.gate.cause().map(Cause::code),
            "gate_for": refused(state.gate), "media_legs": gauges.legs, "ports_free": gauges.ports_free,
        },
        "delivery": {
            "ok": true, "phones_registered": phones, "agents": live.agents().count(),
            "queue_alerts": live.alerts(wall()).map(|alert| alert.queue).collect::<Vec<_>>(),
        },
        "data": {
            "ok": data,
            "database": { "ok": following, "lag_facts": projector.lag(live.last()), "error": projector.error },
            "journal_bytes": state.journal_bytes,
            "disk_free_bytes": disk.as_ref().map(|space| space.free_bytes).ok(),
            "disk": level.map(|level| format!("{level:?}").to_lowercase()).unwrap_or_default(),
            "recordings_open": gauges.recordings, "recording_bytes_lost": gauges.recorder_lost,
        },
        "control": { "ok": true, "config_version": live.config_version() },
    })
}

/// The certificate that phones and browsers are shown. It is no layer's failure: who is connected stays so.
fn certificate(standing: &Standing, warn_before: Duration) -> Value {
    let now = wall();
    let ends_soon = standing.shown.as_ref().is_some_and(|shown| shown.until.since(now) < warn_before);
    let shown = standing.shown.as_ref();
    json!({
        "until": shown.map(|shown| shown.until.to_string()), "days_left": shown.map(|shown| shown.days_left(now)),
        "own": shown.map(|shown| shown.own), "sha256": shown.map(|shown| &shown.fingerprint),
        "names": shown.map(|shown| &shown.names), "wrong": standing.wrong,
        "alert": ends_soon || standing.wrong.is_some(),
    })
}

/// Which new calls the gate keeps out.
const fn refused(gate: Gate) -> Option<&'static str> {
    match gate {
        Gate::Open => None,
        Gate::Unrecorded(_) => Some("recorded_calls"),
        Gate::Shut(_) => Some("all_calls"),
    }
}

async fn metrics(State(context): State<Context>) -> String {
    let state = context.windows.state().clone();
    let gauges = context.host.gauges();
    let counters = context.net.counters();
    let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let projector = context.projector.health();
    let live = context.windows.live();
    let lag = projector.lag(live.last());
    let alerts: Vec<_> = live.alerts(wall()).collect();
    let nuisances = live.nuisances().count() as u64;
    drop(live);
    let rows: &[(&str, &str, &str, u64)] = &[
        ("belltower_calls", "gauge", "Live calls.", state.calls as u64),
        ("belltower_legs", "gauge", "Live legs.", state.legs as u64),
        ("belltower_transfers", "gauge", "Transfers on their way.", state.moving.now as u64),
        ("belltower_transfers_max", "gauge", "How many may be on their way.", state.moving.max as u64),
        ("belltower_transfers_alert", "gauge", "1 while so many are that one should look.", state.moving.alert.into()),
        ("belltower_list_entries", "gauge", "Entries of callers' lists.", state.list_entries.unwrap_or(0) as u64),
        ("belltower_facts_total", "counter", "Facts since the journal began.", state.facts),
        ("belltower_inputs_total", "counter", "Inputs the node has handled.", state.inputs),
        ("belltower_journal_bytes", "gauge", "Length of the journal.", state.journal_bytes),
        ("belltower_database_lag_facts", "gauge", "Facts the database is behind.", lag),
        ("belltower_database_failures_total", "counter", "Failures of the database.", projector.failures),
        ("belltower_sip_received_total", "counter", "SIP messages received.", read(&counters.received)),
        ("belltower_sip_sent_total", "counter", "SIP messages sent.", read(&counters.sent)),
        ("belltower_sip_send_failed_total", "counter", "SIP messages not sent.", read(&counters.send_failed)),
        (
            "belltower_sip_overflowed_total",
            "counter",
            "SIP messages dropped at a full inbox.",
            read(&counters.overflowed),
        ),
        (
            "belltower_sip_refused_total",
            "counter",
            "New calls refused with 503 because too much waits for the node.",
            read(&counters.refused),
        ),
        ("belltower_queue_alerts", "gauge", "Queues whose alert is on.", alerts.len() as u64),
        ("belltower_nuisance_entries", "gauge", "Entries of the nuisance rule since the start.", nuisances),
        ("belltower_media_legs", "gauge", "Open media legs.", gauges.legs),
        ("belltower_media_ports_free", "gauge", "Free RTP port pairs.", gauges.ports_free),
        ("belltower_media_packets_in_total", "counter", "RTP packets accepted.", gauges.packets_in),
        ("belltower_media_packets_out_total", "counter", "RTP packets sent.", gauges.packets_out),
        ("belltower_media_packets_refused_total", "counter", "RTP packets from wrong sources.", gauges.refused),
        ("belltower_media_connections", "gauge", "TCP connections of browsers without UDP.", gauges.connections),
        (
            "belltower_media_connections_cut_total",
            "counter",
            "TCP connections to the media ports that were refused, silent, or no WebRTC.",
            gauges.connections_cut,
        ),
        ("belltower_media_late_ticks_total", "counter", "Packet times that came late.", gauges.late_ticks),
        ("belltower_recordings", "gauge", "Open recordings.", gauges.recordings),
        ("belltower_recorder_backlog_bytes", "gauge", "Recorded octets not yet written.", gauges.recorder_backlog),
        ("belltower_recorder_lost_bytes_total", "counter", "Recorded octets lost.", gauges.recorder_lost),
    ];
    let rows = rows.iter();
    let rows: String = rows
        .map(|(name, kind, help, value)| format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"))
        .collect();
    rows + &longest_waits(&alerts)
}

/// The longest wait of each queue whose alert is on. Names of queues have no quotes and no line breaks.
fn longest_waits(alerts: &[QueueAlert]) -> String {
    let name = "belltower_queue_alert_longest_wait_seconds";
    let mut text = format!("# HELP {name} The longest wait where a queue's alert is on.\n# TYPE {name} gauge\n");
    for alert in alerts {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name}{{queue=\"{}\"}} {}", alert.queue, alert.longest.as_secs());
    }
    text
}
