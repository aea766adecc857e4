//! Ids of what stands in the accounts' tables. They are numbers and never given twice, so that a record of audit still
//! names the right person after she has married and her department has been renamed.

use std::fmt;

// One macro for the ids: identical newtypes by hand would hide the one that differs.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident $bits:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $bits);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A tenant: a company that shares nothing with the others on the platform.
    TenantId u32
}
id! {
    /// An organisation, a department or a team of a tenant.
    UnitId u32
}
id! {
    /// A project: work that people of several departments do together.
    ProjectId u32
}
id! {
    /// A person with an account.
    UserId u64
}
id! {
    /// A request for a second pair of eyes.
    ApprovalId u64
}

id! {
    /// A device somebody logs in with.
    DeviceId u64
}
id! {
    /// A token of a program.
    TokenId u64
}

impl TenantId {
    /// The platform itself: its objects are the tenants. Who works for it sees that a tenant is there, not what is in it.
    pub const PLATFORM: Self = Self(0);
}
