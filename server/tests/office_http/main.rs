//! The office over HTTP, without JavaScript: signing in, every form kept or done, and doors
//! that are closed to those who have no business behind them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../support/people.rs"]
mod people;
#[path = "../support/mod.rs"]
mod support;

mod addresses;
mod agendas;
mod doors;
mod elsewhere;
mod feeds;
mod journal;
mod left_behind;
mod lived_in;
mod opening;
mod passkeys;
mod practice;
mod second_step;
mod set_up;
mod sign_in;
mod strangers;
mod strangers_hammer;
mod telephone;
mod to_phone;
mod twice;
mod visits;
