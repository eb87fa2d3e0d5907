//! Databases with an older schema that hold what a database of today does, as far as the old
//! schema knows it: for tests that upgrade.

use std::{collections::BTreeMap, path::Path};

use super::{Kind, TestBackend, fresh_url};
use crate::store::{
    Store, StoreError,
    archive::{self, Cell, Table},
};

/// A database as an earlier version of the program left it.
#[derive(Debug)]
pub struct OldDatabase {
    /// Where it is.
    pub url: String,
    tables: Vec<Table>,
    /// What it held then, by table.
    pub held: Rows,
}

/// Rows by the name of their table.
pub type Rows = BTreeMap<String, Vec<Vec<Cell>>>;

impl OldDatabase {
    /// With that schema, in that folder or in the cluster, filled from a SQLite database of today.
    ///
    /// # Panics
    /// When the database cannot be had, or a row does not fit.
    pub async fn of_schema(version: i64, kind: Kind, folder: &Path, lived: &TestBackend) -> Self {
        let url = fresh_url(kind, folder).await;
        let store = Store::connect(&url).await.unwrap();
        store.migrate_to(version).await.unwrap();
        let model = Store::stage(Path::new(":memory:"), version).await.unwrap();
        let theirs = archive::tables(&mut model.read().await.unwrap(), version).await;
        let mut tx = store.begin().await.unwrap();
        let tables = archive::tables(&mut tx, version).await.unwrap();
        archive::clear(&mut tx, &tables).await.unwrap();
        let mut from = lived.store().read().await.unwrap();
        for (theirs, ours) in theirs.unwrap().iter().zip(&tables) {
            match kind {
                Kind::Sqlite => {
                    let rows = rows_of(&mut from, theirs).await;
                    archive::load(&mut tx, ours, &rows).await.unwrap();
                }
                Kind::Postgres => archive::copy(&mut from, &mut tx, (theirs, ours), || {})
                    .await
                    .unwrap(),
            }
        }
        tx.commit().await.unwrap();
        store.close().await;
        let mut old = Self {
            url,
            tables,
            held: Rows::new(),
        };
        old.held = old.rows().await;
        old
    }

    /// The same one, moved elsewhere.
    #[must_use]
    pub fn at(url: &str, old: &Self) -> Self {
        Self {
            url: url.to_owned(),
            tables: old.tables.clone(),
            held: old.held.clone(),
        }
    }

    /// What it holds now in the tables and columns that it had then.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn rows(&self) -> Rows {
        let store = Store::connect(&self.url).await.unwrap();
        let mut db = store.read().await.unwrap();
        let mut rows = Rows::new();
        for table in &self.tables {
            rows.insert(table.name.clone(), rows_of(&mut db, table).await);
        }
        drop(db);
        store.close().await;
        rows
    }
}

async fn rows_of(db: &mut crate::store::Reader, table: &Table) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    archive::each_row(db, table, |cells| {
        rows.push(cells.to_vec());
        Ok::<(), StoreError>(())
    })
    .await
    .unwrap();
    rows
}
