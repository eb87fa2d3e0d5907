### Pages publiques et parcours de réservation. Une clé ne figure que dans un seul fichier.
