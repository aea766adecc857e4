//! Where messages may go.

use bell_webhook::{ReachRefusal, Scheme, may_reach};

#[test]
fn what_is_inside_is_reached_only_if_the_configuration_names_it() {
    let inside = [
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.9",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:0:1::",
        "2001:db8::1",
        "fec0::1",
    ];
    for address in inside {
        let refused = may_reach(Scheme::Https, address.parse().unwrap(), &[]);
        assert!(matches!(refused, Err(ReachRefusal::Inside(_))), "{address}: {refused:?}");
    }
    for address in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "114.114.114.114", "2400:3200::1", "2606:4700::1111"] {
        assert_eq!(may_reach(Scheme::Https, address.parse().unwrap(), &[]), Ok(()), "{address}");
    }
    let allowed = ["10.1.0.0/16".parse().unwrap(), "127.0.0.1".parse().unwrap()];
    assert_eq!(may_reach(Scheme::Https, "10.1.2.3".parse().unwrap(), &allowed), Ok(()));
    assert_eq!(may_reach(Scheme::Https, "::ffff:10.1.2.3".parse().unwrap(), &allowed), Ok(()));
    assert!(may_reach(Scheme::Https, "10.2.2.3".parse().unwrap(), &allowed).is_err());
}

#[test]
fn only_the_machine_itself_is_spoken_to_in_the_clear() {
    let loopback = ["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
    assert_eq!(may_reach(Scheme::Http, "127.0.0.1".parse().unwrap(), &loopback), Ok(()));
    assert!(may_reach(Scheme::Http, "127.0.0.1".parse().unwrap(), &[]).is_err(), "not even that unasked");
    for address in ["1.1.1.1", "10.1.2.3"] {
        let refused = may_reach(Scheme::Http, address.parse().unwrap(), &loopback);
        assert_eq!(refused, Err(ReachRefusal::InTheClear), "{address}");
    }
}
