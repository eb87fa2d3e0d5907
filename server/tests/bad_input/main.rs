//! The table "bad input", line by line, as a browser without JavaScript sends it, on both
//! databases: no line breaks the program, nothing is half stored, nothing personal is told or
//! logged, and what was typed is kept. `docs/bad-input.md` says where each line is proved; what
//! other programs of tests prove already is not here again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../support/patient.rs"]
mod patient;
#[path = "../support/people.rs"]
mod people;
#[path = "../support/mod.rs"]
mod support;

mod cancel;
mod contact;
mod crowds;
mod feed;
mod forms;
mod ids;
mod links;
mod names;
mod office;
mod slots;
mod watch;
