//! Adding to the log.

use sha2::{Digest, Sha256};

use crate::TenantId;
use crate::audit::record::{Entry, Hash, Record};

/// The end of a chain. One that has left the database is an anchor: what was before it can no longer be written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Head {
    /// The place of the last record; 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

/// The chain of a tenant, where it is added to. One owner at a time: on several nodes, whoever holds the row of its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    tenant: TenantId,
    head: Head,
}

impl Chain {
    /// Goes on behind the head that the store kept.
    pub const fn new(tenant: TenantId, head: Head) -> Self {
        Self { tenant, head }
    }

    /// Adds a record. It is written in the transaction of what it tells, or neither is.
    pub fn append(&mut self, entry: Entry) -> Record {
        let record = Record::seal(self.tenant, self.head.seq + 1, self.head.hash, entry);
        self.head = Head { seq: record.seq, hash: record.hash };
        record
    }

    /// The end.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Whose log it is.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }
}

impl Head {
    /// What a tenant's log begins behind: no tenant's first record fits another's.
    pub fn genesis(tenant: TenantId) -> Self {
        let bytes = [&b"bell-audit-1 genesis"[..], &tenant.0.to_be_bytes()].concat();
        Self { seq: 0, hash: Hash(Sha256::digest(bytes).into()) }
    }
}
