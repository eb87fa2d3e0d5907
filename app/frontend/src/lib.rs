//! What the browser runs: it wakes the islands that `app` rendered on the server.
//! Not for: anything else; a component belongs to `app`, a rule to `domain`.

// Without this the linker drops the islands, since nothing calls them by name.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page when the WebAssembly has loaded.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
