//! `rdv migrate`: brings the database up to date and stops.

use super::{CommandError, open, say};
use crate::config::Config;

pub(super) async fn run(config: &Config) -> Result<(), CommandError> {
    let backend = open(config).await?;
    backend.close().await;
    say("The database is up to date.")
}
