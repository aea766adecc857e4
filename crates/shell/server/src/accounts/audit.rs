//! The log: searching it, verifying it, writing into it what other doors did.

use std::fs;

use bell_access::audit::{Entry, Hash, Head, Search};
use bell_access::{Object, Permission, Reach, decide};
use bell_api::doors::{AuditPage, AuditWanted, Field, Refused, SignedIn, Verified};

use super::{Accounts, Operator, plain};
use crate::accounts::people::allowed;

impl Accounts {
    pub(super) async fn audit(&self, who: &SignedIn, wanted: AuditWanted) -> Result<AuditPage, Refused> {
        let reach = match who.actor.user() {
            Operator::USER => Reach::Tenant,
            _ => who.actor.filter(Permission::AuditRead)?.reach,
        };
        let rows = self.rows().await?;
        let user = match &wanted.who {
            Some(name) => {
                let person = rows.person_named(&plain(name)).await.map_err(Refused::unavailable)?;
                Some(person.ok_or(Field::unknown("who"))?.user.user)
            }
            None => None,
        };
        let search = Search {
            from: wanted.from,
            until: wanted.to,
            user,
            action: wanted.what.clone().filter(|what| !what.is_empty()),
            ..Search::default()
        };
        self.tell_looked(who, Permission::AuditRead, &search).await?;
        let limit = wanted.limit.clamp(1, 1000) as u64;
        let page = rows.search_audit(&search, &reach, wanted.before, limit).await.map_err(Refused::unavailable)?;
        Ok(AuditPage { records: page.records, more: page.next.is_some() })
    }

    pub(super) async fn verify_audit(&self, who: &SignedIn) -> Result<Verified, Refused> {
        if who.actor.user() != Operator::USER {
            allowed(decide(&who.actor, Permission::AuditVerify, &Object::of_tenant(who.actor.tenant())))?;
        }
        self.tell_looked(who, Permission::AuditVerify, &Search::default()).await?;
        let rows = self.rows().await?;
        let start = rows.chain_ends().await.map_err(Refused::unavailable)?.map_or(0, |(start, _)| start.seq);
        let found = rows.verify_audit(&self.noted()).await.map_err(Refused::unavailable)?;
        Ok(match found {
            Ok(head) => Verified { records: head.seq - start, head: Some(head), breaks: Vec::new() },
            Err(broken) => Verified { records: broken.seq - start - 1, head: None, breaks: vec![broken] },
        })
    }

    /// Writes into the log what another door did or refused.
    pub(super) async fn log(&self, entry: Entry) -> Result<(), Refused> {
        let mut change = self.begin().await?;
        change.tell(entry).await.map_err(Refused::unavailable)?;
        self.commit(change).await
    }

    /// That somebody looked into the log stands in it too.
    async fn tell_looked(&self, who: &SignedIn, permission: Permission, search: &Search) -> Result<(), Refused> {
        let mut entry =
            super::done(crate::clock::wall(), (super::logged(who), None), permission.code(), "audit log".to_owned());
        entry.address = Some(who.address);
        let looked = bell_access::audit::Detail::Words(format!("{search:?}"));
        entry.details = vec![("search".to_owned(), looked)];
        self.log(entry).await
    }

    /// The ends of the log that were noted outside of the database.
    fn noted(&self) -> Vec<Head> {
        let text = fs::read_to_string(&self.inner.heads).unwrap_or_default();
        text.lines().filter_map(head).collect()
    }
}

/// `17 9f86d081…`.
fn head(line: &str) -> Option<Head> {
    let (seq, hash) = line.split_once(' ')?;
    let octet = |place: usize| u8::from_str_radix(hash.get(2 * place..2 * place + 2)?, 16).ok();
    let hash: Option<Vec<u8>> = (0..32).map(octet).collect();
    Some(Head { seq: seq.parse().ok()?, hash: Hash(hash?.try_into().ok()?) })
}
