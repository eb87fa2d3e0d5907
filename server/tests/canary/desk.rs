//! A day at the practice's desk, with canaries of its own: what a patient says on the telephone,
//! and a password.

use super::{Program, told};

/// What somebody says on the telephone.
pub(super) const SAID: [(&str, &str); 4] = [
    ("given_name", "Rossignola"),
    ("family_name", "Merle-Noir"),
    ("email", "rossignola@nichoir.example"),
    ("phone", "06 87 65 43 21"),
];
/// Other spellings of it that would tell as much.
pub(super) const ALSO_SAID: [&str; 2] = ["687654321", "nichoir"];
/// The password that the owner changes hers to.
pub(super) const PASSWORD: &str = "Cresserelle-sous-le-toit";

impl Program {
    /// Sends a form that must be taken; answers where it leads.
    fn done(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.send(page, action, fields);
        assert_eq!(answer.status, 303, "{action}: {}", answer.body);
        answer.location
    }

    /// Books for somebody who telephones, and calls her visit off.
    pub(super) fn books_by_telephone(&mut self, room: &str, start: &str) {
        let page = format!("{room}/nouveau-rendez-vous?motif=consultation&debut={start}");
        let mut form = SAID.to_vec();
        form.push(("mail_lang", "fr"));
        let visit = self.done(&page, "book_by_staff", &form);
        let html = self.get(&visit).body;
        for (name, value) in SAID.iter().filter(|(name, _)| *name != "phone") {
            assert!(html.contains(value), "{name}: {html}");
        }
        self.done(&visit, "cancel_by_practice", &[]);
    }

    /// Writes down that somebody who was booked in the week of that day did not come.
    pub(super) fn marks_a_visit(&mut self, room: &str, day: &str) {
        let week = self.get(&format!("{room}?vue=semaine&date={day}")).body;
        let booked = week.split("data-status=\"booked\"").nth(1);
        let booked = booked.unwrap_or_else(|| panic!("nobody was booked: {week}"));
        let visit = format!("{room}/rendez-vous/{}", told(booked, "/rendez-vous/"));
        let html = self.get(&visit).body;
        self.secrets.push(told(&html, "<h1>"));
        self.secrets.push(told(&html, "\"tel:"));
        self.done(&visit, "mark_visit", &[("mark", "missed")]);
    }

    /// Changes a reason, a place and the practice, which are for everybody to see.
    pub(super) fn saves_what_is_public(&mut self, room: &str) {
        let reason = [
            ("name", "Consultation au cabinet"),
            ("length", "20"),
            ("step", "20"),
            ("buffer_before", "0"),
            ("buffer_after", "0"),
            ("min_notice", "2"),
            ("horizon", "60"),
            ("cancel_deadline", "24"),
            ("audience", "everyone"),
            ("instructions", "Sonnez deux fois."),
        ];
        let page = format!("{room}/motifs?motif=consultation");
        self.done(&page, "save_reason", &reason);
        let practice = [
            ("name", "Cabinet du Verger"),
            ("phone", "01 23 45 67 89"),
            ("email", "accueil@verger.example"),
            ("holidays", "france"),
        ];
        let page = "/agenda/cabinet";
        self.done(page, "save_practice", &practice);
        let place = [
            ("place_name", "Annexe"),
            ("address", "5 rue du Verger\n35000 Rennes"),
            ("town", "Rennes"),
            ("zone", "Europe/Paris"),
        ];
        let edited = told(&self.get(page).body, "/agenda/cabinet?lieu=");
        self.done(&format!("{page}?lieu={edited}"), "save_place", &place);
    }

    /// Chooses [`PASSWORD`] in place of the one she has.
    pub(super) fn changes_her_password(&mut self, password: &str) {
        let form = [("current_password", password), ("new_password", PASSWORD)];
        self.done("/agenda/compte", "change_password", &form);
        self.secrets.push(PASSWORD.to_owned());
    }
}
