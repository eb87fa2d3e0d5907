//! A practice lives through thousands of random steps: patients hold, confirm and cancel, staff
//! book, mark and call off, hours and absences come and go, the clock runs and jumps, mails are
//! refused, lost and answered late, workers die, commits are broken before and after they were
//! made, the program starts again. After each step what is stored is compared with what was
//! promised.
//!
//! A seed gives the same life every time. `RDV_SIMULATION_SEED=7 RDV_SIMULATION_STEPS=400
//! cargo nextest run -p backend --test simulation` repeats one; `make faults` lives longer.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod dice;
mod post;
mod world;

use backend::testing::Kind;
use dice::Dice;
use rstest::rstest;
use world::World;

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not {text}")),
    )
}

#[rstest]
#[tokio::test]
async fn what_was_promised_is_what_is_stored(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let seed = number("RDV_SIMULATION_SEED").unwrap_or(20_261_122);
    let steps = number("RDV_SIMULATION_STEPS").unwrap_or(1_500);
    println!("RDV_SIMULATION_SEED={seed} RDV_SIMULATION_STEPS={steps}");
    let mut world = World::new(kind, Dice::new(seed)).await;
    for step in 0..steps {
        world.step(step).await;
    }
    world.settle().await;
    let told = world.told();
    println!("{told:?}");
    // A life in which nothing happened proves nothing.
    assert!(told.booked * 40 > steps && told.cancelled > 0 && told.refused > 0);
    assert!(told.broken > 0 && told.mails > 0 && told.restarts > 0);
}
