//! Logins from a new device or place, and journeys nobody makes: the owner is told at once and can say "that was not me".

use std::time::Duration;

use bell_types::Wall;
use thiserror::Error;

use crate::code::{CODE_LEN, CodeHash, write_code};
use crate::policy::Policy;
use crate::{DeviceId, LoginId, UserId};

/// How many logins back somebody is known by.
pub const SIGHTINGS_MAX: usize = 50;

/// Within what time the owner is told (SEC-13).
pub const NOTICE_WITHIN: Duration = Duration::from_secs(30);

/// A login of the past.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// When.
    pub at: Wall,
    /// On which device.
    pub device: DeviceId,
    /// Where, if the address says it.
    pub place: Option<Spot>,
}

/// A place on earth, as the shell's table of addresses has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Its name.
    pub name: String,
    /// Degrees to the north.
    pub latitude: f64,
    /// Degrees to the east.
    pub longitude: f64,
}

/// What is unusual about a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusual {
    /// The device was not seen before.
    NewDevice,
    /// Nor was the place.
    NewPlace {
        /// Its name.
        place: String,
    },
    /// Nobody gets there so fast.
    TooFast {
        /// The place of the login before.
        from: String,
        /// That of this one.
        to: String,
        /// How far that is.
        km: u32,
    },
}

/// What the owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub user: UserId,
    /// Of which login.
    pub login: LoginId,
    /// What is unusual.
    pub unusual: Vec<Unusual>,
    /// What the link "that was not me" contains.
    pub not_me: String,
    /// By when.
    pub by: Wall,
}

/// What is kept of a link "that was not me". It works without a login: its owner may have none left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotMeLink {
    /// Whose account it freezes.
    pub user: UserId,
    /// About which login.
    pub login: LoginId,
    /// The hash of what it contains.
    pub code: CodeHash,
    /// When it was made.
    pub made: Wall,
    /// Whether somebody followed it.
    pub used: bool,
}

/// Why a link does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LinkRefusal {
    /// It is not this link.
    #[error("the link is not complete; copy all of it")]
    Wrong,
    /// It is too old.
    #[error("the link is too old; log in and freeze the account there, or ask your administrator")]
    Expired,
    /// It was used.
    #[error("the link was used already: the account is frozen")]
    Used,
}

/// What is unusual about a login, by those before it, the latest last. The first login of all is not unusual.
pub fn unusual(before: &[Sighting], now: &Sighting, policy: &Policy) -> Vec<Unusual> {
    let Some(last) = before.last() else { return Vec::new() };
    let mut found = Vec::new();
    if before.iter().all(|sighting| sighting.device != now.device) {
        found.push(Unusual::NewDevice);
    }
    let Some(place) = &now.place else { return found };
    let known = before.iter().filter_map(|sighting| sighting.place.as_ref());
    if known.clone().next().is_some() && known.clone().all(|known| known.name != place.name) {
        found.push(Unusual::NewPlace { place: place.name.clone() });
    }
    if let Some(from) = &last.place {
        let km = from.km_to(place);
        let hours = (now.at.as_micros() - last.at.as_micros()).max(0) as f64 / 3_600e6;
        // Tables of addresses err by a city or two.
        if km > policy.travel_km_min as f64 && km > hours * policy.travel_kmh_max as f64 {
            let (from, to) = (from.name.clone(), place.name.clone());
            found.push(Unusual::TooFast { from, to, km: km.round() as u32 });
        }
    }
    found
}

/// Adds a login to those somebody is known by; the oldest are forgotten.
pub fn remember(known: &mut Vec<Sighting>, sighting: Sighting) {
    known.push(sighting);
    known.drain(..known.len().saturating_sub(SIGHTINGS_MAX));
}

impl Notice {
    /// What the owner is told, with the link; none if there is nothing unusual.
    pub fn new(
        now: Wall,
        (user, login): (UserId, LoginId),
        unusual: Vec<Unusual>,
        random: [u8; CODE_LEN],
    ) -> Option<(Self, NotMeLink)> {
        if unusual.is_empty() {
            return None;
        }
        let not_me = write_code(random);
        let link = NotMeLink { user, login, code: CodeHash::of(&not_me), made: now, used: false };
        Some((Self { user, login, unusual, not_me, by: now + NOTICE_WITHIN }, link))
    }
}

impl NotMeLink {
    /// Somebody follows the link. On `Ok` the account is frozen by [`crate::Logins::freeze`].
    ///
    /// # Errors
    /// Why it does nothing.
    pub fn follow(&mut self, now: Wall, code: &str, policy: &Policy) -> Result<(), LinkRefusal> {
        if !self.code.is(code) {
            return Err(LinkRefusal::Wrong);
        }
        if self.used {
            return Err(LinkRefusal::Used);
        }
        if now >= self.made + policy.not_me_valid {
            return Err(LinkRefusal::Expired);
        }
        self.used = true;
        Ok(())
    }
}

impl Spot {
    /// The way over the globe, by the haversine formula.
    fn km_to(&self, other: &Self) -> f64 {
        const EARTH_DIAMETER_KM: f64 = 2.0 * 6_371.0;
        let half_sine = |one: f64, two: f64| ((two - one).to_radians() / 2.0).sin().powi(2);
        let (north, other_north) = (self.latitude.to_radians(), other.latitude.to_radians());
        let across = north.cos() * other_north.cos() * half_sine(self.longitude, other.longitude);
        EARTH_DIAMETER_KM * (half_sine(self.latitude, other.latitude) + across).clamp(0.0, 1.0).sqrt().asin()
    }
}
