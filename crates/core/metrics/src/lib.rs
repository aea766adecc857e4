//! Reported figures as formulas over facts, each with the identity that proves it.
//!
//! A [`Floor`] takes facts in their order and says at any time how queues and agents fare. It counts nothing on the side:
//! fed the same facts again, from a journal or a simulation, it says the same. It knows no calendar and no reports; whoever
//! asks decides which facts belong to a day.
//!
//! ```
//! use std::time::Duration;
//! use bell_metrics::{Floor, ServiceLevel};
//! use bell_types::{AgentName, CallId, QueueExit, QueueName, What};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut floor = Floor::new(ServiceLevel { within: Duration::from_secs(30), abandoned_within: Duration::ZERO });
//! let (call, queue) = (CallId::from_u64(1), QueueName::new("sales")?);
//! floor.apply(Duration::from_secs(0), &What::Enqueued { call, queue: queue.clone(), priority: 0, head_start: Duration::ZERO, position: 1, wants: bell_types::Wants::default() });
//! let how = QueueExit::Answered(AgentName::new("alice")?);
//! floor.apply(Duration::from_secs(12), &What::LeftQueue { call, queue, how });
//! let sales = &floor.figures().queues[0].1;
//! assert_eq!((sales.offered, sales.answered, sales.service_level_permille), (1, 1, Some(1000)));
//! # Ok(())
//! # }
//! ```

mod floor;
mod report;
mod votes;
mod waits;

#[cfg(test)]
mod tests;

pub use floor::{AgentFigures, Figures, Floor, QueueFigures, ServiceLevel};
pub use report::{By, OfWeek, QUARTER_MICROS, Tally, grouped, of_week, quarter_of};
pub use votes::{Scale, Scores, Votes};
pub use waits::Waits;
