//! What the mails say and how they are built, read back by parsers that we did not write.
//! When they are sent is `tests/jobs`'s, how they travel `tests/smtp`'s.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod messages;
mod names;
mod support;
