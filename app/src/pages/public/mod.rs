//! What anybody may read: search, a practice, a practitioner, legal pages.

mod home;

pub use home::Home;
