//! A mailer that keeps what it is given and behaves as it is told.

use std::{
    collections::HashMap,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use backend::mail::{Mail, Mailer, NotSent, Sending, Trouble};
use domain::ids::JobId;

/// What becomes of a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Does {
    /// It is accepted.
    #[default]
    Accept,
    /// The same, but it takes so long.
    AcceptAfter(Duration),
    /// It is not, for this reason.
    Refuse(NotSent),
    /// The program panics over it.
    Panic,
    /// It is accepted, and nobody ever hears of it.
    AcceptAndHang,
    /// Nothing ever happens.
    Hang,
}

#[derive(Debug, Default)]
struct State {
    usual: Does,
    for_address: HashMap<String, Does>,
    accepted: Vec<Accepted>,
    tried: usize,
}

/// A mail that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) job: JobId,
    pub(crate) to: String,
    pub(crate) message: String,
}

/// The mailer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Postman(Arc<Mutex<State>>);

impl Postman {
    pub(crate) fn mailer(&self) -> Option<Arc<dyn Mailer>> {
        Some(Arc::new(self.clone()))
    }

    pub(crate) fn does(&self, what: Does) {
        self.0.lock().unwrap().usual = what;
    }

    pub(crate) fn refuses(&self, trouble: Trouble) {
        self.does(Does::Refuse(trouble.into()));
    }

    pub(crate) fn does_for(&self, address: &str, what: Does) {
        let mut state = self.0.lock().unwrap();
        state.for_address.insert(address.to_owned(), what);
    }

    pub(crate) fn accepted(&self) -> Vec<Accepted> {
        self.0.lock().unwrap().accepted.clone()
    }

    /// How often it was handed a mail.
    pub(crate) fn tried(&self) -> usize {
        self.0.lock().unwrap().tried
    }
}

impl Mailer for Postman {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        Box::pin(async move {
            let does = {
                let mut state = self.0.lock().unwrap();
                state.tried += 1;
                let does = state.for_address.get(mail.to.as_str());
                let does = *does.unwrap_or(&state.usual);
                if matches!(
                    does,
                    Does::Accept | Does::AcceptAfter(_) | Does::AcceptAndHang
                ) {
                    state.accepted.push(Accepted {
                        job: mail.job,
                        to: mail.to.to_string(),
                        message: String::from_utf8(mail.message.clone()).unwrap(),
                    });
                }
                does
            };
            // Others get a turn, as on a network.
            tokio::task::yield_now().await;
            match does {
                Does::Accept => Ok(()),
                Does::AcceptAfter(long) => {
                    tokio::time::sleep(long).await;
                    Ok(())
                }
                Does::Refuse(why) => Err(why),
                Does::Panic => panic!("a mail to {} cannot be sent", mail.to),
                Does::AcceptAndHang | Does::Hang => pending().await,
            }
        })
    }
}
