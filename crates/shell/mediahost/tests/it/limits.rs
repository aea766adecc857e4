//! What happens at the limits.

use std::net::{Ipv4Addr, UdpSocket};
use std::process::{Command, Stdio};

use bell_media::control::{CommandId, MediaAction, MediaCommand, MediaNews, Plan};
use bell_mediahost::{Busy, Config, Host, StartError};
use bell_types::Codec;
use rustix::process::{Resource, getrlimit, setrlimit};

use crate::party::talk;
use crate::trial::{Trial, leg};

/// Tells the process of the test below from this one.
const STARVED: &str = "BELLTOWER_MEDIAHOST_STARVED";

fn failed(news: &MediaNews) -> Option<String> {
    match news {
        MediaNews::Failed { reason } => Some(reason.clone()),
        _ => None,
    }
}

#[test]
fn a_port_that_is_taken_is_passed_over() {
    let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port() & !1;
    let mut trial = Trial::with(|config| config.ports = port..=port + 3);
    let rtp = trial.open(leg(1));
    assert_eq!(rtp.port(), port + 2);
    trial.tell(leg(2), MediaAction::Open);
    let reason = trial.expect(leg(2), failed);
    assert_eq!(
        reason,
        "1 media ports in a row are taken by other programs: choose another port range for the media host"
    );
}

#[test]
fn too_many_legs_fail_with_the_remedy() {
    let mut trial = Trial::with(|config| {
        let first = *config.ports.start();
        config.ports = first..=first + 3;
    });
    trial.open(leg(1));
    trial.open(leg(2));
    let id = trial.tell(leg(3), MediaAction::Open);
    let reason = trial.expect(leg(3), failed);
    assert_eq!(reason, "every media port is in use: widen the port range of the media host");
    trial.tell(leg(1), MediaAction::Close);
    trial.open(leg(4));
    trial.repeat(id, leg(3), MediaAction::Open);
    assert_eq!(trial.expect(leg(3), failed), reason, "a repeated command has the same answer");
}

#[test]
fn a_repeated_open_is_answered_and_not_done_again() {
    let mut trial = Trial::start();
    let id = trial.tell(leg(1), MediaAction::Open);
    let ready = |news: &MediaNews| match news {
        MediaNews::Ready { rtp } => Some(*rtp),
        _ => None,
    };
    let rtp = trial.expect(leg(1), ready);
    trial.repeat(id, leg(1), MediaAction::Open);
    assert_eq!(trial.expect(leg(1), ready), rtp);
    trial.tell(leg(1), MediaAction::Close);
    trial.repeat(id, leg(1), MediaAction::Open);
    assert_eq!(trial.expect(leg(1), failed), "the leg is closed");
}

#[test]
fn commands_for_a_leg_that_is_not_open_are_ignored() {
    let mut trial = Trial::start();
    trial.plan(leg(9), Plan::Echo);
    trial.tell(leg(9), MediaAction::Close);
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 400);
    party.hears(&[700.0], &[]);
}

#[test]
fn a_wrong_configuration_fails_at_the_start_and_says_why() {
    let directory = tempfile::tempdir().unwrap();
    let fails = |change: fn(&mut Config)| {
        let mut config = Config::loopback(directory.path());
        change(&mut config);
        Host::start(config, |_| true).map(Host::stop).unwrap_err()
    };
    let ports = fails(|config| config.ports = 20_001..=20_001);
    assert!(matches!(ports, StartError::Ports(20_001, 20_001)), "{ports}");
    // An address of the documentation's own network (RFC 5737) is no machine's.
    let bind = fails(|config| config.bind = Ipv4Addr::new(192, 0, 2, 1).into());
    assert!(matches!(bind, StartError::Bind { .. }), "{bind}");
    let recordings = fails(|config| config.recording.directory = "/proc/recordings".into());
    assert!(matches!(recordings, StartError::Recordings { .. }), "{recordings}");
}

#[test]
fn an_engine_that_takes_no_events_loses_figures_first() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::loopback(directory.path());
    config.ports = 19_000..=19_039;
    config.queues.events_max = 4;
    let host = Host::start(config, |_| false).unwrap();
    for number in 1..=6 {
        let id = CommandId(u64::from(number));
        let (leg, what) = (leg(number), MediaAction::Open);
        host.command(MediaCommand { id, leg, what }).unwrap();
    }
    while host.gauges().events_lost < 2 {
        std::thread::yield_now();
    }
    assert_eq!(host.gauges().events_lost, 2);
    host.stop();
}

#[test]
fn a_full_queue_refuses_commands_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::loopback(directory.path());
    config.ports = 19_040..=19_079;
    config.queues.commands_max = 0;
    let host = Host::start(config, |_| true).unwrap();
    let (id, leg, what) = (CommandId(1), leg(1), MediaAction::Open);
    assert_eq!(host.command(MediaCommand { id, leg, what }), Err(Busy));
    host.stop();
}

/// Not a test of its own: the process of the next one, whose limit of open files does not disturb the others.
#[test]
fn starved() {
    if std::env::var_os(STARVED).is_none() {
        return;
    }
    let mut trial = Trial::with(|config| config.ports = 18_040..=18_999);
    let mut files = getrlimit(Resource::Nofile);
    files.current = Some(64);
    setrlimit(Resource::Nofile, files).unwrap();
    for number in 1..=64 {
        trial.tell(leg(number), MediaAction::Open);
    }
    let reason = trial.expect(leg(64), failed);
    assert_eq!(reason, "no file descriptor is left: raise the limit of open files of this service");
    // What is open goes on, and what is closed makes room.
    trial.tell(leg(1), MediaAction::Close);
    trial.open(leg(100));
}

#[test]
fn without_file_descriptors_new_legs_fail_with_the_remedy() {
    let starved = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "limits::starved"])
        .env(STARVED, "1")
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(starved.success());
}
