//! What flows ask of the world, and what becomes of it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use bell_testkit::{Certificate, EndedBy, KitError, TlsService};
use serde_json::Value;

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, NUMBER, choose};

const SALES: &str = "queue = \"sales\"\non_timeout = \"closed\"";
const NODES: &str = "[nodes.closed]\n";

/// The facts of this kind, once there are any.
pub(crate) fn facts_of(centre: &Centre, kind: &str) -> Vec<Value> {
    centre.until(kind, || {
        let facts: Vec<Value> = centre.facts().into_iter().filter(|fact| fact["what"]["what"] == kind).collect();
        (!facts.is_empty()).then_some(facts)
    })
}

/// INB-31: the agent hangs up, the caller stays and gives a score, tied to call and agent; figures and replay agree.
#[test]
fn inb_31_a_caller_scores_the_agent_who_has_hung_up() -> Result<(), KitError> {
    let rate = "[nodes.rate]\ndo = \"survey\"\nquestion = \"service\"\nprompt = \"请评价。\"\nscores = { 1 = 5, 2 = 1 }\n\
        next = \"closed\"\n\n[nodes.closed]\n";
    let after = format!("{SALES}\nafter_agent = \"rate\"");
    let centre = Centre::changed(&[(SALES, &after), (NODES, rate)])?;
    let mut talking = centre.talking()?;
    talking.offer.hang_up()?;
    facts_of(&centre, "survey_began");
    choose(&mut talking.call, "1")?;
    assert_eq!(talking.call.wait_ended()?.by, EndedBy::Them, "the flow ends the call");
    let scored = &facts_of(&centre, "scored")[0]["what"];
    assert_eq!((&scored["agent"], &scored["score"], &scored["best"]), (&"alice".into(), &5.into(), &5.into()));
    centre.records(1);
    let (ok, stats) = centre.operate(&["flow", "stats", "welcome"]);
    assert!(ok && stats.contains("survey service: asked 1, answered 1 (100 %), mean 5.00"), "{stats}");
    assert!(stats.contains("key 1") && stats.contains("[menu] 1 times"), "INB-05: {stats}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A caller whom nobody answers leaves a message: a part of the call's recording, listed for the queue's people.
#[test]
fn a_caller_leaves_a_message_by_hanging_up_after_it() -> Result<(), KitError> {
    let message = "[nodes.message]\ndo = \"record\"\nqueue = \"support\"\nprompt = \"请留言。\"\nnext = \"closed\"\n\
        otherwise = \"closed\"\n\n[nodes.closed]\n";
    let support = "queue = \"support\"\non_timeout = \"closed\"\non_full = \"closed\"\non_no_agent = \"closed\"";
    let to_message = support.replace("on_no_agent = \"closed\"", "on_no_agent = \"message\"");
    let centre = Centre::changed(&[(support, &to_message), (NODES, message)])?;
    let (_phone, mut call) = centre.customer()?;
    choose(&mut call, "2")?;
    facts_of(&centre, "message_began");
    call.hang_up()?;
    let ended = &facts_of(&centre, "message_ended")[0]["what"];
    assert_eq!(ended["kept"], true, "{ended}");
    centre.records(1);
    let (ok, messages) = centre.operate(&["messages", "--queue", "support"]);
    assert!(ok && messages.contains("support") && messages.contains("of the recording"), "{messages}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A caller who is led into a flow again and leaves a second message there has left two: each has a number of its own.
#[test]
fn messages_of_two_flows_of_a_call_are_two() -> Result<(), KitError> {
    let message = "[nodes.message]\ndo = \"record\"\nqueue = \"support\"\nprompt = \"请留言。\"\nnext = \"sales\"\n\
        otherwise = \"sales\"\n\n[nodes.closed]\n";
    let support = "queue = \"support\"\non_timeout = \"closed\"\non_full = \"closed\"\non_no_agent = \"closed\"";
    let to_message = support.replace("on_no_agent = \"closed\"", "on_no_agent = \"message\"");
    let centre = Centre::changed(&[(support, &to_message), (NODES, message)])?;
    let mut alice = centre.alice()?;
    let (_phone, mut call) = centre.customer()?;
    choose(&mut call, "2")?;
    facts_of(&centre, "message_began");
    call.listen(Duration::from_secs(2))?;
    call.press("#")?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?, "sales, after the message");
    let id = facts_of(&centre, "message_ended")[0]["what"]["call"].as_str().expect("an id").to_owned();
    let (ok, told) = centre.operate(&["call", &id, "--as", "alice", "transfer", "flow:welcome"]);
    assert!(ok, "{told}");
    offer.wait_ended()?;
    choose(&mut call, "2")?;
    centre.until("the second message", || (facts_of(&centre, "message_began").len() == 2).then_some(()));
    call.listen(Duration::from_secs(2))?;
    call.hang_up()?;
    centre.records(1);
    let numbers = |kind: &str| facts_of(&centre, kind).iter().map(|fact| fact["what"]["message"].clone()).collect();
    let (began, ended): (Vec<_>, Vec<_>) = (numbers("message_began"), numbers("message_ended"));
    assert_eq!((&began, &ended), (&vec![1.into(), 2.into()], &began), "each ends once");
    let (ok, messages) = centre.operate(&["messages", "--queue", "support"]);
    assert!(ok && messages.matches("of the recording").count() == 2, "{messages}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// Whoever leaves a message listens to it, records it anew, and keeps what he said last.
#[test]
fn a_caller_hears_his_message_before_he_keeps_it() -> Result<(), KitError> {
    let message = "[nodes.message]\ndo = \"record\"\nqueue = \"support\"\nprompt = \"请留言。\"\n\
        review = \"保留请按1，重录请按2，试听请按3。\"\nattempts = 2\nnext = \"closed\"\notherwise = \"closed\"\n\n\
        [nodes.closed]\n";
    let support = "queue = \"support\"\non_timeout = \"closed\"\non_full = \"closed\"\non_no_agent = \"closed\"";
    let to_message = support.replace("on_no_agent = \"closed\"", "on_no_agent = \"message\"");
    let centre = Centre::changed(&[(support, &to_message), (NODES, message)])?;
    let (_phone, mut call) = centre.customer()?;
    choose(&mut call, "2")?;
    let begun = |count: usize| {
        centre.until("the message", || (facts_of(&centre, "message_began").len() == count).then_some(()));
    };
    begun(1);
    call.listen(Duration::from_secs(2))?;
    call.press("#")?;
    choose(&mut call, "3")?;
    assert!(call.hears(CALLER_HZ)?, "he hears himself");
    call.press("2")?;
    begun(2);
    call.listen(Duration::from_secs(2))?;
    call.press("#")?;
    choose(&mut call, "1")?;
    assert_eq!(call.wait_ended()?.by, EndedBy::Them);
    let kept: Vec<bool> = facts_of(&centre, "message_ended").iter().map(|fact| fact["what"]["kept"] == true).collect();
    assert_eq!(kept, [false, true], "what he recorded anew is gone");
    centre.records(1);
    let (ok, messages) = centre.operate(&["messages", "--queue", "support"]);
    assert!(ok && messages.matches("of the recording").count() == 1, "{messages}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A service decides the way; what it said is in the journal, so that the replay needs no service.
#[test]
fn a_service_is_asked_and_decides_the_way() -> Result<(), KitError> {
    let service = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", service.local_addr().expect("an address"));
    let asked = thread::spawn(move || {
        let (mut stream, _) = service.accept().expect("a question");
        let mut request = [0; 2048];
        let read = stream.read(&mut request).expect("a request");
        let body = r#"{"customer":{"level":"gold"}}"#;
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).expect("it is taken");
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    let nodes = format!(
        "[nodes.look]\ndo = \"look_up\"\nurl = \"{origin}/c/{{called}}\"\ninto = {{ level = \"/customer/level\" }}\n\
         next = \"level\"\n\n[nodes.level]\ndo = \"branch\"\n\
         cases = [{{ variable = \"level\", is = \"gold\", then = \"gold\" }}]\notherwise = \"menu\"\n\n\
         [nodes.gold]\ndo = \"hangup\"\n\n[nodes.closed]\n"
    );
    let notice = "prompt = \"通话可能录音。\"\nnext = \"menu\"";
    let to_look = notice.replace("\"menu\"", "\"look\"");
    let table = format!("[look_up]\norigins = [\"{origin}\"]\n\n[flow.welcome]");
    let centre = Centre::changed(&[(notice, &to_look), (NODES, &nodes), ("[flow.welcome]", &table)])?;
    let (_phone, mut call) = centre.customer()?;
    assert_eq!(call.wait_ended()?.by, EndedBy::Them);
    let request = asked.join().expect("it was asked");
    assert!(request.starts_with(&format!("GET /c/{NUMBER} HTTP/1.1")), "{request}");
    let record = &centre.records(1)[0];
    let (_, why) = centre.operate(&["why", record["call"].as_str().expect("an id")]);
    assert!(why.contains("case 1: variable level is gold"), "{why}");
    centre.assert_replays();
    Ok(())
}

/// Services asked by https: one that shows whose certificate it has decides the way; one that nobody vouches for is not
/// believed, and the flow takes its default.
#[test]
fn a_service_is_asked_by_https_if_its_certificate_is_trusted() -> Result<(), KitError> {
    let crm = TlsService::start(Certificate::Sound, &[("level", r#"{"level":"gold"}"#)])?;
    let stranger = TlsService::start(Certificate::Sound, &[("level", r#"{"level":"diamond"}"#)])?;
    let look = |node: &str, origin: &str, next: &str| {
        format!(
            "[nodes.{node}]\ndo = \"look_up\"\nurl = \"{origin}/level\"\ninto = {{ {node} = \"/level\" }}\n\
             default = {{ {node} = \"none\" }}\nnext = \"{next}\"\n\n"
        )
    };
    let nodes = look("theirs", &stranger.origin(), "ours")
        + &look("ours", &crm.origin(), "level")
        + "[nodes.level]\ndo = \"branch\"\ncases = [\n  { variable = \"theirs\", is = \"diamond\", then = \"menu\" },\n  \
           { variable = \"ours\", is = \"gold\", then = \"gold\" },\n]\notherwise = \"menu\"\n\n\
           [nodes.gold]\ndo = \"hangup\"\n\n[nodes.closed]\n";
    let notice = "prompt = \"通话可能录音。\"\nnext = \"menu\"";
    let to_look = notice.replace("\"menu\"", "\"theirs\"");
    let table = format!(
        "[look_up]\norigins = [\"{}\", \"{}\"]\nca_files = {{ \"{}\" = \"{}\" }}\n\n[flow.welcome]",
        crm.origin(),
        stranger.origin(),
        crm.origin(),
        crm.authority_file().display(),
    );
    let centre = Centre::changed(&[(notice, &to_look), (NODES, &nodes), ("[flow.welcome]", &table)])?;
    let (_phone, mut call) = centre.customer()?;
    assert_eq!(call.wait_ended()?.by, EndedBy::Them);
    let record = &centre.records(1)[0];
    let (_, why) = centre.operate(&["why", record["call"].as_str().expect("an id")]);
    assert!(why.contains("its certificate is signed by nobody we trust"), "{why}");
    assert!(why.contains("case 2: variable ours is gold"), "{why}");
    centre.assert_replays();
    Ok(())
}

/// DIA-25: one act, its author and the drill are known, and the switch outlives the node.
#[test]
fn dia_25_an_emergency_switch_is_drilled() -> Result<(), KitError> {
    let number = "[number.4001234567]\nflow = \"welcome\"";
    let switched = format!("{number}\nemergency = [\"13900139000\"]");
    let centre = Centre::changed(&[(number, &switched)])?;
    let (ok, text) = centre.operate(&["emergency", NUMBER, "on", "--drill", "--by", "王芳"]);
    assert!(ok, "{text}");
    let (_phone, mut call) = centre.customer()?;
    assert_eq!(call.wait_ended()?.by, EndedBy::Them, "there is no carrier to forward by: an apology, and the end");
    let redirected = &facts_of(&centre, "flow_redirected")[0]["what"];
    assert_eq!(redirected["why"], "emergency", "{redirected}");
    let shown = centre.until("the switch", || {
        let (ok, text) = centre.operate(&["emergency"]);
        (ok && text.contains("ON") && text.contains("by 王芳")).then_some(text)
    });
    assert!(!shown.contains("last drill never"), "{shown}");
    let (ok, text) = centre.operate(&["emergency", "4009999999", "on"]);
    assert!(!ok && text.contains("none of ours"), "{text}");
    centre.assert_replays();
    Ok(())
}

/// DIA-25: a switch that is on outlives the journal too, which keeps the last runs only; and off stays off.
#[test]
fn dia_25_an_emergency_switch_outlives_the_journal() -> Result<(), KitError> {
    let number = "[number.4001234567]\nflow = \"welcome\"";
    let mut centre = Centre::changed(&[(number, &format!("{number}\nemergency = [\"13900139000\"]"))])?;
    let (ok, text) = centre.operate(&["emergency", NUMBER, "on", "--by", "王芳"]);
    assert!(ok, "{text}");
    forget_journal(&mut centre)?;
    let switched = |count: usize| {
        centre
            .until("the switch", || Some(facts_of(&centre, "emergency_switched")).filter(|facts| facts.len() == count))
    };
    assert_eq!(switched(1)[0]["what"]["on"], true);
    let (_phone, mut call) = centre.customer()?;
    call.wait_ended()?;
    assert_eq!(facts_of(&centre, "flow_redirected")[0]["what"]["why"], "emergency");
    let (ok, text) = centre.operate(&["emergency", NUMBER, "off", "--by", "王芳"]);
    assert!(ok, "{text}");
    switched(2);
    forget_journal(&mut centre)?;
    let (_phone, mut call) = centre.customer()?;
    call.wait_answered()?;
    call.hang_up()?;
    let kinds: Vec<_> = centre.facts().iter().map(|fact| fact["what"]["what"].clone()).collect();
    assert!(!kinds.contains(&"emergency_switched".into()) && !kinds.contains(&"flow_redirected".into()), "{kinds:?}");
    Ok(())
}

/// Stops the node in good order and starts it with no journal: nothing is left of it but what the database has.
fn forget_journal(centre: &mut Centre) -> Result<(), KitError> {
    let journal = std::fs::canonicalize(centre.node_file("journal")).expect("it is there");
    assert!(centre.server.stop()?.success(), "{}", centre.server.log());
    std::fs::remove_dir_all(journal).expect("it is there still");
    centre.server.restart()
}
