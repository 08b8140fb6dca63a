//! Bytes to text: which encoding a file is in, or that it is no text.
//!
//! Invariant: the text keeps every line break of the file, so line numbers stay those a person sees in an editor.

use super::error::ImportError;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Beginnings that tell a file is no table, and what it is.
const MAGIC: [(&[u8], &str); 11] = [
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive (unpack it first)"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"7z\xbc\xaf", "a 7-Zip archive (unpack it first)"),
    (b"Rar!", "a RAR archive (unpack it first)"),
    (b"SQLite format 3", "a database"),
];

/// Decodes a text file; the second part names the encoding.
///
/// # Errors
/// When the bytes are no text, or `label` is no encoding.
pub(super) fn decode<'a>(name: &str, bytes: &'a [u8], label: Option<&str>) -> Result<(Cow<'a, str>, &'static str), ImportError> {
    let not = |found| ImportError::NotATable { name: name.to_owned(), found };
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(not(found));
    }
    let (encoding, marked) = choose(bytes, label)?;
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let sample = &text.as_bytes()[..text.len().min(super::limits::SNIFF_BYTES)];
    let control = sample.iter().filter(|b| b.is_ascii_control() && !matches!(b, b'\r' | b'\n' | b'\t' | 0x0c | 0x1a)).count();
    if control * 200 > sample.len() || sample.iter().take(4096).any(|b| *b == 0) {
        return Err(not("binary data"));
    }
    if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() {
        return Err(ImportError::Empty { name: name.to_owned() });
    }
    let label = match (encoding.name(), marked) {
        ("UTF-8", true) => "UTF-8 with a byte order mark",
        ("UTF-8", false) => "UTF-8",
        ("UTF-16LE", _) => "UTF-16, little endian",
        ("UTF-16BE", _) => "UTF-16, big endian",
        ("windows-1252", _) => "Windows-1252 (it is not valid UTF-8)",
        (other, _) => other,
    };
    Ok((text, label))
}

fn choose(bytes: &[u8], label: Option<&str>) -> Result<(&'static Encoding, bool), ImportError> {
    if let Some(label) = label {
        return Encoding::for_label(label.as_bytes()).map(|encoding| (encoding, false)).ok_or_else(|| ImportError::Mapping {
            reason: format!("'{label}' is no encoding: use utf-8, utf-16le or windows-1252"),
        });
    }
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok((encoding, true));
    }
    // UTF-16 without a mark: mostly Latin letters leave every other byte zero.
    let head = &bytes[..bytes.len().min(1024)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if head.len() >= 8 && odd * 5 > head.len() * 2 && even * 10 < head.len() {
        return Ok((UTF_16LE, false));
    }
    if head.len() >= 8 && even * 5 > head.len() * 2 && odd * 10 < head.len() {
        return Ok((UTF_16BE, false));
    }
    Ok((if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }, false))
}
