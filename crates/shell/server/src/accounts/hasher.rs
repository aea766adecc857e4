//! Passwords, slowly: argon2id, few at a time, on threads that may take their time.

use std::time::Duration;

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use bell_access::{Compared, PasswordHash};
use bell_api::doors::{LoginRefused, Refused};
use tokio::sync::Semaphore;

/// So many are hashed at one time. Each takes 19 MiB and a tenth of a second of a core, which calls need too.
const AT_A_TIME: usize = 4;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(8);
/// Octets of salt.
const SALT_LEN: usize = 16;

/// What compares and hashes.
pub(super) struct Hasher {
    turns: Semaphore,
    /// What is compared for names that nobody has, so that the time says nothing.
    nobodys: PasswordHash,
}

impl Hasher {
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let nobodys = hash_now("nobody has this password", super::draw()?);
        Ok(Self { turns: Semaphore::new(AT_A_TIME), nobodys })
    }

    /// Hashes a new password.
    pub(super) async fn hash(&self, password: &str) -> Result<PasswordHash, Refused> {
        let salt = super::draw::<SALT_LEN>().map_err(Refused::unavailable)?;
        let password = password.to_owned();
        self.run(move || hash_now(&password, salt)).await
    }

    /// Whether a password is the one of this hash; of nobody's, if there is none.
    pub(super) async fn compare(&self, password: &str, hash: Option<&PasswordHash>) -> Result<Compared, Refused> {
        let is_somebodys = hash.is_some();
        let hash = hash.unwrap_or(&self.nobodys).clone();
        let password = password.to_owned();
        let is_it = self.run(move || is_password(&password, &hash)).await?;
        Ok(if is_it && is_somebodys { Compared::Same } else { Compared::Different })
    }

    /// The same for several hashes, in one turn.
    pub(super) async fn compare_all(
        &self,
        password: &str,
        hashes: Vec<PasswordHash>,
    ) -> Result<Vec<Compared>, Refused> {
        let password = password.to_owned();
        let of = move |hash: &PasswordHash| match is_password(&password, hash) {
            true => Compared::Same,
            false => Compared::Different,
        };
        self.run(move || hashes.iter().map(of).collect()).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(LoginRefused::Busy.into()) };
        tokio::task::spawn_blocking(work).await.map_err(Refused::unavailable)
    }
}

fn hash_now(password: &str, salt: [u8; SALT_LEN]) -> PasswordHash {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    // A hash that no password has: whoever it is given to cannot log in, and says so.
    PasswordHash::new(hash.map(|hash| hash.to_string()).unwrap_or_default())
}

fn is_password(password: &str, hash: &PasswordHash) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_its_hash_and_no_other_nor_nobodys() {
        let hasher = Hasher::new().expect("random bytes");
        let hash = hasher.hash("Tan-Chuang9-Mei").await.expect("a hash");
        assert!(hash.as_str().starts_with("$argon2id$v=19$"), "{}", hash.as_str());
        assert_ne!(hash, hasher.hash("Tan-Chuang9-Mei").await.expect("a hash"), "each has a salt of its own");
        let compare = async |password: &str, hash| hasher.compare(password, hash).await.expect("a comparison");
        assert_eq!(compare("Tan-Chuang9-Mei", Some(&hash)).await, Compared::Same);
        assert_eq!(compare("tan-Chuang9-Mei", Some(&hash)).await, Compared::Different);
        assert_eq!(compare("nobody has this password", None).await, Compared::Different);
        let all = hasher.compare_all("Tan-Chuang9-Mei", vec![hasher.nobodys.clone(), hash]).await;
        assert_eq!(all.expect("comparisons"), [Compared::Different, Compared::Same]);
    }
}
