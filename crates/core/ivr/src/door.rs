//! The door: which flow greets a call to a number.

use bell_types::{CalendarName, Detour, FlowName, Now, Zone};

use crate::calendar::{Calendars, Standing};

/// What greets the callers of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// The usual flow.
    pub flow: FlowName,
    /// The flow that greets instead when this calendar says closed or holiday (INB-32).
    pub after_hours: Option<(CalendarName, FlowName)>,
    /// The flow that greets while the number's emergency switch is on; none if the number has no such switch (DIA-25).
    pub emergency: Option<FlowName>,
}

/// How many callers may be in flows at one time, and where the next one goes (INB-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// So many. Callers who wait in a queue or talk do not count.
    pub in_flows_max: usize,
    /// The flow that greets the next one: one that leads straight to a human.
    pub overflow: FlowName,
}

/// What is known at the moment a call arrives.
#[derive(Clone, Copy, Debug)]
pub struct Arriving<'a> {
    /// The time.
    pub now: Now,
    /// The tenant's zone.
    pub zone: &'a Zone,
    /// The centre's calendars.
    pub calendars: &'a Calendars,
    /// How many callers are in flows.
    pub in_flows: usize,
    /// How many may be, if that is limited.
    pub capacity: Option<&'a Capacity>,
    /// Whether the number's emergency switch is on.
    pub emergency: bool,
}

impl Door {
    /// The flow that greets a call, and why if it is not the usual one. An emergency goes before everything, closed hours
    /// go before a crowd: who is told the hours needs no human.
    pub fn greet<'a>(&'a self, arriving: Arriving<'a>) -> (&'a FlowName, Option<Detour>) {
        if arriving.emergency
            && let Some(flow) = &self.emergency
        {
            return (flow, Some(Detour::Emergency));
        }
        if let Some((name, flow)) = &self.after_hours
            && let Some(calendar) = arriving.calendars.get(name)
        {
            let (standing, because) = calendar.at(arriving.zone.local(arriving.now.wall));
            match standing {
                Standing::Open { .. } => {}
                Standing::Holiday | Standing::Closed => {
                    let because = format!("calendar {name}: {because}");
                    return (flow, Some(Detour::AfterHours { because }));
                }
            }
        }
        match arriving.capacity {
            Some(capacity) if arriving.in_flows >= capacity.in_flows_max => {
                let (in_flows, max) = (arriving.in_flows, capacity.in_flows_max);
                (&capacity.overflow, Some(Detour::Overflow { in_flows, max }))
            }
            Some(_) | None => (&self.flow, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bell_types::Wall;

    use super::*;
    use crate::calendar::CalendarBuilder;

    fn name(text: &str) -> FlowName {
        text.parse().unwrap()
    }

    /// INB-11, INB-32, DIA-25: what goes before what.
    #[test]
    fn an_emergency_goes_before_closed_hours_and_those_before_a_crowd() {
        let mut office = CalendarBuilder::default();
        office.week("mon", "09:00-18:00").unwrap();
        let calendars: Calendars = [("office".parse().unwrap(), Arc::new(office.build()))].into();
        let door = Door {
            flow: name("usual"),
            after_hours: Some(("office".parse().unwrap(), name("night"))),
            emergency: Some(name("emergency")),
        };
        let capacity = Capacity { in_flows_max: 2, overflow: name("straight") };
        let zone = Zone::fixed(28_800);
        // Monday, 2026-10-26, 16:30 and 18:00 in China.
        let (open, closed) = (1_793_003_400_000_000, 1_793_008_800_000_000);
        for (wall, in_flows, emergency, flow) in [
            (open, 0, false, "usual"),
            (open, 1, false, "usual"),
            (open, 2, false, "straight"),
            (closed, 2, false, "night"),
            (closed, 2, true, "emergency"),
        ] {
            let arriving = Arriving {
                now: Now { wall: Wall::from_micros(wall), ..Now::default() },
                zone: &zone,
                calendars: &calendars,
                in_flows,
                capacity: Some(&capacity),
                emergency,
            };
            let (greeted, why) = door.greet(arriving);
            assert_eq!(greeted.as_str(), flow);
            assert_eq!(why.is_none(), flow == "usual");
            let alone = Door { after_hours: None, emergency: None, ..door.clone() };
            let greeted = alone.greet(Arriving { capacity: None, ..arriving }).0;
            assert_eq!(greeted.as_str(), "usual", "a number without switch and calendar");
        }
    }
}
