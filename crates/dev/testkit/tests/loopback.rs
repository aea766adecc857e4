//! The kit proven against itself and against real phones: audio both ways, each party with a tone of its own.

use std::time::Duration;

use bell_testkit::{Call, EndedBy, Ending, Keys, KitError, Law, Phone, PhoneEvent, PhonePlan, Sipp, TonePhone};

/// Two tone phones in a call.
fn talking() -> Result<(TonePhone, TonePhone, Call, Call), KitError> {
    let mut callee = TonePhone::new(700.0)?;
    let mut caller = TonePhone::new(1000.0)?;
    let mut call = caller.call(&callee.uri())?;
    let mut offer = callee.wait_call()?;
    offer.ring()?;
    call.wait_ringing()?;
    offer.answer()?;
    call.wait_answered()?;
    Ok((caller, callee, call, offer))
}

#[test]
fn each_party_hears_the_other_and_not_itself() -> Result<(), KitError> {
    let (_caller, _callee, mut call, mut offer) = talking()?;
    assert!(call.hears(700.0)? && offer.hears(1000.0)?);
    let heard = call.listen(Duration::from_millis(300))?;
    assert!(heard.has(700.0) && !heard.has(1000.0), "{}", heard.level(1000.0));
    assert!((heard.level(700.0) + 10.0).abs() < 1.0, "{}", heard.level(700.0));
    assert_eq!(call.statuses(), [100, 180, 200]);
    offer.hang_up()?;
    let ending = call.wait_ended()?;
    assert_eq!(ending, Ending { by: EndedBy::Them, status: None });
    assert!(call.falls_silent()?);
    Ok(())
}

#[test]
fn laws_mix_because_the_answer_decides() -> Result<(), KitError> {
    let mut callee = TonePhone::new(700.0)?;
    let mut caller = TonePhone::new(1000.0)?.law(Law::Mu);
    let mut call = caller.call(&callee.uri())?;
    let mut offer = callee.wait_call()?;
    offer.answer()?;
    call.wait_answered()?;
    assert!(call.hears(700.0)? && offer.hears(1000.0)?);
    Ok(())
}

#[test]
fn keys_arrive_in_order_by_events_and_by_info() -> Result<(), KitError> {
    for way in [Keys::Rfc4733, Keys::Info] {
        let (_caller, _callee, mut call, mut offer) = talking()?;
        call.press_by(way, "12*#")?;
        offer.wait_keys("12*#")?;
        assert!(call.press("x").is_err());
    }
    Ok(())
}

#[test]
fn keys_in_band_are_two_tones() -> Result<(), KitError> {
    let (_caller, _callee, mut call, mut offer) = talking()?;
    assert!(offer.hears(1000.0)?);
    call.press_by(Keys::InBand, "5")?;
    assert!(offer.hears_sound(|sound| sound.has(770.0) && sound.has(1336.0))?);
    Ok(())
}

#[test]
fn hold_is_silent_and_resume_is_not() -> Result<(), KitError> {
    let (_caller, _callee, mut call, mut offer) = talking()?;
    assert!(offer.hears(1000.0)?);
    call.hold()?;
    assert!(offer.falls_silent()? && call.falls_silent()?);
    call.resume()?;
    assert!(offer.hears(1000.0)? && call.hears(700.0)?);
    Ok(())
}

#[test]
fn a_caller_hears_sound_before_the_answer() -> Result<(), KitError> {
    let mut callee = TonePhone::new(700.0)?;
    let mut caller = TonePhone::new(1000.0)?;
    let mut call = caller.call(&callee.uri())?;
    let mut offer = callee.wait_call()?;
    offer.send_early_media()?;
    assert!(call.hears(700.0)?);
    offer.refuse(486)?;
    let ending = call.wait_ended()?;
    assert_eq!(ending.status, Some(486));
    assert!(matches!(call.wait_answered(), Err(KitError::Refused { status: 486, .. })));
    Ok(())
}

#[test]
fn a_cancelled_call_ends_with_487_on_both_sides() -> Result<(), KitError> {
    let mut callee = TonePhone::new(700.0)?;
    let mut caller = TonePhone::new(1000.0)?;
    let mut call = caller.call(&callee.uri())?;
    let mut offer = callee.wait_call()?;
    offer.ring()?;
    call.wait_ringing()?;
    call.cancel()?;
    assert_eq!(call.wait_ended()?.status, Some(487));
    assert_eq!(offer.wait_ended()?, Ending { by: EndedBy::Them, status: Some(487) });
    assert!(offer.answer().is_err());
    Ok(())
}

#[test]
fn a_delayed_offer_is_answered_in_the_ack() -> Result<(), KitError> {
    let mut callee = TonePhone::new(700.0)?;
    let mut caller = TonePhone::new(1000.0)?.delayed_offer();
    let mut call = caller.call(&callee.uri())?;
    let mut offer = callee.wait_call()?;
    offer.answer()?;
    call.wait_answered()?;
    assert!(call.hears(700.0)? && offer.hears(1000.0)?);
    Ok(())
}

#[test]
fn a_wait_that_is_in_vain_says_what_it_saw() -> Result<(), KitError> {
    let callee = TonePhone::new(700.0)?;
    let mut caller = TonePhone::new(1000.0)?.patience(Duration::from_millis(300));
    let mut call = caller.call(&callee.uri())?;
    let err = call.wait_answered().unwrap_err().to_string();
    assert!(err.contains("an answer") && err.contains("Calling after"), "{err}");
    assert!(!call.hears(700.0)?);
    Ok(())
}

#[test]
fn baresip_answers_a_tone_phone() -> Result<(), KitError> {
    let mut agent = Phone::start(&PhonePlan::new("1001", 700))?;
    let mut caller = TonePhone::new(1000.0)?;
    let mut call = caller.call(&agent.uri())?;
    agent.wait(PhoneEvent::Incoming)?;
    call.wait_ringing()?;
    agent.answer()?;
    call.wait_answered()?;
    assert!(call.hears(700.0)?, "the tone of baresip");
    assert!(agent.hears(1000.0)?, "the tone of the caller");
    agent.press("59")?;
    call.wait_keys("59")?;
    call.press("3#")?;
    agent.wait_key('3')?;
    agent.wait_key('#')?;
    call.hold()?;
    assert!(call.falls_silent()?);
    call.resume()?;
    assert!(call.hears(700.0)?, "after the hold of the caller");
    agent.hold()?;
    assert!(call.falls_silent()?);
    agent.resume()?;
    assert!(call.hears(700.0)?, "after the hold of baresip");
    assert!(agent.hears(1000.0).is_err());
    call.hang_up()?;
    agent.wait(PhoneEvent::Closed)?;
    Ok(())
}

#[test]
fn baresip_calls_a_tone_phone_and_another_baresip() -> Result<(), KitError> {
    let mut agent = Phone::start(&PhonePlan::new("1001", 700))?;
    let mut other = Phone::start(&PhonePlan::new("1002", 400))?;
    let mut phone = TonePhone::new(1000.0)?;
    agent.call(&phone.uri())?;
    let mut offer = phone.wait_call()?;
    offer.answer()?;
    agent.wait(PhoneEvent::Established)?;
    assert!(offer.hears(700.0)? && agent.hears(1000.0)?);
    agent.hang_up()?;
    offer.wait_ended()?;
    agent.wait(PhoneEvent::Closed)?;

    agent.call(&other.uri())?;
    other.wait(PhoneEvent::Incoming)?;
    other.answer()?;
    agent.wait(PhoneEvent::Established)?;
    assert!(agent.hears(400.0)? && other.hears(700.0)?);
    Ok(())
}

#[test]
fn baresip_speaks_other_codecs_over_tcp() -> Result<(), KitError> {
    let plan = |user, tone| PhonePlan::new(user, tone).over_tcp().codec("G722/16000/1");
    let (mut agent, mut other) = (Phone::start(&plan("1001", 700))?, Phone::start(&plan("1002", 400))?);
    agent.call(&format!("{};transport=tcp", other.uri()))?;
    other.wait(PhoneEvent::Incoming)?;
    other.answer()?;
    agent.wait(PhoneEvent::Established)?;
    assert!(agent.hears(400.0)? && other.hears(700.0)?);
    Ok(())
}

#[test]
fn a_baresip_asks_for_a_transfer() -> Result<(), KitError> {
    let mut agent = Phone::start(&PhonePlan::new("1001", 700))?;
    let mut phone = TonePhone::new(1000.0)?;
    let mut call = phone.call(&agent.uri())?;
    agent.wait(PhoneEvent::Incoming)?;
    agent.answer()?;
    call.wait_answered()?;
    call.transfer_to("sip:1002@127.0.0.1:9")?;
    let target = agent.wait(PhoneEvent::TransferAsked)?;
    assert!(target.contains("1002@127.0.0.1"), "{target}");
    Ok(())
}

#[test]
fn sipp_calls_plays_and_presses() -> Result<(), KitError> {
    let mut phone = TonePhone::new(700.0)?;
    let sipp = Sipp::new("caller")?.keys("12")?.service("4001234567").start_calling(phone.address())?;
    let mut offer = phone.wait_call()?;
    offer.ring()?;
    offer.answer()?;
    assert!(offer.hears(1000.0)?, "the tone of sipp");
    offer.wait_keys("12")?;
    offer.hang_up()?;
    sipp.wait()?.check()
}

#[test]
fn sipp_takes_a_call_back_while_it_rings() -> Result<(), KitError> {
    let mut phone = TonePhone::new(700.0)?;
    let sipp = Sipp::new("caller_cancels")?.key("delay", "50").start_calling(phone.address())?;
    let mut offer = phone.wait_call()?;
    offer.ring()?;
    assert_eq!(offer.wait_ended()?.status, Some(487));
    sipp.wait()?.check()
}

#[test]
fn sipp_is_a_carrier_that_answers() -> Result<(), KitError> {
    let carrier = Sipp::new("carrier")?.start_answering()?;
    let mut phone = TonePhone::new(700.0)?;
    let mut call = phone.call(&format!("sip:13900001111@{}", carrier.address()))?;
    call.wait_answered()?;
    assert!(call.hears(1000.0)?, "the tone of sipp");
    call.hang_up()?;
    carrier.wait()?.check()
}

#[test]
fn a_carrier_that_rings_reliably_gets_its_prack() -> Result<(), KitError> {
    let carrier = Sipp::new("carrier_prack")?.start_answering()?;
    let mut phone = TonePhone::new(700.0)?.reliable_ringing();
    let mut call = phone.call(&format!("sip:13900001111@{}", carrier.address()))?;
    call.wait_ringing()?;
    call.wait_answered()?;
    assert!(call.hears(1000.0)?, "the tone of sipp");
    call.hang_up()?;
    carrier.wait()?.check()
}

#[test]
fn twenty_callers_at_once_reach_a_carrier() -> Result<(), KitError> {
    let carrier = Sipp::new("carrier")?.calls(20, 20).start_answering()?;
    let callers = Sipp::new("caller")?.calls(20, 20).key("stay", "1000");
    callers.run(carrier.address())?.check()?;
    carrier.wait()?.check()
}

#[test]
fn an_answer_may_cross_a_cancel() -> Result<(), KitError> {
    let mut callee = TonePhone::new(700.0)?;
    let mut caller = TonePhone::new(1000.0)?;
    let mut call = caller.call(&callee.uri())?;
    let mut offer = callee.wait_call()?;
    offer.answer()?;
    call.cancel()?;
    assert_eq!(call.wait_settled()?, None);
    call.hang_up()?;
    assert_eq!(call.wait_settled()?, Some(Ending { by: EndedBy::Us, status: None }));
    offer.wait_ended()?;
    Ok(())
}

#[test]
fn sipp_is_a_carrier_that_refuses() -> Result<(), KitError> {
    let carrier = Sipp::new("carrier_refuses")?.key("status", "503").start_answering()?;
    let mut phone = TonePhone::new(700.0)?;
    let mut call = phone.call(&format!("sip:13900001111@{}", carrier.address()))?;
    assert_eq!(call.wait_ended()?.status, Some(503));
    carrier.wait()?.check()
}

#[test]
fn sipp_fails_when_nobody_answers_in_time() -> Result<(), KitError> {
    let phone = TonePhone::new(700.0)?;
    let outcome = Sipp::new("caller")?.time_limit(Duration::from_secs(1)).run(phone.address())?;
    assert!(outcome.check().is_err(), "{outcome:?}");
    Ok(())
}

#[test]
fn phones_register_with_the_right_password_only() -> Result<(), KitError> {
    for (password, is_right) in [("secret", true), ("wrong", false)] {
        let registrar = Sipp::new("registrar")?.key("password", "secret").start_answering()?;
        let mut phone = TonePhone::new(700.0)?.number("1001").credentials("1001", password);
        match phone.register(&format!("sip:{}", registrar.address())) {
            Ok(granted) => assert!(is_right && granted == Duration::from_secs(90), "{granted:?}"),
            Err(KitError::Refused { status, .. }) => assert!(!is_right && status == 403, "{status}"),
            Err(err) => return Err(err),
        }
        registrar.wait()?.check()?;

        let registrar = Sipp::new("registrar")?.key("password", "secret").start_answering()?;
        let plan = PhonePlan::new("1001", 700).register(&registrar.address().to_string(), password);
        match Phone::start(&plan)?.wait_registered() {
            Ok(()) => assert!(is_right),
            Err(KitError::Refused { status, .. }) => assert!(!is_right && status == 403, "{status}"),
            Err(err) => return Err(err),
        }
        registrar.wait()?.check()?;
    }
    Ok(())
}
