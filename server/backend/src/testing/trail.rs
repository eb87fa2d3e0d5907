//! Counts lines of the audit trail, whatever the practice.
//! Reading it as a person does is [`crate::trail`]'s.

use super::TestBackend;
use crate::store::all;

impl TestBackend {
    /// State before and after of every line about this kind of thing with this action.
    pub async fn audit_lines(
        &self,
        subject: &str,
        action: &str,
    ) -> Vec<(Option<String>, Option<String>)> {
        let mut db = self.store().read().await.unwrap();
        all!(
            &mut db,
            (Option<String>, Option<String>),
            "select before, after from audit where subject = $1 and action = $2 order by at, id",
            subject,
            action
        )
        .unwrap()
    }

    /// How often somebody reached for what is not hers.
    pub async fn denials(&self) -> usize {
        let mut db = self.store().read().await.unwrap();
        let lines: Result<Vec<(String,)>, _> = all!(
            &mut db,
            (String,),
            "select subject from audit where action = 'denied'"
        );
        lines.unwrap().len()
    }
}
