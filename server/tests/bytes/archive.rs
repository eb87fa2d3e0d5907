//! The file of a backup, as somebody may have cut, damaged or made it: read, or refused. It comes
//! to the program before anything is replaced; whole restores are `backend`'s own tests.

use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
    sync::OnceLock,
};

use backend::{
    Failure,
    backup::file::{FORM, Header, TableHeader, Writer, check},
    store::archive::{Cell, Class},
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use proptest::{collection::vec, prelude::*};

use crate::bytes;

/// A small backup, written once.
fn whole() -> Vec<u8> {
    static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
    let write = || {
        let folder = tempfile::tempdir().unwrap();
        write_whole(&folder.path().join("x.rdv"))
    };
    WHOLE.get_or_init(write).clone()
}

fn write_whole(path: &Path) -> Vec<u8> {
    let header = Header {
        rdv_backup: FORM,
        rdv: "0.1.0".to_owned(),
        schema: 1,
        made_at: "2026-11-22T08:00:00Z".parse().unwrap(),
        database: "sqlite".to_owned(),
        tables: vec![TableHeader {
            name: "patients".to_owned(),
            rows: 3,
            columns: vec![
                ("id".to_owned(), Class::Bytes),
                ("given_name".to_owned(), Class::Text),
                ("count".to_owned(), Class::Integer),
            ],
        }],
    };
    let mut writer = Writer::start(File::create(path).unwrap(), &header).unwrap();
    writer.table("patients").unwrap();
    for number in 0..3 {
        let cells = [
            Cell::Bytes(vec![number; 16]),
            Cell::Text("Zoé".to_owned()),
            Cell::Null,
        ];
        writer.row(&cells).unwrap();
    }
    writer.finish().unwrap();
    std::fs::read(path).unwrap()
}

/// Reads a file from end to end, as every restore begins: whether it is whole. What is neither
/// whole nor refused is a mistake of ours.
fn is_whole(path: &Path, file: &[u8]) -> Result<bool, TestCaseError> {
    std::fs::write(path, file).unwrap();
    match check(path, |_| {}) {
        Ok(header) => {
            let _ = header.rows();
            Ok(true)
        }
        Err(Failure::Refused(_)) => Ok(false),
        Err(Failure::Broken(error)) => Err(TestCaseError::fail(error.to_string())),
    }
}

fn packed(lines: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(lines).unwrap();
    out.finish().unwrap()
}

fn unpacked(file: &[u8]) -> Vec<u8> {
    let mut lines = Vec::new();
    GzDecoder::new(file).read_to_end(&mut lines).unwrap();
    lines
}

/// A place in a file, and what stands there instead.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, Vec<u8>)>> {
    let instead = prop_oneof![
        vec(any::<u8>(), 0..3),
        "[-0-9]{1,21}|[\\[\\]{}\",:]{1,3}|null|true|\n".prop_map(String::into_bytes),
    ];
    vec((any::<prop::sample::Index>(), instead), 1..4)
}

fn changed(mut file: Vec<u8>, changes: &[(prop::sample::Index, Vec<u8>)]) -> Vec<u8> {
    for (at, instead) in changes {
        let at = at.index(file.len());
        file.splice(at..=at, instead.iter().copied());
        if file.is_empty() {
            file.push(0);
        }
    }
    file
}

proptest! {
    #[test]
    fn any_file_is_refused(file in bytes(), pack: bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rdv");
        let file = if pack { packed(&file) } else { file };
        prop_assert!(!is_whole(&path, &file)?);
    }

    #[test]
    fn a_backup_with_other_bytes_in_it_is_refused(changes in changes()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rdv");
        let file = whole();
        prop_assert!(is_whole(&path, &file)?);
        let other = changed(file.clone(), &changes);
        let lines = unpacked(&file);
        if is_whole(&path, &other)? {
            // Bytes of the packing that say nothing: the name of the system, the hour.
            prop_assert_eq!(unpacked(&other), lines);
        }
    }

    #[test]
    fn a_backup_with_other_lines_in_it_is_refused(changes in changes()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rdv");
        let lines = unpacked(&whole());
        let other = changed(lines.clone(), &changes);
        let is_whole = is_whole(&path, &packed(&other))?;
        prop_assert!(!is_whole || other == lines, "{}", String::from_utf8_lossy(&other));
    }

    #[test]
    fn a_backup_that_promises_any_number_of_rows_is_refused(
        rows in vec(any::<u64>(), 1..4), columns in 0_usize..3,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rdv");
        let table = |rows: u64| TableHeader {
            name: "patients".to_owned(),
            rows,
            columns: vec![("id".to_owned(), Class::Bytes); columns],
        };
        let header = Header {
            rdv_backup: FORM,
            rdv: String::new(),
            schema: i64::MAX,
            made_at: chrono::DateTime::UNIX_EPOCH,
            database: String::new(),
            tables: rows.iter().map(|rows| table(*rows)).collect(),
        };
        // However many they are together, they are counted without a panic.
        prop_assert!(header.rows() >= rows.iter().copied().max().unwrap_or_default());
        let lines = format!("{}\n{{\"table\":\"patients\"}}\n[\"00\"]\n", serde_json::to_string(&header).unwrap());
        let file = packed(lines.as_bytes());
        prop_assert!(!is_whole(&path, &file)?);
    }
}
