//! A second place of a practice, and opening hours that move there.

use domain::practice::Place;

use super::{TestBackend, TestPractice};
use crate::store::practices;

impl TestBackend {
    /// Opens “Cabinet de Bruz”, on the same clock and newer than the main place.
    ///
    /// # Panics
    /// If it cannot be stored.
    pub async fn opens_in_bruz(&self, practice: &TestPractice) {
        let place = Place {
            id: self.new_id(),
            name: "Cabinet de Bruz".parse().unwrap(),
            address: "4 place de l’Église, 35170 Bruz".parse().unwrap(),
            town: "Bruz".parse().unwrap(),
            ..practice.place.clone()
        };
        self.clock.advance(chrono::TimeDelta::seconds(1));
        let mut tx = self.store().begin().await.unwrap();
        practices::insert_place(&mut tx, practice.practice.id, &place, self.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// From now on all opening hours are there.
    ///
    /// # Panics
    /// If they cannot be stored.
    pub async fn receives_in_bruz(&self) {
        let moved =
            "update opening_hours set place_id = (select id from places where town = 'Bruz')";
        assert!(self.run_sql(moved).await.unwrap() > 0);
    }
}
