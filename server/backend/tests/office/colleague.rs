//! Two practitioners of one practice: who keeps the agenda of one reaches nothing of the other's,
//! neither by naming it under her own agenda nor by its id alone. Strangers are in `isolation`.

use std::fmt::Debug;

use backend::{
    Error, Failure,
    office::{
        absences::AbsenceForm, practice::PractitionerForm, reasons::ReasonForm,
        visits::StaffBooking,
    },
    testing::{Kind, TestBackend, TestPractice, hour, instant, minutes, zoe},
};
use chrono::Weekday;
use domain::{
    access::{Actor, Role},
    appointment::Mark,
    booking::BookingRefusal,
    feed::Detail,
    ids::{AbsenceId, AppointmentId, FeedId, JobId},
    opening_hours::OpeningHours,
    people::Patient,
    practice::Practitioner,
};
use i18n::Lang;
use rstest::rstest;

use super::{NINE, actors::member, day, opened, range, refusal, weekly};

/// An agenda, and what a colleague in the same practice has.
struct Two {
    test: TestBackend,
    owner: Actor,
    practice: TestPractice,
    /// Whose agenda is kept by who tries.
    own: Practitioner,
    own_hours: OpeningHours,
    /// All of the other's, who is the practitioner of the practice.
    hours: OpeningHours,
    absence: AbsenceId,
    feed: FeedId,
    visit: AppointmentId,
    mail: JobId,
}

fn booking(practice: &TestPractice, start: &str, patient: Patient) -> StaffBooking {
    StaffBooking {
        practitioner: practice.practitioner.slug.clone(),
        reason: practice.reason.slug.clone(),
        start: instant(start),
        seen: None,
        patient,
        lang: Lang::Fr,
        idempotency_key: start.to_owned(),
    }
}

/// A second practitioner with hours of her own, and a first with one of everything.
async fn two(kind: Kind) -> Two {
    let (test, practice, owner) = opened(kind).await;
    let form = PractitionerForm {
        name: "Inès Moreau".parse().unwrap(),
        specialty: "Sage-femme".parse().unwrap(),
    };
    let own = test.add_practitioner(&owner, form).await.unwrap();
    let form = weekly(&practice, &[Weekday::Sat], &[range(9, 12)]);
    test.publish_hours(&owner, own.id, form).await.unwrap();
    let own_hours = test.hours(&owner, own.id).await.unwrap().remove(0);

    let other = practice.practitioner.id;
    let hours = test.hours(&owner, other).await.unwrap().remove(0);
    let visit = booking(&practice, NINE, zoe());
    let visit = test.book_by_staff(&owner, visit).await.unwrap();
    // Nobody but a telephone can tell her that it is called off.
    let unreachable = Patient {
        email: None,
        ..zoe()
    };
    let called_off = booking(&practice, "2026-11-24T08:00:00Z", unreachable);
    let called_off = test.book_by_staff(&owner, called_off).await.unwrap();
    test.cancel_by_practice(&owner, called_off).await.unwrap();
    assert_eq!(test.run_due_jobs().await.unwrap().failed, 1);
    let mail = test.failed_mails(&owner).await.unwrap()[0].job;
    let form = AbsenceForm {
        from: day("2026-11-23").and_time(hour(0)),
        until: day("2026-11-24").and_time(hour(0)),
        note: None,
    };
    let announced = test.announce_absence(&owner, other, form).await.unwrap();
    let feed = test.create_feed(&owner, other, Detail::Initials);
    let feed = feed.await.unwrap().id;
    Two {
        absence: announced.id,
        test,
        owner,
        practice,
        own,
        own_hours,
        hours,
        feed,
        visit,
        mail,
    }
}

impl Two {
    /// Somebody who keeps the agenda of the one, and not the other's.
    fn keeper(&self, role: Role) -> Actor {
        member(&self.test, &self.practice, role, &[self.own.id])
    }

    /// All that the owner reads of both agendas.
    async fn all(&self) -> Vec<String> {
        let (test, owner) = (&self.test, &self.owner);
        let mut read = Vec::new();
        for of in [self.practice.practitioner.id, self.own.id] {
            let (from, to) = (day("2026-11-22"), day("2026-12-01"));
            read.push(told(test.agenda(owner, of, from, to).await));
            read.push(told(test.hours(owner, of).await));
            read.push(told(test.absences(owner, of).await));
            read.push(told(test.reasons(owner, of).await));
            read.push(told(test.feeds_of(owner, of).await));
        }
        read.push(told(test.visit_for_staff(owner, self.visit).await));
        read.push(told(test.failed_mails(owner).await));
        read
    }

    /// Fails unless an attempt ended as one on what does not exist, and left an audit line.
    async fn is_denied<E: Ended>(&self, who: &Actor, what: &str, attempt: impl Future<Output = E>) {
        let before = self.test.denials().await;
        assert!(attempt.await.not_found(), "{what} by {who:?}");
        let left = self.test.denials().await - before;
        assert_eq!(left, 1, "lines of the trail: {what} by {who:?}");
    }
}

fn told<T: Debug>(read: Result<T, Error>) -> String {
    format!("{:?}", read.unwrap())
}

trait Ended {
    fn not_found(self) -> bool;
}

impl<T> Ended for Result<T, Error> {
    fn not_found(self) -> bool {
        matches!(self, Err(Error::NotFound))
    }
}

impl<T, R> Ended for Result<T, Failure<R>> {
    fn not_found(self) -> bool {
        matches!(self, Err(Failure::Broken(Error::NotFound)))
    }
}

#[rstest]
#[tokio::test]
async fn what_is_a_colleagues_is_not_there_under_ones_own_agenda(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = two(kind).await;
    let (test, own) = (&it.test, it.own.id);
    let (reason, slug) = (it.practice.reason.id, &it.practice.reason.slug);
    let before = it.all().await;
    // An owner may change both agendas, and yet not one by the name of the other.
    for role in [Role::Practitioner, Role::Secretary, Role::Owner] {
        let who = &it.keeper(role);
        let edited = test.edit_hours(who, own, it.hours.clone());
        it.is_denied(who, "edit_hours", edited).await;
        let for_reason = OpeningHours {
            reasons: vec![reason],
            ..it.own_hours.clone()
        };
        let edited = test.edit_hours(who, own, for_reason);
        it.is_denied(who, "edit_hours for a reason", edited).await;
        let mut form = weekly(&it.practice, &[Weekday::Sun], &[range(9, 12)]);
        form.reasons = vec![reason];
        let published = test.publish_hours(who, own, form);
        it.is_denied(who, "publish_hours", published).await;
        let deleted = test.delete_hours(who, own, [it.hours.id].into());
        it.is_denied(who, "delete_hours", deleted).await;
        let both = [it.own_hours.id, it.hours.id].into();
        let deleted = test.delete_hours(who, own, both);
        it.is_denied(who, "delete_hours of both", deleted).await;
        let visits = test.visits_in_absence(who, own, it.absence);
        it.is_denied(who, "visits_in_absence", visits).await;
        let deleted = test.delete_absence(who, own, it.absence);
        it.is_denied(who, "delete_absence", deleted).await;
        let form = ReasonForm::usual("Suivi".parse().unwrap(), minutes(40));
        let edited = test.edit_reason(who, own, reason, form, None);
        it.is_denied(who, "edit_reason", edited).await;
        let archived = test.archive_reason(who, own, reason);
        it.is_denied(who, "archive_reason", archived).await;
        let (from, to) = (day("2026-11-23"), day("2026-11-29"));
        let slots = test.slots_for_staff(who, own, slug, from, to);
        it.is_denied(who, "slots_for_staff", slots).await;

        // A name that is no reason of hers is refused in words, and books nothing.
        let booking = StaffBooking {
            practitioner: it.own.slug.clone(),
            ..booking(&it.practice, "2026-11-28T08:00:00Z", zoe())
        };
        let refused = refusal(test.book_by_staff(who, booking).await);
        assert_eq!(refused, BookingRefusal::NotForYou, "{who:?}");
        assert_eq!(it.all().await, before, "{who:?}");
    }
}

#[rstest]
#[tokio::test]
async fn what_is_a_colleagues_is_not_there_by_its_id(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = two(kind).await;
    let test = &it.test;
    let before = it.all().await;
    for role in [Role::Practitioner, Role::Secretary] {
        let who = &it.keeper(role);
        let seen = test.visit_for_staff(who, it.visit);
        it.is_denied(who, "visit_for_staff", seen).await;
        let seen = test.trail_of_visit(who, it.visit);
        it.is_denied(who, "trail_of_visit", seen).await;
        let marked = test.mark_visit(who, it.visit, Mark::Arrived);
        it.is_denied(who, "mark_visit", marked).await;
        let cancelled = test.cancel_by_practice(who, it.visit);
        it.is_denied(who, "cancel_by_practice", cancelled).await;
        let renewed = test.renew_feed(who, it.feed);
        it.is_denied(who, "renew_feed", renewed).await;
        let changed = test.set_feed_detail(who, it.feed, None, Detail::FullName);
        it.is_denied(who, "set_feed_detail", changed).await;
        let revoked = test.revoke_feed(who, it.feed);
        it.is_denied(who, "revoke_feed", revoked).await;
        let phoned = test.patient_was_phoned(who, it.mail);
        it.is_denied(who, "patient_was_phoned", phoned).await;
        assert!(test.failed_mails(who).await.unwrap().is_empty(), "{who:?}");
    }
    assert_eq!(it.all().await, before);

    // Who keeps the other agenda reaches all of it, by the same ids.
    let other = it.practice.practitioner.id;
    let who = member(test, &it.practice, Role::Secretary, &[other]);
    test.clock.set(instant("2026-11-23T07:50:00Z"));
    test.mark_visit(&who, it.visit, Mark::Arrived)
        .await
        .unwrap();
    test.patient_was_phoned(&who, it.mail).await.unwrap();
    test.revoke_feed(&who, it.feed).await.unwrap();
    test.delete_absence(&who, other, it.absence).await.unwrap();
    let reason = it.practice.reason.id;
    test.archive_reason(&who, other, reason).await.unwrap();
    let hours = [it.hours.id].into();
    test.delete_hours(&who, other, hours).await.unwrap();
}
