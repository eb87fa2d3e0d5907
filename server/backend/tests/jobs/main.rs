//! When mails are sent, sent again, given up and shown to the practice: stories on both
//! databases. What they say is `tests/mail`'s, how they travel `tests/smtp`'s.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod called_off;
mod failing;
mod postman;
mod story;
mod workers;
