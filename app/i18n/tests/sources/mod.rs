//! Reads the program's sources for the tests of this crate: a small lexer of Rust, and the
//! files it is used on. It knows strings, comments and punctuation, not grammar.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A token of Rust, as far as the tests care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string literal of any kind, without quotes, escapes left as they are.
    Text(String),
    /// An identifier, a keyword or a number.
    Word(String),
    /// Any other character.
    Sign(char),
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// From 1.
    pub(crate) line: usize,
}

impl Token {
    pub(crate) fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(found) if found == word)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Word(_) | Kind::Sign(_) => None,
        }
    }
}

/// The tokens of a Rust source; comments, doc comments and character literals are left out.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let (mut i, mut line) = (0, 1);
    while i < chars.len() {
        let start = i;
        let kind = match at(i) {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
                None
            }
            '/' if at(i + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= chars.len() {
                        break;
                    }
                }
                None
            }
            '"' => {
                i += 1;
                let from = i;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
                Some(Kind::Text(chars[from..i - 1].iter().collect()))
            }
            '\'' if at(i + 1) == '\\' || at(i + 2) == '\'' => {
                i += if at(i + 1) == '\\' { 3 } else { 2 };
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
                None
            }
            'r' if at(i + 1) == '"' || (at(i + 1) == '#' && matches!(at(i + 2), '#' | '"')) => {
                let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
                i += 2 + hashes;
                let from = i;
                let closes = |i: usize| at(i) == '"' && (1..=hashes).all(|n| at(i + n) == '#');
                while i < chars.len() && !closes(i) {
                    i += 1;
                }
                let text = chars[from..i].iter().collect();
                i += 1 + hashes;
                Some(Kind::Text(text))
            }
            c if c.is_alphanumeric() || c == '_' => {
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                Some(Kind::Word(chars[start..i].iter().collect()))
            }
            c => {
                i += 1;
                (!c.is_whitespace()).then_some(Kind::Sign(c))
            }
        };
        tokens.extend(kind.map(|kind| Token { kind, line }));
        let end = i.min(chars.len());
        line += chars[start..end].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// The index of the token that closes the delimiter at `open`, or the end.
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Sign('(' | '[' | '{') => depth += 1,
            Kind::Sign(')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return i;
                }
            }
            Kind::Sign(_) | Kind::Word(_) | Kind::Text(_) => {}
        }
    }
    tokens.len()
}

/// `name!(…)` with any delimiter: the tokens between the delimiters, for each use.
pub(crate) fn macro_calls<'a>(tokens: &'a [Token], name: &str) -> Vec<&'a [Token]> {
    let opens = |token: &Token| token.is('(') || token.is('{') || token.is('[');
    (2..tokens.len())
        .filter(|i| opens(&tokens[*i]) && tokens[i - 1].is('!') && tokens[i - 2].is_word(name))
        .map(|i| &tokens[i + 1..closing(tokens, i).max(i + 1)])
        .collect()
}

/// `path::name(…)`: the tokens between the parentheses, for each use.
pub(crate) fn path_calls<'a>(tokens: &'a [Token], [path, name]: [&str; 2]) -> Vec<&'a [Token]> {
    (4..tokens.len())
        .filter(|i| {
            tokens[*i].is('(')
                && tokens[i - 1].is_word(name)
                && tokens[i - 2].is(':')
                && tokens[i - 3].is(':')
                && tokens[i - 4].is_word(path)
        })
        .map(|i| &tokens[i + 1..closing(tokens, i).max(i + 1)])
        .collect()
}

/// The arguments of a call, split at the commas that are not inside a delimiter.
pub(crate) fn arguments(tokens: &[Token]) -> Vec<&[Token]> {
    let mut arguments = Vec::new();
    let (mut from, mut i) = (0, 0);
    while i < tokens.len() {
        match tokens[i].kind {
            Kind::Sign('(' | '[' | '{') => i = closing(tokens, i),
            Kind::Sign(',') => {
                arguments.push(&tokens[from..i]);
                from = i + 1;
            }
            Kind::Sign(_) | Kind::Word(_) | Kind::Text(_) => {}
        }
        i += 1;
    }
    if from < tokens.len() {
        arguments.push(&tokens[from..]);
    }
    arguments
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files below some folders of the repository whose names end in one of `endings`, with
/// their text, in order. A folder that is not there is a broken test.
pub(crate) fn files(folders: &[&str], endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in folders {
        let before = found.len();
        walk(&root().join(folder), &mut found);
        assert!(found.len() > before, "nothing in {folder}");
    }
    found.retain(|path| {
        endings
            .iter()
            .any(|ending| path.to_string_lossy().ends_with(ending))
    });
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("sources are UTF-8");
            let name = path
                .strip_prefix(root())
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            (name, text)
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}
