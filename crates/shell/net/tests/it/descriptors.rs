//! A system without descriptors, in a process of its own.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::process::Command;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::support::{Bench, bytes, config, connect, phone, request};

const CHILD: &str = "BELL_NET_WITHOUT_DESCRIPTORS";

#[test]
fn notes_2_without_descriptors_the_accept_loop_neither_spins_nor_gives_up() {
    if std::env::var_os(CHILD).is_some() {
        return run_out_of_descriptors();
    }
    let this = std::env::current_exe().unwrap();
    let name = "descriptors::notes_2_without_descriptors_the_accept_loop_neither_spins_nor_gives_up";
    let child = Command::new(this).args(["--exact", name, "--nocapture"]).env(CHILD, "1").output().unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && told.contains("1 passed"), "{told}\n{}", String::from_utf8_lossy(&child.stderr));
}

fn run_out_of_descriptors() {
    let limit = Rlimit { current: Some(64), maximum: getrlimit(Resource::Nofile).maximum };
    setrlimit(Resource::Nofile, limit).unwrap();
    let bench = Bench::start(config());
    let phone = phone();
    let mut hoard = Vec::new();
    loop {
        match File::open("/dev/null") {
            Ok(file) => hoard.push(file),
            Err(error) => break assert_eq!(error.raw_os_error(), Some(24), "EMFILE: {error}"),
        }
    }
    // One descriptor, which the client takes: none is left for the other end of its connection.
    drop(hoard.pop());
    let mut client = connect(bench.tcp());
    client.write_all(b"\r\n\r\n").unwrap();
    let before = busy();
    client.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let error = client.peek(&mut [0]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    let used = busy() - before;
    assert!(used < Duration::from_millis(300), "{used:?} of computing in a second of waiting");
    phone.send_to(request("OPTIONS", 1).as_bytes(), bench.udp()).unwrap();
    assert_eq!(bench.message().1, request("OPTIONS", 1), "datagrams go on");
    drop(hoard);
    client.set_read_timeout(Some(crate::support::DEADLINE)).unwrap();
    assert_eq!(bytes(&client, 2), b"\r\n", "the connection is accepted after all");
}

/// How long this process has computed.
fn busy() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}
