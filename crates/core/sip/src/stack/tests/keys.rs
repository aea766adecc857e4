//! Browsers, which register by the key of a login.

use std::time::Duration;

use bell_types::{Cause, EndpointName, KeyEnd, LoginId, RegistrationRefusal, Wall};

use super::phone::{Bench, bench_config, tcp};
use crate::digest::Secret;
use crate::{Command, Config, Flow, Input, Key, StackEvent};

const CONTACT: &str = "Contact: <sip:x@abc.invalid;transport=ws>";
const LOGIN: LoginId = LoginId(7);
const OTHER: LoginId = LoginId(8);

fn web() -> EndpointName {
    EndpointName::new("1001").unwrap()
}

/// 1001 is a browser, 1002 a phone.
fn browsers() -> Config {
    let mut config = bench_config();
    let browser = config.endpoints.get_mut(&web()).unwrap();
    (browser.secret, browser.keys_max, browser.contacts_max) = (None, 2, 1);
    config
}

fn bench() -> Bench {
    let mut bench = Bench::new(browsers());
    bench.events.clear();
    bench
}

fn key(bench: &Bench, login: LoginId, user: &str, time: Duration) -> Key {
    let secret = Secret::hash(user, &browsers().realm, "secret");
    Key { endpoint: web(), login, user: user.into(), secret, until: bench.now.wall + time }
}

fn give(bench: &mut Bench, login: LoginId, user: &str) -> Wall {
    let key = key(bench, login, user, Duration::from_secs(3600));
    let until = key.until;
    bench.command(Command::GiveKey(key));
    until
}

fn flow(number: u64) -> Flow {
    tcp(number, &format!("203.0.113.7:4000{number}"))
}

fn register(bench: &mut Bench, number: u64, user: &str) -> u16 {
    bench.register_by(flow(number), "1001", (user, "secret"), CONTACT)
}

fn up(number: u64) -> StackEvent {
    StackEvent::EndpointUp { endpoint: web(), source: flow(number).remote(), user_agent: None }
}

fn down(cause: Cause) -> StackEvent {
    StackEvent::EndpointDown { endpoint: web(), cause }
}

fn ended(login: LoginId, how: KeyEnd) -> StackEvent {
    StackEvent::KeysEnded { endpoint: web(), login, how }
}

fn refusals(events: Vec<StackEvent>) -> Vec<RegistrationRefusal> {
    let refusal = |event| match event {
        StackEvent::RegistrationRefused { refusal, .. } => Some(refusal),
        _ => None,
    };
    events.into_iter().filter_map(refusal).collect()
}

#[test]
fn tel_12_a_browser_registers_by_the_key_of_its_login() {
    let mut bench = bench();
    assert_eq!(register(&mut bench, 1, "k1"), 403, "there is no such key yet");
    assert_eq!(refusals(bench.take_events()), [RegistrationRefusal::KeyOver]);
    let until = give(&mut bench, LOGIN, "k1");
    assert_eq!(bench.take_events(), [StackEvent::KeyGiven { endpoint: web(), login: LOGIN, until }]);
    assert_eq!(bench.stack.holder(&web()), Some(LOGIN));
    assert_eq!(bench.register_by(flow(1), "1001", ("k1", "wrong"), CONTACT), 403);
    assert_eq!(refusals(bench.take_events()), [RegistrationRefusal::WrongPassword { attempts_left: 2 }]);
    assert_eq!(register(&mut bench, 1, "k1"), 200);
    assert_eq!(bench.take_events(), [up(1)]);
}

/// SEC-06: what a login has registered goes with it, at once.
#[test]
fn sec_06_the_end_of_a_login_ends_its_registration() {
    let mut bench = bench();
    give(&mut bench, LOGIN, "k1");
    register(&mut bench, 1, "k1");
    bench.take_events();
    bench.command(Command::EndLogin(OTHER));
    assert_eq!(bench.take_events(), [], "another login is another");
    bench.command(Command::EndLogin(LOGIN));
    assert_eq!(bench.take_events(), [ended(LOGIN, KeyEnd::LoginOver), down(Cause::Forbidden)]);
    assert_eq!(register(&mut bench, 1, "k1"), 403);
    assert_eq!(refusals(bench.take_events()), [RegistrationRefusal::KeyOver]);
}

#[test]
fn a_key_counts_until_its_time_and_a_new_one_goes_on_from_there() {
    let mut bench = bench();
    give(&mut bench, LOGIN, "k1");
    register(&mut bench, 1, "k1");
    bench.wait_ms(3_000_000);
    give(&mut bench, LOGIN, "k2");
    assert_eq!(register(&mut bench, 1, "k1"), 200, "a page that has not heard of the new one");
    bench.wait_ms(700_000);
    bench.take_events();
    assert_eq!(register(&mut bench, 1, "k1"), 403, "its hour is over");
    assert_eq!(register(&mut bench, 1, "k2"), 200);
    bench.take_events();
    bench.wait_ms(2_900_000);
    let events = bench.take_events();
    assert!(events.contains(&ended(LOGIN, KeyEnd::Expired)), "{events:?}");
    assert_eq!(bench.stack.holder(&web()), None);
}

/// A phone that is registered when its key ends is gone then, however long it was to be registered.
#[test]
fn an_expired_key_takes_its_registration_with_it() {
    let mut bench = bench();
    let key = key(&bench, LOGIN, "k1", Duration::from_secs(100));
    bench.command(Command::GiveKey(key));
    register(&mut bench, 1, "k1");
    bench.take_events();
    bench.wait_ms(100_000);
    assert_eq!(bench.take_events(), [ended(LOGIN, KeyEnd::Expired), down(Cause::Forbidden)]);
}

/// SEC-11: one voice for each person. The page that was opened last has it.
#[test]
fn sec_11_another_login_takes_the_phone_over() {
    let mut bench = bench();
    give(&mut bench, LOGIN, "k1");
    register(&mut bench, 1, "k1");
    bench.take_events();
    let until = give(&mut bench, OTHER, "k2");
    let given = StackEvent::KeyGiven { endpoint: web(), login: OTHER, until };
    assert_eq!(bench.take_events(), [ended(LOGIN, KeyEnd::Replaced), down(Cause::TransportLost), given]);
    assert_eq!(register(&mut bench, 1, "k1"), 403);
    bench.take_events();
    assert_eq!(register(&mut bench, 2, "k2"), 200);
    assert_eq!(bench.take_events(), [up(2)]);
    bench.command(Command::EndLogin(LOGIN));
    assert_eq!(bench.take_events(), [], "what a login has lost is not its to end");
}

#[test]
fn a_login_holds_so_many_keys_and_the_newest_count() {
    let mut bench = bench();
    for user in ["k1", "k2", "k3"] {
        give(&mut bench, LOGIN, user);
    }
    let taken = ["k1", "k2", "k3"].map(|user| register(&mut bench, 1, user));
    assert_eq!(taken, [403, 200, 200]);
}

#[test]
fn keys_that_cannot_count_are_passed_over() {
    let mut bench = bench();
    let over = key(&bench, LOGIN, "k1", Duration::ZERO);
    let phone =
        Key { endpoint: EndpointName::new("1002").unwrap(), ..key(&bench, LOGIN, "k2", Duration::from_secs(9)) };
    let nobody = Key { endpoint: EndpointName::new("9999").unwrap(), ..phone.clone() };
    for key in [over, phone, nobody] {
        bench.command(Command::GiveKey(key));
    }
    assert_eq!(bench.take_events(), []);
    assert_eq!(bench.stack.holder(&web()), None);
}

#[test]
fn a_phone_that_is_no_browser_any_more_takes_no_keys() {
    let mut bench = bench();
    give(&mut bench, LOGIN, "k1");
    register(&mut bench, 1, "k1");
    bench.take_events();
    bench.input(Input::Configured(std::sync::Arc::new(bench_config())));
    assert_eq!(bench.take_events(), [ended(LOGIN, KeyEnd::Removed), down(Cause::Forbidden)]);
}

/// SEC-06: who may not work any more has no phone, by whatever it registers.
#[test]
fn sec_06_a_barred_phone_is_gone_and_stays_so() {
    let mut bench = bench();
    give(&mut bench, LOGIN, "k1");
    register(&mut bench, 1, "k1");
    bench.register(flow(2), "1002", super::phone::PASSWORD, CONTACT);
    bench.take_events();
    bench.command(Command::Bar([web()].into()));
    assert_eq!(bench.take_events(), [down(Cause::Forbidden)], "only this one");
    assert_eq!(register(&mut bench, 1, "k1"), 403);
    assert_eq!(refusals(bench.take_events()), [RegistrationRefusal::Barred]);
    bench.command(Command::Bar([].into()));
    assert_eq!(register(&mut bench, 1, "k1"), 200);
}
