//! Where nothing that was typed may be: files beside the database and the mails, and the outbox.

use std::{fs, path::Path};

use backend::{store::archive::Cell, testing::everything};

/// Every file of a folder that is neither the database nor a mail.
pub(super) fn other_files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.ends_with("/mail") {
                other_files(&path, found);
            }
        } else if !name.contains("rdv.db") {
            found.push(name);
        }
    }
}

/// Whether a text says it. The six digits of a code are looked for as a word: within a time, a
/// length of time or an identifier they stand by chance.
pub(super) fn says(text: &str, canary: &str) -> bool {
    let is_code = canary.len() == 6 && canary.bytes().all(|byte| byte.is_ascii_digit());
    if !is_code {
        return text.contains(canary);
    }
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '.');
    words.any(|word| word.trim_matches('.') == canary)
}

/// Every text in the rows of the outbox.
pub(super) fn outbox(folder: &Path) -> Vec<String> {
    let database = format!("sqlite:{}", folder.join("data/rdv.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut tables = runtime.block_on(everything(&database));
    let cells = tables.remove("jobs").unwrap().into_iter().flatten();
    let text = |cell: Cell| match cell {
        Cell::Text(text) => Some(text),
        Cell::Null | Cell::Integer(_) | Cell::Bytes(_) => None,
    };
    cells.filter_map(text).collect()
}
