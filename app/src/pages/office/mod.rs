//! The practice's office, one page a file. Every page enters through
//! [`crate::components::office_frame::Office`], which finds who is signed in.

mod absence;
mod absences;
mod account;
mod agenda;
mod agenda_grid;
mod feeds;
mod hours;
mod hours_form;
mod journal;
mod new_visit;
mod new_visit_who;
mod passkeys;
mod practice;
mod reasons;
mod second_step;
mod sign_in;
mod sign_in_code;
mod sign_in_passkey;
mod to_phone;
mod trail;
mod visit;
mod week_strip;

pub use absence::OfficeAbsence;
pub use absences::OfficeAbsences;
pub use account::Account;
pub use agenda::{Agenda, OwnAgenda};
pub use feeds::OfficeFeeds;
pub use hours::OfficeHours;
pub use hours_form::Range;
pub use journal::Journal;
pub use new_visit::NewVisit;
pub use passkeys::AccountPasskeys;
pub use practice::OfficePractice;
pub use reasons::OfficeReasons;
pub use second_step::AccountSecondStep;
pub use sign_in::SignIn;
pub use sign_in_code::SignInCode;
pub use sign_in_passkey::SignInPasskey;
pub use to_phone::ToPhone;
pub use visit::OfficeVisit;
