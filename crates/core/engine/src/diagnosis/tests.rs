use super::*;

fn picture() -> Picture {
    let phone = PhoneStanding {
        endpoint: EndpointName::new("alice").unwrap(),
        browser: true,
        reached: true,
        gone: None,
        refused: None,
    };
    let agent = Standing {
        name: AgentName::new("alice").unwrap(),
        configured: true,
        state: Some((AgentPresence::Available, AgentActivity::Idle)),
        queues: 1,
        phones: vec![phone],
    };
    let report = LegQuality { packets_in: 250, level_in_dbov: Some(-20), mos_centi: 430, ..LegQuality::default() };
    let voice = VoiceReport { level_dbov: Some(-24), noise_dbov: -60, clipped_permille: 0, echo: None };
    Picture {
        agent: Some(agent),
        visitor: "192.0.2.7".parse().unwrap(),
        media: vec!["192.0.2.1".parse().unwrap()],
        ports_free: 100,
        gate: Gate::Open,
        trunks: vec![(TrunkName::new("carrier").unwrap(), None)],
        numbers: 1,
        last_call: Some(LastCall { call: CallId::from_u64(1), reports: vec![report; 3], voice: vec![voice] }),
        weak_mos_centi: 360,
    }
}

fn changed(change: impl FnOnce(&mut Picture)) -> Vec<(&'static str, Level, &'static str)> {
    let mut picture = picture();
    change(&mut picture);
    let checks = examine(&picture);
    let wrong = checks.iter().filter(|check| check.level > Level::Ok);
    for check in wrong.clone() {
        let remedy = check.remedy.as_ref().expect("what is wrong has a remedy");
        assert!(!remedy.zh.is_empty() && remedy.en.is_ascii(), "{check:?}");
        assert!(!check.found.zh.is_ascii(), "{check:?}");
    }
    wrong.map(|check| (check.check, check.level, check.code)).collect()
}

fn agent(picture: &mut Picture) -> &mut Standing {
    picture.agent.as_mut().expect("alice")
}

fn report(picture: &mut Picture) -> &mut LegQuality {
    &mut picture.last_call.as_mut().expect("a call").reports[1]
}

fn voice(picture: &mut Picture) -> &mut VoiceReport {
    &mut picture.last_call.as_mut().expect("a call").voice[0]
}

#[test]
fn dia_03_when_all_is_well_nothing_is_found() {
    assert_eq!(changed(|_| {}), []);
}

#[test]
fn dia_03_each_thing_that_is_wrong_is_found() {
    use Level::{Failed, Warning};
    type Change = fn(&mut Picture);
    let cases: &[(Change, (&str, Level, &str))] = &[
        (|p| p.agent = None, ("login", Warning, "no_agent")),
        (|p| agent(p).configured = false, ("login", Failed, "not_configured")),
        (|p| agent(p).state = None, ("agent", Warning, "signed_out")),
        (
            |p| agent(p).state = Some((AgentPresence::Break { reason: "lunch".to_owned() }, AgentActivity::Idle)),
            ("agent", Warning, "on_break"),
        ),
        (|p| agent(p).state = Some((AgentPresence::Available, AgentActivity::WrapUp)), ("agent", Warning, "wrap_up")),
        (|p| agent(p).queues = 0, ("queues", Warning, "no_queue")),
        (|p| agent(p).phones.clear(), ("phone", Failed, "no_phone")),
        (|p| agent(p).phones[0].reached = false, ("phone", Failed, "never_registered")),
        (
            |p| {
                agent(p).phones[0].reached = false;
                agent(p).phones[0].gone = Some(Cause::TransportLost);
            },
            ("phone", Failed, "phone_lost"),
        ),
        (
            |p| {
                agent(p).phones[0].reached = false;
                agent(p).phones[0].refused = Some(RegistrationRefusal::WrongPassword { attempts_left: 3 });
            },
            ("phone", Failed, "wrong_password"),
        ),
        (|p| p.trunks[0].1 = Some(Cause::Timeout), ("trunk", Failed, "all_down")),
        (|p| p.trunks.push((TrunkName::new("spare").unwrap(), Some(Cause::Timeout))), ("trunk", Warning, "some_down")),
        (|p| p.numbers = 0, ("numbers", Failed, "none")),
        (|p| p.gate = Gate::Shut(Cause::DiskFull), ("service", Failed, "shut")),
        (|p| p.media = vec!["127.0.0.1".parse().unwrap()], ("media", Failed, "address_local")),
        (|p| p.ports_free = 0, ("media", Failed, "no_ports")),
        (|p| p.ports_free = 3, ("media", Warning, "few_ports")),
        (
            |p| p.last_call.iter_mut().flat_map(|last| &mut last.reports).for_each(|report| report.packets_in = 0),
            ("last_call", Failed, "not_heard"),
        ),
        (
            |p| p.last_call.iter_mut().flat_map(|last| &mut last.reports).for_each(|r| r.level_in_dbov = Some(-90)),
            ("last_call", Failed, "silent"),
        ),
        (|p| report(p).mos_centi = 250, ("last_call", Warning, "weak")),
        (|p| voice(p).clipped_permille = 20, ("microphone", Warning, "clipping")),
        (|p| voice(p).noise_dbov = -30, ("microphone", Warning, "noisy")),
        (
            |p| voice(p).echo = Some(bell_types::EchoReport { delay_ms: 180, loss_db: 10 }),
            ("microphone", Warning, "echo"),
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(changed(change), [*expected]);
    }
}

#[test]
fn dia_03_what_cannot_be_looked_at_is_skipped() {
    let mut picture = picture();
    (picture.last_call, picture.trunks) = (None, Vec::new());
    let skipped: Vec<_> = examine(&picture).iter().filter(|c| c.level == Level::Skipped).map(|c| c.check).collect();
    assert_eq!(skipped, ["trunk", "last_call"]);
}
