//! Where the files are: room on the disk, and who may read them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use backend::{mail::MailUrl, store::schema};
use i18n::t;
use rustix::fs::{Access, access, statvfs};

use super::{Check, Finding, Looking};

/// Below, somebody should look.
const LITTLE: u64 = 500 << 20;
/// Below, bookings will be refused any moment.
const NEXT_TO_NOTHING: u64 = 50 << 20;

impl Looking<'_> {
    pub(super) fn place(&self) -> Vec<Finding> {
        let database = schema::file_of(self.database_url()).ok().flatten();
        let mails = match &self.config.smtp_url {
            MailUrl::Folder(folder) => Some(folder.clone()),
            MailUrl::Smtp(_) => None,
        };
        let mut findings = Vec::new();
        if let Some(place) = database.as_deref().or(mails.as_deref()) {
            findings.extend(self.disk(existing(place)));
        }
        findings.push(self.permissions(database.as_deref()));
        findings
    }

    fn disk(&self, folder: &Path) -> Option<Finding> {
        let disk = statvfs(folder).ok()?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let (megabytes, place) = (free / 1_000_000, folder.display().to_string());
        let says = t!(
            self.lang,
            "doctor-disk-free",
            megabytes = megabytes,
            place = place
        );
        let to_do = || t!(self.lang, "doctor-disk-do");
        Some(if free < NEXT_TO_NOTHING {
            Finding::wrong(Check::Disk, says, to_do())
        } else if free < LITTLE {
            Finding::look(Check::Disk, says, to_do())
        } else {
            Finding::ok(Check::Disk, says)
        })
    }

    fn permissions(&self, database: Option<&Path>) -> Finding {
        let lang = self.lang;
        if let Some(file) = database.filter(|file| file.exists())
            && !is_writable_or_absent(file)
        {
            let file = file.display().to_string();
            let says = t!(lang, "doctor-permissions-not-ours", file = file);
            return Finding::wrong(
                Check::Permissions,
                says,
                t!(lang, "doctor-permissions-not-ours-do"),
            );
        }
        let secrets = [
            self.options.database_url_file.as_deref(),
            self.options.smtp_url_file.as_deref(),
            self.options.metrics_token_file.as_deref(),
        ];
        let database = database.map(|file| [file.to_owned(), beside(file, "-wal")]);
        let files = database.into_iter().flatten();
        let open: Vec<String> = files
            .chain(secrets.into_iter().flatten().map(Path::to_owned))
            .filter(|file| is_open_to_others(file))
            .map(|file| file.display().to_string())
            .collect();
        if open.is_empty() {
            return Finding::ok(Check::Permissions, t!(lang, "doctor-permissions-private"));
        }
        let files = open.join(" ");
        let says = t!(lang, "doctor-permissions-open", files = files.as_str());
        let to_do = t!(lang, "doctor-permissions-open-do", files = files);
        Finding::look(Check::Permissions, says, to_do)
    }
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The nearest folder above that is there.
fn existing(path: &Path) -> &Path {
    path.ancestors()
        .find(|above| above.exists())
        .unwrap_or(Path::new("."))
}

/// Never opens the file: closing it would end the locks that SQLite holds in this process.
pub(super) fn is_writable_or_absent(path: &Path) -> bool {
    access(existing(path), Access::WRITE_OK).is_ok()
}

fn is_open_to_others(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}
