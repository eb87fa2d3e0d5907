//! What the database says of itself, for the doctor: version, settings that durability hangs on,
//! and the one place where a database's clock is read, to compare it with ours.

use chrono::{DateTime, Utc};

use super::{Access, Conn, StoreError, all, maybe};

/// What the database says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vitals {
    /// SQLite.
    Sqlite {
        /// `3.51.3`.
        version: String,
        /// `wal` once a server has opened it.
        journal: String,
    },
    /// PostgreSQL.
    Postgres {
        /// 170002 for 17.2.
        number: i32,
        /// `17.2`.
        version: String,
        /// Whether the extension that keeps visits from overlapping is there or can be had.
        btree_gist: bool,
        /// Settings without which a confirmed visit may not survive a power cut, that are off.
        off: Vec<String>,
        /// What time it is there.
        now: DateTime<Utc>,
    },
}

/// What the database says of itself.
///
/// # Errors
/// As the database; a file that is no database says so here.
pub async fn vitals(db: &mut impl Access) -> Result<Vitals, StoreError> {
    match db.conn() {
        Conn::Sqlite(conn) => {
            let version = sqlx::query_scalar("select sqlite_version()")
                .fetch_one(&mut *conn)
                .await?;
            let journal = sqlx::query_scalar("pragma journal_mode")
                .fetch_one(conn)
                .await?;
            Ok(Vitals::Sqlite { version, journal })
        }
        Conn::Postgres(conn) => {
            let (number, version, btree_gist, now): (i32, String, bool, DateTime<Utc>) =
                sqlx::query_as(
                    "select current_setting('server_version_num')::int4,
                            split_part(current_setting('server_version'), ' ', 1),
                            exists (select 1 from pg_available_extensions
                                    where name = 'btree_gist'),
                            clock_timestamp()",
                )
                .fetch_one(&mut *conn)
                .await?;
            let off = sqlx::query_scalar(
                "select name::text from pg_settings
                 where name in ('fsync', 'full_page_writes', 'synchronous_commit')
                   and setting = 'off' order by name",
            )
            .fetch_all(conn)
            .await?;
            Ok(Vitals::Postgres {
                number,
                version,
                btree_gist,
                off,
                now,
            })
        }
    }
}

/// The zones of all places.
///
/// # Errors
/// As the database.
pub async fn zones(db: &mut impl Access) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = all!(
        db,
        (String,),
        "select distinct zone from places order by zone"
    )?;
    Ok(rows.into_iter().map(|(zone,)| zone).collect())
}

/// When something was last written down; `None` when nothing ever was.
///
/// # Errors
/// As the database.
pub async fn last_written(db: &mut impl Access) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row: Option<(DateTime<Utc>,)> = maybe!(
        db,
        (DateTime<Utc>,),
        "select at from audit order by at desc limit 1"
    )?;
    Ok(row.map(|(at,)| at))
}
