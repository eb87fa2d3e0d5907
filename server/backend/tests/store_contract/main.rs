//! Every function of the store, on both databases, one file for each of its files.
//! A function that is not named here fails the last test.
#![allow(
    clippy::unwrap_used,
    clippy::cloned_ref_to_slice_refs,
    reason = "tests"
)]

mod appointments;
mod availability;
mod jobs;
mod practices;
mod schema;
mod settings;

use std::{fs, path::Path};

/// The names of the public functions of a file of the store that take a database.
fn functions_of(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter_map(|line| line.strip_prefix("pub async fn "))
        .filter_map(|line| line.split(['(', '<']).next())
        .collect()
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
