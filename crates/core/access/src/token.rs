//! Tokens of programs: a secret of 256 bits, shown once and kept as a hash, with fewer permissions than its owner and an end.
//!
//! Printed as `bell_12_…`: the prefix lets scanners of source code find what was leaked, the number finds the row.

use std::collections::BTreeSet;

use bell_types::Wall;
use thiserror::Error;

use crate::base32::base32;
use crate::code::CodeHash;
use crate::decide::{Actor, Denied};
use crate::permission::Permission;
use crate::policy::Policy;
use crate::{TokenId, UserId};

/// Random bytes of a token.
pub const TOKEN_LEN: usize = 32;

/// How long the name of a token may be, in characters.
pub const TOKEN_NAME_MAX: usize = 64;

/// What every token begins with.
const PREFIX: &str = "bell_";

/// A token, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub token: TokenId,
    /// Whose.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// What it permits, as far as its owner may.
    pub permissions: BTreeSet<Permission>,
    /// Since when.
    pub made: Wall,
    /// Until when.
    pub ends: Wall,
    /// When somebody revoked it.
    pub revoked: Option<Wall>,
    /// The hash of its secret.
    pub secret: CodeHash,
}

/// What is wanted of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// The id it is to have.
    pub token: TokenId,
    /// What it is for.
    pub name: String,
    /// What it is to permit.
    pub permissions: BTreeSet<Permission>,
    /// Until when.
    pub ends: Wall,
}

/// Why a token is not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenRefusal {
    /// Its owner may not make tokens.
    #[error("{0}")]
    Denied(Denied),
    /// It would permit what its owner may not.
    #[error("its owner does not hold {0}")]
    BeyondOwner(Permission),
    /// It would permit nothing.
    #[error("choose what the token is for")]
    Empty,
    /// It has no name, or one that is too long.
    #[error("a token needs a name of at most {TOKEN_NAME_MAX} characters")]
    Name,
    /// It would end in the past, or too late.
    #[error("a token must end in the future, and within the time the policy allows")]
    Ends,
    /// Its owner has as many as one may have.
    #[error("there are too many tokens; revoke one that nobody uses")]
    TooMany,
}

/// Why a token lets nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// It is not this token.
    #[error("the token is not valid")]
    Wrong,
    /// Its time is over.
    #[error("the token has ended; make a new one")]
    Ended,
    /// Somebody revoked it.
    #[error("the token was revoked")]
    Revoked,
}

impl Token {
    /// Makes one for who asks: nobody gets a secret that acts in another's name. `has`: how many tokens he has that still
    /// let in. The text is shown once.
    ///
    /// # Errors
    /// Why not.
    pub fn issue(
        now: Wall,
        owner: &Actor,
        request: TokenRequest,
        random: [u8; TOKEN_LEN],
        has: usize,
        policy: &Policy,
    ) -> Result<(Self, String), TokenRefusal> {
        let TokenRequest { token, name, permissions, ends } = request;
        owner.filter(Permission::TokenWrite).map_err(TokenRefusal::Denied)?;
        if permissions.is_empty() {
            return Err(TokenRefusal::Empty);
        }
        if let Some(beyond) = permissions.iter().find(|permission| owner.filter(**permission).is_err()) {
            return Err(TokenRefusal::BeyondOwner(*beyond));
        }
        if name.trim().is_empty() || name.chars().count() > TOKEN_NAME_MAX {
            return Err(TokenRefusal::Name);
        }
        if ends <= now || ends > now + policy.token_length_max {
            return Err(TokenRefusal::Ends);
        }
        if has >= policy.tokens_max {
            return Err(TokenRefusal::TooMany);
        }
        let text = format!("{PREFIX}{token}_{}", base32(&random));
        let secret = CodeHash::of(&text);
        Ok((Self { token, user: owner.user(), name, permissions, made: now, ends, revoked: None, secret }, text))
    }

    /// Which row a text asks for; whether it is that token, [`Token::check`] says.
    pub fn id_in(text: &str) -> Option<TokenId> {
        let (id, _) = text.strip_prefix(PREFIX)?.split_once('_')?;
        id.parse().ok().map(TokenId)
    }

    /// Whether a text is this token and still lets in.
    ///
    /// # Errors
    /// Why not. Who has only a number learns nothing from it.
    pub fn check(&self, now: Wall, text: &str) -> Result<(), TokenFault> {
        if !self.secret.is(text) {
            return Err(TokenFault::Wrong);
        }
        match self.revoked {
            Some(_) => Err(TokenFault::Revoked),
            None if now >= self.ends => Err(TokenFault::Ended),
            None => Ok(()),
        }
    }

    /// Ends it for good; the first time counts.
    pub fn revoke(&mut self, now: Wall) {
        self.revoked.get_or_insert(now);
    }

    /// What its bearer may: what the token permits, as far as its owner may now.
    #[must_use]
    pub fn actor(&self, owner: Actor) -> Actor {
        owner.through_token(self.permissions.clone())
    }
}
