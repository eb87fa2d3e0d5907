//! Who waits for what another has locked on PostgreSQL does so with a connection in hand. Here it is
//! bounded how many do: so that whoever only reads, and whoever books with somebody else, finds a
//! connection while an agenda is locked. Not on SQLite, where there is one writer, and readers have
//! connections of their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::ids::PractitionerId;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{StoreError, patience::PATIENCE};

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
    patience: Duration,
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
            patience: PATIENCE,
        }
    }
}

impl Lines {
    /// Waits for the right to write, to that agenda if one is named.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not come in time: what is in front waits too.
    pub(super) async fn turn(&self, agenda: Option<PractitionerId>) -> Result<Turn, StoreError> {
        let waits = async {
            let _agenda = match agenda {
                Some(agenda) => Some(self.line(agenda).acquire_owned().await?),
                None => None,
            };
            let _writer = Arc::clone(&self.writers).acquire_owned().await?;
            Ok(Turn { _writer, _agenda })
        };
        let turn = timeout(self.patience, waits).await;
        turn.ok()
            .and_then(|turn: Result<_, tokio::sync::AcquireError>| turn.ok())
            .ok_or_else(|| StoreError::Unavailable("too many wait to write".to_owned()))
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
    use uuid::Uuid;

    use super::*;

    fn agenda(number: u128) -> Option<PractitionerId> {
        Some(Uuid::from_u128(number).into())
    }

    fn impatient() -> Lines {
        Lines {
            patience: Duration::from_millis(20),
            ..Lines::default()
        }
    }

    #[tokio::test]
    async fn who_waits_for_one_agenda_leaves_room_for_another() {
        let lines = impatient();
        let mut turns = Vec::new();
        while let Ok(turn) = lines.turn(agenda(1)).await {
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
        let lines = impatient();
        let mut turns = Vec::new();
        while let Ok(turn) = lines.turn(None).await {
            turns.push(turn);
        }
        assert_eq!(turns.len(), WRITERS as usize);
    }
}
