//! A calendar file as lines: bytes, folds, and the grammar of a content line (RFC 5545 §3.1).
//! Which properties belong where is [`super`]'s.

/// A content line, unfolded and taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its property, in the case it was written in.
    pub name: String,
    /// Its parameters in order, without the quotes of their values.
    pub parameters: Vec<(String, String)>,
    /// Its value as written, still escaped.
    pub value: String,
}

impl Line {
    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Longest line, in octets, without its CR LF.
const LONGEST: usize = 75;

/// Splits a file into content lines; what is wrong with its bytes goes into `faults`.
pub(super) fn read(bytes: &[u8], faults: &mut Vec<String>) -> Vec<Line> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        faults.push("begins with a byte order mark".to_owned());
    }
    let mut unfolded: Vec<(usize, String)> = Vec::new();
    for (index, raw) in physical_lines(bytes, faults).into_iter().enumerate() {
        let number = index + 1;
        if raw.len() > LONGEST {
            faults.push(format!("line {number}: {} octets", raw.len()));
        }
        let text = match std::str::from_utf8(raw) {
            Ok(text) => text,
            Err(_) => {
                faults.push(format!(
                    "line {number}: not UTF-8, or a character cut by a fold"
                ));
                continue;
            }
        };
        if let Some(c) = text.chars().find(|c| is_forbidden(*c)) {
            faults.push(format!("line {number}: holds {c:?}"));
        }
        match (text.strip_prefix(' '), unfolded.last_mut()) {
            (Some(rest), Some((_, line))) => line.push_str(rest),
            (Some(_), None) => faults.push("the first line continues nothing".to_owned()),
            (None, _) if text.is_empty() => faults.push(format!("line {number}: empty")),
            (None, _) => unfolded.push((number, text.to_owned())),
        }
    }
    let parsed = unfolded
        .into_iter()
        .map(|(number, line)| parse(&line).map_err(|fault| format!("line {number}: {fault}")));
    let mut lines = Vec::new();
    for line in parsed {
        match line {
            Ok(line) => lines.push(line),
            Err(fault) => faults.push(fault),
        }
    }
    lines
}

/// The lines between CR LFs; any other CR or LF is a fault.
fn physical_lines<'a>(bytes: &'a [u8], faults: &mut Vec<String>) -> Vec<&'a [u8]> {
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\r', Some(b'\n')) => {
                lines.push(&bytes[start..at]);
                at += 2;
                start = at;
            }
            (b'\r', _) => {
                faults.push(format!("a CR without its LF at octet {at}"));
                at += 1;
            }
            (b'\n', _) => {
                faults.push(format!("an LF without its CR at octet {at}"));
                lines.push(&bytes[start..at]);
                at += 1;
                start = at;
            }
            _ => at += 1,
        }
    }
    if start < bytes.len() || bytes.is_empty() {
        faults.push("does not end with CR LF".to_owned());
        lines.push(&bytes[start..]);
    }
    lines
}

/// Controls (tabs too: we fold with spaces), separators, marks that turn the text around.
fn is_forbidden(c: char) -> bool {
    (c.is_control() && c != '\r')
        || matches!(c,
            '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{061C}' | '\u{200E}' | '\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn parse(line: &str) -> Result<Line, String> {
    let (name, mut rest) = token(line)?;
    let mut parameters = Vec::new();
    loop {
        if let Some(value) = rest.strip_prefix(':') {
            return Ok(Line {
                name: name.to_owned(),
                parameters,
                value: value.to_owned(),
            });
        }
        let Some(after) = rest.strip_prefix(';') else {
            return Err(format!("{name}: neither a parameter nor a value follows"));
        };
        let (key, after) = token(after)?;
        let after = after
            .strip_prefix('=')
            .ok_or_else(|| format!("{name};{key}: no ="))?;
        let (value, after) =
            parameter_value(after).ok_or_else(|| format!("{name};{key}: quotes"))?;
        if parameters.iter().any(|(earlier, _)| earlier == key) {
            return Err(format!("{name};{key}: twice"));
        }
        parameters.push((key.to_owned(), value.to_owned()));
        rest = after;
    }
}

fn token(text: &str) -> Result<(&str, &str), String> {
    let end = text
        .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-'))
        .unwrap_or(text.len());
    match text.split_at(end) {
        ("", _) => Err(format!("no name: {text:?}")),
        parts => Ok(parts),
    }
}

/// One value; a list of values is nothing we write.
fn parameter_value(text: &str) -> Option<(&str, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted.split_once('"');
    }
    let end = text.find([';', ':', ',', '"'])?;
    let (value, rest) = text.split_at(end);
    (!rest.starts_with(['"', ','])).then_some((value, rest))
}
