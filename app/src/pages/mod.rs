//! One file per address, by who reads it: `public`, `patient`, `office`;
//! `setup` is read once. A page loads and lays
//! out; what it shows is made of [`crate::components`]. The table of addresses is [`crate::App`].

#[cfg(debug_assertions)]
mod gallery;
mod not_found;
pub mod office;
pub mod patient;
pub mod public;
mod setup;

#[cfg(debug_assertions)]
pub use gallery::Gallery;
pub use not_found::NotFound;
/// There is no gallery in a release.
#[cfg(not(debug_assertions))]
pub use not_found::NotFound as Gallery;
pub use setup::SetUp;
