//! Named values of the instance: its key, and the hash of a set-up link that was not used yet.

use super::{Access, StoreError, Tx, maybe, write};

/// The key of the instance, in its stored form.
pub const SECRET: &str = "secret";

/// The value under a name.
///
/// # Errors
/// As the database.
pub async fn get(db: &mut impl Access, name: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = maybe!(
        db,
        (String,),
        "select value from settings where name = $1",
        name
    )?;
    Ok(row.map(|(value,)| value))
}

/// Writes a value unless the name has one.
///
/// # Errors
/// As the database.
pub async fn set_once(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into settings (name, value) values ($1, $2) on conflict (name) do nothing",
        name, value
    )?;
    Ok(())
}

/// Writes a value over whatever was there.
///
/// # Errors
/// As the database.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into settings (name, value) values ($1, $2)
         on conflict (name) do update set value = excluded.value",
        name, value
    )?;
    Ok(())
}

/// Forgets a value; answers whether there was one.
///
/// # Errors
/// As the database.
pub async fn remove(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    Ok(write!(tx, "delete from settings where name = $1", name)? > 0)
}
