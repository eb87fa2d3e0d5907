//! What the practice's people do in their office, one file for each thing they change.
//! Each function finds the actor and the agenda it names; who may is asked again in `backend`.

pub mod absences;
pub mod account;
pub mod booking;
pub mod feeds;
pub mod hours;
pub mod passkeys;
pub mod places;
pub mod reasons;
pub mod second_step;
pub mod visits;
