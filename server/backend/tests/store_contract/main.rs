//! Every function of the store, on both databases: one file here for each of its files, or a
//! story that goes through it. A function that neither covers fails the last test.
#![allow(
    clippy::unwrap_used,
    clippy::cloned_ref_to_slice_refs,
    reason = "tests"
)]

mod appointments;
mod availability;
mod bookable;
mod jobs;
mod practices;
mod read_only;
mod schema;
mod settings;
mod silent;
mod vitals;

use std::{fs, path::Path};

/// The names of the public functions of a file of the store that take a database.
fn functions_of(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter_map(|line| line.strip_prefix("pub async fn "))
        .filter_map(|line| line.split(['(', '<']).next())
        .collect()
}

/// Files of the store that are tried through the use cases above them, each in a story that runs
/// on both databases.
const BY_STORY: [(&str, &str); 16] = [
    ("archive", "backup/main.rs"),
    ("hold", "backup/main.rs"),
    ("schema", "backup/main.rs"),
    ("agenda", "office/main.rs"),
    ("demo", "demo.rs"),
    ("factors", "factors.rs"),
    ("feeds", "calendar_feed/main.rs"),
    ("holding", "hold_limits.rs"),
    ("names", "setup.rs"),
    ("office", "office/main.rs"),
    ("passkeys", "passkeys.rs"),
    ("people", "accounts.rs"),
    ("retention", "retention.rs"),
    ("sessions", "accounts.rs"),
    ("shown", "calendar_feed/main.rs"),
    ("trail", "trail.rs"),
];

/// Parts of a function of the contract, or of one that a story covers.
const PARTS: [&str; 2] = ["audit::record_by_host(", "availability::read_agenda("];

#[test]
fn every_story_that_covers_the_store_runs_on_both_databases() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for (module, story) in BY_STORY {
        let folder = tests.join(story);
        let folder = if story.ends_with("main.rs") {
            folder.parent().unwrap().to_owned()
        } else {
            folder
        };
        let files: Vec<_> = if folder.is_dir() {
            fs::read_dir(&folder)
                .unwrap()
                .map(|file| file.unwrap().path())
                .collect()
        } else {
            vec![folder]
        };
        let text: String = files
            .iter()
            .map(|file| fs::read_to_string(file).unwrap_or_default())
            .collect();
        assert!(
            text.contains("Kind::Postgres"),
            "{module} is said to be covered by {story}"
        );
    }
}

#[test]
fn every_function_of_the_store_is_in_the_contract() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut contract = String::new();
    for file in fs::read_dir(package.join("tests/store_contract")).unwrap() {
        contract.push_str(&fs::read_to_string(file.unwrap().path()).unwrap());
    }
    let mut missing = Vec::new();
    let mut found = 0;
    for file in fs::read_dir(package.join("src/store")).unwrap() {
        let path = file.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = fs::read_to_string(&path).unwrap();
        for function in functions_of(&source) {
            found += 1;
            let name = format!("{module}::{function}(");
            if PARTS.contains(&&*name) || BY_STORY.iter().any(|(covered, _)| *covered == module) {
                continue;
            }
            if !contract.contains(&name) {
                missing.push(name);
            }
        }
    }
    assert!(found > 25, "the scanner sees only {found} functions");
    assert!(
        missing.is_empty(),
        "not in tests/store_contract: {missing:#?}"
    );
}
