//! What anybody may read: search, a practice, a practitioner, legal pages.

mod home;
mod legal;
mod mailbox;
mod practice;
mod practitioner;
mod privacy;

pub use home::Home;
pub use legal::Legal;
pub use mailbox::{LocalMailPage, LocalMailbox};
pub use practice::Practice;
pub use practitioner::{Practitioner, ReasonGone};
pub use privacy::Privacy;
