//! One file per address, by who reads it: `public`, `patient`, `office`. A page loads and lays
//! out; what it shows is made of [`crate::components`]. The table of addresses is [`crate::App`].

mod not_found;
pub mod patient;
pub mod public;

pub use not_found::NotFound;
