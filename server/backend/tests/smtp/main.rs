//! Mails over SMTP, against a real server that misbehaves as it is told: nothing is lost, nothing
//! is sent twice but what may have been kept, and nobody waits.
//! When a mail is due is `tests/jobs`'s, what it says `tests/mail`'s.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod encryption;
mod faults;
mod server;
mod workers;
