//! Works out the proof that a booking form carries, while the person fills it in. The work is
//! the browser's own PBKDF2, off the thread that types and scrolls; a form that is sent before
//! it is done, or by a browser that cannot do it, goes without a proof and is welcome.

use leptos::{html, prelude::*};

#[island]
pub fn ProofOfWork(
    /// Hexadecimal; a counter is put behind these bytes.
    nonce: String,
    /// Hexadecimal.
    salt: String,
    /// Hexadecimal: the key must begin with it.
    prefix: String,
    /// Rounds of PBKDF2 for each counter.
    rounds: u32,
    /// A proof that was worked out before, or nothing.
    done: String,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    #[cfg(feature = "hydrate")]
    if done.is_empty() {
        solve::into(field, nonce, salt, prefix, rounds);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (nonce, salt, prefix, rounds);
    view! { <input type="hidden" name="proof" value=done node_ref=field /> }
}

#[cfg(feature = "hydrate")]
mod solve;
