//! A code for a camera, drawn as one path: no picture file, no script. Dark on white in both
//! themes, since many cameras read no other.

use std::fmt::Write as _;

use leptos::prelude::*;

/// What a reader needs to see of white around it (ISO/IEC 18004), in modules.
const QUIET: usize = 4;

#[component]
pub fn QrCode(
    /// Rows of a square; `true` is dark.
    modules: Vec<Vec<bool>>,
    /// What it is, for those who do not see it.
    label: String,
) -> impl IntoView {
    let side = modules.len() + 2 * QUIET;
    view! {
        <svg
            class="qr-code"
            role="img"
            aria-label=label
            viewBox=format!("0 0 {side} {side}")
            shape-rendering="crispEdges"
        >
            <path d=path(&modules) />
        </svg>
    }
}

/// A square for each dark module.
fn path(modules: &[Vec<bool>]) -> String {
    let mut path = String::new();
    for (y, row) in modules.iter().enumerate() {
        for (x, dark) in row.iter().enumerate() {
            if *dark {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn each_dark_module_is_a_square_behind_the_quiet_zone() {
        let modules = [vec![true, false], vec![false, true]];
        assert_eq!(path(&modules), "M4 4h1v1h-1zM5 5h1v1h-1z");
    }
}
