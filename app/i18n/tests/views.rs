//! No page says a word of its own: everything a person reads comes from the catalogues.
//!
//! A heuristic, and what it sees: inside `view!`, a text node with a letter (quoted or not), a
//! literal alone in braces, a literal in braces that reads like words (a letter, and a space or
//! a capital first), and the attributes that are read out or shown ([`SHOWN`]). What it does
//! not see: a literal put into a variable outside `view!` and shown later, the `content` of a
//! `<meta>`, and the words of a mail template.

mod sources;

use sources::{Kind, Token};

/// Attributes and properties whose value a person reads or hears.
const SHOWN: [&str; 11] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-placeholder",
    "aria-roledescription",
    "aria-valuetext",
    "heading",
    "hint",
    "label",
    "placeholder",
    "title",
];

/// Whether a person would read letters in it; what `format!` fills in does not count.
fn has_letters(text: &str) -> bool {
    let mut depth = 0;
    text.chars().any(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0 && c.is_alphabetic()
    })
}

/// Whether a literal among code reads like words rather than like a class or an identifier.
fn reads_like_words(text: &str) -> bool {
    let capital = text
        .trim_start()
        .chars()
        .next()
        .is_some_and(char::is_uppercase);
    has_letters(text) && (text.trim().contains(' ') || capital || !text.is_ascii())
}

/// The visible literals of a source: line and text.
fn visible(tokens: &[Token]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for body in sources::macro_calls(tokens, "view") {
        nodes(body, &mut found);
    }
    found
}

/// Children of an element, or the whole of a view.
fn nodes(tokens: &[Token], found: &mut Vec<(usize, String)>) {
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        match &token.kind {
            Kind::Sign('<') => i = tag(tokens, i, found),
            Kind::Sign('{') => {
                let end = sources::closing(tokens, i).min(tokens.len());
                code(&tokens[i + 1..end.max(i + 1)], found);
                i = end;
            }
            Kind::Text(text) if has_letters(text) => found.push((token.line, text.clone())),
            Kind::Word(word) if has_letters(word) => found.push((token.line, word.clone())),
            Kind::Text(_) | Kind::Word(_) | Kind::Sign(_) => {}
        }
        i += 1;
    }
}

/// `<name attribute=value …>`; returns the index of its `>`.
fn tag(tokens: &[Token], open: usize, found: &mut Vec<(usize, String)>) -> usize {
    let (mut i, mut generics) = (open + 1, 0);
    let mut attribute = String::new();
    while i < tokens.len() {
        let token = &tokens[i];
        let arrow = i > 0 && (tokens[i - 1].is('=') || tokens[i - 1].is('-'));
        match &token.kind {
            Kind::Sign('<') => generics += 1,
            Kind::Sign('>') if generics > 0 => generics -= 1,
            Kind::Sign('>') if !arrow => return i,
            Kind::Sign('(' | '[' | '{') => {
                let end = sources::closing(tokens, i).min(tokens.len());
                let shown = SHOWN.contains(&attribute.as_str());
                for inner in &tokens[i..end] {
                    if let Some(text) = inner.text()
                        && shown
                        && reads_like_words(text)
                    {
                        found.push((inner.line, text.to_owned()));
                    }
                }
                i = end;
            }
            Kind::Text(text) => {
                let literal = tokens[i - 1].is('=');
                if literal && SHOWN.contains(&attribute.as_str()) && has_letters(text) {
                    found.push((token.line, text.clone()));
                }
            }
            // The name of an attribute is the run of words, `-` and `:` before its `=`.
            Kind::Word(word) => {
                let joined = i > 0 && (tokens[i - 1].is('-') || tokens[i - 1].is(':'));
                if tokens[i - 1].is('=') {
                    // An unquoted value.
                } else if joined && attribute.ends_with(['-', ':']) {
                    attribute.push_str(word);
                } else {
                    attribute.clone_from(word);
                }
            }
            Kind::Sign(sign @ ('-' | ':')) => attribute.push(*sign),
            Kind::Sign(_) => {}
        }
        i += 1;
    }
    i
}

/// Code in braces among the children. Views inside it are found on their own.
fn code(tokens: &[Token], found: &mut Vec<(usize, String)>) {
    if let [only] = tokens
        && let Some(text) = only.text()
        && has_letters(text)
    {
        found.push((only.line, text.to_owned()));
        return;
    }
    let mut i = 0;
    while i < tokens.len() {
        let is_macro = |name: &str| {
            tokens[i].is_word(name) && tokens.get(i + 1).is_some_and(|next| next.is('!'))
        };
        if (is_macro("view") || is_macro("t")) && i + 2 < tokens.len() {
            i = sources::closing(tokens, i + 2);
        } else if let Some(text) = tokens[i].text()
            && reads_like_words(text)
        {
            found.push((tokens[i].line, text.to_owned()));
        }
        i += 1;
    }
}

fn words_of(source: &str) -> Vec<String> {
    visible(&sources::tokens(source))
        .into_iter()
        .map(|(_, text)| text)
        .collect()
}

#[test]
fn words_in_a_view_are_seen() {
    let source = r#"
        let outside = "Not seen";
        view! {
            // "a comment"
            <p class="lead big" id=name>"Bonjour"</p>
            <p>Salut {name} " · " {"oui"}</p>
            <button aria-label="Fermer" title={"Fermer la page"} class={"button primary"}>
                {move || if open { "Moins de détails" } else { "more" }}
            </button>
            <img src="/a.png" alt="Plan d’accès" />
            {items.map(|item| view! { <li>{item} <b>"gras"</b></li> }).collect::<Vec<_>>()}
            <Card heading="Adresse" width="narrow" on:click=move |_| go("Home page") />
            {format!("{count} rendez-vous pris")}
        }
    "#;
    assert_eq!(
        words_of(source),
        [
            "Bonjour",
            "Salut",
            "oui",
            "Fermer",
            "Fermer la page",
            "Moins de détails",
            "Plan d’accès",
            "Adresse",
            "{count} rendez-vous pris",
            "gras",
        ]
    );
}

#[test]
fn code_in_a_view_is_not_taken_for_words() {
    let source = r#"
        view! {
            <!DOCTYPE html>
            <html lang=lang.code()>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <a class=format!("page {width}") href=links::HOME>{t!(lang, "link-home")}</a>
                <time datetime=when.machine>{when.day} " " <b>{when.hour}</b> " – "</time>
                <input type="hidden" name="next" value={if a > b { "one" } else { "two" }} />
                {(n > 0).then(|| view! { <i class="icon big"></i> })}
                <For each=move || list.get() key=|item| item.id let:item>{item.name}</For>
                {match kind { Kind::A => "a-class", Kind::B => "b-class" }}
                {format!("{hour} ({})", offset)}
            </html>
        }
    "#;
    assert_eq!(words_of(source), Vec::<String>::new());
}

#[test]
fn no_page_says_a_word_of_its_own() {
    let mut found = Vec::new();
    for (file, text) in sources::files(&["app/src", "server/src"], &[".rs"]) {
        for (line, text) in visible(&sources::tokens(&text)) {
            found.push(format!("{file}:{line}: {text:?}"));
        }
    }
    assert!(
        found.is_empty(),
        "words outside the catalogues:\n{}",
        found.join("\n")
    );
}
