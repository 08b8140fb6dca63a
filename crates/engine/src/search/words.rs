//! From texts to words: as they stand, and as their stems.

use std::{ops::Range, sync::LazyLock};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RawTokenizer, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter,
    TextAnalyzer, TokenStream, TokenizerManager,
};

/// Longest word that is kept, in bytes.
const LONGEST: usize = 64;

/// Words without case and accents.
pub(super) const PLAIN: &str = "plain";
/// Their English stems; words that say nothing are left out.
pub(super) const STEMMED: &str = "stemmed";
/// The text as one word.
pub(super) const WHOLE: &str = "whole";

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands, in bytes.
    pub(super) at: Range<usize>,
    /// Without case and accents.
    pub(super) plain: String,
}

static ANALYZERS: LazyLock<[TextAnalyzer; 2]> = LazyLock::new(|| {
    let plain = || {
        let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(RemoveLongFilter::limit(LONGEST));
        words.filter(LowerCaser).filter(AsciiFoldingFilter)
    };
    let stemmed = match StopWordFilter::new(Language::English) {
        Some(stop) => plain().filter(stop).filter(Stemmer::new(Language::English)).build(),
        None => plain().filter(Stemmer::new(Language::English)).build(),
    };
    [plain().build(), stemmed]
});

/// What indexes cut texts with.
pub(super) fn tokenizers() -> TokenizerManager {
    let [plain, stemmed] = &*ANALYZERS;
    let all = TokenizerManager::new();
    all.register(PLAIN, plain.clone());
    all.register(STEMMED, stemmed.clone());
    all.register(WHOLE, RawTokenizer::default());
    all
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut analyzer = ANALYZERS[0].clone();
    let (mut stream, mut words) = (analyzer.token_stream(text), Vec::new());
    stream.process(&mut |token| words.push(Word { at: token.offset_from..token.offset_to, plain: token.text.clone() }));
    words
}

/// A word's stem; `None` where it says nothing by itself.
pub(super) fn stem(word: &str) -> Option<String> {
    let mut analyzer = ANALYZERS[1].clone();
    let mut stream = analyzer.token_stream(word);
    stream.next().map(|token| token.text.clone())
}

/// The words of a text with one blank between them: a name as it is compared.
pub(super) fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.plain.as_str()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_what_joins_them() {
        let text = "Crème-brûlée: cost_per_lead, 3rd ☕ “ROAS”";
        let plain: Vec<String> = words(text).into_iter().map(|word| word.plain).collect();
        assert_eq!(plain[..6], ["creme", "brulee", "cost", "per", "lead", "3rd"]);
        assert_eq!(&text[words(text)[1].at.clone()], "brûlée");
        assert_eq!(joined(&words("Return  on-ad_spend!")), "return on ad spend");
        assert!(words("☕ ?!").is_empty());
    }

    #[test]
    fn stems_are_shared_by_what_means_the_same() {
        assert_eq!(stem("conversions"), stem("conversion"));
        assert_eq!(stem("the"), None);
    }
}
