use std::sync::Arc;

use bell_types::NumberPlan;

use super::simulate;
use crate::flow::Flow;
use crate::limits::{Limits, RunLimits, TreeLimits};

#[test]
fn print_it() {
    for text in [
        include_str!("../../examples/shop.toml"),
        include_str!("../../examples/company.toml"),
    ] {
        let flow = match Flow::parse(text, &NumberPlan::china(Some("571")), &Limits::USUAL) {
            Ok(f) => f,
            Err(e) => {
                for d in e {
                    println!("{d}");
                }
                panic!()
            }
        };
        println!("{}", simulate(&Arc::new(flow), &RunLimits::USUAL, &TreeLimits::USUAL));
    }
}
