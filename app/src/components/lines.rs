//! A text of some lines (an address, instructions), its line breaks kept.

use leptos::prelude::*;

#[component]
pub fn Lines(text: String) -> impl IntoView {
    text.lines()
        .enumerate()
        .map(|(number, line)| {
            let line_break = (number > 0).then(|| view! { <br /> });
            (line_break, line.to_owned())
        })
        .collect_view()
}
