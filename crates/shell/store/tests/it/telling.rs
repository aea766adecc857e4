//! What owners and programs of others are told, passkeys and access reviews, on SQLite and on PostgreSQL.

use std::collections::BTreeSet;
use std::time::Duration;

use bell_access::{AccessReview, DeviceId, LoginId, Place, Policy, UnitId, UserId, Verdict};
use bell_store::accounts::{
    ATTEMPTS_MAX, Accounts, Attempt, Changing, NOTICES_MAX, OwnNotice, PasskeyKey, ReviewItem, Webhook, WebhookState,
};
use bell_store::outbox::{NewEvent, forget};
use bell_store::{Db, TenantId};
use bell_types::RoleName;
use bell_webhook::{Delivery, Kind, WebhookSecret};

use crate::support::MORNING;
use crate::support::database::TestDatabase;

const ONE: TenantId = TenantId::FIRST;
const TWO: TenantId = TenantId(2);

on_both! {
    sec_13_notices_are_kept_for_their_owner_and_the_oldest_go
    webhooks_are_told_what_happens_from_now_on_in_its_order
    webhooks_of_which_somebody_changed_the_place_stay_where_he_put_them
    sec_09_keys_of_passkeys_are_read_as_they_were_written
    sec_06_reviews_are_read_as_they_were_written
}

async fn begin(db: &Db, tenant: TenantId) -> Changing {
    Changing::begin(db, tenant).await.unwrap()
}

fn notice(person: u64, login: u64) -> OwnNotice {
    OwnNotice {
        notice: 0,
        person: UserId(person),
        at: MORNING + Duration::from_secs(login),
        login: Some(LoginId(login)),
        device: Some(DeviceId(4)),
        content: "{\"kind\":\"new_device\"}".to_owned(),
        link: Some(format!("{login}.AAAA")),
        seen_at: None,
    }
}

async fn sec_13_notices_are_kept_for_their_owner_and_the_oldest_go(db: &Db) {
    let change = begin(db, ONE).await;
    for login in 1..=NOTICES_MAX + 3 {
        change.tell_owner(&notice(1, login)).await.unwrap();
    }
    change.tell_owner(&notice(2, 900)).await.unwrap();
    change.notice_followed(LoginId(900), MORNING).await.unwrap();
    change.commit().await.unwrap();
    let accounts = Accounts::of(db, ONE);
    let told = accounts.own_notices(UserId(1)).await.unwrap();
    assert_eq!(told.len() as u64, NOTICES_MAX);
    let (newest, oldest) = (told.first().unwrap(), told.last().unwrap());
    assert_eq!((newest.login, oldest.login), (Some(LoginId(NOTICES_MAX + 3)), Some(LoginId(4))));
    assert_eq!(*newest, OwnNotice { notice: newest.notice, ..notice(1, NOTICES_MAX + 3) });
    let followed = accounts.own_notices(UserId(2)).await.unwrap().remove(0);
    assert_eq!((followed.link, followed.seen_at), (None, Some(MORNING)));
    assert_eq!(Accounts::of(db, TWO).own_notices(UserId(1)).await.unwrap(), []);

    let change = begin(db, ONE).await;
    for other in 0..NOTICES_MAX + 3 {
        change.tell_owner(&OwnNotice { login: None, device: None, ..notice(3, other) }).await.unwrap();
    }
    change.tell_owner(&notice(3, 1)).await.unwrap();
    change.tell_owner(&OwnNotice { login: None, device: None, ..notice(3, 900) }).await.unwrap();
    change.commit().await.unwrap();
    let told = accounts.own_notices(UserId(3)).await.unwrap();
    let of_logins = told.iter().filter(|told| told.login.is_some()).count();
    assert_eq!((told.len() as u64, of_logins), (NOTICES_MAX + 1, 1), "a warning is not pushed out by other notices");

    let change = begin(db, ONE).await;
    change.notice_seen(newest.notice, MORNING).await.unwrap();
    change.notice_seen(newest.notice, MORNING + Duration::from_secs(9)).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(accounts.own_notices(UserId(1)).await.unwrap()[0].seen_at, Some(MORNING), "the first look counts");
}

fn webhook(id: u64) -> Webhook {
    Webhook {
        webhook: id,
        name: "客户系统".to_owned(),
        url: "https://crm.example.com/hook".to_owned(),
        secret: WebhookSecret::new([9; 32]),
        kinds: BTreeSet::from([Kind::CallEnded, Kind::CallStarted]),
        state: WebhookState::On,
        person: UserId(1),
        made: MORNING,
        taken: 0,
        delivery: Delivery { tries: 3, failing_since: Some(MORNING), next_try: None },
    }
}

fn event(seconds: u64) -> NewEvent {
    let body = format!("{{\"n\":{seconds}}}");
    NewEvent { kind: Kind::CallEnded, at: MORNING + Duration::from_secs(seconds), body }
}

async fn put(db: &Db, events: &[NewEvent]) {
    let change = begin(db, ONE).await;
    change.put_events(events).await.unwrap();
    change.commit().await.unwrap();
}

async fn webhooks_are_told_what_happens_from_now_on_in_its_order(db: &Db) {
    let accounts = Accounts::of(db, ONE);
    put(db, &[event(1)]).await;
    assert_eq!(accounts.outbox_end().await.unwrap(), 0, "while nobody is told, nothing is kept");
    let change = begin(db, ONE).await;
    assert_eq!(change.next_webhook().await.unwrap(), 1);
    change.put_webhook(&webhook(1)).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(accounts.webhooks().await.unwrap(), [webhook(1)]);
    put(db, &[event(2), event(3)]).await;
    drop({
        let change = begin(db, ONE).await;
        change.put_events(&[event(4)]).await.unwrap();
        change
    });
    put(db, &[event(5)]).await;
    let told = accounts.outbox_after(0).await.unwrap();
    let bodies: Vec<_> = told.iter().map(|event| (event.event, event.body.as_str())).collect();
    assert_eq!(bodies, [(1, "{\"n\":2}"), (2, "{\"n\":3}"), (3, "{\"n\":5}")], "what did not happen is not told");
    assert_eq!(accounts.outbox_before(MORNING + Duration::from_secs(3)).await.unwrap(), 1);
    assert_eq!(accounts.outbox_before(MORNING + Duration::from_secs(60)).await.unwrap(), 3);
    assert_eq!(Accounts::of(db, TWO).outbox_after(0).await.unwrap(), []);
    assert_eq!(forget(db, ONE, MORNING + Duration::from_secs(3)).await.unwrap(), 1);
    assert_eq!(accounts.outbox_after(0).await.unwrap().len(), 2);
    assert_eq!(accounts.outbox_end().await.unwrap(), 3, "numbers are never given twice");
}

async fn webhooks_of_which_somebody_changed_the_place_stay_where_he_put_them(db: &Db) {
    let accounts = Accounts::of(db, ONE);
    let change = begin(db, ONE).await;
    change.put_webhook(&Webhook { taken: 7, ..webhook(1) }).await.unwrap();
    change.commit().await.unwrap();
    let went = Webhook { delivery: Delivery::default(), ..webhook(1) };
    assert!(!accounts.webhook_went(6, 8, &went).await.unwrap(), "it was sent back meanwhile");
    assert!(accounts.webhook_went(7, 8, &went).await.unwrap());
    let read = accounts.webhook(1).await.unwrap().unwrap();
    assert_eq!((read.taken, read.delivery), (8, Delivery::default()));

    let attempt = |event| Attempt {
        attempt: 0,
        event,
        kind: "call.ended".to_owned(),
        at: MORNING,
        took: Duration::from_millis(12),
        status: (event % 2 == 0).then_some(503),
        error: Some("status 503".to_owned()),
    };
    for event in 1..=ATTEMPTS_MAX + 2 {
        accounts.note_attempt(1, &attempt(event)).await.unwrap();
    }
    let all = accounts.attempts(1, None, 1_000).await.unwrap();
    assert_eq!(all.len() as u64, ATTEMPTS_MAX);
    assert_eq!(all[0], Attempt { attempt: ATTEMPTS_MAX + 2, ..attempt(ATTEMPTS_MAX + 2) });
    let page = accounts.attempts(1, Some(all[1].attempt), 2).await.unwrap();
    assert_eq!(page, all[2..4]);
    let change = begin(db, ONE).await;
    change.delete_webhook(1).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!((accounts.webhook(1).await.unwrap(), accounts.attempts(1, None, 9).await.unwrap()), (None, Vec::new()));
}

async fn sec_09_keys_of_passkeys_are_read_as_they_were_written(db: &Db) {
    let key = |id: u8, person: u64| PasskeyKey {
        id: vec![id, 0, 255],
        person: UserId(person),
        site: "desk.example.com".to_owned(),
        key: vec![0xa5, 1, 2],
        made: MORNING + Duration::from_secs(u64::from(id)),
        used_at: None,
    };
    let change = begin(db, ONE).await;
    for key in [key(1, 1), key(2, 1), key(3, 2)] {
        change.put_passkey_key(&key).await.unwrap();
    }
    change.passkey_used(&[2, 0, 255], MORNING).await.unwrap();
    change.delete_passkey_key(&[1, 0, 255]).await.unwrap();
    change.commit().await.unwrap();
    let accounts = Accounts::of(db, ONE);
    let used = PasskeyKey { used_at: Some(MORNING), ..key(2, 1) };
    assert_eq!(accounts.passkey_keys(UserId(1)).await.unwrap(), [used]);
    assert_eq!(accounts.passkey_key(&[3, 0, 255]).await.unwrap(), Some(key(3, 2)));
    assert_eq!(Accounts::of(db, TWO).passkey_key(&[3, 0, 255]).await.unwrap(), None);
}

async fn sec_06_reviews_are_read_as_they_were_written(db: &Db) {
    let item = |person: u64, place: Place| ReviewItem {
        person: UserId(person),
        role: RoleName::new("agent").unwrap(),
        place,
        verdict: None,
        decided_by: None,
        decided_at: None,
    };
    let review = AccessReview::open(1, MORNING, UserId(7), &Policy::for_tests());
    let closed =
        AccessReview { closed: Some(MORNING), ..AccessReview::open(2, MORNING, UserId(7), &Policy::for_tests()) };
    let kept = ReviewItem {
        verdict: Some(Verdict::Kept),
        decided_by: Some(UserId(7)),
        decided_at: Some(MORNING),
        ..item(2, Place::Home)
    };
    let change = begin(db, ONE).await;
    change.put_review(&review).await.unwrap();
    change.put_review(&closed).await.unwrap();
    for item in [item(1, Place::Home), item(1, Place::Unit(UnitId(3))), item(2, Place::Home), kept.clone()] {
        change.put_review_item(1, &item).await.unwrap();
    }
    change.commit().await.unwrap();
    let accounts = Accounts::of(db, ONE);
    assert_eq!(accounts.reviews().await.unwrap(), [closed, review.clone()]);
    assert_eq!(accounts.review(1).await.unwrap(), Some(review));
    let read = accounts.review_items(1).await.unwrap();
    assert_eq!(read, [item(1, Place::Home), item(1, Place::Unit(UnitId(3))), kept]);
}
