//! One file per address, by who reads it: `public`, `patient`, `office`;
//! `setup` is read once. A page loads and lays
//! out; what it shows is made of [`crate::components`]. The table of addresses is [`crate::App`].

mod not_found;
pub mod office;
pub mod patient;
pub mod public;
mod setup;

pub use not_found::NotFound;
pub use setup::SetUp;
