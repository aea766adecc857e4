//! Flows to begin with: one for each kind of business (INB-35), and one with nothing but what every flow has.

/// A flow that ships with the program, to be copied and changed.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in Chinese and English.
    pub purpose: [&'static str; 2],
    /// Its file.
    pub text: &'static str,
}

/// Every template.
pub const TEMPLATES: [Template; 8] = [
    Template {
        name: "empty",
        purpose: ["空白流程", "nothing but the notice"],
        text: include_str!("../templates/empty.toml"),
    },
    Template {
        name: "service",
        purpose: ["通用客服：一句欢迎语，一个队列", "any business: a welcome and one queue"],
        text: include_str!("../templates/service.toml"),
    },
    Template {
        name: "service-en",
        purpose: ["通用客服（英语播报）", "any business, spoken in English"],
        text: include_str!("../templates/service-en.toml"),
    },
    Template {
        name: "finance",
        purpose: ["银行与消费金融", "a bank or lender, day and night"],
        text: include_str!("../templates/finance.toml"),
    },
    Template {
        name: "education",
        purpose: ["教育培训", "a school with advisers by subject"],
        text: include_str!("../templates/education.toml"),
    },
    Template {
        name: "logistics",
        purpose: ["快递物流", "a courier with depots by region"],
        text: include_str!("../templates/logistics.toml"),
    },
    Template {
        name: "e-commerce",
        purpose: ["电商", "a shop with orders, returns and products"],
        text: include_str!("../templates/e-commerce.toml"),
    },
    Template {
        name: "property-vote",
        purpose: ["业主表决", "a vote of property owners by telephone"],
        text: include_str!("../templates/property-vote.toml"),
    },
];

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bell_types::{Cause, ClassName, Digit, Now, PromptEnd, Wall, Zone};

    use super::*;
    use crate::calendar::CalendarBuilder;
    use crate::drafts::plan;
    use crate::flow::Flow;
    use crate::limits::{Limits, RunLimits, TreeLimits};
    use crate::prove::{Known, Policy, PromptState, prove};
    use crate::run::{Action, CallerFacts, Context, Event, Region, Run};
    use crate::simulate::simulate;

    fn flow(name: &str) -> Arc<Flow> {
        let template = TEMPLATES.iter().find(|template| template.name == name).unwrap();
        match Flow::parse(template.text, &plan(), &Limits::USUAL) {
            Ok(flow) => Arc::new(flow),
            Err(found) => panic!("{name}: {found:#?}"),
        }
    }

    #[test]
    fn inb_35_every_template_is_proved_and_has_no_dead_end() {
        for template in TEMPLATES {
            let flow = flow(template.name);
            assert_eq!(flow.name().as_str(), template.name);
            let known = Known {
                prompts: flow.prompts().into_iter().map(|prompt| (prompt.name, PromptState::Playable)).collect(),
                queues: flow.queues().into_iter().collect(),
                calendars: flow.calendars(),
                lists: None,
                classes: None,
                origins: Some(flow.origins()),
            };
            if let Err(found) = prove(&flow, &known, &Policy::USUAL) {
                panic!("{}: {found:#?}", template.name);
            }
            let tree = simulate(&flow, &RunLimits::USUAL, &TreeLimits::USUAL).to_string();
            assert!(!tree.contains("STUCK") && !tree.contains("(cut"), "{}", template.name);
        }
    }

    /// A caller who follows a script: a key, or a word for what the world does.
    fn call(name: &str, facts: CallerFacts, minute: &str, script: &[&str]) -> String {
        let mut office = CalendarBuilder::default();
        office.week("mon-fri", "09:00-18:00").unwrap();
        let context = Context {
            caller: Some("+8613800138000".to_owned().try_into().unwrap()),
            called: "4001234567".to_owned().try_into().unwrap(),
            zone: Arc::new(Zone::fixed(28_800)),
            calendars: Arc::new([("office".parse().unwrap(), Arc::new(office.build()))].into()),
            facts,
        };
        // Monday, 2026-10-26: 16:30 in China, or 20:30.
        let wall = if minute == "open" { 1_793_003_400_000_000 } else { 1_793_017_800_000_000 };
        let mut now = Now { wall: Wall::from_micros(wall), ..Now::default() };
        let mut run = Run::start(now, flow(name), context, RunLimits::USUAL);
        let mut told = Vec::new();
        let (mut playing, mut message, mut look_up) = (None, None, None);
        let mut drain = |run: &mut Run, playing: &mut _, message: &mut _, look_up: &mut _| {
            while let Some(action) = run.poll_output() {
                match action {
                    Action::Play { play, .. } => *playing = Some(play),
                    Action::RecordMessage { message: begun, .. } => *message = Some(begun),
                    Action::LookUp { number, .. } => *look_up = Some(number),
                    Action::Enqueue { queue, .. } => told.push(format!("queue {queue}")),
                    Action::KeepMessage(_) => told.push("message".to_owned()),
                    Action::Scored { score, .. } => told.push(format!("score {score}")),
                    Action::Callback { queue, number } => told.push(format!("callback {number} by {queue}")),
                    Action::Hangup { cause } => told.push(format!("end {}", cause.code())),
                    _ => {}
                }
            }
            told.join(", ")
        };
        drain(&mut run, &mut playing, &mut message, &mut look_up);
        let mut outcome = String::new();
        for step in script {
            let events: Vec<Event> = match *step {
                "answered" => vec![Event::Answered],
                "heard" => vec![Event::PlayEnded { play: playing.unwrap(), how: PromptEnd::Completed }],
                "agent-left" => vec![Event::Connected, Event::AgentLeft],
                "nobody" => vec![Event::QueueLeft(crate::run::QueueLeft::NoAgent)],
                "spoken" => {
                    vec![Event::MessageEnded { message: message.unwrap(), length: std::time::Duration::from_secs(9) }]
                }
                "noted" => vec![Event::CallbackNoted],
                "in-transit" => {
                    let answer = Ok(vec![Some("in_transit".into())]);
                    vec![Event::LookedUp { number: look_up.unwrap(), answer }]
                }
                "wait" => {
                    let due = run.poll_timeout().unwrap();
                    now = now.after(due - now.mono);
                    vec![Event::Tick]
                }
                keys => keys.chars().map(|key| Event::Digit(Digit::from_char(key).unwrap())).collect(),
            };
            for event in events {
                run.handle(now, event);
            }
            outcome = drain(&mut run, &mut playing, &mut message, &mut look_up);
        }
        outcome
    }

    fn nobody_special() -> CallerFacts {
        CallerFacts::unknown("no table")
    }

    #[test]
    fn inb_35_a_bank_serves_lost_cards_and_valued_customers_first() {
        let (plain, ended) = (nobody_special, Cause::FlowEnded.code());
        let lost = call("finance", plain(), "open", &["answered", "heard", "1", "1", "agent-left", "2", "heard"]);
        assert_eq!(lost, format!("queue lost-card, score 4, end {ended}"));
        let vip = CallerFacts { class: Some(ClassName::new("vip").unwrap()), ..plain() };
        let card = "4111111111111111#";
        assert_eq!(call("finance", vip, "open", &["answered", "heard", "2", "2", card]), "queue vip");
        assert_eq!(call("finance", plain(), "open", &["answered", "heard", "1", "2", card]), "queue service");
        let left = call(
            "finance",
            plain(),
            "open",
            &["answered", "heard", "1", "4", "nobody", "heard", "spoken", "1", "heard"],
        );
        assert_eq!(left, format!("queue complaint, message, end {ended}"));
    }

    #[test]
    fn inb_35_a_school_asks_its_calendar_and_books_trial_lessons() {
        let ended = Cause::FlowEnded.code();
        assert_eq!(call("education", nobody_special(), "open", &["answered", "heard", "1", "2"]), "queue maths");
        let closed = ["answered", "heard", "heard", "heard", "spoken", "1", "heard"];
        assert_eq!(call("education", nobody_special(), "closed", &closed), format!("message, end {ended}"));
        let trial = ["answered", "heard", "3", "13900139000", "1", "noted", "heard"];
        let booked = call("education", nobody_special(), "open", &trial);
        assert_eq!(booked, format!("callback 13900139000 by adviser, end {ended}"));
    }

    #[test]
    fn inb_35_a_courier_looks_parcels_up_and_finds_the_nearest_depot() {
        let ended = Cause::FlowEnded.code();
        let parcel = ["answered", "heard", "1", "1234567890#", "in-transit", "heard", "heard", "wait", "heard"];
        assert_eq!(call("logistics", nobody_special(), "open", &parcel), format!("end {ended}"));
        let hangzhou = Region { province: Some("浙江".into()), city: Some("杭州".into()), ..Region::default() };
        let east = CallerFacts { region: Ok(hangzhou), ..nobody_special() };
        assert_eq!(call("logistics", east, "open", &["answered", "heard", "2"]), "queue depot-east");
        assert_eq!(call("logistics", nobody_special(), "open", &["answered", "heard", "2"]), "queue service");
    }

    #[test]
    fn inb_35_a_shop_knows_its_regulars_and_calls_back() {
        let regular = CallerFacts { lists: vec!["regulars".parse().unwrap()], ..nobody_special() };
        let score = call("e-commerce", regular, "open", &["answered", "heard", "0", "agent-left", "1"]);
        assert_eq!(score, "queue orders, score 5");
        assert_eq!(call("e-commerce", nobody_special(), "open", &["answered", "heard", "2", "3"]), "queue returns");
        let night = ["answered", "heard", "heard", "spoken", "wait"];
        assert!(call("e-commerce", nobody_special(), "closed", &night).is_empty(), "the review is still played");
    }

    #[test]
    fn inb_35_an_owner_votes_once_he_is_known() {
        let ended = Cause::FlowEnded.code();
        let vote = ["answered", "heard", "0110201", "1", "11010519491231002*", "1", "heard"];
        assert_eq!(call("property-vote", nobody_special(), "open", &vote), format!("end {ended}"));
        let asks = ["answered", "heard", "0110201", "1", "11010519491231002*", "0"];
        assert_eq!(call("property-vote", nobody_special(), "open", &asks), "queue office");
    }
}
