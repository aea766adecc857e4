//! The door of the desk.

use std::net::IpAddr;

use bell_access::audit::Entry;
use bell_access::{
    ApprovalId, ExportSet, Filter, LoginId, Method, Role, ShownCode, Token, TokenId, UserId, Waiting, WhoAsks,
};
use bell_api::Language;
use bell_api::doors::{
    Accounts as Door, AgentsSeen, ApprovalAnswer, ApprovalSeen, AuditPage, AuditWanted, Confirmed, Created, DeviceSeen,
    Doing, Enrolment, ExportApproved, LoginRules, LoginSimulated, Me, NewUser, NextStep, Person, RolesSeen, ScanAnswer,
    SetUp, SignedIn, TokenMade, TokenWanted, UnitsWanted, UserAct, UserActed, UserChange, UsersPage, UsersWanted,
    Verified, Via, Visit,
};
use bell_types::{AgentName, Wall};

use super::Accounts;
use super::present::Activity;

impl Door for Accounts {
    fn is_empty(&self) -> Doing<'_, bool> {
        Box::pin(self.is_empty())
    }

    fn set_up<'a>(&'a self, visit: &'a Visit, wanted: SetUp) -> Doing<'a, NextStep> {
        Box::pin(self.set_up(visit, wanted))
    }

    fn sign_in<'a>(&'a self, visit: &'a Visit, name: &'a str, password: &'a str) -> Doing<'a, NextStep> {
        Box::pin(self.sign_in(visit, name, password))
    }

    fn second_factor<'a>(
        &'a self,
        visit: &'a Visit,
        ticket: &'a str,
        method: Method,
        code: &'a str,
    ) -> Doing<'a, NextStep> {
        Box::pin(self.second_factor(visit, ticket, method, code))
    }

    fn enrol<'a>(&'a self, visit: &'a Visit, ticket: &'a str, code: &'a str) -> Doing<'a, Confirmed> {
        Box::pin(self.enrol(visit, ticket, code))
    }

    fn choose_password<'a>(&'a self, visit: &'a Visit, ticket: &'a str, password: &'a str) -> Doing<'a, NextStep> {
        Box::pin(self.choose_password(visit, ticket, password))
    }

    fn unlock<'a>(&'a self, visit: &'a Visit, name: &'a str, method: Method, code: &'a str) -> Doing<'a, ()> {
        Box::pin(self.unlock(visit, name, method, code))
    }

    fn not_me<'a>(&'a self, visit: &'a Visit, link: &'a str) -> Doing<'a, ()> {
        Box::pin(self.not_me(visit, link))
    }

    fn show_scan<'a>(&'a self, visit: &'a Visit) -> Doing<'a, (ShownCode, Wall)> {
        Box::pin(async { self.show_scan(visit) })
    }

    fn wait_for_scan<'a>(&'a self, visit: &'a Visit, code: &'a str, page: &'a str) -> Doing<'a, Waiting> {
        Box::pin(self.wait_for_scan(visit, code, page))
    }

    fn take_scan<'a>(&'a self, visit: &'a Visit, code: &'a str, page: &'a str) -> Doing<'a, NextStep> {
        Box::pin(self.take_scan(visit, code, page))
    }

    fn see_scan<'a>(&'a self, who: &'a SignedIn, code: &'a str) -> Doing<'a, WhoAsks> {
        Box::pin(async { self.see_scan(who, code) })
    }

    fn answer_scan<'a>(&'a self, who: &'a SignedIn, code: &'a str, answer: ScanAnswer) -> Doing<'a, ()> {
        Box::pin(self.answer_scan(who, code, answer))
    }

    fn by_cookie<'a>(&'a self, visit: &'a Visit, cookie: &'a str, activity: bool) -> Doing<'a, Option<SignedIn>> {
        let activity = if activity { Activity::Somebody } else { Activity::Screen };
        Box::pin(self.by_cookie(visit, cookie, activity))
    }

    fn by_token<'a>(&'a self, visit: &'a Visit, token: &'a str) -> Doing<'a, Option<SignedIn>> {
        Box::pin(self.by_token(visit, token))
    }

    fn until_over<'a>(&'a self, via: Via) -> Doing<'a, ()> {
        Box::pin(async move {
            self.until_over(via).await;
            Ok(())
        })
    }

    fn sign_out<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, ()> {
        Box::pin(async move {
            match who.via {
                Via::Login(login) => self.end_login(who, login, "logout").await,
                Via::Token(_) => Ok(()),
            }
        })
    }

    fn me<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Me> {
        Box::pin(self.me(who))
    }

    fn set_language<'a>(&'a self, who: &'a SignedIn, language: Language) -> Doing<'a, ()> {
        Box::pin(self.set_language(who, language))
    }

    fn be_agent<'a>(&'a self, who: &'a SignedIn, agent: AgentName) -> Doing<'a, ()> {
        Box::pin(self.be_agent(who, agent))
    }

    fn devices<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<DeviceSeen>> {
        Box::pin(self.devices(who))
    }

    fn end_device<'a>(&'a self, who: &'a SignedIn, login: LoginId) -> Doing<'a, ()> {
        Box::pin(self.end_login(who, login, "login.end"))
    }

    fn change_password<'a>(&'a self, who: &'a SignedIn, old: &'a str, new: &'a str) -> Doing<'a, ()> {
        Box::pin(self.change_password(who, old, new))
    }

    fn begin_totp<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Enrolment> {
        Box::pin(self.begin_totp(who))
    }

    fn confirm_totp<'a>(&'a self, who: &'a SignedIn, code: &'a str) -> Doing<'a, Vec<String>> {
        Box::pin(self.confirm_totp(who, code))
    }

    fn remove_totp<'a>(&'a self, who: &'a SignedIn, password: &'a str) -> Doing<'a, ()> {
        Box::pin(self.remove_totp(who, password))
    }

    fn users<'a>(&'a self, who: &'a SignedIn, wanted: UsersWanted) -> Doing<'a, UsersPage> {
        Box::pin(self.users(who, wanted))
    }

    fn user<'a>(&'a self, who: &'a SignedIn, user: UserId) -> Doing<'a, Person> {
        Box::pin(self.user(who, user))
    }

    fn create_user<'a>(&'a self, who: &'a SignedIn, wanted: NewUser) -> Doing<'a, Created> {
        Box::pin(self.create_user(who, wanted))
    }

    fn change_user<'a>(&'a self, who: &'a SignedIn, user: UserId, change: UserChange) -> Doing<'a, Person> {
        Box::pin(self.change_user(who, user, change))
    }

    fn act_on_user<'a>(
        &'a self,
        who: &'a SignedIn,
        user: UserId,
        act: UserAct,
        reason: Option<String>,
    ) -> Doing<'a, UserActed> {
        Box::pin(async move { self.act_on_user(who, user, act, reason.as_deref()).await })
    }

    fn roles<'a>(&'a self, _who: &'a SignedIn) -> Doing<'a, RolesSeen> {
        Box::pin(self.roles())
    }

    fn put_role<'a>(&'a self, who: &'a SignedIn, role: Role) -> Doing<'a, ()> {
        Box::pin(self.put_role(who, role))
    }

    fn units<'a>(&'a self, _who: &'a SignedIn) -> Doing<'a, UnitsWanted> {
        Box::pin(self.units())
    }

    fn put_units<'a>(&'a self, who: &'a SignedIn, wanted: UnitsWanted) -> Doing<'a, ()> {
        Box::pin(self.put_units(who, wanted))
    }

    fn approvals<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<ApprovalSeen>> {
        Box::pin(self.approvals(who))
    }

    fn approval<'a>(&'a self, who: &'a SignedIn, approval: ApprovalId) -> Doing<'a, ApprovalSeen> {
        Box::pin(self.approval(who, approval))
    }

    fn export_alone_max(&self) -> usize {
        self.settings().policy.export_alone_max
    }

    fn approve_export<'a>(
        &'a self,
        who: &'a SignedIn,
        set: &'a ExportSet,
        approval: Option<ApprovalId>,
        reason: Option<&'a str>,
    ) -> Doing<'a, Option<ExportApproved>> {
        Box::pin(self.approve_export(who, set, approval, reason))
    }

    fn answer_approval<'a>(
        &'a self,
        who: &'a SignedIn,
        approval: ApprovalId,
        answer: ApprovalAnswer,
    ) -> Doing<'a, ApprovalSeen> {
        Box::pin(self.answer_approval(who, approval, answer))
    }

    fn audit<'a>(&'a self, who: &'a SignedIn, wanted: AuditWanted) -> Doing<'a, AuditPage> {
        Box::pin(self.audit(who, wanted))
    }

    fn verify_audit<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Verified> {
        Box::pin(self.verify_audit(who))
    }

    fn log<'a>(&'a self, _who: Option<&'a SignedIn>, entry: Entry) -> Doing<'a, ()> {
        Box::pin(self.log(entry))
    }

    fn tokens<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<Token>> {
        Box::pin(self.tokens(who))
    }

    fn make_token<'a>(&'a self, who: &'a SignedIn, wanted: TokenWanted) -> Doing<'a, TokenMade> {
        Box::pin(self.make_token(who, wanted))
    }

    fn revoke_token<'a>(&'a self, who: &'a SignedIn, token: TokenId) -> Doing<'a, ()> {
        Box::pin(self.revoke_token(who, token))
    }

    fn login_rules<'a>(&'a self, _who: &'a SignedIn) -> Doing<'a, LoginRules> {
        Box::pin(self.login_rules())
    }

    fn put_login_rules<'a>(&'a self, who: &'a SignedIn, rules: LoginRules, reason: String) -> Doing<'a, LoginRules> {
        Box::pin(async move { self.put_login_rules(who, rules, &reason).await })
    }

    fn simulate_login<'a>(
        &'a self,
        who: &'a SignedIn,
        user: UserId,
        address: IpAddr,
        at: Wall,
    ) -> Doing<'a, LoginSimulated> {
        Box::pin(self.simulate_login(who, user, address, at))
    }

    fn agents_within<'a>(&'a self, filter: &'a Filter) -> Doing<'a, AgentsSeen> {
        Box::pin(self.agents_within(filter))
    }
}
