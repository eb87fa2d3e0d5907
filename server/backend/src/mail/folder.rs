//! The mailer of a first day: each mail is a file `.eml` in a folder, whole or absent.
//! Reading them back for the page that shows them is [`super::mailbox`]'s.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use super::{Mail, Mailer, Sending, Trouble};

/// Writes mails to a folder, which it makes. The name of a file is the identifier of its job,
/// a UUIDv7: names sort by creation to the second, and a repeat replaces the first.
#[derive(Clone, Debug)]
pub struct FolderMailer {
    folder: PathBuf,
}

impl FolderMailer {
    /// Into that folder.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl Mailer for FolderMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        let (folder, mail) = (self.folder.clone(), mail.clone());
        Box::pin(async move {
            let written = tokio::task::spawn_blocking(move || write(&folder, &mail)).await;
            match written {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => {
                    tracing::warn!(kind = ?error.kind(), "the mail folder cannot be written");
                    Err(Trouble::Folder.into())
                }
                Err(_) => Err(Trouble::Panicked.into()),
            }
        })
    }
}

fn write(folder: &Path, mail: &Mail) -> io::Result<()> {
    // Codes and links are in them: nobody else's, whatever the umask says.
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let name = format!("{}.eml", mail.job);
    let unfinished = folder.join(format!(".{name}.part"));
    let make = || {
        File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&unfinished)
    };
    // What a killed try left may have been made with other rights, or by another version.
    let mut file = match make() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(&unfinished)?;
            make()?
        }
        made => made?,
    };
    file.write_all(&mail.message)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn mails_are_nobody_elses() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("data/mail");
        let mail = Mail {
            job: uuid::Uuid::nil().into(),
            from: "cabinet@example.org".parse().unwrap(),
            to: "zoe@example.org".parse().unwrap(),
            message: b"Subject: a code".to_vec(),
        };
        // An older version, killed while it wrote, left its own.
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let unfinished = folder.join(format!(".{}.eml.part", mail.job));
        fs::write(&unfinished, "a code that nobody should read").unwrap();
        fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o644)).unwrap();
        write(&folder, &mail).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        let file = folder.join(format!("{}.eml", mail.job));
        assert_eq!(mode(&file), 0o600);
    }
}
