//! New devices, new places, journeys nobody makes, and "that was not me".

use std::time::Duration;

use bell_access::{
    CODE_LEN, DeviceId, LinkRefusal, LoginId, Notice, Policy, SIGHTINGS_MAX, Sighting, Spot, Unusual, UserId, remember,
    unusual,
};
use bell_types::Wall;

use crate::world::at;

fn spot(name: &str, latitude: f64, longitude: f64) -> Spot {
    Spot { name: name.to_owned(), latitude, longitude }
}

fn hangzhou() -> Option<Spot> {
    Some(spot("杭州", 30.27, 120.16))
}

fn beijing() -> Option<Spot> {
    Some(spot("北京", 39.90, 116.41))
}

fn suzhou() -> Option<Spot> {
    Some(spot("苏州", 31.30, 120.58))
}

fn seen(hours: u64, device: u64, place: Option<Spot>) -> Sighting {
    Sighting { at: at(0) + Duration::from_secs(hours * 3600), device: DeviceId(device), place }
}

fn found(before: &[Sighting], now: &Sighting) -> Vec<Unusual> {
    unusual(before, now, &Policy::for_tests())
}

#[test]
fn sec_13_a_new_device_or_place_is_noticed() {
    let before = [seen(0, 1, hangzhou()), seen(24, 1, hangzhou())];
    assert_eq!(found(&before, &seen(48, 1, hangzhou())), []);
    assert_eq!(found(&before, &seen(48, 2, hangzhou())), [Unusual::NewDevice]);
    let place = || Unusual::NewPlace { place: "北京".to_owned() };
    assert_eq!(found(&before, &seen(48, 1, beijing())), [place()]);
    assert_eq!(found(&before, &seen(48, 2, beijing())), [Unusual::NewDevice, place()]);
    assert_eq!(found(&[], &seen(0, 1, hangzhou())), [], "the first of all");
    assert_eq!(found(&before, &seen(48, 1, None)), [], "an address that no table knows");
    assert_eq!(found(&[seen(0, 1, None)], &seen(1, 1, hangzhou())), [], "nothing to compare with");
}

#[test]
fn only_so_many_logins_are_remembered() {
    let mut known = Vec::new();
    for hour in 0..=SIGHTINGS_MAX as u64 {
        remember(&mut known, seen(hour, hour, None));
    }
    assert_eq!((known.len(), known[0].device), (SIGHTINGS_MAX, DeviceId(1)), "the first is forgotten");
}

#[test]
fn sec_13_nobody_is_in_two_cities_within_the_hour() {
    let before = [seen(0, 1, beijing()), seen(10, 1, hangzhou())];
    let too_fast = Unusual::TooFast { from: "杭州".to_owned(), to: "北京".to_owned(), km: 1124 };
    assert_eq!(found(&before, &seen(11, 1, beijing())), std::slice::from_ref(&too_fast));
    assert_eq!(found(&before, &seen(12, 1, beijing())), [], "there are aeroplanes");
    let near = [seen(0, 1, suzhou()), seen(10, 1, hangzhou())];
    assert_eq!(found(&near, &seen(10, 1, suzhou())), [], "tables of addresses err by a city");
    let clock_back = found(&before, &seen(9, 1, beijing()));
    assert_eq!(clock_back, [too_fast], "a clock that went back makes nobody faster");
}

#[test]
fn sec_13_the_owner_is_told_within_30_s_and_freezes_by_a_link_that_works_once() {
    let policy = Policy::for_tests();
    let who = (UserId(7), LoginId(3));
    assert!(Notice::new(at(0), who, Vec::new(), [1; CODE_LEN]).is_none());
    let made = || Notice::new(at(0), who, vec![Unusual::NewDevice], [1; CODE_LEN]).expect("a notice");
    let (notice, mut link) = made();
    assert_eq!(notice.by, at(0) + Duration::from_secs(30));
    assert_eq!(link.follow(at(1), "0000-0000-0000-0000", &policy), Err(LinkRefusal::Wrong));
    assert_eq!(link.follow(at(1), &notice.not_me, &policy), Ok(()));
    assert_eq!(link.follow(at(1), &notice.not_me, &policy), Err(LinkRefusal::Used));
    let (notice, mut link) = made();
    assert_eq!(link.follow(at(7), &notice.not_me, &policy), Err(LinkRefusal::Expired));
    let (notice, mut link) = made();
    let just = Wall::from_micros(at(7).as_micros() - 1);
    assert_eq!(link.follow(just, &notice.not_me, &policy), Ok(()));
}
