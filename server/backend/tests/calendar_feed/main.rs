//! Stories of calendar feeds: making and revoking them, what they show, how they answer, and
//! what programs that we did not write read in them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod answers;
mod managing;
mod readers;
mod shows;

use std::sync::Arc;

use backend::{
    calendar_feed::{Answer, Validators},
    testing::{
        Kind, TestBackend, TestPractice,
        linter::{self, Calendar},
    },
};
use domain::{
    access::{Actor, Member, Role},
    feed::Detail,
    ids::FeedId,
};

/// A practice with a feed.
struct Subscribed {
    test: TestBackend,
    practice: TestPractice,
    feed: FeedId,
    token: String,
}

impl Subscribed {
    async fn new(kind: Kind, detail: Detail) -> Self {
        let test = TestBackend::new(kind).await;
        let practice = test.practice().await;
        let owner = owner(&test, &practice);
        let made = test
            .create_feed(&owner, practice.practitioner.id, detail)
            .await
            .unwrap();
        Self {
            test,
            practice,
            feed: made.id,
            token: made.token,
        }
    }

    fn owner(&self) -> Actor {
        owner(&self.test, &self.practice)
    }

    /// The file, linted.
    async fn read(&self) -> Calendar {
        self.read_at(&self.token).await
    }

    async fn read_at(&self, token: &str) -> Calendar {
        lint(&self.file_at(token).await.1)
    }

    /// The file and its validators.
    async fn file(&self) -> (Validators, Arc<[u8]>) {
        self.file_at(&self.token).await
    }

    async fn file_at(&self, token: &str) -> (Validators, Arc<[u8]>) {
        match self.test.calendar_feed(token, |_| false).await.unwrap() {
            Answer::Calendar { validators, body } => (validators, body),
            other @ (Answer::NotModified(_) | Answer::Gone | Answer::Unknown) => {
                panic!("no calendar: {other:?}")
            }
        }
    }
}

fn lint(body: &[u8]) -> Calendar {
    linter::feed(body).unwrap_or_else(|faults| {
        panic!("{faults:#?}\n{}", String::from_utf8_lossy(body));
    })
}

fn owner(test: &TestBackend, practice: &TestPractice) -> Actor {
    member(test, practice, Role::Owner, &[])
}

fn member(
    test: &TestBackend,
    practice: &TestPractice,
    role: Role,
    agendas: &[&TestPractice],
) -> Actor {
    Actor::Member(Member {
        account: test.new_id(),
        practice: practice.practice.id,
        role,
        agendas: agendas.iter().map(|it| it.practitioner.id).collect(),
    })
}
