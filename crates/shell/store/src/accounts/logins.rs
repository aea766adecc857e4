//! Logins, the devices they came by, and what owners were told about them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bell_access::{
    CodeHash, DeviceId, InCall, Listing, Login, LoginId, Logins, NotMeLink, Proof, SIGHTINGS_MAX, Sighting, Spot,
    UserId,
};
use bell_types::Wall;
use serde::{Deserialize, Serialize};

use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Row, Value, hex, json, text, when, when_or_none};

const TABLE: &str = "login";
const COLUMNS: &str = "login, person, device, proof, secret, address, browser, place, begun, active, voice, ended_at";

/// How many logins one page holds at most.
const LOGINS_MAX: u64 = 1000;

/// A login, also one that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct LoginRow {
    /// Whose.
    pub person: UserId,
    /// It. Whether it is in a call is not kept.
    pub login: Login,
    /// SHA-256 of its cookie's secret.
    pub secret: [u8; 32],
    /// From where.
    pub address: IpAddr,
    /// What the browser said of itself.
    pub browser: String,
    /// Where that is, if the address says it.
    pub place: Option<Spot>,
    /// Whether it has the voice.
    pub voice: bool,
    /// When it ended.
    pub ended_at: Option<Wall>,
}

/// A device somebody logged in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub device: DeviceId,
    /// SHA-256 of its cookie's secret.
    pub secret: [u8; 32],
    /// What its browser said of itself, or what an administrator called it.
    pub name: String,
    /// Whether an administrator has listed it.
    pub listing: Listing,
    /// When it was last seen.
    pub seen_at: Wall,
}

/// What an owner was told of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// The link "that was not me".
    pub link: NotMeLink,
    /// What was unusual, by their codes.
    pub unusual: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct SpotText {
    name: String,
    latitude: f64,
    longitude: f64,
}

impl Accounts {
    /// Every login that has not ended.
    pub async fn open_logins(&self) -> Result<Vec<LoginRow>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM login WHERE tenant = $1 AND ended_at IS NULL ORDER BY login");
        self.all(TABLE, &sql, vec![]).await?.iter().map(login).collect()
    }

    /// A person's logins that have not ended, as the core judges them.
    pub async fn logins_of(&self, person: UserId) -> Result<(Logins, BTreeMap<LoginId, LoginRow>), DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM login WHERE tenant = $1 AND person = $2 AND ended_at IS NULL ORDER BY login"
        );
        let rows = self.all(TABLE, &sql, vec![signed(person.0).into()]).await?;
        let rows: Result<Vec<LoginRow>, DbError> = rows.iter().map(login).collect();
        let rows = rows?;
        let voice = rows.iter().find(|row| row.voice).map(|row| row.login.login);
        let logins = Logins::new(rows.iter().map(|row| row.login.clone()).collect(), voice);
        Ok((logins, rows.into_iter().map(|row| (row.login.login, row)).collect()))
    }

    /// A person's logins before one, the newest first.
    pub async fn login_history(
        &self,
        person: UserId,
        before: Option<LoginId>,
        rows_max: u64,
    ) -> Result<Vec<LoginRow>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM login WHERE tenant = $1 AND person = $2 AND login < $3 ORDER BY login DESC LIMIT $4"
        );
        let before = before.map_or(i64::MAX, |before| signed(before.0));
        let rows_max = signed(rows_max.clamp(1, LOGINS_MAX));
        let rows = self.all(TABLE, &sql, vec![signed(person.0).into(), before.into(), rows_max.into()]).await?;
        rows.iter().map(login).collect()
    }

    /// By what a person is known: the last logins, the latest last.
    pub async fn sightings(&self, person: UserId) -> Result<Vec<Sighting>, DbError> {
        let rows = self.login_history(person, None, SIGHTINGS_MAX as u64).await?;
        let sighting = |row: LoginRow| Sighting { at: row.login.begun, device: row.login.device, place: row.place };
        Ok(rows.into_iter().rev().map(sighting).collect())
    }

    /// Notes when somebody last did something. No change of an account: the log is not told.
    pub async fn touched(&self, login: LoginId, active: Wall) -> Result<(), DbError> {
        let sql = "UPDATE login SET active = $3 WHERE tenant = $1 AND login = $2 AND active < $3 AND ended_at IS NULL";
        let values = self.with_tenant(vec![signed(login.0).into(), when(active)]);
        self.conn.run(TABLE, sql, values).await.map(drop)
    }

    /// The device whose cookie has this hash.
    pub async fn device(&self, secret: &[u8; 32]) -> Result<Option<Device>, DbError> {
        let sql = "SELECT device, secret, name, listed, seen_at FROM device WHERE tenant = $1 AND secret = $2";
        let row = self.one("device", sql, vec![hex(secret).into()]).await?;
        row.as_ref().map(device).transpose()
    }

    /// Devices behind `after`, by their id.
    pub async fn devices(&self, after: DeviceId, rows_max: u64) -> Result<Vec<Device>, DbError> {
        let sql = "SELECT device, secret, name, listed, seen_at FROM device \
                   WHERE tenant = $1 AND device > $2 ORDER BY device LIMIT $3";
        let rows_max = signed(rows_max.clamp(1, LOGINS_MAX));
        let rows = self.all("device", sql, vec![signed(after.0).into(), rows_max.into()]).await?;
        rows.iter().map(device).collect()
    }

    /// What was told of a login.
    pub async fn notice(&self, login: LoginId) -> Result<Option<NoticeRow>, DbError> {
        let sql =
            "SELECT login, person, unusual, secret, made, used FROM login_notice WHERE tenant = $1 AND login = $2";
        let row = self.one("login_notice", sql, vec![signed(login.0).into()]).await?;
        row.as_ref().map(notice).transpose()
    }

    /// What a person was told, the newest first.
    pub async fn notices_of(&self, person: UserId, rows_max: u64) -> Result<Vec<NoticeRow>, DbError> {
        let sql = "SELECT login, person, unusual, secret, made, used FROM login_notice \
                   WHERE tenant = $1 AND person = $2 ORDER BY login DESC LIMIT $3";
        let rows_max = signed(rows_max.clamp(1, LOGINS_MAX));
        let rows = self.all("login_notice", sql, vec![signed(person.0).into(), rows_max.into()]).await?;
        rows.iter().map(notice).collect()
    }
}

impl Changing {
    /// Writes a login.
    pub async fn put_login(&self, row: &LoginRow) -> Result<(), DbError> {
        let place = row.place.as_ref().map(|spot| {
            let Spot { name, latitude, longitude } = spot.clone();
            json(&SpotText { name, latitude, longitude })
        });
        let columns = vec![
            ("person", signed(row.person.0).into()),
            ("device", signed(row.login.device.0).into()),
            ("proof", proof_text(row.login.proof).into()),
            ("secret", hex(&row.secret).into()),
            ("address", text(row.address)),
            ("browser", text(&row.browser)),
            ("place", place.unwrap_or(Value::String(None))),
            ("begun", when(row.login.begun)),
            ("active", when(row.login.active)),
            ("voice", i64::from(row.voice).into()),
            ("ended_at", when_or_none(row.ended_at)),
        ];
        self.put(TABLE, vec![("login", signed(row.login.login.0).into())], columns).await
    }

    /// Notes that a login has ended.
    pub async fn end_login(&self, login: LoginId, at: Wall) -> Result<(), DbError> {
        let sql = "UPDATE login SET ended_at = $3, voice = 0 WHERE tenant = $1 AND login = $2 AND ended_at IS NULL";
        self.run(TABLE, sql, vec![signed(login.0).into(), when(at)]).await.map(drop)
    }

    /// Gives the voice of a person to one login, or to none.
    pub async fn give_voice(&self, person: UserId, login: Option<LoginId>) -> Result<(), DbError> {
        let sql = "UPDATE login SET voice = CASE WHEN login = $3 THEN 1 ELSE 0 END \
                   WHERE tenant = $1 AND person = $2 AND ended_at IS NULL";
        let login = login.map_or(0, |login| signed(login.0));
        self.run(TABLE, sql, vec![signed(person.0).into(), login.into()]).await.map(drop)
    }

    /// Writes a device.
    pub async fn put_device(&self, device: &Device) -> Result<(), DbError> {
        let columns = vec![
            ("secret", hex(&device.secret).into()),
            ("name", text(&device.name)),
            ("listed", i64::from(device.listing == Listing::Listed).into()),
            ("seen_at", when(device.seen_at)),
        ];
        self.put("device", vec![("device", signed(device.device.0).into())], columns).await
    }

    /// Writes what an owner was told.
    pub async fn put_notice(&self, notice: &NoticeRow) -> Result<(), DbError> {
        let NoticeRow { link, unusual } = notice;
        let columns = vec![
            ("person", signed(link.user.0).into()),
            ("unusual", json(unusual)),
            ("secret", hex(link.code.as_bytes()).into()),
            ("made", when(link.made)),
            ("used", i64::from(link.used).into()),
        ];
        self.put("login_notice", vec![("login", signed(link.login.0).into())], columns).await
    }

    /// An id for a new login.
    pub async fn next_login(&self) -> Result<LoginId, DbError> {
        self.next_id(TABLE, "login").await.map(LoginId)
    }

    /// An id for a new device.
    pub async fn next_device(&self) -> Result<DeviceId, DbError> {
        self.next_id("device", "device").await.map(DeviceId)
    }
}

fn login(row: &Row) -> Result<LoginRow, DbError> {
    let place = row.text_or_none("place")?.map(|_| row.json::<SpotText>("place")).transpose()?;
    let place = place.map(|SpotText { name, latitude, longitude }| Spot { name, latitude, longitude });
    let proof = row.known("proof", |value| {
        [Proof::Password, Proof::TwoFactors].into_iter().find(|known| proof_text(*known) == value)
    })?;
    Ok(LoginRow {
        person: UserId(unsigned(row.int("person")?)),
        login: Login {
            login: LoginId(unsigned(row.int("login")?)),
            device: DeviceId(unsigned(row.int("device")?)),
            proof,
            begun: row.wall("begun")?,
            active: row.wall("active")?,
            call: InCall::Never,
        },
        secret: row.hash("secret")?,
        address: row.parsed("address")?,
        browser: row.text("browser")?,
        place,
        voice: row.int("voice")? != 0,
        ended_at: row.wall_or_none("ended_at")?,
    })
}

fn device(row: &Row) -> Result<Device, DbError> {
    let listing = if row.int("listed")? == 0 { Listing::Unlisted } else { Listing::Listed };
    Ok(Device {
        device: DeviceId(unsigned(row.int("device")?)),
        secret: row.hash("secret")?,
        name: row.text("name")?,
        listing,
        seen_at: row.wall("seen_at")?,
    })
}

fn notice(row: &Row) -> Result<NoticeRow, DbError> {
    let link = NotMeLink {
        user: UserId(unsigned(row.int("person")?)),
        login: LoginId(unsigned(row.int("login")?)),
        code: CodeHash::from_bytes(row.hash("secret")?),
        made: row.wall("made")?,
        used: row.int("used")? != 0,
    };
    Ok(NoticeRow { link, unusual: row.json("unusual")? })
}

const fn proof_text(proof: Proof) -> &'static str {
    match proof {
        Proof::Password => "password",
        Proof::TwoFactors => "two_factors",
    }
}
