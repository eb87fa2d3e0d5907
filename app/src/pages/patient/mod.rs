//! The way of a booking, and the visit behind its secret link.

mod cancel;
mod code;
mod visit;
mod who;

pub use cancel::CancelVisit;
pub use code::HeldSlot;
pub use visit::Visit;
pub use who::BookingForm;
