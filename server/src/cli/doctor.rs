//! What `rdv doctor` is told.

use clap::Args;
use domain::people::EmailAddress;

/// How to look.
#[derive(Args, Clone, Debug)]
pub struct Doctor {
    /// Sends a mail to this address; without it, the mail server is only greeted
    #[arg(long, value_name = "ADDRESS")]
    pub mail_to: Option<EmailAddress>,
    /// Prints what was found as JSON
    #[arg(long)]
    pub json: bool,
}
