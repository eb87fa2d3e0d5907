//! What `rdv backup` and `rdv restore` are told.

use std::path::PathBuf;

use clap::Args;

/// A backup to take.
#[derive(Args, Clone, Debug)]
pub struct Backup {
    /// Where to write it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Replaces the file if it is there
    #[arg(long)]
    pub force: bool,
}

/// A backup to restore.
#[derive(Args, Clone, Debug)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Replaces what the database holds
    #[arg(long)]
    pub replace: bool,
    /// Sends the mails that were waiting when the backup was taken: only when no server has run
    /// on that database since. Without it they are shown in the office as "to be phoned"
    #[arg(long)]
    pub send_waiting: bool,
}
