### Courriels : objets et textes. Une clé ne figure que dans un seul fichier.
