### Ce que disent les commandes de l’hébergeur : sauvegarde, restauration, diagnostic.
### Une erreur dit ce qui ne va pas, puis quoi faire.

## Sauvegarde et restauration

cli-step-writing = écriture { $percent } %
cli-step-checking = vérification { $percent } %
cli-step-replacing = remplacement { $percent } %

cli-backup-made = { $file } : { $rows } lignes, { $kilobytes } ko, écrites et relues
cli-backup-not-noted = La base n’a pas pu noter qu’elle a été sauvegardée ; la sauvegarde elle-même est entière.
cli-backup-not-a-file = { $file } existe et n’est pas un fichier : choisissez un autre nom
cli-backup-file-exists = { $file } existe déjà : choisissez un autre nom, ou --force pour le remplacer
cli-backup-is-database = { $file } est la base elle-même, ou en fait partie : choisissez un autre nom
cli-backup-no-database = il n’y a pas de base de rdv à cet endroit : vérifiez RDV_DATABASE_URL
cli-database-newer = la base a été écrite par une version plus récente de rdv : utilisez celle-là, ou une plus récente

cli-restore-no-backup = { $file } n’est pas une sauvegarde faite par `rdv backup`
cli-restore-newer-form = { $file } a été fait par une version plus récente de rdv : utilisez celle-là, ou une plus récente
cli-restore-newer-schema = { $file } contient le schéma { $found }, cette version de rdv connaît jusqu’à { $known } : utilisez la version qui l’a fait, ou une plus récente
cli-restore-truncated = il manque la fin de { $file } : utilisez une autre copie ; rien n’a été changé
cli-restore-damaged = { $file } n’est pas tel qu’il a été écrit : utilisez une autre copie ; rien n’a été changé
cli-restore-not-empty = la base contient des données : --replace les remplace (avec SQLite, l’ancien fichier est gardé à côté) ; rien n’a été changé
cli-restore-in-use = la base est utilisée : arrêtez le serveur et tout ce qui l’a ouverte ; rien n’a été changé

cli-restored = restauré : { $rows } lignes, telles qu’elles étaient le { $at }
cli-restored-aside = l’ancienne base est gardée sous { $file } ; supprimez-la quand tout va bien
cli-restored-given-up =
    { $count ->
        [one] un courriel attendait quand la sauvegarde a été faite, et il est peut-être parti depuis : l’agenda le montre dans « À téléphoner »
       *[other] { $count } courriels attendaient quand la sauvegarde a été faite, et ils sont peut-être partis depuis : l’agenda les montre dans « À téléphoner »
    }
cli-restored-since = Personne n’est connecté. Ce qui a été réservé, annulé ou révoqué depuis n’y est pas : regardez les courriels envoyés depuis, et prévenez les cabinets.

## Le diagnostic : chaque ligne dit ce qui a été vu ; après la flèche, quoi faire

doctor-ok = bien
doctor-look = à voir
doctor-wrong = à réparer
doctor-configuration = réglages
doctor-database = base
doctor-schema = schéma
doctor-clock = horloge
doctor-time-zones = fuseaux
doctor-mail = courriel
doctor-address = adresse publique
doctor-proxy = mandataire
doctor-backup = sauvegarde
doctor-disk = disque
doctor-permissions = droits

doctor-configuration-read = lus ; on l’atteint à l’adresse { $address }

doctor-database-missing = il n’y en a pas encore
doctor-database-missing-do = `rdv serve` la crée ; relancez ensuite le diagnostic
doctor-database-broken = ne répond pas, ou n’en est pas une : { $error }
doctor-database-broken-do = vérifiez RDV_DATABASE_URL et que le serveur de la base tourne ; un fichier abîmé se remplace par une sauvegarde : rdv restore FICHIER --replace
doctor-database-demo = contient la démonstration, dont chacun peut retrouver les mots de passe
doctor-database-demo-do = pour une instance publique, partez d’une base vide : une autre RDV_DATABASE_URL, puis le lien que donne `rdv serve`
doctor-database-faults = abîmée, { $count } défauts : { $fault }
doctor-database-faults-do = arrêtez le serveur, restaurez la dernière sauvegarde (rdv restore FICHIER --replace garde le fichier abîmé), faites vérifier le disque
doctor-sqlite = SQLite { $version }, journal { $journal }, entière
doctor-sqlite-old-do = compilez rdv avec SQLite 3.51.3 ou plus récent : avant, un rendez-vous peut se perdre
doctor-sqlite-journal-do = le serveur règle le journal sur WAL à son prochain démarrage ; s’il reste ainsi, le système de fichiers ne le permet pas
doctor-postgres = PostgreSQL { $version }
doctor-postgres-old-do = utilisez PostgreSQL 13 ou plus récent
doctor-postgres-gist = PostgreSQL { $version } sans btree_gist
doctor-postgres-gist-do = installez le paquet contrib de PostgreSQL : c’est lui qui refuse deux rendez-vous à la même heure
doctor-postgres-off = PostgreSQL { $version } avec { $off } désactivé
doctor-postgres-off-do = activez-les : une coupure de courant peut faire perdre un rendez-vous confirmé
doctor-schema-none = la base n’en a pas de rdv
doctor-schema-is = { $found } ; ce programme connaît jusqu’à { $known }
doctor-schema-newer-do = un rdv plus récent l’a changé : utilisez cette version, ou restaurez une sauvegarde d’avant
doctor-schema-older-do = faites une sauvegarde, puis `rdv migrate` (ou démarrez le serveur)
doctor-schema-changed-do = défaites ce qui a été changé à la main, ou restaurez une sauvegarde
doctor-clock-apart = { $now } ; { $seconds } s d’écart avec celle de la base
doctor-clock-back = { $now }, mais quelque chose a été écrit le { $last } : l’horloge avançait, ou retarde
doctor-clock-do = laissez la machine se mettre à l’heure (systemd-timesyncd, chrony), puis relancez le diagnostic
doctor-zones = tous connus ; règles { $release }
doctor-zones-unknown = inconnus des règles { $release } : { $zones }
doctor-zones-old-do = utilisez un rdv plus récent : les heures se calculent avec les règles qu’il contient
doctor-backup-never = aucune n’a jamais été faite
doctor-backup-made = faite le { $at }
doctor-backup-do = chaque nuit : rdv backup /ailleurs/rdv-$(date +%F).rdv

doctor-mail-answers = { $at } répond, chiffre et accepte la connexion comme prévu
doctor-mail-sent = { $at } a pris le courriel pour { $to } : vérifiez qu’il arrive
doctor-mail-folder = les courriels sont des fichiers dans { $folder } ; aucun ne part
doctor-mail-folder-do = laissez l’utilisateur du serveur y écrire, ou réglez RDV_SMTP_URL
doctor-mail-setup-do = réglez RDV_SMTP_URL sur un serveur de courriel : smtp://nom:motdepasse@hôte:587
doctor-mail-unreachable-do = vérifiez l’hôte et le port dans RDV_SMTP_URL, le pare-feu, et si l’hébergeur bloque le port
doctor-mail-encryption-do = comparez le nom d’hôte dans RDV_SMTP_URL au certificat ; une autorité privée se nomme par ?ca=FICHIER, TLS dès le premier octet s’écrit smtps://
doctor-mail-sign-in-do = vérifiez le nom et le mot de passe dans RDV_SMTP_URL (@ : / % s’écrivent %40 %3A %2F %25)
doctor-mail-refused-do = demandez à qui tient le serveur de courriel si cette machine peut envoyer au nom de RDV_MAIL_FROM
doctor-mail-late = un courriel attend depuis { $since } et personne ne l’envoie
doctor-mail-late-do = `rdv serve` tourne-t-il sur cette base ? son journal dit pourquoi les courriels ne partent pas
doctor-mail-subject = rdv : un courriel d’essai
doctor-mail-text = Les courriels de { $address } arrivent.

doctor-address-here = { $url } mène ici
doctor-address-no-database = pas interrogée : la base ne répond pas
doctor-address-no-key = pas interrogée : l’instance n’a pas encore de clé
doctor-address-silent = { $url } ne répond pas : { $error }
doctor-address-silent-do = démarrez le serveur ; vérifiez le nom dans le DNS, le certificat, le mandataire et le pare-feu
doctor-address-slow = pas de réponse en dix secondes
doctor-address-leads = { $url } renvoie vers { $location }
doctor-address-leads-do = réglez RDV_PUBLIC_URL sur l’adresse d’arrivée
doctor-address-status = { $url } répond { $status }
doctor-address-other = un autre programme, ou une autre instance, répond à { $url }
doctor-address-other-do = que le mandataire transmette tout à RDV_LISTEN de cette instance, /healthz compris
doctor-proxy-believes = { $peer } transmet ce que le client prétend dans X-Forwarded-For
doctor-proxy-believes-do = que le mandataire remplace ou complète X-Forwarded-For ; ne nommez que des mandataires dans RDV_TRUSTED_PROXIES
doctor-proxy-not-trusted = les requêtes passent par { $peer }, que RDV_TRUSTED_PROXIES ne nomme pas : pour les limites, tout le monde ne compte que pour un
doctor-proxy-not-trusted-do = RDV_TRUSTED_PROXIES={ $peer }
doctor-proxy-silent = { $peer } ne dit pas qui demande : pour les limites, tout le monde ne compte que pour un
doctor-proxy-silent-do = que le mandataire écrive X-Forwarded-For (Caddy le fait ; nginx : proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;), et nommez-le dans RDV_TRUSTED_PROXIES
doctor-proxy-host = le mandataire transmet l’hôte { $host } au lieu de { $ours }
doctor-proxy-host-do = que le mandataire garde l’hôte (nginx : proxy_set_header Host $host;)
doctor-proxy-well = { $peer } dit qui demande, et on le croit
doctor-proxy-none = aucun en chemin

doctor-disk-free = { $megabytes } Mo libres dans { $place }
doctor-disk-do = faites de la place : sans elle, les rendez-vous sont refusés
doctor-permissions-private = les fichiers sont privés
doctor-permissions-open = d’autres sur cette machine peuvent lire { $files }
doctor-permissions-open-do = chmod 600 { $files }
doctor-permissions-not-ours = { $file } ne peut pas être écrit par qui lance ceci
doctor-permissions-not-ours-do = lancez ceci sous l’utilisateur du serveur ; si c’est le cas, donnez-lui le fichier : chown
