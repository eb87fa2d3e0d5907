//! The rules of booking a visit, as pure functions: no clock, no storage, no randomness.
//! What needs input or output lives in `backend`; words for people live in `i18n`.
//!
//! Conventions that hold everywhere below:
//! - intervals are half-open, `[start, end)`; touching is not overlapping;
//! - instants are UTC in whole seconds; local hours are another type ([`opening_hours::WallRange`])
//!   and become instants in [`zone`] only, in the zone of the place of the visit;
//! - `now`, ids and tokens are arguments;
//! - what a person typed is parsed once into a type of [`people`] or [`practice`] and trusted after.
//!
//! To add a rule of availability: name it in [`booking::BookingRefusal`], decide it in
//! [`slots::why_not`] (from which [`slots::free_slots`] cannot drift: a property compares them),
//! and add its words to both catalogues of `i18n`.

pub mod absence;
pub mod access;
pub mod appointment;
pub mod booking;
pub mod device;
pub mod feed;
pub mod holding;
pub mod holidays;
pub mod ids;
pub mod interval;
pub mod links;
pub mod merged;
pub mod opening_hours;
pub mod people;
pub mod policy;
pub mod practice;
pub mod slots;
pub mod text;
pub mod visit_reason;
pub mod zone;

pub use interval::Interval;
