//! Who waits for what another has locked on PostgreSQL does so with a connection in hand. Here it is
//! bounded how many do: so that whoever only reads, and whoever books with somebody else, finds a
//! connection while an agenda is locked. Not on SQLite, where there is one writer, and readers have
//! connections of their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::ids::PractitionerId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many transactions write at once. The connections beyond that are there for whoever reads.
pub(super) const WRITERS: u32 = 8;
/// How many of them write to one agenda, or wait for it: one writes, and the next is there when it
/// has ended.
const TO_ONE_AGENDA: usize = 3;

/// The lines before a database.
#[derive(Debug)]
pub(super) struct Lines {
    writers: Arc<Semaphore>,
    agendas: Mutex<HashMap<PractitionerId, Arc<Semaphore>>>,
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _writer: OwnedSemaphorePermit,
    _agenda: Option<OwnedSemaphorePermit>,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            writers: Arc::new(Semaphore::new(WRITERS as usize)),
            agendas: Mutex::default(),
        }
    }
}

impl Lines {
    /// Waits for the right to write, to that agenda if one is named, for as long as its caller does.
    ///
    /// # Errors
    /// Never: a line is not closed.
    pub(super) async fn turn(&self, agenda: Option<PractitionerId>) -> Result<Turn, sqlx::Error> {
        let closed = |_| sqlx::Error::PoolClosed;
        let _agenda = match agenda {
            Some(agenda) => Some(self.line(agenda).acquire_owned().await.map_err(closed)?),
            None => None,
        };
        let writer = Arc::clone(&self.writers).acquire_owned().await;
        Ok(Turn {
            _writer: writer.map_err(closed)?,
            _agenda,
        })
    }

    /// The line before an agenda; those where nobody stands are forgotten.
    fn line(&self, agenda: PractitionerId) -> Arc<Semaphore> {
        let mut agendas = self.agendas.lock().unwrap_or_else(PoisonError::into_inner);
        agendas.retain(|_, line| Arc::strong_count(line) > 1);
        let line = agendas.entry(agenda);
        Arc::clone(line.or_insert_with(|| Arc::new(Semaphore::new(TO_ONE_AGENDA))))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;
    use uuid::Uuid;

    use super::*;

    fn agenda(number: u128) -> Option<PractitionerId> {
        Some(Uuid::from_u128(number).into())
    }

    /// Whether somebody who asks now need not wait.
    async fn at_once(lines: &Lines, agenda: Option<PractitionerId>) -> Option<Turn> {
        let turn = timeout(Duration::from_millis(20), lines.turn(agenda)).await;
        turn.ok().and_then(Result::ok)
    }

    #[tokio::test]
    async fn who_waits_for_one_agenda_leaves_room_for_another() {
        let lines = Lines::default();
        let mut turns = Vec::new();
        while let Some(turn) = at_once(&lines, agenda(1)).await {
            turns.push(turn);
        }
        assert_eq!(turns.len(), TO_ONE_AGENDA);
        let other = lines.turn(agenda(2)).await.unwrap();
        drop(turns.pop());
        lines.turn(agenda(1)).await.unwrap();
        drop((turns, other));
        lines.turn(agenda(3)).await.unwrap();
        assert_eq!(
            lines.agendas.lock().unwrap().len(),
            1,
            "old ones are forgotten"
        );
    }

    #[tokio::test]
    async fn all_that_write_together_leave_connections_to_those_who_read() {
        let lines = Lines::default();
        let mut turns = Vec::new();
        while let Some(turn) = at_once(&lines, None).await {
            turns.push(turn);
        }
        assert_eq!(turns.len(), WRITERS as usize);
    }
}
