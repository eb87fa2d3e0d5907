//! People of a practice for tests of its office: who asks is decided by the session, so these
//! need no account.

use backend::testing::{TestBackend, TestPractice};
use domain::{
    access::{Actor, Member, Role},
    ids::PractitionerId,
};

/// A member of the practice who keeps these agendas.
pub(crate) fn member(
    test: &TestBackend,
    practice: &TestPractice,
    role: Role,
    agendas: &[PractitionerId],
) -> Actor {
    Actor::Member(Member {
        account: test.new_id(),
        practice: practice.practice.id,
        role,
        agendas: agendas.to_vec(),
    })
}
