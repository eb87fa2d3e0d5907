### Pages du cabinet : agenda, plages, absences, motifs, lieux. Une clé ne figure que dans un seul fichier.
