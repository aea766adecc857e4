//! The thresholds of a configuration: what is shipped, what the centre sets itself, and what of it holds on its day.

use std::time::Duration;

use bell_policy::{Catalogue, InForce, Own, Wrong};
use bell_types::Date;
use serde::Deserialize;

use super::document::{Document, Policy};
use super::place::Mistakes;
use crate::gate::DiskPolicy;

/// The policies of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// The day.
    pub day: Date,
    /// What holds, in the order of the keys.
    pub in_force: Vec<InForce>,
    /// The first day on which something else holds.
    pub changes_on: Option<Date>,
}

/// What the desk goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskPolicy {
    /// How long the answer to a request with an `Idempotency-Key` is kept.
    pub idempotency_keep: Duration,
    /// How many such answers.
    pub idempotency_max: u64,
    /// How many requests a second somebody may make who is signed in, and how many at once.
    pub api: (u32, u32),
    /// How many a stranger.
    pub api_strangers: (u32, u32),
    /// How many connections to the console there may be.
    pub console_connections_max: usize,
    /// What a desk's network must carry in each direction before a shift, in kilobits a second.
    pub device_rate_kbps_min: u64,
    /// How long a way to the server and back may take.
    pub device_rtt_max: Duration,
    /// How much that may differ from one time to the next.
    pub device_jitter_max: Duration,
    /// How much may be lost, in thousandths.
    pub device_loss_permille_max: u64,
    /// How long reports of the check of devices are kept.
    pub device_reports_keep: Duration,
    /// And how many of each agent.
    pub device_reports_max: u64,
}

/// What holds for customers and what is written about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerPolicy {
    /// How long after a call with a customer his data may be seen for it.
    pub open_for: Duration,
    /// How long the system of customers may take.
    pub crm_timeout: Duration,
    /// How many numbers are kept of a customer.
    pub contacts_max: usize,
    /// How many articles of knowledge there may be.
    pub articles_max: u64,
    /// How many articles are noted as used in a call.
    pub call_articles_max: u64,
    /// For how many places, of queue, phase and class, there may be lines to say.
    pub script_places_max: u64,
    /// How far ahead a ticket may promise.
    pub promise_ahead_max: Duration,
    /// After how many thousandths of its time a promise is near.
    pub promise_near_permille: u32,
}

/// How many situations the prover looks at before it refuses a flow as too complex.
const SITUATIONS_MAX: usize = 100_000;

impl Policies {
    /// What is shipped, as it holds on the day.
    pub fn shipped(day: Date) -> Self {
        let (catalogue, own) = (Catalogue::shipped(), Own::default());
        Self { day, in_force: catalogue.in_force(&own, day), changes_on: catalogue.next_change(&own, day) }
    }

    /// What flows are proved by.
    pub fn of_flows(&self) -> bell_ivr::Policy {
        self.values().of_flows()
    }

    /// How much of the disk is kept, and for what.
    pub fn of_disk(&self) -> DiskPolicy {
        self.values().of_disk()
    }

    /// What accounts are judged by.
    pub fn of_access(&self) -> bell_access::Policy {
        self.values().of_access()
    }

    /// What deliveries to webhooks are judged by.
    pub fn of_webhooks(&self) -> bell_webhook::Policy {
        self.values().of_webhooks()
    }

    /// What holds for customers and what is written about them.
    pub fn of_customers(&self) -> CustomerPolicy {
        let values = self.values();
        CustomerPolicy {
            open_for: values.customer_open_for.0,
            crm_timeout: values.crm_timeout.0,
            contacts_max: values.contacts_max,
            articles_max: values.articles_max,
            call_articles_max: values.call_articles_max,
            script_places_max: values.script_places_max,
            promise_ahead_max: values.promise_ahead_max.0,
            promise_near_permille: values.promise_near_permille,
        }
    }

    /// What holds on the day. Whatever is wrong in the file is told, and counts as not set.
    pub(crate) fn read(document: &Document, day: Date, mistakes: &mut Mistakes<'_>) -> Self {
        let catalogue = Catalogue::shipped();
        let own = Own::read(&document.policy, &catalogue).unwrap_or_else(|wrong| {
            for Wrong { span, unknown, problem, remedy } in wrong {
                let remedy = unknown.map_or(remedy, |key| bell_ivr::suggestion(&key, catalogue.keys()));
                mistakes.span(span, problem, remedy);
            }
            Own::default()
        });
        let changes_on = catalogue.next_change(&own, day);
        Self { day, in_force: catalogue.in_force(&own, day), changes_on }
    }

    /// The values, as the configuration's reader uses them.
    pub(crate) fn values(&self) -> Policy {
        let values = self.in_force.iter().map(|policy| (policy.key.clone(), policy.value.to_toml()));
        let table: toml::Table = values.collect();
        Policy::deserialize(toml::Value::Table(table)).expect("a test holds catalogue and fields together")
    }
}

impl Policy {
    pub(crate) fn of_flows(&self) -> bell_ivr::Policy {
        bell_ivr::Policy {
            depth_max: usize::from(self.menu_depth_max),
            options_max: usize::from(self.menu_options_max),
            options_warn: usize::from(self.menu_options_warn),
            situations_max: SITUATIONS_MAX,
        }
    }

    pub(crate) fn of_disk(&self) -> DiskPolicy {
        DiskPolicy {
            recording_reserve: self.recording_reserve.0,
            recording_gate_shut: self.recording_gate_shut.0,
            recording_gate_open: self.recording_gate_open.0,
            low_percent: self.disk_low_percent,
            critical_percent: self.disk_critical_percent,
        }
    }

    pub(crate) fn of_desk(&self) -> DeskPolicy {
        DeskPolicy {
            idempotency_keep: self.idempotency_keep.0,
            idempotency_max: self.idempotency_max,
            api: (self.api_rate, self.api_burst),
            api_strangers: (self.api_stranger_rate, self.api_stranger_burst),
            console_connections_max: self.console_connections_max,
            device_rate_kbps_min: self.device_rate_kbps_min,
            device_rtt_max: self.device_rtt_max.0,
            device_jitter_max: self.device_jitter_max.0,
            device_loss_permille_max: self.device_loss_permille_max,
            device_reports_keep: self.device_reports_keep.0,
            device_reports_max: self.device_reports_max,
        }
    }

    fn of_webhooks(&self) -> bell_webhook::Policy {
        bell_webhook::Policy {
            timeout: self.webhook_timeout.0,
            retry_first: self.webhook_retry_first.0,
            retry_max: self.webhook_retry_max.0,
            disable_after: self.webhook_disable_after.0,
            keep: self.webhook_keep.0,
            webhooks_max: self.webhooks_max,
        }
    }

    fn of_access(&self) -> bell_access::Policy {
        bell_access::Policy {
            super_admins_max: self.super_admins_max,
            second_factor_for_all: self.second_factor_for_all,
            approval_wait: self.approval_wait.0,
            approval_use_within: self.approval_use_within.0,
            approvals_max: self.approvals_max,
            export_alone_max: self.recording_export_alone_max,
            review_every: self.access_review_every.0,
            review_term: self.access_review_term.0,
            review_remind_every: self.access_review_remind_every.0,
            review_removes: self.access_review_removes,
            auditor_term: self.auditor_term.0,
            password_length_min: self.password_length_min,
            password_history: self.password_history,
            password_age: self.password_age.0,
            password_age_super_admin: self.password_age_super_admin.0,
            password_age_waived: self.password_age_waived,
            password_given_valid: self.password_given_valid.0,
            login_wrong_max: self.login_wrong_max,
            login_lockout: self.login_lockout.0,
            login_lockout_max: self.login_lockout_max.0,
            otp_skew_steps: self.otp_skew_steps,
            audit_keep: self.audit_keep.0,
            devices_max: self.devices_max,
            devices_replace: self.devices_replace,
            login_idle_max: self.login_idle_max.0,
            login_length_max: self.login_length_max.0,
            travel_km_min: self.travel_km_min,
            travel_kmh_max: self.travel_kmh_max,
            not_me_valid: self.not_me_valid.0,
            scan_valid: self.scan_valid.0,
            scans_max: self.scans_max,
            scans_at_address_max: self.scans_at_address_max,
            token_length_max: self.token_length_max.0,
            tokens_max: self.tokens_max,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A policy nobody reads, or a field without a policy, fails here.
    #[test]
    fn every_policy_has_a_field_and_every_field_a_policy() {
        let day = Date::parse("2026-12-01").unwrap();
        Policies::shipped(day).values();
    }
}
