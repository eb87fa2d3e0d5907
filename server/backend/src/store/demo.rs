//! Writing many rows at once, for demonstrations: one statement holds a hundred rows.
//! Nothing else may skip the rules of booking like this; the schema's guards still hold.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{PracticeId, PractitionerId};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Access, Conn, StoreError, Tx};

/// Rows of one statement.
const AT_ONCE: usize = 100;

/// A patient, as stored.
#[derive(Clone, Debug)]
pub struct DemoPatient {
    /// Its identifier.
    pub id: Uuid,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address, if she has one.
    pub email: Option<String>,
    /// Telephone, in E.164.
    pub phone: String,
    /// Where the reason asks it.
    pub birth_date: Option<NaiveDate>,
}

/// A visit, as stored.
#[derive(Clone, Debug)]
pub struct DemoVisit {
    /// Its identifier.
    pub id: Uuid,
    /// Where.
    pub place: Uuid,
    /// What for.
    pub reason: Uuid,
    /// Who comes.
    pub patient: Uuid,
    /// First instant.
    pub starts_at: DateTime<Utc>,
    /// First instant after.
    pub ends_at: DateTime<Utc>,
    /// Minutes kept free before.
    pub buffer_before: i32,
    /// Minutes kept free after.
    pub buffer_after: i32,
    /// Where it stands.
    pub status: &'static str,
    /// By whom it was cancelled, if it was.
    pub cancelled_by: Option<&'static str>,
    /// Hash of its link.
    pub link_hash: Vec<u8>,
    /// Key of the form that nobody filled in.
    pub idempotency_key: String,
    /// When it was booked.
    pub created_at: DateTime<Utc>,
}

/// Runs one statement of many rows: `$shared` are its first placeholders, `$each` those of a row.
macro_rules! write_rows {
    ($tx:expr, $sql:expr, $rows:expr, [$($shared:expr),*], |$row:ident| [$($each:expr),*]) => {
        match $tx.conn() {
            Conn::Sqlite(conn) => {
                let mut query = sqlx::query(AssertSqlSafe($sql))$(.bind($shared))*;
                for $row in $rows {
                    query = query$(.bind($each))*;
                }
                query.execute(conn).await.map(drop)
            }
            Conn::Postgres(conn) => {
                let mut query = sqlx::query(AssertSqlSafe($sql))$(.bind($shared))*;
                for $row in $rows {
                    query = query$(.bind($each))*;
                }
                query.execute(conn).await.map(drop)
            }
        }
        .map_err(StoreError::from)
    };
}

/// `values (…), (…)` after `head`: each row is `row`, in which `#` is its own next placeholder
/// and `$1`, `$2`… are those that all rows share.
fn text(head: &str, row: &str, rows: usize, shared: usize) -> String {
    let mut sql = format!("{head} values ");
    let mut next = shared;
    for n in 0..rows {
        sql.push_str(if n == 0 { "(" } else { ", (" });
        for c in row.chars() {
            if c == '#' {
                next += 1;
                // Writing into a string cannot fail.
                let _ = write!(sql, "${next}");
            } else {
                sql.push(c);
            }
        }
        sql.push(')');
    }
    sql
}

/// Makes room for a large transaction. SQLite's two megabytes of cache would write the pages of
/// the indexes again and again: the hashes of links come in no order. Only for this connection.
///
/// # Errors
/// As the database.
pub async fn make_room(tx: &mut Tx) -> Result<(), StoreError> {
    match tx.conn() {
        Conn::Sqlite(conn) => {
            sqlx::query("pragma cache_size = -131072")
                .execute(conn)
                .await?;
        }
        Conn::Postgres(_) => {}
    }
    Ok(())
}

/// Gives the room back.
///
/// # Errors
/// As the database.
pub async fn leave_room(tx: &mut Tx) -> Result<(), StoreError> {
    match tx.conn() {
        Conn::Sqlite(conn) => {
            sqlx::query("pragma cache_size = -2000")
                .execute(conn)
                .await?;
        }
        Conn::Postgres(_) => {}
    }
    Ok(())
}

/// Writes patients down.
///
/// # Errors
/// As the database.
pub async fn insert_patients(
    tx: &mut Tx,
    practice: PracticeId,
    patients: &[DemoPatient],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for rows in patients.chunks(AT_ONCE) {
        let sql = text(
            "insert into patients (practice_id, created_at, lang, id, given_name, family_name,
                                   email, phone, birth_date)",
            "$1, $2, 'fr', #, #, #, #, #, #",
            rows.len(),
            2,
        );
        write_rows!(tx, sql.as_str(), rows, [practice.uuid(), now], |row| [
            row.id,
            row.given_name.as_str(),
            row.family_name.as_str(),
            row.email.as_deref(),
            row.phone.as_str(),
            row.birth_date
        ])?;
    }
    Ok(())
}

/// Writes visits of one practitioner down.
///
/// # Errors
/// [`StoreError::Overlap`] from the last guard, else as the database.
pub async fn insert_visits(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    visits: &[DemoVisit],
) -> Result<(), StoreError> {
    for rows in visits.chunks(AT_ONCE) {
        let sql = text(
            "insert into appointments
                (practice_id, practitioner_id, id, place_id, visit_reason_id, patient_id,
                 starts_at, ends_at, buffer_before, buffer_after, status, cancelled_by,
                 link_hash, idempotency_key, created_at, changed_at)",
            "$1, $2, #, #, #, #, #, #, #, #, #, #, #, #, #, #",
            rows.len(),
            2,
        );
        let shared = (practice.uuid(), practitioner.uuid());
        write_rows!(tx, sql.as_str(), rows, [shared.0, shared.1], |row| [
            row.id,
            row.place,
            row.reason,
            row.patient,
            row.starts_at,
            row.ends_at,
            row.buffer_before,
            row.buffer_after,
            row.status,
            row.cancelled_by,
            row.link_hash.as_slice(),
            row.idempotency_key.as_str(),
            row.created_at,
            row.created_at
        ])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn rows_share_the_first_placeholders_and_count_their_own_on() {
        assert_eq!(
            text("insert into t (a, b, c)", "$1, #, #", 2, 1),
            "insert into t (a, b, c) values ($1, $2, $3), ($1, $4, $5)"
        );
    }
}
