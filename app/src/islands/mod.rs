//! What the browser runs: components that come alive on top of a page that already works.
//! An island gets its words and data as props; it knows no catalogue, no time zone, no secret.
//!
//! To add one: a file with a `#[island]` component, a line here, and its place in a page.
//! Look at the size of the wasm afterwards: `scripts/check-budget.sh` fails past the budget.

pub mod passkey;
pub mod proof_of_work;
pub mod slot_picker;
