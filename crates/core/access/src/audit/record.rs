//! One record, and the bytes its hash is of.

use std::fmt;
use std::net::IpAddr;

use bell_types::{Number, Wall};
use sha2::{Digest, Sha256};

use crate::audit::mask;
use crate::{Decision, Permission, TenantId, UserId};

/// How many details a record may have; further ones are left out, and their number is told.
pub const DETAILS_MAX: usize = 32;

/// How long a text of a record may be, in characters; the rest is cut off and its length told.
pub const TEXT_MAX: usize = 500;

/// What stands before every record's bytes. A new format of bytes gets a new one.
const FORMAT: &[u8] = b"bell-audit-1";

/// Something that happened, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Wall,
    /// Who did it.
    pub who: Who,
    /// From where; none for what the system does by itself.
    pub address: Option<IpAddr>,
    /// What: `login`, or the code of a permission.
    pub action: String,
    /// To what: `recording 6NQRFH0000001`.
    pub object: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What else: the old and the new value, the reason.
    pub details: Vec<(String, Detail)>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A person, with the name at that time.
    User(UserId, String),
    /// A program with a token of a person.
    Token(UserId, String),
    /// Somebody who gave this name and was not let in.
    Stranger(String),
    /// The system itself: a job of this name.
    System(String),
}

/// How something came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not permitted: the code of the refusal.
    Refused(String),
    /// It could not be done: why.
    Failed(String),
}

/// A detail, by what may be shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Shown as it is: ids, settings.
    Plain(String),
    /// People's words: telephone and identity numbers in it are masked.
    Words(String),
    /// A telephone number: masked.
    Number(Number),
    /// Never shown; only that it was there.
    Secret,
}

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// A record as it is kept. Its fields are what the store has; whether they are what was written, its hash says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whose log.
    pub tenant: TenantId,
    /// Its place, counted from 1 without a gap.
    pub seq: u64,
    /// When.
    pub at: Wall,
    /// Who did it.
    pub who: Who,
    /// From where.
    pub address: Option<IpAddr>,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What else, masked.
    pub details: Vec<(String, String)>,
    /// The hash of the record before.
    pub prev: Hash,
    /// The hash of all of the above.
    pub hash: Hash,
}

impl Entry {
    /// That somebody asked for something and how it was decided, if that is logged. What comes of it is told by another
    /// entry only if it fails.
    pub fn decided(
        at: Wall,
        (who, address): (Who, Option<IpAddr>),
        permission: Permission,
        object: &str,
        decision: &Decision,
        details: Vec<(String, Detail)>,
    ) -> Option<Self> {
        let outcome = match decision {
            Decision::Allowed(_) => Outcome::Done,
            Decision::Denied(denied) => Outcome::Refused(denied.code().to_owned()),
        };
        let (action, object) = (permission.code().to_owned(), object.to_owned());
        decision.is_logged(permission).then_some(Self { at, who, address, action, object, outcome, details })
    }
}

impl Record {
    /// Masks and cuts what is told, and seals it behind the record before.
    pub(crate) fn seal(tenant: TenantId, seq: u64, prev: Hash, entry: Entry) -> Self {
        let Entry { at, who, address, action, object, outcome, details } = entry;
        let who = match who {
            Who::User(user, name) => Who::User(user, mask::cut(&name)),
            Who::Token(user, name) => Who::Token(user, mask::cut(&name)),
            Who::Stranger(name) => Who::Stranger(mask::cut(&name)),
            Who::System(name) => Who::System(mask::cut(&name)),
        };
        let outcome = match outcome {
            Outcome::Done => Outcome::Done,
            Outcome::Refused(why) => Outcome::Refused(mask::cut(&why)),
            Outcome::Failed(why) => Outcome::Failed(mask::words(&why)),
        };
        let (action, object, details) = (mask::cut(&action), mask::cut(&object), mask::details(details));
        let hash = Hash([0; 32]);
        let mut record = Self { tenant, seq, at, who, address, action, object, outcome, details, prev, hash };
        record.hash = record.computed_hash();
        record
    }

    /// Whether its hash is that of what it says.
    pub fn is_sound(&self) -> bool {
        self.hash == self.computed_hash()
    }

    /// SHA-256 of its bytes.
    pub(crate) fn computed_hash(&self) -> Hash {
        Hash(Sha256::digest(self.canonical()).into())
    }

    /// Its bytes: every field in the order of the struct, numbers big-endian, texts and lists behind their length in four
    /// octets, so that no two records have the same.
    fn canonical(&self) -> Vec<u8> {
        let mut bytes = Bytes(FORMAT.to_vec());
        bytes.0.extend(self.tenant.0.to_be_bytes());
        bytes.0.extend(self.seq.to_be_bytes());
        bytes.0.extend(self.at.as_micros().to_be_bytes());
        bytes.who(&self.who);
        bytes.text(&self.address.map(|address| address.to_string()).unwrap_or_default());
        bytes.text(&self.action);
        bytes.text(&self.object);
        match &self.outcome {
            Outcome::Done => bytes.tagged(0, ""),
            Outcome::Refused(why) => bytes.tagged(1, why),
            Outcome::Failed(why) => bytes.tagged(2, why),
        }
        bytes.length(self.details.len());
        for (name, value) in &self.details {
            bytes.text(name);
            bytes.text(value);
        }
        bytes.0.extend(self.prev.0);
        bytes.0
    }
}

impl Outcome {
    /// As searches name it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

struct Bytes(Vec<u8>);

impl Bytes {
    /// Texts and lists are cut long before four octets are too few.
    fn length(&mut self, length: usize) {
        self.0.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend(text.as_bytes());
    }

    fn tagged(&mut self, tag: u8, text: &str) {
        self.0.push(tag);
        self.text(text);
    }

    fn who(&mut self, who: &Who) {
        let (tag, user, name) = match who {
            Who::User(user, name) => (0, user.0, name),
            Who::Token(user, name) => (1, user.0, name),
            Who::Stranger(name) => (2, 0, name),
            Who::System(name) => (3, 0, name),
        };
        self.0.push(tag);
        self.0.extend(user.to_be_bytes());
        self.text(name);
    }
}
