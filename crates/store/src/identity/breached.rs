//! Passwords known from breaches, in a file that an operator provides: SHA-1 digests in hex, one a line, in ascending order, as the public
//! lists are handed out (`DIGEST` or `DIGEST:COUNT`). Such a list may have tens of gigabytes, so it stays on the disk: some forty reads
//! find a line. Nothing of a password leaves the machine.

use crate::Error;
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Seek, SeekFrom},
    path::{Path, PathBuf},
};

const DIGEST_CHARS: usize = 40;

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breached(PathBuf);

impl Breached {
    /// A list that was looked into.
    ///
    /// # Errors
    /// When it cannot be read or is no such list.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let list = Self(path.to_owned());
        let mut file = File::open(path).map(BufReader::new).map_err(|error| list.unread(&error))?;
        let bytes = file.seek(SeekFrom::End(0)).map_err(|error| list.unread(&error))?;
        let mut before = String::new();
        // Places spread over the file tell a list in another order, or of something else, well enough.
        for part in 0..=8 {
            let at = bytes / 9 * part;
            let Some(line) = line_at(&mut file, at).map_err(|error| list.unread(&error))? else { continue };
            let fine = line.len() == DIGEST_CHARS && line.bytes().all(|b| b.is_ascii_hexdigit()) && *before <= *line;
            if !fine {
                return Err(Error::Invalid(format!(
                    "{} is not a list of passwords: it needs SHA-1 digests in hex, one a line, in ascending order (see server.breached_passwords)",
                    path.display()
                )));
            }
            before = line;
        }
        Ok(list)
    }

    /// Whether a password is in the list. Reads the disk: not for the async threads.
    pub(crate) fn holds(&self, password: &SecretString) -> Result<bool, Error> {
        let digest = Sha1::digest(password.expose_secret().as_bytes());
        let digest: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        self.find(&digest).map_err(|error| self.unread(&error))
    }

    fn find(&self, digest: &str) -> io::Result<bool> {
        let mut file = BufReader::new(File::open(&self.0)?);
        // The line is looked for among those that begin within [low, high).
        let (mut low, mut high) = (0, file.seek(SeekFrom::End(0))?);
        while low < high {
            let middle = low + (high - low) / 2;
            match line_at(&mut file, middle)? {
                Some(line) if line == digest => return Ok(true),
                Some(line) if *line < *digest => low = middle + 1,
                Some(_) | None => high = middle,
            }
        }
        Ok(false)
    }

    fn unread(&self, error: &io::Error) -> Error {
        Error::Invalid(format!("the list of breached passwords {} cannot be read: {error}", self.0.display()))
    }
}

/// The digest of the first line that begins at or after a place; `None` at the end.
fn line_at(file: &mut BufReader<File>, at: u64) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    // A line begins at the start of the file and after each line feed.
    match at.checked_sub(1) {
        None => file.seek(SeekFrom::Start(0)).map(drop)?,
        Some(before) => {
            file.seek(SeekFrom::Start(before))?;
            file.read_until(b'\n', &mut line)?;
            line.clear();
        }
    }
    file.read_until(b'\n', &mut line)?;
    let text = String::from_utf8_lossy(&line);
    let digest = text.trim().split(':').next().unwrap_or_default().to_ascii_uppercase();
    Ok((!digest.is_empty()).then_some(digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn digest(text: &str) -> String {
        Sha1::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02X}").unwrap();
            hex
        })
    }

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("breached");
        let known: Vec<String> = (0..500).map(|n| format!("known password {n}")).collect();
        let mut lines: Vec<String> = known.iter().enumerate().map(|(n, text)| format!("{}:{n}", digest(text))).collect();
        lines.sort();
        for (end, case) in [("\r\n", false), ("\n", true)] {
            let text = lines.join(end);
            std::fs::write(&path, if case { text.to_ascii_lowercase() } else { text + end }).unwrap();
            let list = Breached::open(&path).unwrap();
            for text in &known {
                assert!(list.holds(&SecretString::from(text.as_str())).unwrap(), "{text}");
            }
            for n in 0..500 {
                assert!(!list.holds(&SecretString::from(format!("unknown password {n}"))).unwrap(), "{n}");
            }
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("breached");
        assert!(Breached::open(&path).unwrap_err().to_string().contains("cannot be read"));
        for bad in ["hunter2\npassword\n".to_owned(), format!("{}\n{}\n{}\n", "F".repeat(40), "A".repeat(40), "0".repeat(40))] {
            std::fs::write(&path, bad).unwrap();
            assert!(Breached::open(&path).unwrap_err().to_string().contains("ascending order"));
        }
        std::fs::write(&path, "").unwrap();
        assert!(!Breached::open(&path).unwrap().holds(&SecretString::from("anything")).unwrap());
    }
}
