//! The part of a text that says why it was found.

use super::words::{Word, words};

/// Characters of a snippet, about two lines.
const LENGTH: usize = 180;
/// Characters before the first word that was found.
const BEFORE: usize = 40;

/// A part of a text, whether it is a word that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it was asked for.
    pub hit: bool,
}

/// The stretch of a text with the most words that were asked for, cut at words.
pub(super) fn snippet(text: &str, means: impl Fn(&str) -> bool) -> Vec<Piece> {
    let all = words(text);
    let hits: Vec<&Word> = all.iter().filter(|word| means(&word.plain)).collect();
    let within = |first: usize| hits.partition_point(|word| word.at.end <= hits[first].at.start + LENGTH).saturating_sub(first);
    // Of equally good ones the first.
    let best = (0..hits.len()).max_by_key(|place| (within(*place), std::cmp::Reverse(*place)));
    let (from, to) = stretch(text, &all, best.map_or(0, |place| hits[place].at.start));
    let mut pieces = Vec::new();
    if from > 0 {
        push(&mut pieces, "… ", false);
    }
    let mut at = from;
    for word in hits.iter().filter(|word| word.at.start >= from && word.at.end <= to) {
        push(&mut pieces, &text[at..word.at.start], false);
        push(&mut pieces, &text[word.at.clone()], true);
        at = word.at.end;
    }
    push(&mut pieces, &text[at..to], false);
    if to < text.len() {
        push(&mut pieces, " …", false);
    }
    pieces
}

/// From where to where, in bytes: some words before `best`, unless all of it fits from the beginning.
fn stretch(text: &str, all: &[Word], best: usize) -> (usize, usize) {
    if text.chars().count() <= LENGTH {
        return (0, text.len());
    }
    let characters = |from: usize, to: usize| text[from..to].chars().count();
    let from = if characters(0, best) <= BEFORE {
        0
    } else {
        let before = all.iter().rev().skip_while(|word| word.at.start > best);
        before.take_while(|word| characters(word.at.start, best) <= BEFORE).last().map_or(best, |word| word.at.start)
    };
    if characters(from, text.len()) <= LENGTH {
        return (from, text.len());
    }
    let after = all.iter().skip_while(|word| word.at.start < from);
    let last = after.take_while(|word| characters(from, word.at.end) <= LENGTH).last();
    // One word longer than all: as much of it as fits.
    let cut = || text[from..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| from + at);
    (from, last.map_or_else(cut, |word| word.at.end))
}

fn push(pieces: &mut Vec<Piece>, text: &str, hit: bool) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.hit == hit => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), hit }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, wanted: &[&str]) -> String {
        let pieces = snippet(text, |word| wanted.contains(&word));
        pieces.iter().map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
    }

    #[test]
    fn short_texts_are_shown_whole() {
        assert_eq!(marked("The Harvest festival, in October.", &["harvest", "october"]), "The [Harvest] festival, in [October].");
        assert_eq!(marked("Nothing of it", &["harvest"]), "Nothing of it");
        assert_eq!(marked("", &["harvest"]), "");
    }

    #[test]
    fn of_long_texts_the_telling_part_is_shown() {
        let filler = "Grün ist alle Theorie. ".repeat(30);
        let text = format!("{filler}The harvest festival doubles sales. {filler}");
        let shown = marked(&text, &["harvest", "festival"]);
        assert!(
            shown.starts_with("… ") && shown.ends_with(" …") && shown.contains("The [harvest] [festival] doubles sales."),
            "{shown}"
        );
        assert!(shown.chars().count() < LENGTH + 20, "{shown}");
        let long = "é".repeat(1_000);
        assert_eq!(marked(&long, &[]).chars().count(), LENGTH + 2);
    }
}
