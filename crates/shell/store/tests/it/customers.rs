//! What agents write about customers, on SQLite and on PostgreSQL: what is written is read, no two changes cross each other,
//! and what is looked for is found.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bell_access::audit::{Entry, Outcome, Who};
use bell_customer::{
    Code, Contact, PersonName, Phase, Priority, Promise, Said, Search, Stage, Ticket, TicketChange, TicketState,
    Verdict,
};
use bell_store::accounts::Accounts;
use bell_store::customers::{self, ChangeRow, ContactRow, CustomerId, CustomerRow};
use bell_store::knowledge::{self, Article, Put};
use bell_store::scripts::{self, Place};
use bell_store::tickets::{self, Behind, TicketChangeRow, TicketId, TicketRow, TicketsWanted};
use bell_store::{Db, TenantId};
use bell_types::{CallId, Number, NumberPlan, QueueName, Wall};

use crate::support::database::TestDatabase;
use crate::support::{MORNING, agent};

const ONE: TenantId = TenantId::FIRST;
const TWO: TenantId = TenantId(2);
const CALL: CallId = CallId::from_u64(77);

on_both! {
    agt_02_a_customer_is_found_by_each_of_his_numbers
    agt_06_every_value_he_had_stays
    agt_02_customers_are_found_by_any_part_of_a_name_or_number
    agt_02_a_unit_has_its_layout
    agt_07_standard_answers_come_first_and_chinese_is_found_by_any_part
    agt_07_articles_have_versions_a_limit_and_stay_with_the_call
    agt_07_many_articles_are_searched_in_time
    agt_08_tickets_are_listed_by_promise_and_belong_to_agents
    agt_08_a_request_opens_one_ticket
    agt_08_a_promise_is_watched_until_it_is_told_to_its_end
    agt_14_lines_have_versions_and_a_queue_s_own_come_before_those_of_all
}

fn number(text: &str) -> Number {
    Number::parse(text, &NumberPlan::china(None)).unwrap()
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

fn queue(text: &str) -> QueueName {
    QueueName::new(text).unwrap()
}

fn later(secs: u64) -> Wall {
    MORNING + Duration::from_secs(secs)
}

fn entry() -> Entry {
    Entry {
        at: MORNING,
        who: Who::System("test".to_owned()),
        address: None,
        action: "customer.write".to_owned(),
        object: "customer".to_owned(),
        outcome: Outcome::Done,
        details: vec![],
    }
}

fn contact(of: &str, who: Option<&str>, verdict: Verdict) -> ContactRow {
    let name = who.map(|name| PersonName::parse(name).unwrap());
    ContactRow { contact: Contact { number: number(of), name, verdict }, relation: who.map(|_| "同事".to_owned()) }
}

fn customer(id: CustomerId, name: &str, contacts: Vec<ContactRow>) -> CustomerRow {
    CustomerRow {
        customer: id,
        name: Some(PersonName::parse(name).unwrap()),
        class: Some(code("vip")),
        class_reason: Some("年采购额前 5%".to_owned()),
        fields: BTreeMap::from([(code("company"), "示例科技 100%".to_owned())]),
        contacts,
        made_at: MORNING,
        changed_at: later(1),
    }
}

async fn add(db: &Db, tenant: TenantId, name: &str, contacts: Vec<ContactRow>) -> CustomerRow {
    let change = customers::Changing::begin(db, tenant).await.unwrap();
    let row = customer(change.next_id().await.unwrap(), name, contacts);
    change.put(&row).await.unwrap();
    change.commit().await.unwrap();
    row
}

async fn agt_02_a_customer_is_found_by_each_of_his_numbers(db: &Db) {
    let good = Verdict::Good;
    let zhang = add(
        db,
        ONE,
        "张伟",
        vec![contact("13800138000", None, good), contact("13900139000", Some("<script>alert(1)</script>"), good)],
    )
    .await;
    let li = add(db, ONE, "李娜", vec![contact("13900139000", None, good), contact("95588", None, good)]).await;
    let of = async |text: &str| customers::of_number(db, ONE, &number(text)).await.unwrap();
    assert_eq!(of("13800138000").await.as_ref(), Some(&zhang));
    assert_eq!(of("13900139000").await.as_ref(), Some(&li), "hers first: it is her first number");
    assert_eq!(of("95588").await.as_ref(), Some(&li));
    assert_eq!(of("13700137000").await, None);
    assert_eq!(customers::of_number(db, TWO, &number("95588")).await.unwrap(), None, "another tenant");

    let change = customers::Changing::begin(db, ONE).await.unwrap();
    let wrong = CustomerRow { contacts: vec![contact("13900139000", None, Verdict::Wrong)], ..li };
    change.put(&wrong).await.unwrap();
    drop(change);
    assert_eq!(of("13900139000").await.unwrap().name, wrong.name, "nothing has happened");
    let change = customers::Changing::begin(db, ONE).await.unwrap();
    change.put(&wrong).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(of("13900139000").await, Some(zhang), "it leads rightly to him alone");

    let change = customers::Changing::begin(db, ONE).await.unwrap();
    let other = CustomerRow { contacts: vec![contact("95588", None, Verdict::Wrong)], ..wrong };
    change.put(&other).await.unwrap();
    assert_eq!(change.of_call(CALL, &number("95588")).await.unwrap(), None, "not in this call");
    let judged = ChangeRow {
        at: later(5),
        who: "alice".to_owned(),
        call: Some(CALL),
        field: "number".to_owned(),
        old: None,
        new: None,
    };
    change.tell(other.customer, &[judged]).await.unwrap();
    let of_call = change.of_call(CALL, &number("95588")).await.unwrap();
    assert_eq!(of_call.map(|row| row.customer), Some(other.customer), "whom this call has corrected");
    drop(change);
    assert!(of("95588").await.is_some(), "without its entry nothing has happened");
    let change = customers::Changing::begin(db, ONE).await.unwrap();
    change.put(&other).await.unwrap();
    change.commit_logged(entry()).await.unwrap();
    assert_eq!(of("95588").await, None, "a wrong number leads to nobody");
    assert!(customers::is_wrong(db, ONE, &number("95588")).await.unwrap());
    assert!(!customers::is_wrong(db, ONE, &number("13900139000")).await.unwrap());
    assert!(!customers::is_wrong(db, ONE, &number("10086")).await.unwrap());
    let log = Accounts::of(db, ONE).records_after(0, 10).await.unwrap();
    assert_eq!(log.iter().map(|one| one.action.as_str()).collect::<Vec<_>>(), ["customer.write"]);
}

async fn agt_06_every_value_he_had_stays(db: &Db) {
    let row = add(db, ONE, "王伟", vec![contact("13800138000", None, Verdict::Good)]).await;
    let change = |field: &str, old: Option<&str>, new: Option<&str>| ChangeRow {
        at: later(5),
        who: "陈小雨".to_owned(),
        call: Some(CALL),
        field: field.to_owned(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    };
    let first =
        vec![change("name", Some("王伟"), Some("王\u{1F511}薇")), change("13800138000", Some("good"), Some("wrong"))];
    let second = vec![change("company", Some("甲"), None)];
    for some in [&first, &second] {
        let changing = customers::Changing::begin(db, ONE).await.unwrap();
        changing.tell(row.customer, some).await.unwrap();
        changing.commit().await.unwrap();
    }
    let told = customers::changes(db, ONE, row.customer, 10).await.unwrap();
    assert_eq!(told, [second[0].clone(), first[1].clone(), first[0].clone()], "the newest first");
    assert_eq!(customers::changes(db, ONE, row.customer, 1).await.unwrap(), second);
    assert_eq!(customers::changes(db, TWO, row.customer, 10).await.unwrap(), []);
}

async fn agt_02_customers_are_found_by_any_part_of_a_name_or_number(db: &Db) {
    for (name, at) in [("Anna Zhang", "13800138000"), ("张伟", "13900139000"), ("50%_off!", "13700137000")] {
        add(db, ONE, name, vec![contact(at, None, Verdict::Good)]).await;
    }
    let find = async |text: &str| {
        let search = Search::parse(text).unwrap();
        let found = customers::search(db, ONE, &search, CustomerId(0), 10).await.unwrap();
        found.into_iter().map(|row| row.name.unwrap().as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(find("anna ZHANG").await, ["Anna Zhang"]);
    assert_eq!(find("张").await, ["张伟"]);
    assert_eq!(find("1390").await, ["张伟"]);
    assert_eq!(find("0%_").await, ["50%_off!"], "what LIKE means by them is escaped");
    assert_eq!(find("f!").await, ["50%_off!"]);
    assert_eq!(find("示例科技").await.len(), 3);
    assert_eq!(find("anna 1390").await, Vec::<String>::new(), "every word must be there");
    let others = customers::search(db, TWO, &Search::default(), CustomerId(0), 10).await.unwrap();
    assert_eq!(others, [], "another tenant's search finds none of them");
    let all = customers::search(db, ONE, &Search::default(), CustomerId(1), 1).await.unwrap();
    assert_eq!(all.iter().map(|row| row.customer).collect::<Vec<_>>(), [CustomerId(2)], "a page");
}

async fn agt_02_a_unit_has_its_layout(db: &Db) {
    let fields = vec!["number".to_owned(), "company".to_owned()];
    customers::put_layout(db, ONE, 2, &fields, entry()).await.unwrap();
    assert_eq!(
        customers::layout(db, ONE, &[5, 2, 1]).await.unwrap(),
        Some(fields.clone()),
        "that of the department above"
    );
    let others = vec!["region".to_owned()];
    assert_eq!(customers::layout(db, TWO, &[2]).await.unwrap(), None, "another tenant's unit has the same number");
    customers::put_layout(db, TWO, 2, &others, entry()).await.unwrap();
    assert_eq!(customers::layout(db, TWO, &[2]).await.unwrap(), Some(others));
    customers::put_layout(db, TWO, 2, &[], entry()).await.unwrap();
    assert_eq!(customers::layout(db, ONE, &[2]).await.unwrap(), Some(fields));
    customers::put_layout(db, ONE, 2, &[], entry()).await.unwrap();
    assert_eq!(customers::layout(db, ONE, &[5, 2, 1]).await.unwrap(), None);
}

fn article(id: &str, title: &str, text: &str, standard: bool) -> Article {
    Article {
        article: id.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        standard,
        queues: vec![],
        version: 1,
        changed_at: MORNING,
        changed_by: "lead".to_owned(),
    }
}

async fn find(db: &Db, text: &str, of: Option<&str>) -> Vec<String> {
    let (search, of) = (Search::parse(text).unwrap(), of.map(queue));
    let found = knowledge::search(db, ONE, &search, of.as_ref(), 10).await.unwrap();
    found.into_iter().map(|article| article.article).collect()
}

async fn agt_07_standard_answers_come_first_and_chinese_is_found_by_any_part(db: &Db) {
    for one in [
        article("k-1", "换底座", "退货的条件见另一篇。", false),
        article("k-2", "退货的条件", "签收后 7 天内，未拆封可以退货。USB 线除外。", true),
        article("k-3", "Returns", "how to send things back: 退货", false),
        article("k-4", "退货地址", "寄到这里。", false),
        Article { queues: vec![queue("sales")], ..article("k-5", "报价", "一席 1,200 元。", true) },
    ] {
        assert_eq!(knowledge::put(db, ONE, &one, None, 5, entry()).await.unwrap(), Put::Done(1));
        assert_eq!(knowledge::get(db, ONE, &one.article).await.unwrap(), Some(one));
    }
    assert_eq!(find(db, "退货", None).await, ["k-2", "k-4", "k-1", "k-3"], "standard, then by title");
    assert_eq!(find(db, "拆封", None).await, ["k-2"]);
    assert_eq!(find(db, "usb 退货", None).await, ["k-2"]);
    assert_eq!(find(db, "返修", None).await, Vec::<String>::new());
    assert_eq!(find(db, "", Some("support")).await.len(), 4, "that of sales is not for support");
    assert_eq!(find(db, "报价", Some("sales")).await, ["k-5"]);
}

async fn agt_07_articles_have_versions_a_limit_and_stay_with_the_call(db: &Db) {
    let first = article("k-1", "a", "b", false);
    assert_eq!(knowledge::put(db, ONE, &first, Some(0), 1, entry()).await.unwrap(), Put::Done(1));
    assert_eq!(
        knowledge::put(db, ONE, &first, Some(0), 1, entry()).await.unwrap(),
        Put::Changed(1),
        "somebody was faster"
    );
    assert_eq!(
        knowledge::put(db, ONE, &first, Some(1), 1, entry()).await.unwrap(),
        Put::Done(2),
        "the limit is on new ones"
    );
    assert_eq!(
        knowledge::put(db, ONE, &article("k-2", "a", "b", false), None, 1, entry()).await.unwrap(),
        Put::TooMany
    );
    assert_eq!(
        knowledge::put(db, TWO, &article("k-2", "a", "b", false), None, 1, entry()).await.unwrap(),
        Put::Done(1)
    );

    for (id, secs) in [("k-1", 2), ("k-0", 1), ("k-1", 3)] {
        assert!(knowledge::used(db, ONE, (CALL, id), (later(secs), "alice"), 2).await.unwrap());
    }
    let third = knowledge::used(db, ONE, (CALL, "k-2"), (later(4), "alice"), 2).await.unwrap();
    assert!(!third, "as many as may be noted are");
    assert!(knowledge::used(db, TWO, (CALL, "k-2"), (later(4), "alice"), 2).await.unwrap(), "each tenant has his own");
    assert_eq!(knowledge::of_call(db, ONE, CALL).await.unwrap(), ["k-0", "k-1"]);
    let ids = ["k-0".to_owned(), "k-1".to_owned()];
    assert_eq!(knowledge::titles(db, ONE, &ids).await.unwrap(), [("k-1".to_owned(), "a".to_owned())]);
    assert!(knowledge::remove(db, ONE, "k-1", entry()).await.unwrap());
    assert!(!knowledge::remove(db, ONE, "k-1", entry()).await.unwrap());
    assert_eq!(knowledge::of_call(db, ONE, CALL).await.unwrap().len(), 2, "what was used was used");
}

async fn agt_07_many_articles_are_searched_in_time(db: &Db) {
    let body = "普通的一段说明，没有要找的词。".repeat(100);
    for number in 0..300 {
        let title = format!("第 {number} 篇");
        let one = article(&format!("k-{number}"), &title, &format!("{body}编号 {number} 结束"), number % 7 == 0);
        knowledge::put(db, ONE, &one, None, 1_000, entry()).await.unwrap();
    }
    let begun = Instant::now();
    assert_eq!(find(db, "编号 299", None).await, ["k-299"]);
    assert!(begun.elapsed() < Duration::from_millis(300), "{:?}", begun.elapsed());
}

fn ticket(id: TicketId, promised: u64, by: Option<&str>) -> TicketRow {
    TicketRow {
        ticket: id,
        number: number("13800138000"),
        call: Some(CALL),
        subject: "耳机底座换新件".to_owned(),
        text: "客户要求周五前收到。".to_owned(),
        priority: Priority::High,
        decided: Ticket {
            state: TicketState::Open,
            promise: Promise::kept(MORNING, later(promised)),
            agent: by.map(agent),
        },
        opened_at: MORNING,
        opened_by: "lead".to_owned(),
        opener: Some(agent("carol")),
    }
}

async fn agt_08_tickets_are_listed_by_promise_and_belong_to_agents(db: &Db) {
    let mut rows = Vec::new();
    for (promised, by) in [(300, Some("alice")), (100, Some("bob")), (200, Some("alice")), (200, None)] {
        let change = tickets::Changing::begin(db, ONE).await.unwrap();
        let row = ticket(change.next_id().await.unwrap(), promised, by);
        change.open(&row, None).await.unwrap();
        change.commit().await.unwrap();
        rows.push(row);
    }
    let ids = async |wanted: TicketsWanted, after, limit| {
        let found = tickets::list(db, ONE, &wanted, after, limit).await.unwrap();
        found.into_iter().map(|row| row.ticket.0).collect::<Vec<_>>()
    };
    let all = TicketsWanted::default;
    assert_eq!(ids(all(), None, 10).await, [2, 3, 4, 1], "the next promise first");
    assert_eq!(ids(all(), Some(Behind(later(200), TicketId(3))), 10).await, [4, 1]);
    assert_eq!(ids(all(), None, 2).await, [2, 3]);
    let of = |names: &[&str]| TicketsWanted { of: Some(names.iter().map(|name| agent(name)).collect()), ..all() };
    assert_eq!(ids(of(&["alice"]), None, 10).await, [3, 1]);
    assert_eq!(ids(of(&["carol"]), None, 10).await.len(), 4, "who opened it sees it");
    assert_eq!(ids(TicketsWanted { of: Some(BTreeSet::new()), ..all() }, None, 10).await, [0_u64; 0]);
    assert_eq!(ids(TicketsWanted { due_by: Some(later(200)), ..of(&["alice"]) }, None, 10).await, [3]);
    assert_eq!(ids(TicketsWanted { agent: Some(agent("bob")), ..all() }, None, 10).await, [2]);
    assert_eq!(ids(TicketsWanted { number: Some(number("95588")), ..all() }, None, 10).await, [0_u64; 0]);
    assert_eq!(tickets::of_call(db, ONE, CALL).await.unwrap(), Some(TicketId(4)), "the last one");
    assert_eq!(tickets::get(db, TWO, TicketId(1)).await.unwrap(), None);

    let change = tickets::Changing::begin(db, ONE).await.unwrap();
    let mut row = change.get(TicketId(1)).await.unwrap().unwrap();
    assert_eq!(row, rows[0]);
    let wanted =
        TicketChange { state: Some(TicketState::Done), text: Some("已寄出".to_owned()), ..TicketChange::default() };
    let done = row.decided.change(later(10), wanted, Duration::MAX).unwrap();
    let told = TicketChangeRow { at: later(10), who: "alice".to_owned(), change: done };
    change.change(row.ticket, &row.decided, &told).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(tickets::get(db, ONE, TicketId(1)).await.unwrap(), Some(row));
    assert_eq!(tickets::changes(db, ONE, TicketId(1)).await.unwrap(), [told]);
    assert_eq!(ids(TicketsWanted { state: Some(TicketState::Open), ..of(&["alice"]) }, None, 10).await, [3]);
}

async fn agt_08_a_request_opens_one_ticket(db: &Db) {
    let open = async || {
        let change = tickets::Changing::begin(db, ONE).await.unwrap();
        if let Some(row) = change.opened_by_request("7 key").await.unwrap() {
            return row.ticket;
        }
        let row = ticket(change.next_id().await.unwrap(), 100, None);
        change.open(&row, Some("7 key")).await.unwrap();
        change.commit().await.unwrap();
        row.ticket
    };
    assert_eq!(tokio::join!(open(), open()), (TicketId(1), TicketId(1)), "two at once");
    assert_eq!(open().await, TicketId(1));
    let opened = tickets::opened_by_request(db, ONE, "7 key").await.unwrap();
    assert_eq!(opened.map(|row| row.ticket), Some(TicketId(1)));
    assert_eq!(tickets::opened_by_request(db, TWO, "7 key").await.unwrap(), None);
}

async fn agt_08_a_promise_is_watched_until_it_is_told_to_its_end(db: &Db) {
    for promised in [200, 100] {
        let change = tickets::Changing::begin(db, ONE).await.unwrap();
        let row = ticket(change.next_id().await.unwrap(), promised, None);
        change.open(&row, None).await.unwrap();
        change.commit().await.unwrap();
    }
    let watched = async |after, limit| {
        let found = tickets::watched(db, ONE, after, limit).await.unwrap();
        found.into_iter().map(|watched| (watched.ticket.0, watched.told)).collect::<Vec<_>>()
    };
    let told = async |id, stage| {
        let change = tickets::Changing::begin(db, ONE).await.unwrap();
        let row = change.get(TicketId(id)).await.unwrap().unwrap();
        let before = change.told(&row).await.unwrap();
        change.tell(&row, stage).await.unwrap().commit().await.unwrap();
        before
    };
    assert_eq!(watched(None, 10).await, [(2, Stage::Running), (1, Stage::Running)]);
    let first = tickets::get(db, ONE, TicketId(2)).await.unwrap().unwrap();
    let behind = Behind(first.decided.promise.until(), TicketId(2));
    assert_eq!(watched(None, 1).await, [(2, Stage::Running)]);
    assert_eq!(watched(Some(behind), 1).await, [(1, Stage::Running)]);
    assert_eq!(told(2, Stage::Near).await, Stage::Running);
    assert_eq!(watched(None, 10).await, [(2, Stage::Near), (1, Stage::Running)]);
    assert_eq!(told(2, Stage::Overdue).await, Stage::Near);
    assert_eq!(watched(None, 10).await, [(1, Stage::Running)], "there is nothing more to tell of it");
    assert_eq!(tickets::watched(db, TWO, None, 10).await.unwrap(), []);

    let change = tickets::Changing::begin(db, ONE).await.unwrap();
    let mut row = change.get(TicketId(2)).await.unwrap().unwrap();
    let (made, until) = (MORNING + Duration::from_secs(50), MORNING + Duration::from_secs(300));
    row.decided.promise = Promise::kept(made, until);
    let anew = TicketChange { promised_at: Some(until), ..TicketChange::default() };
    let told = TicketChangeRow { at: made, who: "bob".to_owned(), change: anew };
    change.change(row.ticket, &row.decided, &told).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(watched(None, 10).await, [(1, Stage::Running), (2, Stage::Running)], "nothing was told of the new one");
    let standing = tickets::standing(db, ONE, &[TicketId(2), TicketId(9)]).await.unwrap();
    assert_eq!(standing, [(TicketId(2), row.decided)].into());
    assert_eq!(tickets::standing(db, ONE, &[]).await.unwrap(), [].into());
}

async fn agt_14_lines_have_versions_and_a_queue_s_own_come_before_those_of_all(db: &Db) {
    let place =
        |of: Option<&str>, phase, class: Option<&str>| Place { queue: of.map(queue), phase, class: class.map(code) };
    let write = async |tenant, place: &Place, text: &str, places_max| {
        let said = Said::new(text, text);
        scripts::put(db, tenant, place, &said, (MORNING, "lead"), places_max, |_| entry()).await.unwrap()
    };
    let put = async |place: &Place, text: &str| match write(ONE, place, text, 4).await {
        scripts::Put::Done(version) => version,
        scripts::Put::TooMany => panic!("there is room for {place:?}"),
    };
    let (all, own) = (place(None, Phase::Vip, None), place(Some("sales"), Phase::Vip, None));
    assert_eq!(put(&all, "for all").await, 1);
    assert_eq!(put(&place(None, Phase::Opening, None), "welcome").await, 1);
    assert_eq!(put(&own, "of sales").await, 1);
    assert_eq!(put(&own, "of sales, better").await, 2);
    assert_eq!(put(&own, "of sales, better").await, 2, "the same is no new version");
    assert_eq!(put(&place(Some("sales"), Phase::Vip, Some("gold")), "gold").await, 1);
    let holds = async |of: Option<&str>| {
        let found = scripts::of_queue(db, ONE, of.map(queue).as_ref()).await.unwrap();
        found.into_iter().map(|lines| (lines.said.en, lines.version)).collect::<Vec<_>>()
    };
    let text = |text: &str, version| (text.to_owned(), version);
    assert_eq!(holds(Some("sales")).await, [text("of sales, better", 2), text("gold", 1), text("welcome", 1)]);
    assert_eq!(holds(Some("support")).await, [text("welcome", 1), text("for all", 1)]);
    assert_eq!(holds(None).await, [text("welcome", 1), text("for all", 1)]);
    assert_eq!(put(&own, "").await, 3, "taken away");
    assert_eq!(holds(Some("sales")).await, [text("gold", 1), text("welcome", 1), text("for all", 1)]);
    let versions = scripts::versions(db, ONE, &own, 10).await.unwrap();
    assert_eq!(versions.iter().map(|lines| lines.version).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(scripts::versions(db, TWO, &own, 10).await.unwrap(), []);
    let fifth = place(Some("support"), Phase::Closing, None);
    assert_eq!(write(ONE, &fifth, "bye", 4).await, scripts::Put::TooMany);
    assert_eq!(scripts::versions(db, ONE, &fifth, 10).await.unwrap(), [], "nothing of it was written");
    assert_eq!(write(TWO, &fifth, "bye", 4).await, scripts::Put::Done(1), "each tenant has his own");
}
